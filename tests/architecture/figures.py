"""Figures of the house, printed by `python -m tests.architecture.figures` and bounded by test_figures.py.

What is counted:

- `subscripts`: reads of the form row["name"] in service, outside of the ledger and the bulk statements
  (service/ledger, service/db) and of code that reads JSON documents (service/app, service/demo)
- `language`: parameters of that name in the client
- `order`: functions of service whose parameters are not in the one order: work; or session, actor, context
- `long`: files of schemas, cli and service with more than 500 lines
- `boarding`, `row`: files of service and schemas that one warmed request with one boarded event, and one
  row in a chunk of 500, go through (walks.py)
"""

import ast
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from service.manage.migrations import migrate
from service.settings import Settings
from tests.architecture.sources import PROGRAM, ROOT, Source, list_functions, list_sources

MOST_LINES = 500
_DOCUMENTS_AND_BULK = ("service.ledger", "service.db", "service.app", "service.demo")
_PARTS_OF_WORK = ("session", "actor", "context")


def list_subscripts(source: Source) -> Iterator[str]:
    """Where a value is read by a literal name, annotations aside."""
    annotations = {
        id(inner)
        for node in ast.walk(source.tree)
        for found in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if found is not None
        for inner in ast.walk(found)
    }
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
            and id(node) not in annotations
        ):
            yield source.at(node)


def count_subscripts() -> Counter[str]:
    """By file, in the rooms where rows are to be typed."""
    return Counter(
        str(source.path.relative_to(ROOT))
        for source in list_sources("service")
        if not source.is_under(*_DOCUMENTS_AND_BULK)
        for _ in list_subscripts(source)
    )


def list_language_parameters(source: Source) -> list[str]:
    return [
        f"{source.at(function)} {function.name}"
        for function in list_functions(source)
        if "language" in _parameters(function)
    ]


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = function.args
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def list_wrong_orders(source: Source) -> list[str]:
    """Functions whose parameters are not in the one order: `work` first; else session, actor, context, of
    which a session comes with neither of the others but where there is no Work yet (the rooms below
    `context`, and logging in). Actor and context without a session are what opens a Work.
    """
    has_no_work = source.is_under(
        "service.recording", "service.db", "service.context", "service.accounts.sessions"
    )
    wrong = []
    for function in list_functions(source):
        names = [each for each in _parameters(function) if each not in {"self", "cls"}]
        parts = [each for each in names if each in _PARTS_OF_WORK]
        if (
            ("work" in names and (names[0] != "work" or parts))
            or ("session" in names and names[0] != "session")
            or ("session" in names and len(parts) > 1 and not has_no_work)
            or parts != sorted(parts, key=_PARTS_OF_WORK.index)
        ):
            wrong.append(f"{source.at(function)} {function.name}: {', '.join(names)}")
    return wrong


def list_long_files() -> list[str]:
    return [
        f"{source.path.relative_to(ROOT)} {source.text.count(chr(10))}"
        for source in list_sources(*PROGRAM)
        if source.text.count("\n") > MOST_LINES
    ]


def make_settings(folder: Path) -> Settings:
    """A fresh database of its own, with tokens that do not end."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'fangang.db'}",
        key_file=folder / "fangang.kek",
        token_idle_hours=9000,
        token_absolute_hours=9000,
    )
    migrate(settings)
    return settings


def _print() -> None:
    subscripts = count_subscripts()
    print(f"files: {' '.join(f'{each} {len(list_sources(each))}' for each in PROGRAM)}")
    print(f"subscripts: {sum(subscripts.values())}")
    for path, number in subscripts.most_common():
        print(f"  {number:4} {path}")
    for name, found in (
        ("language", [each for s in list_sources("cli") for each in list_language_parameters(s)]),
        ("order", [each for s in list_sources("service") for each in list_wrong_orders(s)]),
        ("long", list_long_files()),
    ):
        print(f"{name}: {len(found)}")
        for each in found:
            print(f"  {each}")
    from tests.architecture import walks  # noqa: PLC0415 - makes a whole application

    for name, walk in (("boarding", walks.walk_boarding), ("row", walks.walk_row)):
        with tempfile.TemporaryDirectory() as folder:
            calls = walk(make_settings(Path(folder)))
        print(f"{name}: {len(calls)} files, {sum(calls.values())} calls")
        for path, number in calls.most_common():
            print(f"  {number:6} {path}")


if __name__ == "__main__":
    _print()
