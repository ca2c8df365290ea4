"""An .ods read once by a parser: extent with its repeats, error cells, merged ranges.

calamine unrolls repeated rows and columns, so a few bytes can ask for any amount of memory.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from cli.sheets.refusals import (
    MAX_COPIED_CHARACTERS,
    MAX_COPIES,
    FileRefusedError,
    check_merged,
    check_rectangle,
)
from schemas.roster.cells import CellError, CellKind, MergedRange
from schemas.roster.codes import Detail, FileCode

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS: Final = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_PARAGRAPH: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_LIBRE_OFFICE_TYPE: Final = (
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
)


@dataclass(slots=True)
class TableScan:
    """One table: error cells by (row from 1, column from 0), and merged ranges."""

    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    cells: int = 0
    copies: int = 0
    copied_characters: int = 0

    def check(self) -> None:
        check_rectangle(self.rows, self.columns, self.cells)
        if self.copies > MAX_COPIES or self.copied_characters > MAX_COPIED_CHARACTERS:
            raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.CELL_EXTENT)


class _Scanner:
    def __init__(self) -> None:
        self.tables: list[TableScan] = []
        self._row = self._column = self._row_repeat = 0
        self._attributes: dict[str, str] | None = None
        self._texts: list[str] = []
        self._is_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self.tables.append(TableScan())
            self._row = self._row_repeat = 0
        elif tag == f"{_TABLE}table-row":
            self._row += self._row_repeat or 1
            self._row_repeat = _get_count(attributes, "number-rows-repeated")
            self._column = 0
        elif tag in _CELLS:
            self._attributes, self._texts = attributes, []
        elif tag == _PARAGRAPH:
            self._is_text = True

    def characters(self, text: str) -> None:
        if self._is_text and self._attributes is not None:
            self._texts.append(text)

    def end(self, tag: str) -> None:
        if tag == _PARAGRAPH:
            self._is_text = False
        elif tag in _CELLS and self._attributes is not None and self.tables:
            self._take(self.tables[-1], self._attributes, "".join(self._texts))
            self._attributes = None

    def _take(self, table: TableScan, attributes: dict[str, str], text: str) -> None:
        row, column = self._row, self._column
        repeat = _get_count(attributes, "number-columns-repeated")
        self._column += repeat
        down = _get_count(attributes, "number-rows-spanned")
        across = _get_count(attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            table.merged.append(MergedRange(row, column, row + down - 1, column + across - 1))
        error = _find_error(attributes, text)
        if error is not None:
            table.errors[row, column] = error
        if text or f"{_OFFICE}value-type" in attributes:
            table.rows = max(table.rows, row + self._row_repeat - 1)
            table.columns = max(table.columns, column + repeat)
            table.cells += 1
            copies = repeat * self._row_repeat - 1
            table.copies += copies
            table.copied_characters += copies * len(text)


def _get_count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE}{name}", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE)
    return max(int(text), 1)


def _find_error(attributes: dict[str, str], text: str) -> CellError | None:
    if attributes.get(_LIBRE_OFFICE_TYPE) == "error":
        return CellError(CellKind.ERROR, text)
    is_formula = f"{_TABLE}formula" in attributes
    if is_formula and f"{_OFFICE}value-type" not in attributes:
        return CellError(CellKind.FORMULA)
    return None


def scan_ods(chunks: Iterable[bytes]) -> list[TableScan]:
    """The tables in their order; refuses a rectangle that is too large or nearly empty."""
    scanner = _Scanner()
    parser = expat.ParserCreate("utf-8", namespace_separator="}")
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.characters
    parser.buffer_text = True
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 - the signature of expat
    except expat.ExpatError as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED) from error
    for table in scanner.tables:
        check_merged(len(table.merged))
        table.check()
    return scanner.tables
