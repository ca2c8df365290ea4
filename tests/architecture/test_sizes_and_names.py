"""Small files, short functions, plain names: a newcomer should guess the file before searching."""

import statistics

from tests.architecture.sources import (
    EVERYTHING,
    PROGRAM,
    ROOT,
    Function,
    Source,
    list_functions,
    list_sources,
)

LONGEST_FILE = 500
_GENERATED = ("alembic.versions",)
_VAGUE = {"base_utils", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
# load_ and save_ are the recorder's pair for a whole state (clear_ and delete_ make room for it);
# open_ gives what was sealed.
_QUERY_VERBS = (
    "clear_",
    "count_",
    "delete_",
    "find_",
    "get_",
    "has_",
    "iterate_",
    "list_",
    "load_",
    "lock_",
    "open_",
    "save_",
)


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_file_is_long() -> None:
    """What outgrows this becomes a package of the same name with files by noun."""
    lengths = {
        str(source.path.relative_to(ROOT)): source.text.count("\n")
        for source in list_sources(*EVERYTHING)
        if not source.is_under(*_GENERATED)
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    """Median under 10 lines, 95 of 100 under 30."""
    lengths = sorted(
        _length(function)
        for source in list_sources(*PROGRAM)
        for function in list_functions(source)
    )
    assert statistics.median(lengths) < 10
    longest = [
        f"{source.at(function)} {function.name}: {_length(function)}"
        for source in list_sources(*PROGRAM)
        for function in list_functions(source)
        if _length(function) >= 30
    ]
    assert len(longest) < 0.05 * len(lengths), longest


def _vague_names(source: Source) -> list[str]:
    steps = {step for step in source.name.split(".") if step.strip("_") in _VAGUE}
    functions = {each.name for each in list_functions(source) if each.name.strip("_") in _VAGUE}
    return sorted(f"{source.name}: {name}" for name in steps | functions)


def test_no_vague_names() -> None:
    found = [each for source in list_sources(*EVERYTHING) for each in _vague_names(source)]
    assert found == []


def _misnamed_queries(source: Source) -> list[str]:
    return [
        f"{source.at(function)} {function.name}"
        for function in source.tree.body
        if isinstance(function, Function)
        and [each.arg for each in function.args.args][:1] == ["session"]
        and not function.name.startswith(("_", *_QUERY_VERBS))
    ]


def test_queries_say_what_they_give() -> None:
    """The verbs of docs/architecture.md: get_ gives one or None, find_ one or an error, and so on."""
    queries = [each for each in list_sources("service") if ".queries" in each.name]
    assert [each for source in queries for each in _misnamed_queries(source)] == []


def test_alembic_is_no_package() -> None:
    """An __init__.py there would shadow the real alembic."""
    assert list((ROOT / "alembic").rglob("__init__.py")) == []
