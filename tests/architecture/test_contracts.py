"""The import contracts of pyproject.toml are kept, and each of them sees what it is there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PROGRAM, ROOT


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the program switches off every logger that it finds."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-logo", "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_are_kept() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


VIOLATIONS = {
    "a feature imports from a floor above": (
        "service/workers/probe.py",
        "import service.trips.models",
        "The floors",
    ),
    "a feature imports a neighbour": (
        "service/places/probe.py",
        "import service.accounts.models",
        "The floors",
    ),
    "a package has no floor": ("service/extra/__init__.py", "", "The floors"),
    "rules ask queries": (
        "service/trips/rules/probe.py",
        "import service.trips.queries",
        "Inside a feature",
    ),
    "queries act": (
        "service/trips/queries/probe.py",
        "import service.trips.actions",
        "Inside a feature",
    ),
    "the language knows the client": ("schemas/probe.py", "import cli.main", "schemas is the"),
    "the language speaks HTTP": ("schemas/probe.py", "import httpx", "schemas is the"),
    "the client knows the service": ("cli/probe.py", "import service.auth", "cli is a client"),
    "the client has a database": ("cli/probe.py", "import sqlite3", "cli is a client"),
    "the service knows the client": ("service/probe.py", "import cli.main", "service knows"),
    "somebody else opens workbooks": ("cli/probe.py", "import python_calamine", "Only cli/sheets"),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PROGRAM:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


@pytest.mark.parametrize(("path", "line", "contract"), VIOLATIONS.values(), ids=list(VIOLATIONS))
def test_contracts_see(copied: Path, path: str, line: str, contract: str) -> None:
    probe = copied / path
    made = [probe] if probe.parent.exists() else [probe.parent]
    probe.parent.mkdir(exist_ok=True)
    probe.write_text(f"{line}\n")
    done = _lint(copied)
    for each in made:
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    broken = [text for text in done.stdout.splitlines() if " BROKEN" in text]
    assert done.returncode == 1, done.stdout + done.stderr
    assert [text for text in broken if text.startswith(contract)] != []
