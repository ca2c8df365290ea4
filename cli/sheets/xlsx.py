"""Reading .xlsx and .xlsm: how far the cells reach, stray far cells drawn together (5 million cells at most),
error cells, formulas without a result, dates from 1904, merged ranges.

Found before calamine reads the file: error cells and formulas without a stored value (calamine gives both
as blank), dates that count from 1904, and how far the cells reach. calamine reserves memory for the whole
used rectangle; one stray cell at XFD1048576 aborts the process.

A worksheet's XML is searched twice at the most. As spreadsheets spell it (`<c r="D17" …>`) a few byte
patterns find everything, at about 0.3 s for 50 MB; any other spelling goes through a parser. A sheet
that is too large or nearly empty is written anew, with its used rows and columns close together, and
calamine reads that: dates, shared texts and numbers are always read by calamine.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from python_calamine import CalamineSheet

from cli.sheets.archives import Archive
from cli.sheets.calamine import (
    NO_ERRORS,
    Place,
    get_merged,
    make_sheet,
    open_workbook,
    read_sheets,
)
from cli.sheets.refusals import (
    MAX_COLUMNS,
    MAX_DENSE_CELLS,
    check_merged,
    check_rectangle,
    corrupt,
    is_sparse,
    too_large,
)
from schemas.roster.cells import CellError, CellKind, MergedRange, RawSheet, letter_column
from schemas.roster.codes import Detail

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_RELATION_ID: Final = "}id"
_NAMESPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XML_ENDINGS: Final = (".xml", ".rels")
_MAX_PLAN_BYTES: Final = 16 * 1024 * 1024
_COMPRESSION: Final = 1


@dataclass(slots=True)
class _SheetScan:
    """`rows` and `columns` are upper bounds of the used rectangle, `cells` and `merged` are counts."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    merged: int = 0
    errors: dict[Place, CellError] = field(default_factory=dict)

    def must_be_compacted(self) -> bool:
        is_large = self.rows * self.columns > MAX_DENSE_CELLS
        return is_large or is_sparse(self.rows, self.columns, self.cells)


@dataclass(slots=True)
class _CompactSheet:
    """The used rows, close together. `rows[i]` is the number that the i-th of them has in the file."""

    xml: bytes
    rows: list[int]
    merged: list[MergedRange]


@dataclass(slots=True)
class _GuardedWorkbook:
    """What calamine may be given, and what it does not tell; by names of sheets."""

    data: bytes
    counts_from_1904: bool
    errors: dict[str, dict[Place, CellError]] = field(default_factory=dict)
    compact: dict[str, _CompactSheet] = field(default_factory=dict)


def open_xlsx(archive: Archive) -> Iterator[RawSheet]:
    """The sheets with their rows. Lazy: a refusal comes with the first sheet.

    Refuses what is damaged or hides something from the guard (file-corrupt), and sheets that spread too
    far even when compacted (file-too-large).
    """
    try:
        guarded = _guard(archive)
    except (ET.ParseError, KeyError) as error:
        raise corrupt(Detail.TRUNCATED) from error
    workbook = open_workbook(guarded.data)
    yield from read_sheets(workbook, partial(_make_sheet, guarded=guarded))


def _make_sheet(sheet: CalamineSheet, *, guarded: _GuardedWorkbook) -> RawSheet:
    compact = guarded.compact.get(sheet.name)
    return make_sheet(
        sheet,
        errors=guarded.errors.get(sheet.name, NO_ERRORS),
        merged=compact.merged if compact else get_merged(sheet),
        numbers=compact.rows if compact else None,
        counts_from_1904=guarded.counts_from_1904,
    )


# --- the container -------------------------------------------------------------------------------
def _guard(archive: Archive) -> _GuardedWorkbook:
    plan = _read_plan(archive, _WORKBOOK)
    sheets = _find_sheets(archive, plan)
    guarded = _GuardedWorkbook(archive.data, _counts_from_1904(plan))
    for part in archive.entries:
        if part not in sheets:
            _inflate_through(archive, part)
    for part, name in sheets.items():
        scan = _scan_sheet(archive, part)
        guarded.errors[name] = scan.errors
        if scan.must_be_compacted():
            guarded.compact[name] = _compact_sheet(archive, part)
    if guarded.compact:
        replaced = {
            part: guarded.compact[name].xml
            for part, name in sheets.items()
            if name in guarded.compact
        }
        guarded.data = _write_archive(archive, replaced)
    return guarded


