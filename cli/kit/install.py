"""Install the client from the kit's own wheels: no network, no rights beyond the user's own.

Runs out of the wheel in the kit, with nothing but the standard library and `cli.output`: the
scripts of the kit call `main` with FANGANG_KIT naming its folder.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cli import output
from cli.kit.sums import NAME, SERVER_FILE, list_damaged
from cli.kit.texts import KitText
from schemas.texts import say

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
        return _refuse(say(KitText.NO_LIST, name=NAME))
    if damaged:
        return _refuse(say(KitText.DAMAGED, names=" ".join(damaged)))
    output.tell(say(KitText.INSTALLING, home=home))
    try:
        python = _make_environment(home / "venv")
    except (OSError, subprocess.CalledProcessError) as error:
        return _refuse(say(KitText.NO_ROOM, home=home, reason=error))
    version = _find_version(kit)
    if not (_install_wheels(kit, python, version) and _succeeds([python, "-m", "cli", "--help"])):
        return _refuse(say(KitText.BROKEN))
    _remember_server(kit, python)
    output.tell(say(KitText.DONE, version=version))
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
        output.tell(say(KitText.ICONS))


def _refuse(message: str) -> int:
    output.tell_error(message)
    return 1
