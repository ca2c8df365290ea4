"""`python -m cli.kit.making FOLDER [SERVER]`: makes a kit in a checkout: wheels, scripts (names; GB2312 and
CRLF for Windows), server address, list of sums; only an older kit is replaced.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli import output
from cli.exits import CommandError, ExitCode
from cli.kit.install import NAME, SERVER_FILE, write_sums
from cli.kit.making.wheels import PYTHONS, download, list_targets

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


_ROOT: Final = Path(__file__).resolve().parents[3]
_CONSTRAINTS: Final = _ROOT / "constraints.txt"
_MEGABYTE: Final = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m cli.kit.making", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("server", nargs="?", default="")
    given = parser.parse_args()
    return make_kit(given.folder.resolve(), given.server)


def make_kit(kit: Path, server: str) -> int:
    with tempfile.TemporaryDirectory(prefix="fangang-kit-") as given:
        wheels = Path(given)
        try:
            wheel = build_wheel(wheels)
            for target in list_targets():
                output.tell(f"  {target} ...")
                download(target, wheel, wheels, _CONSTRAINTS)
            assemble(kit, wheels, server=server)
        except CommandError as error:
            output.tell_error(f"{error.message}\nNo kit was made.")
            return error.exit_code
    _report(kit)
    return 0


def build_wheel(folder: Path) -> Path:
    """Fangang's own. Raises CommandError."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(  # noqa: S603 - our own build
        command, cwd=_ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise CommandError(f"hatchling built no wheel.\n{done.stderr}")
    (wheel,) = folder.glob("fangang-*.whl")
    return wheel


def _report(kit: Path) -> None:
    files = [path for path in kit.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / _MEGABYTE
    output.write_line(f"{kit}: {len(files)} files, {size:.0f} MB")
    output.tell("Copy the whole folder to a USB stick; on the office PC double-click 安装.cmd.")


if __name__ == "__main__":
    sys.exit(main())
