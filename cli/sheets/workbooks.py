"""Workbooks through calamine, from bytes and only after the guards."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cli.sheets.archives import Archive
from cli.sheets.biff import scan_xls
from cli.sheets.extents import UnsafeXmlError, guard_xml
from cli.sheets.ole import check_header
from cli.sheets.opendocument import TableScan, scan_ods
from cli.sheets.panics import guard_panics
from cli.sheets.refusals import FileRefusedError
from cli.sheets.spreadsheetml import GuardedWorkbook, guard_xlsx
from schemas.roster import CellError, Detail, FileCode, MergedRange, RawCell, RawSheet, Row

Errors = Mapping[tuple[int, int], CellError]
_MANIFEST: Final = "META-INF/manifest.xml"
_NO_ERRORS: Final[Errors] = {}


def open_xlsx(archive: Archive) -> Iterator[RawSheet]:
    guarded = guard_xlsx(archive)
    workbook = _open(guarded.data)
    for sheet in _list_sheets(workbook):
        if isinstance(sheet, RawSheet):
            yield sheet
            continue
        yield _read_xlsx_sheet(sheet, guarded)


def _read_xlsx_sheet(sheet: CalamineSheet, guarded: GuardedWorkbook) -> RawSheet:
    compact = guarded.compact.get(sheet.name)
    numbers = compact.rows if compact else None
    merged = compact.merged if compact else _get_merged(sheet)
    return _make_sheet(
        sheet,
        errors=guarded.errors.get(sheet.name, _NO_ERRORS),
        merged=merged,
        numbers=numbers,
        counts_from_1904=guarded.counts_from_1904,
    )


def open_xls(data: bytes) -> Iterator[RawSheet]:
    # olefile refuses a last sector that is not whole, though only its free end may be missing.
    data += bytes(-len(data) % check_header(data))
    scan = scan_xls(data)
    workbook = _open(data)
    errors = dict(zip(workbook.sheet_names, scan.errors, strict=False))
    for sheet in _list_sheets(workbook):
        if isinstance(sheet, RawSheet):
            yield sheet
            continue
        yield _make_sheet(
            sheet,
            errors=errors.get(sheet.name, _NO_ERRORS),
            merged=_get_merged(sheet),
            counts_from_1904=scan.counts_from_1904,
        )


def open_ods(archive: Archive) -> Iterator[RawSheet]:
    tables = _scan_ods(archive)
    workbook = _open(archive.data)
    scans = dict(zip(workbook.sheet_names, tables, strict=False))
    for sheet in _list_sheets(workbook):
        if isinstance(sheet, RawSheet):
            yield sheet
            continue
        scan = scans.get(sheet.name, TableScan())
        yield _make_sheet(sheet, errors=scan.errors, merged=scan.merged)


def _scan_ods(archive: Archive) -> list[TableScan]:
    if _MANIFEST in archive.entries and b"encryption-data" in archive.read(_MANIFEST):
        raise FileRefusedError(FileCode.FILE_ENCRYPTED)
    try:
        return scan_ods(guard_xml(archive.inflate("content.xml")))
    except UnsafeXmlError as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT, Detail.UNSAFE) from error


def _open(data: bytes) -> CalamineWorkbook:
    try:
        with guard_panics():
            return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise FileRefusedError(FileCode.FILE_ENCRYPTED) from error
    except CalamineError as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT) from error


def _list_sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet | RawSheet]:
    """Sheets of cells in their order; a hidden one as an empty RawSheet, not even read."""
    for facts in workbook.sheets_metadata:
        if facts.typ is not SheetTypeEnum.WorkSheet:
            continue
        if facts.visible is not SheetVisibleEnum.Visible:
            yield RawSheet(facts.name, (), hidden=True)
            continue
        try:
            with guard_panics():
                sheet = workbook.get_sheet_by_name(facts.name)
        except CalamineError as error:
            raise FileRefusedError(FileCode.FILE_CORRUPT) from error
        yield sheet


def _get_merged(sheet: CalamineSheet) -> list[MergedRange]:
    return [
        MergedRange(first[0] + 1, first[1], last[0] + 1, last[1])
        for first, last in sheet.merged_cell_ranges or ()
    ]


def _make_sheet(
    sheet: CalamineSheet,
    *,
    errors: Errors,
    merged: Sequence[MergedRange],
    numbers: Iterable[int] | None = None,
    counts_from_1904: bool = False,
) -> RawSheet:
    rows = _number_rows(sheet, numbers)
    return RawSheet(
        sheet.name,
        _put_errors(rows, errors) if errors else rows,
        own_name=sheet.name,
        merged=merged,
        counts_from_1904=counts_from_1904,
    )


def _number_rows(sheet: CalamineSheet, numbers: Iterable[int] | None) -> Iterator[Row]:
    """calamine begins with row 1 whatever is blank, but with the first column that is used."""
    if sheet.start is None:
        return iter(())
    lines: Iterator[Sequence[RawCell]] = sheet.iter_rows()
    if sheet.start[1]:
        margin: list[RawCell] = [None] * sheet.start[1]
        lines = ([*margin, *cells] for cells in lines)
    return enumerate(lines, 1) if numbers is None else zip(numbers, lines, strict=False)


def _put_errors(rows: Iterator[Row], errors: Errors) -> Iterator[Row]:
    """Rows with the error cells that the reader gave as blank, or left out after the last value."""
    by_row: dict[int, dict[int, CellError]] = {}
    for (row, column), error in errors.items():
        by_row.setdefault(row, {})[column] = error
    for number, cells in rows:
        wrong = by_row.pop(number, None)
        yield number, cells if wrong is None else _mend(cells, wrong)
    for number in sorted(by_row):
        yield number, _mend((), by_row[number])


def _mend(cells: Sequence[RawCell], wrong: Mapping[int, CellError]) -> list[RawCell]:
    mended: list[RawCell] = [*cells, *([None] * (max(wrong) + 1 - len(cells)))]
    for column, error in wrong.items():
        mended[column] = error
    return mended
