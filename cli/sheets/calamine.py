"""Workbooks through calamine: its errors and panics become refusals, hidden sheets and charts are not read,
row numbers and first columns, merged ranges, error cells put back into their places.

Called only after the guard of the format.

calamine is given bytes, never a path: of a path it trusts the ending. Its errors and panics become
refusals. Error cells and formulas without a stored value, which it gives as blank, are put back from
what the guard found.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cli.sheets.refusals import FileRefusedError
from schemas.roster.cells import CellError, MergedRange, RawCell, RawSheet, Row
from schemas.roster.codes import FileCode

# (row from 1, column from 0)
Place = tuple[int, int]
Errors = Mapping[Place, CellError]
NO_ERRORS: Final[Errors] = {}
_STANDARD_ERROR: Final = 2


def open_workbook(data: bytes) -> CalamineWorkbook:
    """Raises FileRefusedError: file-encrypted or file-corrupt."""
    try:
        with _refusing_panics():
            return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise FileRefusedError(FileCode.FILE_ENCRYPTED) from error
    except CalamineError as error:
        raise FileRefusedError(FileCode.FILE_CORRUPT) from error


def read_sheets(
    workbook: CalamineWorkbook, make: Callable[[CalamineSheet], RawSheet]
) -> Iterator[RawSheet]:
    """Sheets of cells in their order, each by `make`; sheets of charts and macros are left out. A hidden
    one is read only when somebody asks for its rows, and has none where it is damaged.
    """
    for facts in workbook.sheets_metadata:
        if facts.typ is not SheetTypeEnum.WorkSheet:
            continue
        if facts.visible is not SheetVisibleEnum.Visible:
            yield RawSheet(facts.name, _read_hidden(workbook, facts.name, make), hidden=True)
            continue
        try:
            with _refusing_panics():
                sheet = workbook.get_sheet_by_name(facts.name)
        except CalamineError as error:
            raise FileRefusedError(FileCode.FILE_CORRUPT) from error
        yield make(sheet)


def _read_hidden(
    workbook: CalamineWorkbook, name: str, make: Callable[[CalamineSheet], RawSheet]
) -> Iterator[Row]:
    try:
        with _refusing_panics():
            sheet = workbook.get_sheet_by_name(name)
        yield from make(sheet).rows
    except (CalamineError, FileRefusedError):
        return


def get_merged(sheet: CalamineSheet) -> list[MergedRange]:
    """Merged ranges of an .xlsx or .xls; of an .ods calamine tells none."""
    return [
        MergedRange(first[0] + 1, first[1], last[0] + 1, last[1])
        for first, last in sheet.merged_cell_ranges or ()
    ]


def make_sheet(
    sheet: CalamineSheet,
    *,
    errors: Errors,
    merged: Sequence[MergedRange],
    numbers: Iterable[int] | None = None,
    counts_from_1904: bool = False,
) -> RawSheet:
    """`numbers` are the numbers of the rows where they do not simply count from 1."""
    rows = _number_rows(sheet, numbers)
    return RawSheet(
        sheet.name,
        _put_errors(rows, errors) if errors else rows,
        own_name=sheet.name,
        merged=merged,
        counts_from_1904=counts_from_1904,
    )


def _number_rows(sheet: CalamineSheet, numbers: Iterable[int] | None) -> Iterator[Row]:
    """calamine begins with row 1 even if it is blank, but with the first column that is used."""
    if sheet.start is None:
        return iter(())
    lines: Iterator[Sequence[RawCell]] = sheet.iter_rows()
    if sheet.start[1]:
        margin: list[RawCell] = [None] * sheet.start[1]
        lines = ([*margin, *cells] for cells in lines)
    return enumerate(lines, 1) if numbers is None else zip(numbers, lines, strict=False)


def _put_errors(rows: Iterator[Row], errors: Errors) -> Iterator[Row]:
    """The rows with `errors` in their places; rows after the last one of calamine are added."""
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


@contextmanager
def _refusing_panics() -> Iterator[None]:
    """A panic of the Rust code in here is file-corrupt, and its trace is not printed."""
    with _silenced():
        try:
            yield
        except BaseException as error:
            # pyo3's class derives from BaseException and cannot be imported.
            if type(error).__name__ == "PanicException":
                raise FileRefusedError(FileCode.FILE_CORRUPT) from error
            raise


@contextmanager
def _silenced() -> Iterator[None]:
    """Standard error leads nowhere. Rust writes to the descriptor itself, past sys.stderr."""
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:  # standard error is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_ERROR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
