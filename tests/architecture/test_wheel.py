"""The wheel carries client, server and migrations, and both programs run from it."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.db.schema import head_revision
from tests.architecture.sources import ROOT

_FROM_THE_FILE = (
    "--quiet",
    "--no-index",
    "--no-deps",
    "--ignore-installed",
    "--disable-pip-version-check",
)
_VERSIONS = [path.name for path in (ROOT / "alembic" / "versions").glob("*.py")]


def _run(command: Sequence[str | Path], *, cwd: Path = Path("/"), **environment: str) -> str:
    """Outside of the source tree, so that nothing is found there by accident."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_what_it_should(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"cli", "schemas", "service"}
    packed = {name for name in names if name.startswith("service/_alembic/")}
    assert {f"service/_alembic/{name}" for name in ("env.py", "script.py.mako")} <= packed
    assert {f"service/_alembic/versions/{name}" for name in _VERSIONS} <= packed
    assert "service/_alembic/__init__.py" not in packed
    assert [name for name in names if name.endswith("/LICENSE")] != []


def test_the_wheel_names_both_programs(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel)
    (entry,) = [name for name in packed.namelist() if name.endswith("/entry_points.txt")]
    lines = packed.read(entry).decode().split("\n")
    assert [line for line in lines if "=" in line] == [
        "fangang = cli.main:run",
        "fangang-server = service.manage:run",
    ]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of a new environment with nothing of the source tree in it. The
    libraries are lent by this one, so that no network is needed.
    """
    folder = tmp_path_factory.mktemp("installed")
    _run([sys.executable, "-m", "venv", folder])
    library = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    (library / "lent.pth").write_text(sysconfig.get_path("purelib"))
    _run([folder / "bin" / "python", "-m", "pip", "install", *_FROM_THE_FILE, wheel])
    return folder / "bin"


@pytest.mark.long
def test_the_installed_packages_are_the_wheels_own(installed: Path) -> None:
    """And `alembic` is the real one, with nothing of ours inside."""
    program = "import alembic, cli, schemas, service; print(alembic.__file__, cli.__file__, service.__file__)"
    alembic, *ours = _run([installed / "python", "-c", program]).split()
    assert [path for path in ours if not path.startswith(str(installed.parent))] == []
    assert Path(alembic).parent.parent == Path(sysconfig.get_path("purelib"))


@pytest.mark.long
@pytest.mark.parametrize("program", ["fangang", "fangang-server"])
def test_the_installed_programs_show_their_help(installed: Path, program: str) -> None:
    assert program in _run([installed / program, "--help"])


@pytest.mark.long
def test_the_installed_server_makes_its_database(installed: Path, tmp_path: Path) -> None:
    database, key_file = tmp_path / "data" / "fangang.db", tmp_path / "data" / "fangang.kek"
    settings = {
        "FANGANG_DATABASE_URL": f"sqlite:///{database}",
        "FANGANG_KEY_FILE": str(key_file),
    }
    said = _run([installed / "fangang-server", "migrate"], cwd=tmp_path, **settings)
    assert head_revision() in said
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert database.stat().st_size > 0
