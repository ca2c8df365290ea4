"""The records of an .xls, walked for what calamine does not tell: errors, extent, encryption.

Record numbers and layouts: MS-XLS 2.3 and 2.4.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cli.sheets.ole import read_workbook
from cli.sheets.refusals import FileRefusedError, check_merged, check_rectangle
from schemas.roster import CellError, CellKind, Detail, FileCode

_HEADER: Final = struct.Struct("<HH")
_PLACE: Final = struct.Struct("<HH")
_BOUNDS: Final = struct.Struct("<IIHH")
_BOUNDS_BEFORE_97: Final = struct.Struct("<HHHH")
_BEGINNINGS: Final = frozenset({0x09, 0x209, 0x409, 0x809})
_BOUND_SHEET, _FILE_PASS, _DATE_MODE, _END = 0x85, 0x2F, 0x22, 0x0A
_DIMENSIONS, _SHARED_TEXTS, _MERGED = 0x200, 0xFC, 0xE5
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_FORMULA, _BOOL_OR_ERROR, _MANY_NUMBERS = 0x06, 0x205, 0xBD
_SINGLE_CELLS: Final = frozenset({_FORMULA, _BOOL_OR_ERROR, 0x203, 0x204, 0xFD, 0x27E, 0xD6})
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(slots=True)
class BiffScan:
    """Error cells of each sheet in the order of the workbook, by (row from 1, column from 0)."""

    counts_from_1904: bool = False
    errors: list[dict[tuple[int, int], CellError]] = field(default_factory=list)


def scan_xls(data: bytes) -> BiffScan:
    """Refuses what is encrypted, no workbook at all, damaged, or too far spread."""
    return _scan_stream(read_workbook(data))


def _scan_stream(stream: bytes) -> BiffScan:
    scan = BiffScan()
    offsets = []
    for _, kind, body in _walk(stream, 0):
        if kind == _FILE_PASS:
            raise FileRefusedError(FileCode.FILE_ENCRYPTED)
        if kind == _DATE_MODE:
            scan.counts_from_1904 = body[:1] == b"\x01"
        elif kind == _BOUND_SHEET:
            offsets.append(int.from_bytes(body[:4], "little"))
    scan.errors = [_scan_sheet(stream, offset) for offset in offsets]
    return scan


def _walk(stream: bytes, offset: int) -> Iterator[tuple[int, int, bytes]]:
    """Depth, kind and body of the records from `offset` to the end of its substream, which has to
    begin as one. Embedded charts are at depth 2: calamine takes their cells for the sheet's.
    """
    depth = 0
    while True:
        if offset + 4 > len(stream):
            raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED)
        kind, size = _HEADER.unpack_from(stream, offset)
        body = stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += kind in _BEGINNINGS
        if depth == 0:
            raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED)
        if kind == _END:
            depth -= 1
            if depth == 0:
                return
        else:
            _check_counts(kind, body, len(stream))
            yield depth, kind, body


def _check_counts(kind: int, body: bytes, limit: int) -> None:
    """calamine reserves memory for what these records promise, and aborts when it is too much."""
    form = _BOUNDS if len(body) >= _BOUNDS.size else _BOUNDS_BEFORE_97
    if kind == _DIMENSIONS and len(body) >= form.size:
        first_row, end_row, first_column, end_column = form.unpack_from(body)
        is_sound = _is_range(first_row, end_row, _MAX_ROWS) and _is_range(
            first_column, end_column, _MAX_COLUMNS
        )
    else:
        is_sound = kind != _SHARED_TEXTS or int.from_bytes(body[4:8], "little") <= limit
    if not is_sound:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE)


def _is_range(first: int, end: int, limit: int) -> bool:
    """Half open; an empty sheet is from 0 to 0. Backwards it would count as nearly endless."""
    return first < end <= limit or first == end == 0


def _scan_sheet(stream: bytes, offset: int) -> dict[tuple[int, int], CellError]:
    errors = {}
    last_row = last_column = cells = merged = 0
    for depth, kind, body in _walk(stream, offset):
        if kind == _MERGED:
            merged += int.from_bytes(body[:2], "little")
        if (kind not in _SINGLE_CELLS and kind != _MANY_NUMBERS) or len(body) < _PLACE.size:
            continue
        row, column = _PLACE.unpack_from(body)
        if kind == _MANY_NUMBERS:
            column = int.from_bytes(body[-2:], "little")
        last_row, last_column, cells = max(last_row, row), max(last_column, column), cells + 1
        error = _find_error(kind, body)
        if error is not None and depth == 1:
            errors[row + 1, column] = CellError(CellKind.ERROR, error)
    check_merged(merged)
    check_rectangle(last_row + 1, last_column + 1, cells)
    return errors


def _find_error(kind: int, body: bytes) -> str | None:
    if kind == _BOOL_OR_ERROR and body[7:8] == b"\x01":
        return _ERRORS.get(body[6], "#N/A")
    is_special = kind == _FORMULA and body[12:14] == b"\xff\xff"
    if is_special and body[6:7] == b"\x02":
        return _ERRORS.get(body[8], "#N/A")
    return None
