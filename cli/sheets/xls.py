"""Reading .xls and .et: the compound container and its records are checked (encryption, endless chains, false
counts, extent); error cells; dates from 1904; Word files and slides refused.

The container (MS-CFB) is read by olefile, the stream of records (MS-XLS 2.3 and 2.4) is walked here. Found
before calamine reads the file: encryption, how far the cells reach, error cells (calamine gives them as
blank), and counts for which calamine would reserve memory until the process is aborted.
"""

import io
import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import olefile
from python_calamine import CalamineSheet

from cli.sheets.calamine import (
    NO_ERRORS,
    Errors,
    Place,
    get_merged,
    make_sheet,
    open_workbook,
    read_sheets,
)
from cli.sheets.refusals import (
    MAX_ENTRIES,
    FileRefusedError,
    check_merged,
    check_rectangle,
    corrupt,
    too_large,
    unsupported,
)
from schemas.roster.cells import CellError, CellKind, RawSheet
from schemas.roster.codes import Detail, FileCode

_SECTOR_SHIFTS: Final = (9, 12)
_MINI_SECTOR_SHIFT: Final = 6
_HEADER_BYTES: Final = 512
_ENTRY_BYTES: Final = 128
_HEADER_FAT_SECTORS: Final = 109
_FIRST_SPECIAL_SECTOR: Final = 0xFFFFFFFA
_END_OF_CHAIN: Final = 0xFFFFFFFE
_WORKBOOKS: Final = ("Workbook", "Book")
# What olefile raises for damage, besides its own OSErrors; a very deep directory is a RecursionError.
_DAMAGE: Final = (OSError, IndexError, OverflowError, RecursionError, ValueError, struct.error)

_HEADER: Final = struct.Struct("<HH")
_PLACE: Final = struct.Struct("<HH")
_BOUNDS: Final = struct.Struct("<IIHH")
_BOUNDS_BEFORE_97: Final = struct.Struct("<HHHH")
_BEGINNINGS: Final = frozenset({0x09, 0x209, 0x409, 0x809})
_BOUND_SHEET, _FILE_PASS, _DATE_MODE, _END = 0x85, 0x2F, 0x22, 0x0A
_DIMENSIONS, _SHARED_TEXTS, _MERGED = 0x200, 0xFC, 0xE5
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
# The version in the first record. Before it texts are in a code page, which calamine reads wrongly.
_BOF, _BIFF8 = b"\x09\x08", 0x0600
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
class _Scan:
    """`errors` are the error cells of each sheet, in the order of the workbook."""

    counts_from_1904: bool = False
    errors: list[dict[Place, CellError]] = field(default_factory=list)


def open_xls(data: bytes) -> Iterator[RawSheet]:
    """The visible sheets with rows, the hidden ones without. Lazy: a refusal comes with the first sheet.

    Refuses what is encrypted (file-encrypted), holds no workbook or one of Excel 5.0/95
    (file-type-unsupported), is damaged
    (file-corrupt), or spreads too far (file-too-large).
    """
    # olefile refuses a last sector that is not whole, though only its free end may be missing.
    data += bytes(-len(data) % _check_header(data))
    scan = _scan_stream(_read_workbook(data))
    workbook = open_workbook(data)
    errors: dict[str, Errors] = dict(zip(workbook.sheet_names, scan.errors, strict=False))
    make = partial(_make_sheet, errors=errors, counts_from_1904=scan.counts_from_1904)
    yield from read_sheets(workbook, make)


def _make_sheet(
    sheet: CalamineSheet, *, errors: dict[str, Errors], counts_from_1904: bool
) -> RawSheet:
    return make_sheet(
        sheet,
        errors=errors.get(sheet.name, NO_ERRORS),
        merged=get_merged(sheet),
        counts_from_1904=counts_from_1904,
    )


# --- the container -------------------------------------------------------------------------------
def _check_header(data: bytes) -> int:
    """Bytes of a sector. Refuses a header for which olefile or calamine would read without end."""
    if len(data) < _HEADER_BYTES:
        raise corrupt(Detail.TRUNCATED)
    sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if sector_shift not in _SECTOR_SHIFTS or mini_shift != _MINI_SECTOR_SHIFT:
        raise corrupt(Detail.TRUNCATED)
    sector_bytes: int = 1 << sector_shift
    (fat_sectors,) = struct.unpack_from("<I", data, 44)
    difat_start, difat_count = struct.unpack_from("<II", data, 68)
    # olefile reads as many as are given here, over and over if they are in a circle. A file of this size
    # needs half of the limit: a FAT sector describes as many sectors as it has numbers of 4 bytes.
    most_fat_sectors = _HEADER_FAT_SECTORS + 2 * len(data) // sector_bytes // (sector_bytes // 4)
    if difat_count and fat_sectors > most_fat_sectors:
        raise corrupt(Detail.TRUNCATED)
    # calamine follows this chain whatever its count is.
    if not difat_count and difat_start < _FIRST_SPECIAL_SECTOR:
        raise corrupt(Detail.TRUNCATED)
    return sector_bytes


