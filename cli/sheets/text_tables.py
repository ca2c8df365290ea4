"""Reading .csv and .tsv: encoding (BOM, UTF-8, GB18030), delimiter and `sep=` line; at most a million lines,
of 1 MB each; quotes that are not closed are refused.

The whole file is decoded strictly to find the encoding: never a sample, never replacement characters.
"""

import codecs
import csv
import io
import itertools
import mmap
from collections.abc import Iterator
from typing import Final

from typing_extensions import Buffer

from cli.sheets.refusals import (
    MAX_COLUMNS,
    MAX_DENSE_CELLS,
    FileRefusedError,
    corrupt,
    too_large,
    unsupported,
)
from schemas.roster.cells import RawSheet, Row
from schemas.roster.codes import Detail, FileCode
from schemas.roster.columns import find_field

_SHEET_NAME: Final = "csv"
_CHUNK: Final = 1024 * 1024
_DELIMITERS: Final = (",", "\t", ";", "|")
_MAX_LINES: Final = 1_000_000
_SAMPLED_LINES: Final = 40
_SAMPLED_CHARACTERS: Final = 2_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED: Final = ("utf-8", "gb18030")


def open_text(data: bytes) -> RawSheet:
    """One sheet named csv. Row numbers are those that a spreadsheet would show.

    Refuses an encoding that is not known (encoding-unknown), binary data (file-type-unsupported), lines
    too long or too many (file-too-large); while rows are read also too many cells, and a quote that is
    not closed (file-corrupt).
    """
    encoding = find_encoding(data)
    _check_lines(data)
    delimiter, skipped = _find_delimiter(_open(data, encoding))
    rows = _read_rows(data, encoding, delimiter, skipped=skipped)
    return RawSheet(_SHEET_NAME, rows, own_name=_SHEET_NAME, is_text=True)


def _check_lines(data: bytes) -> None:
    """Refuses a line that fills a piece of 1 MB, and more than a million lines."""
    starts = range(0, len(data) - _CHUNK, _CHUNK)
    is_endless = any(
        data.find(b"\n", start, start + _CHUNK) < 0 and data.find(b"\r", start, start + _CHUNK) < 0
        for start in starts
    )
    if is_endless or data.count(b"\n") > _MAX_LINES or data.count(b"\r") > _MAX_LINES:
        raise too_large(Detail.CELL_EXTENT)


def find_encoding(data: bytes) -> str:
    """The byte order mark decides; without one, UTF-8 if the whole file is, else GB18030.

    Refuses what is neither (encoding-unknown), and zero bytes without a mark (file-type-unsupported).
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _require(data, encoding)
    if b"\x00" in data:
        raise unsupported(Detail.OTHER)
    for encoding in _UNMARKED:
        if _decodes(data, encoding):
            return encoding
    raise FileRefusedError(FileCode.ENCODING_UNKNOWN)


def _require(data: bytes, encoding: str) -> str:
    if not _decodes(data, encoding):
        raise FileRefusedError(FileCode.ENCODING_UNKNOWN)
    return encoding


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            if "\x00" in decoder.decode(view[start : start + _CHUNK]):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _open(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="strict", newline="")


def _find_delimiter(lines: io.TextIOWrapper) -> tuple[str, bool]:
    """The delimiter, and whether the first line names it (`sep=;`, for Excel) and is no row."""
    sample = [line[:_SAMPLED_CHARACTERS] for line in itertools.islice(lines, _SAMPLED_LINES)]
    first = sample[0].strip().strip('"') if sample else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], True
    if sample and sample[0].lower().startswith("sep=\t"):
        return "\t", True
    return max(_DELIMITERS, key=lambda delimiter: _count_headings(sample, delimiter)), False


def _count_headings(sample: list[str], delimiter: str) -> int:
    """The most known headings that one line of the sample has with this delimiter."""
    best = 0
    try:
        for cells in csv.reader(sample, delimiter=delimiter):
            best = max(best, len({find_field(cell) for cell in cells if len(cell) < 40} - {None}))
    except csv.Error:
        return best
    return best


def _read_rows(data: bytes, encoding: str, delimiter: str, *, skipped: bool) -> Iterator[Row]:
    """Cells beyond MAX_COLUMNS are dropped. A quote that is not closed is refused: it would take every
    row after it into one cell.
    """
    raw = _Consumed(data)
    del data
    lines = io.TextIOWrapper(io.BufferedReader(raw), encoding=encoding, errors="strict", newline="")
    if skipped:
        next(lines, None)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        total = 0
        for number, cells in enumerate(reader, start=1):
            total += len(cells)
            if total > MAX_DENSE_CELLS:
                raise too_large(Detail.CELL_EXTENT)
            yield number, cells if len(cells) <= MAX_COLUMNS else cells[:MAX_COLUMNS]
    except csv.Error as error:
        raise corrupt(Detail.BAD_QUOTES) from error


class _Consumed(io.RawIOBase):
    """A stream that frees its bytes as they are read, so that a large file and its records need not be
    in memory together. Each piece is a mapping: freed memory of the allocator stays with the process.
    """

    def __init__(self, data: bytes) -> None:
        starts = range(0, len(data), _CHUNK)
        self._pieces = [_map(data[start : start + _CHUNK]) for start in reversed(starts)]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        if not self._pieces:
            return 0
        piece = self._pieces[-1]
        part = piece.read(len(view))
        view[: len(part)] = part
        if piece.tell() == len(piece):
            self._pieces.pop().close()
        return len(part)


def _map(piece: bytes) -> mmap.mmap:
    mapped = mmap.mmap(-1, len(piece))
    mapped.write(piece)
    mapped.seek(0)
    return mapped
