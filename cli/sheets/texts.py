"""Text tables: decoded strictly as a whole, never from a sample, never with replacements."""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from typing import Final

from typing_extensions import Buffer

from cli.sheets.kinds import unsupported
from cli.sheets.refusals import FileRefusedError
from schemas.roster import Detail, FileCode, RawSheet, Row
from schemas.roster.columns import find_field

SHEET_NAME: Final = "csv"
_CHUNK: Final = 1024 * 1024
_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLED_LINES: Final = 40
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED: Final = ("utf-8", "gb18030")


def open_text(data: bytes) -> RawSheet:
    """One sheet named csv. Row numbers are those that a spreadsheet would show."""
    encoding = find_encoding(data)
    delimiter, skipped = _find_delimiter(_open(data, encoding))
    return RawSheet(
        SHEET_NAME, _read_rows(data, encoding, delimiter, skipped=skipped), own_name=SHEET_NAME
    )


def find_encoding(data: bytes) -> str:
    """The mark at the beginning decides; without one, UTF-8 for the whole file, then GB18030."""
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
    """The delimiter, and whether the first line (`sep=;`, a word to Excel) is no row."""
    sample = list(itertools.islice(lines, _SAMPLED_LINES))
    first = sample[0].strip().strip('"') if sample else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], True
    if sample and sample[0].lower().startswith("sep=\t"):
        return "\t", True
    return max(_DELIMITERS, key=lambda delimiter: _count_headings(sample, delimiter)), False


def _count_headings(sample: list[str], delimiter: str) -> int:
    """The most headings known in one line when it is cut so."""
    best = 0
    try:
        for cells in csv.reader(sample, delimiter=delimiter):
            best = max(best, len({find_field(cell) for cell in cells if len(cell) < 40} - {None}))
    except csv.Error:
        return best
    return best


def _read_rows(data: bytes, encoding: str, delimiter: str, *, skipped: bool) -> Iterator[Row]:
    """Strict about quotes: one that never closes would swallow every row after it."""
    raw = _Consumed(data)
    del data
    lines = io.TextIOWrapper(io.BufferedReader(raw), encoding=encoding, errors="strict", newline="")
    if skipped:
        next(lines, None)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.BAD_QUOTES) from error


class _Consumed(io.RawIOBase):
    """Bytes that are given back to memory as they are read, while the records grow."""

    def __init__(self, data: bytes) -> None:
        starts = range(0, len(data), _CHUNK)
        self._chunks = [data[start : start + _CHUNK] for start in reversed(starts)]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        if not self._chunks:
            return 0
        chunk = self._chunks.pop()
        taken = min(len(chunk), len(view))
        view[:taken] = chunk[:taken]
        if taken < len(chunk):
            self._chunks.append(chunk[taken:])
        return taken
