"""Installing from the kit without a network: SHA256SUMS and what counts as damaged, the folder of the
installation, pip's options, the file with the server's address, icons on the desktop; all its sentences.

Runs out of the wheel in the kit, with nothing but the standard library, `cli.output` and
`schemas.texts`: the scripts of the kit call `main` with FANGANG_KIT naming its folder. What the kit
holds stands in SHA256SUMS, in the form that `sha256sum -c` reads.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cli import output
from schemas.texts import Text, say, set_language


class InstallText(Text):
    BROKEN = (
        "安装没有完成。请再试一次；仍不行，请把上面几行发给县里的维护人员。",
        "The installation failed. Try again; then send the lines above to the county.",
    )
    DAMAGED = (
        "工具包不完整或已损坏：{names}。请重新拷贝整个文件夹后再安装。",
        "The kit is damaged: {names}. Copy the whole folder again.",
    )
    DONE = (
        "安装完成（版本 {version}）。以后把花名册拖到“检查花名册”上即可；工具包可以留着备用。",
        "Installed (version {version}). Drag rosters onto “检查花名册” from now on.",
    )
    ICONS = (
        "“检查花名册”和“导入花名册”已放到桌面上。",
        "“检查花名册” and “导入花名册” are on the desktop.",
    )
    INSTALLING = (
        "正在安装到 {home}，不联网，约需一分钟……",
        "Installing into {home} without a network; about a minute …",
    )
    NO_LIST = (
        "工具包不完整：没有 {name}。请重新拷贝整个文件夹后再安装。",
        "The kit is not whole: there is no {name}. Copy the whole folder again.",
    )
    NO_ROOM = (
        "写不进 {home}：{reason}。请关闭正在使用本工具的窗口，或检查磁盘空间，然后再安装。",
        "Cannot write to {home}: {reason}. Close windows that use the tool, look at the disk.",
    )


NAME: Final = "SHA256SUMS"
SERVER_FILE: Final = "服务器地址.txt"
_BETWEEN: Final = "  "


def write_sums(kit: Path) -> None:
    """A line for every file of the kit, by name, but this one and the address, which a county may
    still put in.
    """
    names = sorted(_name(kit, path) for path in kit.rglob("*") if path.is_file())
    lines = [
        f"{_hash(kit / name)}{_BETWEEN}{name}\n"
        for name in names
        if name not in (NAME, SERVER_FILE)
    ]
    (kit / NAME).write_bytes("".join(lines).encode())


def list_damaged(kit: Path) -> list[str]:
    """Files that are not what was written, and wheels that are missing.

    Scripts may be missing: a copy of the kit can leave those of the other system out.
    """
    damaged = []
    for line in (kit / NAME).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition(_BETWEEN)
        path = kit / name
        is_wrong = _hash(path) != digest if path.is_file() else path.suffix == ".whl"
        if is_wrong:
            damaged.append(name)
    return damaged


def _name(kit: Path, path: Path) -> str:
    return path.relative_to(kit).as_posix()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_ICONS: Final = ("检查花名册.cmd", "导入花名册.cmd")
_PIP_OPTIONS: Final = (
    "--isolated",  # settings of this computer, such as an index or --user, are not ours
    "--no-index",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--no-warn-script-location",
    "--quiet",
)
_REMEMBER: Final = "import sys; from cli import settings; settings.remember_server(sys.argv[1])"


def main() -> None:
    set_language(output.find_language())
    sys.exit(install(Path(os.environ["FANGANG_KIT"]).resolve(), get_home()))


def get_home() -> Path:
    """Where this user's programs live; the scripts of the kit look in the same place."""
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"]) / "Fangang"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "fangang"


def install(kit: Path, home: Path) -> int:
    """0 when the client runs afterwards. May be repeated: an older installation is replaced."""
    try:
        damaged = list_damaged(kit)
    except OSError:
        return _refuse(say(InstallText.NO_LIST, name=NAME))
    if damaged:
        return _refuse(say(InstallText.DAMAGED, names=" ".join(damaged)))
    output.tell(say(InstallText.INSTALLING, home=home))
    try:
        python = _make_environment(home / "venv")
    except (OSError, subprocess.CalledProcessError) as error:
        return _refuse(say(InstallText.NO_ROOM, home=home, reason=error))
    version = _find_version(kit)
    if not (_install_wheels(kit, python, version) and _succeeds([python, "-m", "cli", "--help"])):
        return _refuse(say(InstallText.BROKEN))
    _remember_server(kit, python)
    output.tell(say(InstallText.DONE, version=version))
    if os.name == "nt":
        _copy_icons(kit, Path.home() / "Desktop")
    return 0


def _make_environment(folder: Path) -> Path:
    """An empty environment. Without pip: some systems take the means for it out of Python."""
    venv.EnvBuilder(clear=True, symlinks=os.name != "nt").create(folder)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _install_wheels(kit: Path, python: Path, version: str) -> bool:
    wheels = kit / "wheels"
    (pip,) = wheels.glob("pip-*.whl")  # a wheel is a zip, and runs as it is
    options = [*_PIP_OPTIONS, "--find-links", str(wheels)]
    return _succeeds([python, pip / "pip", "install", *options, f"fangang=={version}"])


def _find_version(kit: Path) -> str:
    (wheel,) = (kit / "wheels").glob("fangang-*.whl")
    return wheel.name.split("-")[1]


def _succeeds(command: Sequence[str | Path]) -> bool:
    """What it complains about is shown as it is; what it says otherwise is not."""
    program, *arguments = map(str, command)
    done = subprocess.run(  # noqa: S603 - the environment's own Python
        [program, "-I", *arguments], stdout=subprocess.DEVNULL, check=False
    )
    return done.returncode == 0


def _remember_server(kit: Path, python: Path) -> None:
    """Where the county put its address into the kit, nobody has to type it."""
    path = kit / SERVER_FILE
    address = path.read_text(encoding="utf-8-sig", errors="ignore").strip() if path.exists() else ""
    if address:
        _succeeds([python, "-c", _REMEMBER, address])


def _copy_icons(kit: Path, desktop: Path) -> None:
    """They work from anywhere. A desktop elsewhere (a synchronised folder) goes without."""
    if desktop.is_dir():
        for name in _ICONS:
            shutil.copyfile(kit / name, desktop / name)
        output.tell(say(InstallText.ICONS))


def _refuse(message: str) -> int:
    output.tell_error(message)
    return 1