def _read_plan(archive: Archive, part: str) -> ET.Element:
    if archive.entries[part].file_size > _MAX_PLAN_BYTES:
        raise too_large(Detail.INFLATED_SIZE)
    content = b"".join(archive.inflate_xml(part))
    parser = ET.XMLParser(encoding="utf-8")  # noqa: S314 - inflate_xml refuses every DOCTYPE
    return ET.XML(content, parser)


def _find_sheets(archive: Archive, plan: ET.Element) -> dict[str, str]:
    """Part → name, for every sheet of the workbook that has a part."""
    relations = _read_plan(archive, _RELATIONS)
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = {}
    for sheet in plan.iter():
        if sheet.tag.rpartition("}")[2] != "sheet":
            continue
        identifiers = [v for k, v in sheet.attrib.items() if k.endswith(_RELATION_ID)]
        target = targets["".join(identifiers)]
        part = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        sheets[posixpath.normpath(part)] = sheet.attrib["name"]
    return {part: name for part, name in sheets.items() if part in archive.entries}


def _counts_from_1904(plan: ET.Element) -> bool:
    return any(
        element.tag.rpartition("}")[2] == "workbookPr"
        and element.get("date1904", "0").lower() in ("1", "true", "on")
        for element in plan.iter()
    )


def _inflate_through(archive: Archive, part: str) -> None:
    """Only for the checks: calamine inflates other parts, too."""
    is_xml = part.lower().endswith(_XML_ENDINGS)
    for _ in archive.inflate_xml(part) if is_xml else archive.inflate(part):
        pass


def _scan_sheet(archive: Archive, part: str) -> _SheetScan:
    try:
        return _search_sheet(archive.inflate_xml(part))
    except _UnusualXmlError:
        parser = _SheetParser()
        parser.feed(archive.inflate_xml(part))
        return parser.scan


def _compact_sheet(archive: Archive, part: str) -> _CompactSheet:
    parser = _SheetParser(keep=True)
    parser.feed(archive.inflate_xml(part))
    return parser.compact()


