"""How far a worksheet's XML reaches, and the cells that calamine gives as blank but are not.

Two ways to the same answer. XML as spreadsheets write it (`<c r="D17" …>`) is searched with a few
byte patterns, about 0.3 s for 50 MB. Spelled in any other way it goes through a parser.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cli.sheets.refusals import check_merged
from schemas.roster.cells import CellError, CellKind

_FAR_REFERENCE: Final = re.compile(rb' r="(?:[A-Za-z]{2}|[A-Za-z]?\d{6})').search
_IMPOSSIBLE_REFERENCE: Final = re.compile(rb' r="(?:[A-Za-z]{4}|[A-Za-z]{0,3}\d{8})').search
_FAR_COLUMNS: Final = re.compile(rb' r="([A-Za-z]{2,3})\d').findall
_FAR_ROWS: Final = re.compile(rb' r="[A-Za-z]{0,3}(\d{6,7})"').findall
# Bounds while no reference is far: one letter, five digits.
_NEAR_ROWS: Final = 99_999
_NEAR_COLUMNS: Final = 26
_ODD_REFERENCE: Final = re.compile(rb' r[ =\'][^"]').search
_BROKEN_TAG: Final = re.compile(rb"<c[\t\r\n]|[\t\r\n]r\s*=").search
_FORMULA_OR_ERROR: Final = re.compile(rb"<f[\s>/]").search
_FORMULA_PART: Final = rb"(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)"
_ERROR_CELL: Final = re.compile(
    rb'<c ((?:[^>]*? )?t="e"[^>]*)>\s*(?:' + _FORMULA_PART + rb")?\s*(?:<v>([^<]*)</v>)?"
).finditer
_VALUELESS_FORMULA: Final = re.compile(
    rb"<c ([^>]*)>\s*" + _FORMULA_PART + rb"\s*(?:<v\s*/>|<v>\s*</v>|</c>)"
).finditer
_REFERENCE: Final = re.compile(rb'(?:^| )r="([A-Za-z]{1,3})(\d{1,7})"').search
_DOCTYPE: Final = b"<!DOCTYPE"
_PROMISE: Final = b"uniqueCount"
_LAST_PROMISE: Final = re.compile(_PROMISE + rb"(?!=(?:\"\d{1,7}\"|'\d{1,7}'))").search
# Whole only where enough stands behind it: at the end of a piece the next one decides.
_BROKEN_PROMISE: Final = re.compile(
    _PROMISE + rb"(?!=(?:\"\d{1,7}\"|'\d{1,7}')).{20}", re.DOTALL
).search
_LEAD: Final = 512
_OVERLAP: Final = 64
_LONGEST_CELL: Final = 4 * 1024 * 1024

Place = tuple[int, int]


@dataclass(slots=True)
class SheetScan:
    """Upper bounds of the used rectangle, cells counted, and error cells by (row from 1, column)."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    merged: int = 0
    errors: dict[Place, CellError] = field(default_factory=dict)


class UnusualXmlError(Exception):
    """Not spelled as spreadsheets spell it: only a parser can tell what it holds."""


class UnsafeXmlError(Exception):
    """A document type, bytes that are no UTF-8 XML, or a cell where no sheet has one: calamine would
    reserve memory as far as that.
    """


def guard_xml(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass chunks on; a document type (entities that multiply) or UTF-16 is unsafe, and so is the
    promise of more shared texts than anybody has: calamine makes room for them at once.
    """
    tail = b""
    for chunk in chunks:
        if not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise UnsafeXmlError
        for piece in (tail + chunk[:_OVERLAP], chunk):
            if _DOCTYPE in piece or (_PROMISE in piece and _BROKEN_PROMISE(piece)):
                raise UnsafeXmlError
        tail = chunk[-_OVERLAP:]
        yield chunk
    if _LAST_PROMISE(tail):
        raise UnsafeXmlError


def search_sheet(chunks: Iterable[bytes]) -> SheetScan:
    """The fast way. Raises UnusualXmlError when the bytes may hide something from it."""
    scan = SheetScan(rows=_NEAR_ROWS, columns=_NEAR_COLUMNS)
    for window in _cut_at_cells(chunks):
        _refuse_unusual(window)
        scan.cells += window.count(b"<c ")
        if b"<mergeCell " in window:
            scan.merged += window.count(b"<mergeCell ")
            check_merged(scan.merged)
        if _FAR_REFERENCE(window):
            if _IMPOSSIBLE_REFERENCE(window):
                raise UnsafeXmlError
            columns = set(_FAR_COLUMNS(window))
            scan.columns = max(scan.columns, *map(_number_column, columns), 0)
            scan.rows = max(scan.rows, *map(int, _FAR_ROWS(window)), 0)
        if b't="e"' in window:
            scan.errors |= _find_errors(window)
        if _FORMULA_OR_ERROR(window):
            scan.errors |= _find_valueless(window)
    return scan


def _cut_at_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no cell is torn: each piece but the first begins with one."""
    kept = b""
    for chunk in chunks:
        window = kept + chunk
        cut = window.rfind(b"<c ")
        if cut <= 0 and len(window) <= _LONGEST_CELL:
            kept = window
            continue
        if cut <= 0:  # whatever it is, it is no cell that tells anything
            cut = len(window) - _OVERLAP
        yield window[:cut]
        kept = window[cut:]
    yield kept


def _refuse_unusual(window: bytes) -> None:
    has_breaks = b"\n" in window or b"\t" in window or b"\r" in window
    if (
        b":worksheet" in window[:_LEAD]
        or b"<!" in window
        or _ODD_REFERENCE(window)
        or (has_breaks and _BROKEN_TAG(window))
    ):
        raise UnusualXmlError


def _number_column(letters: bytes) -> int:
    """A → 1, Z → 26, XFD → 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def read_reference(reference: str) -> Place | None:
    """D17 → (17, 3): row from 1, column from 0."""
    match = _REFERENCE(b'r="' + reference.encode() + b'"')
    return None if match is None else (int(match[2]), _number_column(match[1]) - 1)


def _place(attributes: bytes) -> Place | None:
    match = _REFERENCE(attributes)
    return None if match is None else (int(match[2]), _number_column(match[1]) - 1)


def _find_errors(window: bytes) -> dict[Place, CellError]:
    found = {}
    for match in _ERROR_CELL(window):
        place = _place(match[1])
        if place is not None:
            shown = (match[2] or b"").decode("utf-8", "replace")
            found[place] = CellError(CellKind.ERROR, shown)
    return found


def _find_valueless(window: bytes) -> dict[Place, CellError]:
    """Formulas without a result. An empty text (t="str") is a result."""
    found = {}
    for match in _VALUELESS_FORMULA(window):
        place = _place(match[1])
        if place is not None and b't="str"' not in match[1]:
            found[place] = CellError(CellKind.FORMULA)
    return found
