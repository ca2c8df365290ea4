"""A worksheet's XML cell by cell: slow, sparing of memory, and not to be deceived by spelling.

Also the way around a stray cell far away: the used rows and columns are written anew, close
together, and calamine reads that (so that dates, shared texts and errors are read in one place).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Final
from xml.parsers import expat

from cli.sheets.extents import Place, SheetScan, read_reference
from cli.sheets.refusals import MAX_COLUMNS, FileRefusedError, check_merged, check_rectangle
from schemas.roster.cells import CellError, CellKind, MergedRange, letter_column
from schemas.roster.codes import Detail, FileCode

_MAX_KEPT_CELLS: Final = 5_000_000
_ROW_NUMBER: Final = re.compile(r"[0-9]{1,7}").fullmatch
_NAMESPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    kind: str
    style: str | None
    text: list[str] = field(default_factory=list)
    has_formula: bool = False


@dataclass(slots=True)
class CompactSheet:
    """The used cells close together. `rows[i]` is the Excel row of the i-th row written."""

    xml: bytes
    rows: list[int]
    merged: list[MergedRange]


class SheetParser:
    """Feed it a worksheet. Collects extent and error cells, and with `keep` the cells themselves."""

    def __init__(self, *, keep: bool = False) -> None:
        self.scan = SheetScan()
        self.merged: list[MergedRange] = []
        self._keep = keep
        self._kept: dict[int, list[_Cell]] = {}
        self._row = self._column = 0
        self._cell: _Cell | None = None
        self._is_text = False
        self._parser = expat.ParserCreate("utf-8", namespace_separator="}")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.buffer_text = True

    def feed(self, chunks: Iterable[bytes]) -> None:
        try:
            for chunk in chunks:
                self._parser.Parse(chunk)
            self._parser.Parse(b"", True)  # noqa: FBT003 - the signature of expat
        except expat.ExpatError as error:
            raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.TRUNCATED) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = _read_row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._is_text = self._cell is not None
        elif name == "f" and self._cell is not None:
            self._cell.has_formula = True
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place: Place | None = (self._row, self._column)
        if "r" in attributes:
            place = read_reference(attributes["r"])
        if place is None:
            raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE)
        self._column = place[1] + 1
        self._cell = _Cell(*place, attributes.get("t", "n"), attributes.get("s"))

    def _add_merged(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = read_reference(first), read_reference(last or first)
        check_merged(len(self.merged))
        if start is not None and end is not None:
            self.merged.append(MergedRange(start[0], start[1], end[0], end[1]))

    def _characters(self, text: str) -> None:
        if self._is_text and self._cell is not None:
            self._cell.text.append(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in ("v", "t"):
            self._is_text = False
        elif name == "c" and self._cell is not None:
            self._take(self._cell)
            self._cell = None

    def _take(self, cell: _Cell) -> None:
        text = "".join(cell.text)
        scan = self.scan
        scan.rows, scan.columns = max(scan.rows, cell.row), max(scan.columns, cell.column + 1)
        scan.cells += 1
        if cell.kind == "e":
            scan.errors[cell.row, cell.column] = CellError(CellKind.ERROR, text)
        elif cell.has_formula and not text.strip() and cell.kind != "str":
            scan.errors[cell.row, cell.column] = CellError(CellKind.FORMULA)
        if self._keep and text.strip() and cell.column < MAX_COLUMNS:
            self._kept.setdefault(cell.row, []).append(cell)
            if scan.cells > _MAX_KEPT_CELLS:
                raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.CELL_EXTENT)

    def compact(self) -> CompactSheet:
        """Every used row, in order, without the empty ones between."""
        numbers = sorted(self._kept)
        width = max((cell.column for row in self._kept.values() for cell in row), default=0) + 1
        used = sum(map(len, self._kept.values()))
        check_rectangle(len(numbers), width, used)
        lines = (self._write_row(new, old) for new, old in enumerate(numbers, start=1))
        body = "".join(lines)
        xml = f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{body}</sheetData></worksheet>'
        return CompactSheet(xml.encode(), numbers, self.merged)

    def _write_row(self, new: int, old: int) -> str:
        cells = "".join(_write_cell(cell, new) for cell in self._kept[old])
        return f'<row r="{new}">{cells}</row>'


def _read_row_number(text: str) -> int:
    """A row that a sheet may have, or nothing of the file is read."""
    if not _ROW_NUMBER(text):
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE)
    return int(text)


def _write_cell(cell: _Cell, row: int) -> str:
    text = escape("".join(cell.text), quote=False)
    style = f' s="{escape(cell.style)}"' if cell.style else ""
    start = f'<c r="{letter_column(cell.column)}{row}"{style} t="{escape(cell.kind)}">'
    if cell.kind == "inlineStr":
        return f'{start}<is><t xml:space="preserve">{text}</t></is></c>'
    return f"{start}<v>{text}</v></c>"
