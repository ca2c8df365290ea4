"""JSON documents as text in pieces, indented by one: every `--json`. Rows handed over as an iterator are
encoded by the thousand and never held together.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python

_BATCH_ROWS: Final = 1_000


def encode(value: Any) -> Iterator[str]:
    """As `json.dumps(value, ensure_ascii=False, indent=1)` writes it. Models, dates and codes are
    taken as they are.

    An iterator is written as a list. It may be the document, a member of it, or a member of a
    document in a list of such; below that, only lists.
    """
    return _encode(value, "\n")


def _encode(value: Any, line: str) -> Iterator[str]:
    """`line` begins a line of this depth."""
    if isinstance(value, Iterator):
        return _encode_rows(value, line)
    if _has_rows(value):
        return _encode_members(value, line)
    # Documents of one list are of one shape.
    if isinstance(value, list) and value and _has_rows(value[0]):
        return _encode_documents(value, line)
    return iter((_dump(value, line),))


def _has_rows(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(each, Iterator) for each in value.values())


def _encode_rows(rows: Iterator[Any], line: str) -> Iterator[str]:
    before = "["
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield before + _dump(batch, line)[1 : -1 - len(line)]  # without the brackets
        before = ","
    yield "[]" if before == "[" else f"{line}]"


def _encode_members(document: dict[str, Any], line: str) -> Iterator[str]:
    before = "{"
    for name, value in document.items():
        yield f"{before}{line} {_dump(name, line)}: "
        yield from _encode(value, f"{line} ")
        before = ","
    yield f"{line}}}"


def _encode_documents(documents: list[Any], line: str) -> Iterator[str]:
    before = "["
    for document in documents:
        yield f"{before}{line} "
        yield from _encode(document, f"{line} ")
        before = ","
    yield f"{line}]"


def _dump(value: Any, line: str) -> str:
    """At this depth: inside a string a line end is written as an escape, so each is one of the layout."""
    try:
        return to_json(value, indent=1).replace(b"\n", line.encode()).decode()
    except PydanticSerializationError:
        # Half of a surrogate pair (in a file's name, in an answer) is no UTF-8.
        text = json.dumps(value, ensure_ascii=False, indent=1, default=to_jsonable_python)
        return text.replace("\n", line)
