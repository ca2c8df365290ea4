"""The import contracts of pyproject.toml are kept, and each of them sees what it is there for."""

import os
import re
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
    "the language speaks HTTP": ("schemas/probe_http.py", "import httpx", "schemas is the"),
    "the client knows the service": ("cli/probe.py", "import service.auth", "cli is a client"),
    "the client has a database": ("cli/probe_database.py", "import sqlite3", "cli is a client"),
    "the service knows the client": ("service/probe.py", "import cli.main", "service knows"),
    "somebody else opens workbooks": (
        "cli/probe_workbooks.py",
        "import python_calamine",
        "Only cli/sheets",
    ),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of each broken contract, beginning with its name: of a copy with every violation."""
    copied = tmp_path_factory.mktemp("copied")
    shutil.copy(ROOT / "pyproject.toml", copied)
    for package in PROGRAM:
        shutil.copytree(ROOT / package, copied / package, ignore=shutil.ignore_patterns("*.pyc"))
    for path, line, _ in VIOLATIONS.values():
        probe = copied / path
        probe.parent.mkdir(exist_ok=True)
        probe.write_text(f"{line}\n")
    done = _lint(copied)
    assert done.returncode == 1, done.stdout + done.stderr
    return re.split(r"\n(?=.+\n-{20,}\n)", done.stdout.partition("Broken contracts")[2])


@pytest.mark.parametrize(("path", "line", "contract"), VIOLATIONS.values(), ids=list(VIOLATIONS))
def test_contracts_see(broken: list[str], path: str, line: str, contract: str) -> None:
    """Each violation by the contract that is there for it, and by its own line."""
    (said,) = [each for each in broken if each.startswith(contract)]
    name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    wanted = f"{name} -> {line.removeprefix('import ')} (l.1)" if line else f"- {name}"
    assert wanted in said
