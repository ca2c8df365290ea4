"""The kit's folder: wheels, scripts in the bytes that each system reads, and the list of sums."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.exits import CommandError, ExitCode
from cli.kit.making.targets import PYTHONS
from cli.kit.sums import NAME, SERVER_FILE, write_sums

_SOURCES: Final = Path(__file__).with_name("files")
_CHECK: Final = {"COMMAND": "check", "TITLE": "检查花名册"}
_IMPORT: Final = {"COMMAND": "import", "TITLE": "导入花名册"}


@dataclass(frozen=True, slots=True)
class Script:
    """A file of the kit: its name, its source, and the words that are put into it."""

    name: str
    source: str
    words: Mapping[str, str]


SCRIPTS: Final = (
    Script("安装.cmd", "install.cmd", {}),
    Script("安装.sh", "install.sh", {}),
    Script("导入花名册.cmd", "drop.cmd", _IMPORT),
    Script("导入花名册.sh", "drop.sh", _IMPORT),
    Script("检查花名册.cmd", "drop.cmd", _CHECK),
    Script("检查花名册.sh", "drop.sh", _CHECK),
    Script("命令行.cmd", "shell.cmd", {}),
    Script("命令行.sh", "shell.sh", {}),
    Script("说明.txt", "readme.txt", {}),
)


def assemble(kit: Path, wheels: Path, *, server: str = "") -> None:
    """Make the folder anew out of wheels that are here. `server` spares clerks typing it.

    Raises CommandError for a folder that holds something else than an older kit.
    """
    if kit.exists() and not (kit / NAME).is_file():
        raise CommandError(f"{kit} is there and is no kit: name another folder.", ExitCode.USAGE)
    shutil.rmtree(kit, ignore_errors=True)
    (kit / "wheels").mkdir(parents=True)
    for each in sorted(wheels.glob("*.whl")):
        shutil.copyfile(each, kit / "wheels" / each.name)
    (wheel,) = wheels.glob("fangang-*.whl")
    for script in SCRIPTS:
        _write_script(kit / script.name, script, _list_words(wheel.name))
    if server:
        (kit / SERVER_FILE).write_bytes(f"{server}\r\n".encode())
    write_sums(kit)


def _list_words(wheel: str) -> dict[str, str]:
    return {
        "FIRST": PYTHONS[0].replace(".", ", "),
        "LAST": PYTHONS[-1].replace(".", ", "),
        "PROGRAMS": " ".join(f"python{version}" for version in reversed(PYTHONS)),
        "RANGE": f"{PYTHONS[0]} 到 {PYTHONS[-1]}",
        "VERSION": wheel.split("-")[1],
        "VERSIONS": " ".join(reversed(PYTHONS)),
        "WHEEL": wheel,
    }


def _write_script(path: Path, script: Script, words: Mapping[str, str]) -> None:
    text = (_SOURCES / script.source).read_text(encoding="utf-8")
    for word, value in {**words, **script.words}.items():
        text = text.replace(f"@{word}@", value)
    path.write_bytes(_encode(text, path.suffix))
    if path.suffix == ".sh":
        path.chmod(0o755)


def _encode(text: str, suffix: str) -> bytes:
    """For Windows in GB2312, the part of GBK in which no second byte is a sign that cmd knows."""
    if suffix == ".sh":
        return text.encode()
    return text.replace("\n", "\r\n").encode("gb2312")