class _Container(olefile.OleFileIO):  # type: ignore[misc]  # olefile has no types
    """A compound file. `streams` are the entries of its directory by name, as calamine finds them.

    Refused are chains without an end, and what olefile and calamine would read differently.
    """

    def __init__(self, data: bytes) -> None:
        self.streams: dict[str, Any] = {}
        self._is_fat_ended = False
        super().__init__(io.BytesIO(data))

    def loadfat_sect(self, sect: bytes | Sequence[int]) -> int | None:
        """A part of the list of FAT sectors. Refuses a part after one that is not full: calamine has all
        sectors of both, olefile passes over what is behind a free place.
        """
        entries = self.sect2array(sect) if isinstance(sect, bytes) else sect
        is_used = [entry < _FIRST_SPECIAL_SECTOR for entry in entries]
        if self._is_fat_ended and any(is_used):
            raise corrupt(Detail.TRUNCATED)
        self._is_fat_ended = not all(is_used)
        last: int | None = super().loadfat_sect(sect)
        return last

    def loaddirectory(self, sect: int) -> None:
        """All entries, also those that no other entry names: calamine finds a stream among all.

        Refuses a directory of more than 5,000 entries: olefile compares each with all others.
        """
        if _count_chain(self.fat, sect) * self.sectorsize > MAX_ENTRIES * _ENTRY_BYTES:
            raise too_large(Detail.INFLATED_SIZE)
        super().loaddirectory(sect)
        for place, entry in enumerate(self.direntries):
            if entry is None:
                self._load_direntry(place)
        # Of two entries with one name calamine takes the first.
        for entry in reversed(self.direntries):
            self.streams[_decode_name(entry.name_raw)] = entry
        # Of these olefile needs none for a large stream, but calamine follows them.
        _count_chain(self.fat, self.root.isectStart)
        _count_chain(self.fat, self.first_mini_fat_sector)

    def read_stream(self, name: str) -> bytes:
        """Its chain is followed before it is read: it may have no end, and a size of 4 GB."""
        entry = self.streams[name]
        is_mini = entry.size < self.minisectorcutoff
        if is_mini:
            self.loadminifat()
        _count_chain(self.minifat if is_mini else self.fat, entry.isectStart)
        content: bytes = self._open(entry.isectStart, entry.size).read()
        return content


def _count_chain(table: Sequence[int], start: int) -> int:
    """Sectors of the chain from `start`. Refuses one that leaves the table or never ends."""
    count = 0
    while start < _END_OF_CHAIN:
        if start >= len(table) or count >= len(table):
            raise corrupt(Detail.TRUNCATED)
        start = table[start]
        count += 1
    return count


def _decode_name(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").partition("\0")[0]


def _read_workbook(data: bytes) -> bytes:
    """The stream of records. Refuses a container in which there is none."""
    try:
        container = _Container(data)
        if "EncryptedPackage" in container.streams:
            raise FileRefusedError(FileCode.FILE_ENCRYPTED)
        name = next((name for name in _WORKBOOKS if name in container.streams), None)
        if name is None:
            raise _name_other(container.streams)
        return container.read_stream(name)
    except _DAMAGE as error:
        raise corrupt(Detail.TRUNCATED) from error


def _name_other(names: Collection[str]) -> FileRefusedError:
    if "WordDocument" in names:
        return unsupported(Detail.WORD)
    is_slides = "PowerPoint Document" in names
    return unsupported(Detail.PRESENTATION if is_slides else Detail.OTHER)


# --- the records ---------------------------------------------------------------------------------
def _scan_stream(stream: bytes) -> _Scan:
    scan = _Scan()
    offsets = []
    if int.from_bytes(stream[4:6], "little") < _BIFF8 and stream[:2] == _BOF:
        raise unsupported(Detail.BEFORE_97)
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
    """Depth, kind and body of the records from `offset` to the end of the substream that begins there.

    Embedded charts are at depth 2; calamine takes their cells for the sheet's. Refuses a place where no
    substream begins, a record beyond the end, and counts for which calamine would reserve too much.
    """
    depth = 0
    while True:
        if offset + 4 > len(stream):
            raise corrupt(Detail.TRUNCATED)
        kind, size = _HEADER.unpack_from(stream, offset)
        body = stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += kind in _BEGINNINGS
        if depth == 0:
            raise corrupt(Detail.TRUNCATED)
        if kind == _END:
            depth -= 1
            if depth == 0:
                return
        else:
            _check_counts(kind, body, len(stream))
            yield depth, kind, body


def _check_counts(kind: int, body: bytes, limit: int) -> None:
    """Of DIMENSIONS and of the shared texts: calamine reserves memory for as many at once."""
    form = _BOUNDS if len(body) >= _BOUNDS.size else _BOUNDS_BEFORE_97
    if kind == _DIMENSIONS and len(body) >= form.size:
        first_row, end_row, first_column, end_column = form.unpack_from(body)
        is_sound = _is_range(first_row, end_row, _MAX_ROWS) and _is_range(
            first_column, end_column, _MAX_COLUMNS
        )
    else:
        is_sound = kind != _SHARED_TEXTS or int.from_bytes(body[4:8], "little") <= limit
    if not is_sound:
        raise corrupt(Detail.UNSAFE)


def _is_range(first: int, end: int, limit: int) -> bool:
    """`end` is not included; an empty sheet is from 0 to 0. calamine subtracts without a sign."""
    return first < end <= limit or first == end == 0


def _scan_sheet(stream: bytes, offset: int) -> dict[Place, CellError]:
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
