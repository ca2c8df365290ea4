"""Reading .ods: encryption, error cells and formulas without a result, merged ranges; refused where cells
spread too far or are repeated too often.

Found before calamine reads the file: error cells (calamine gives them as blank), merged ranges (it does not
tell them), and how far the cells reach with their repeats (it unrolls them, so a few bytes can ask for any
memory).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from xml.parsers import expat

from python_calamine import CalamineSheet

from cli.sheets.archives import Archive
from cli.sheets.calamine import Place, make_sheet, open_workbook, read_sheets
from cli.sheets.refusals import (
    MAX_COPIED_CHARACTERS,
    MAX_COPIES,
    FileRefusedError,
    check_merged,
    check_rectangle,
    corrupt,
    too_large,
)
from schemas.roster.cells import CellError, CellKind, MergedRange, RawSheet
from schemas.roster.codes import Detail, FileCode

_MANIFEST: Final = "META-INF/manifest.xml"
_CONTENT: Final = "content.xml"

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS: Final = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_PARAGRAPH: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_LIBRE_OFFICE_TYPE: Final = (
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
)


@dataclass(slots=True)
class _TableScan:
    """One table. `copies` are the cells that exist only by repetition."""

    errors: dict[Place, CellError] = field(default_factory=dict)
    merged: list[MergedRange] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    cells: int = 0
    copies: int = 0
    copied_characters: int = 0

    def check(self) -> None:
        """Refuse what would take calamine too much memory."""
        check_merged(len(self.merged))
        check_rectangle(self.rows, self.columns, self.cells)
        if self.copies > MAX_COPIES or self.copied_characters > MAX_COPIED_CHARACTERS:
            raise too_large(Detail.CELL_EXTENT)


def open_ods(archive: Archive) -> Iterator[RawSheet]:
    """The sheets with their rows. Lazy: a refusal comes with the first sheet.

    Refuses what is encrypted (file-encrypted), damaged (file-corrupt), or spreads too far
    (file-too-large).
    """
    if _MANIFEST in archive.entries and b"encryption-data" in archive.read(_MANIFEST):
        raise FileRefusedError(FileCode.FILE_ENCRYPTED)
    tables = _scan_tables(archive.inflate_xml(_CONTENT))
    workbook = open_workbook(archive.data)
    scans = dict(zip(workbook.sheet_names, tables, strict=False))
    yield from read_sheets(workbook, partial(_make_sheet, scans=scans))


def _make_sheet(sheet: CalamineSheet, *, scans: dict[str, _TableScan]) -> RawSheet:
    scan = scans.get(sheet.name, _TableScan())
    return make_sheet(sheet, errors=scan.errors, merged=scan.merged)


class _Scanner:
    """Handlers of the parser. Texts are those of paragraphs in cells, as calamine takes them."""

    def __init__(self) -> None:
        self.tables: list[_TableScan] = []
        self._row = self._column = self._row_repeat = 0
        self._attributes: dict[str, str] | None = None
        self._texts: list[str] = []
        self._is_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self.tables.append(_TableScan())
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

    def _take(self, table: _TableScan, attributes: dict[str, str], text: str) -> None:
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
    """1 without the attribute. Refuses what is no number of at most nine digits."""
    text = attributes.get(f"{_TABLE}{name}", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise corrupt(Detail.UNSAFE)
    return max(int(text), 1)


def _find_error(attributes: dict[str, str], text: str) -> CellError | None:
    if attributes.get(_LIBRE_OFFICE_TYPE) == "error":
        return CellError(CellKind.ERROR, text)
    is_formula = f"{_TABLE}formula" in attributes
    if is_formula and f"{_OFFICE}value-type" not in attributes:
        return CellError(CellKind.FORMULA)
    return None


def _scan_tables(chunks: Iterable[bytes]) -> list[_TableScan]:
    """The tables in their order. Refuses one that is too large, or large and nearly empty."""
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
        raise corrupt(Detail.TRUNCATED) from error
    for table in scanner.tables:
        table.check()
    return scanner.tables
