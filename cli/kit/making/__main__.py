"""`python -m cli.kit.making FOLDER [SERVER]`, in a checkout: the kit into FOLDER."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from cli import output
from cli.exits import CommandError
from cli.kit.making.downloading import download
from cli.kit.making.folder import assemble
from cli.kit.making.targets import list_targets

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
