"""Who may import and call what: what the contracts of pyproject.toml cannot say."""

import ast
import sys

import pytest

from tests.architecture.sources import Source, list_imports, list_sources, parse

# Of the standard library, what has to do with files, processes, networks, chance or the time of day.
_OUTSIDE = set(
    """
    asyncio http io logging multiprocessing os pathlib random secrets shutil signal socket sqlite3
    ssl subprocess tempfile threading time urllib
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
# borax: the tables of lunar days, which need neither files nor a clock.
_SHARED = (sys.stdlib_module_names - _OUTSIDE) | {"borax", "pydantic", "pydantic_core", "schemas"}
_IMPURE = [
    "alembic",
    "fastapi",
    "service.clock",
    "service.context",
    "service.db",
    "service.settings",
    "service.vault.keys",
    "service.vault.keyfile",
    "service.vault.vault",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
]


def _outside_of(source: Source, allowed: frozenset[str]) -> list[str]:
    return [
        f"{source.at(node)} {name}"
        for node, name in list_imports(source)
        if name.split(".")[0] not in allowed
    ]


def _among(source: Source, forbidden: list[str]) -> list[str]:
    return [
        f"{source.at(node)} {name}"
        for node, name in list_imports(source)
        if any(name == each or name.startswith(f"{each}.") for each in forbidden)
    ]


def test_schemas_needs_pydantic_and_the_pure_standard_library() -> None:
    found = [each for source in list_sources("schemas") for each in _outside_of(source, _SHARED)]
    assert found == []


@pytest.mark.parametrize("line", ["import httpx", "from os import path", "import cli.main"])
def test_schemas_guard_sees(line: str) -> None:
    assert len(_outside_of(parse("schemas.probe", line), _SHARED)) == 1


def test_rules_are_pure() -> None:
    """No session, no clock, no framework: rules decide on plain values."""
    rules = [each for each in list_sources("service") if ".rules" in each.name]
    assert [each for source in rules for each in _among(source, _IMPURE)] == []


@pytest.mark.parametrize("line", ["from service import clock", "from sqlmodel import Session"])
def test_rules_guard_sees(line: str) -> None:
    assert len(_among(parse("service.probe.rules", line), _IMPURE)) == 1


def test_only_sheets_opens_workbooks() -> None:
    found = [
        each
        for source in list_sources("schemas", "cli", "service")
        if not source.is_under("cli.sheets")
        for each in _among(source, ["python_calamine"])
    ]
    assert found == []


def test_no_relationships_of_the_mapper() -> None:
    """Features meet in queries; a relationship would tie their tables together behind our back."""
    found = [
        each
        for source in list_sources("service")
        for each in _among(source, ["sqlmodel.Relationship", "sqlalchemy.orm.relationship"])
    ]
    assert found == []


# --- calls that only one place makes ---------------------------------------------------------------
def _calls(source: Source, names: set[str]) -> list[str]:
    """Calls of these functions, by the last part of what is called, or by the whole."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in names or called.rpartition(".")[2] in names:
                found.append(f"{source.at(node)} {called}")
    return found


_CLOCK = {"datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time"}
_PRINTING = {"print", "typer.echo", "typer.secho", "click.echo", "rich.print", "Console"}
_STREAMS = {"sys.stdout", "sys.stderr"}
_HARMLESS = {"encoding", "fileno", "isatty", "reconfigure"}


def test_only_the_clock_tells_the_time() -> None:
    found = [
        each
        for source in list_sources("schemas", "service")
        if source.name != "service.clock"
        for each in _calls(source, _CLOCK)
    ]
    assert found == []


def _prints(source: Source) -> list[str]:
    """Calls that print, and every use of a stream but asking it what it is."""
    attributes = [node for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)]
    asked = {id(node.value) for node in attributes if node.attr in _HARMLESS}
    streams = [
        source.at(node)
        for node in attributes
        if ast.unparse(node) in _STREAMS and id(node) not in asked
    ]
    return _calls(source, _PRINTING) + streams


def test_only_output_prints_in_the_client() -> None:
    found = [
        each
        for source in list_sources("cli")
        if not source.is_under("cli.output")
        for each in _prints(source)
    ]
    assert found == []


@pytest.mark.parametrize("line", ["print(1)", "import sys\nsys.stdout.write('')", "rich.print(1)"])
def test_printing_guard_sees(line: str) -> None:
    assert len(_prints(parse("cli.probe", line))) == 1


# --- who commits --------------------------------------------------------------------------------
_COMMITS = {"commit", "begin", "begin_nested"}
_COMMITTERS = {
    "service.db.database": "the two ways to a session",
    "service.vault.keys": "SQLite: the keys' own file, committed before the rows that use them",
    "service.manage.migrations": "the owner's own transaction, outside of any request",
}


def test_only_the_database_commits() -> None:
    found = [
        each
        for source in list_sources("service")
        if source.name not in _COMMITTERS
        for each in _calls(source, _COMMITS)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["session.commit()", "with engine.begin() as c: pass", "self._session.commit()"]
)
def test_commit_guard_sees(line: str) -> None:
    assert len(_calls(parse("service.probe.actions", line), _COMMITS)) == 1


def _replacing(source: Source) -> list[str]:
    return [
        source.at(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "OR REPLACE" in node.value.upper()
    ]


def test_nothing_is_inserted_or_replaced() -> None:
    """SQLite asks no authorizer when REPLACE deletes a row: an event could be overwritten so."""
    assert [each for source in list_sources("service") for each in _replacing(source)] == []


def test_replacing_guard_sees() -> None:
    probe = parse("service.probe.queries", "SQL = 'insert or replace into event values (1)'")
    assert len(_replacing(probe)) == 1