def _write_archive(archive: Archive, replaced: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as out:
        for part in archive.entries:
            out.writestr(part, replaced.get(part) or archive.read(part))
    return buffer.getvalue()


# --- a worksheet by byte patterns ----------------------------------------------------------------
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
_LEAD: Final = 512
_OVERLAP: Final = 64
_LONGEST_CELL: Final = 4 * 1024 * 1024


class _UnusualXmlError(Exception):
    """Not spelled as spreadsheets spell it: the byte patterns could miss something."""


def _search_sheet(chunks: Iterable[bytes]) -> _SheetScan:
    """Raises _UnusualXmlError when the patterns could miss something.

    Refuses a cell beyond all columns and rows (file-corrupt), and too many merged ranges.
    """
    scan = _SheetScan(rows=_NEAR_ROWS, columns=_NEAR_COLUMNS)
    for window in _cut_at_cells(chunks):
        _refuse_unusual(window)
        scan.cells += window.count(b"<c ")
        if b"<mergeCell " in window:
            scan.merged += window.count(b"<mergeCell ")
            check_merged(scan.merged)
        if _FAR_REFERENCE(window):
            if _IMPOSSIBLE_REFERENCE(window):
                raise corrupt(Detail.UNSAFE)
            columns = set(_FAR_COLUMNS(window))
            scan.columns = max(scan.columns, *map(_number_column, columns), 0)
            scan.rows = max(scan.rows, *map(int, _FAR_ROWS(window)), 0)
        if b't="e"' in window:
            scan.errors |= _find_errors(window)
        if _FORMULA_OR_ERROR(window):
            scan.errors |= _find_valueless(window)
    return scan


def _cut_at_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that end between cells: each piece but the first begins with one."""
    kept = b""
    for chunk in chunks:
        window = kept + chunk
        cut = window.rfind(b"<c ")
        if cut <= 0 and len(window) <= _LONGEST_CELL:
            kept = window
            continue
        if cut <= 0:  # over 4 MB without a cell: nothing here has a reference
            cut = len(window) - _OVERLAP
        yield window[:cut]
        kept = window[cut:]
    yield kept


def _refuse_unusual(window: bytes) -> None:
    """A prefix for tags, comments and CDATA, other quotes or spaces around references, broken tags."""
    has_breaks = b"\n" in window or b"\t" in window or b"\r" in window
    if (
        b":worksheet" in window[:_LEAD]
        or b"<!" in window
        or _ODD_REFERENCE(window)
        or (has_breaks and _BROKEN_TAG(window))
    ):
        raise _UnusualXmlError


def _number_column(letters: bytes) -> int:
    """A → 1, Z → 26, XFD → 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _read_reference(reference: str) -> Place | None:
    """D17 → (17, 3): row from 1, column from 0."""
    return _find_place(b'r="' + reference.encode() + b'"')


def _find_place(attributes: bytes) -> Place | None:
    match = _REFERENCE(attributes)
    return None if match is None else (int(match[2]), _number_column(match[1]) - 1)


def _find_errors(window: bytes) -> dict[Place, CellError]:
    found = {}
    for match in _ERROR_CELL(window):
        place = _find_place(match[1])
        if place is not None:
            shown = (match[2] or b"").decode("utf-8", "replace")
            found[place] = CellError(CellKind.ERROR, shown)
    return found


def _find_valueless(window: bytes) -> dict[Place, CellError]:
    """Formulas without a result. An empty text (t="str") is a result."""
    found = {}
    for match in _VALUELESS_FORMULA(window):
        place = _find_place(match[1])
        if place is not None and b't="str"' not in match[1]:
            found[place] = CellError(CellKind.FORMULA)
    return found


# --- a worksheet by a parser ---------------------------------------------------------------------
_MAX_KEPT_CELLS: Final = 5_000_000
_ROW_NUMBER: Final = re.compile(r"[0-9]{1,7}").fullmatch


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    kind: str
    style: str | None
    text: list[str] = field(default_factory=list)
    has_formula: bool = False


class _SheetParser:
    """A worksheet cell by cell: slow, sparing of memory, and exact however it is spelled.

    Collects extent and error cells, and with `keep` the cells themselves for `compact`.
    """

    def __init__(self, *, keep: bool = False) -> None:
        self.scan = _SheetScan()
        self.merged: list[MergedRange] = []
        self._keep = keep
        self._kept: dict[int, list[_Cell]] = {}
        self._row = self._column = 0
        self._cell: _Cell | None = None
        self._is_text = False
        self._is_guide = False
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
            raise corrupt(Detail.TRUNCATED) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = _read_row_number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif name == "c":
            self._start_cell(attributes)
        elif name in ("v", "t"):
            self._is_text = self._cell is not None and not self._is_guide
        elif name == "rPh":
            self._is_guide = True
        elif name == "f" and self._cell is not None:
            self._cell.has_formula = True
        elif name == "mergeCell":
            self._add_merged(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place: Place | None = (self._row, self._column)
        if "r" in attributes:
            place = _read_reference(attributes["r"])
        if place is None:
            raise corrupt(Detail.UNSAFE)
        self._column = place[1] + 1
        self._cell = _Cell(*place, attributes.get("t", "n"), attributes.get("s"))

    def _add_merged(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _read_reference(first), _read_reference(last or first)
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
        elif name == "rPh":
            self._is_guide = False
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
                raise too_large(Detail.CELL_EXTENT)

    def compact(self) -> _CompactSheet:
        """Every used row, in order, without the blank ones between; blank cells are left out.

        Refuses used rows that are too large, or large and nearly empty, even so.
        """
        numbers = sorted(self._kept)
        width = max((cell.column for row in self._kept.values() for cell in row), default=0) + 1
        used = sum(map(len, self._kept.values()))
        check_rectangle(len(numbers), width, used)
        lines = (self._write_row(new, old) for new, old in enumerate(numbers, start=1))
        body = "".join(lines)
        xml = f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{body}</sheetData></worksheet>'
        return _CompactSheet(xml.encode(), numbers, self.merged)

    def _write_row(self, new: int, old: int) -> str:
        cells = "".join(_write_cell(cell, new) for cell in self._kept[old])
        return f'<row r="{new}">{cells}</row>'


def _read_row_number(text: str) -> int:
    """Refuses what is no number of at most seven ASCII digits."""
    if not _ROW_NUMBER(text):
        raise corrupt(Detail.UNSAFE)
    return int(text)


def _write_cell(cell: _Cell, row: int) -> str:
    text = escape("".join(cell.text), quote=False)
    style = f' s="{escape(cell.style)}"' if cell.style else ""
    start = f'<c r="{letter_column(cell.column)}{row}"{style} t="{escape(cell.kind)}">'
    if cell.kind == "inlineStr":
        return f'{start}<is><t xml:space="preserve">{text}</t></is></c>'
    return f"{start}<v>{text}</v></c>"
