"""Rosters made and spoiled at random: every row is accounted for, nothing is altered, every error names
its cell, and a list that was mended is taken.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.roster.error_list import write_error_list
from cli.roster.reading import CheckedFile, Source, check_source
from cli.sheets.opening import open_table
from schemas.identity import normalise_id
from schemas.roster.cells import show
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.report import RosterReport
from tests.cli.roster_spoils import DAY, Line
from tests.cli.spoiled_rosters import Roster, Sheet, draw_roster
from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import AS_OF

QUICK, MANY = 120, 6_000
_SEEDS = st.integers(0, 2**64 - 1)


def check_bytes(folder: Path, name: str, data: bytes) -> CheckedFile:
    path = folder / name
    path.write_bytes(data)
    return check_source(Source(name, path), as_of=AS_OF)


def check_and_mend(chance: Random) -> None:
    roster = draw_roster(chance)
    with TemporaryDirectory() as folder:
        checked = check_bytes(Path(folder), "花名册", roster.to_bytes())
        if not any(line.id_number for sheet in roster.sheets for line in sheet.lines):
            assert checked.report.file_error is not None
            return
        assert checked.report.file_error is None
        compare(roster, checked.report)
        if checked.report.rejected:
            mended = mend(Path(folder), roster, checked)
            again = check_bytes(Path(folder), "改好.xlsx", mended).report
            assert (again.rejected, again.ignored) == ([], [])
            compare_mended(roster, again)


def compare(roster: Roster, report: RosterReport) -> None:
    """The whole report with the oracle."""
    expect_masked(report, [line for sheet in roster.sheets for line in sheet.lines])
    lines = [(sheet, row, line) for sheet in roster.sheets for row, line in sheet.list_lines()]
    assert len(report.accepted) + len(report.rejected) + len(report.ignored) == len(lines)
    assert {(each.sheet, each.row): each.reason for each in report.ignored} == {
        (sheet.name, row): line.ignored for sheet, row, line in lines if line.ignored
    }
    assert {
        (each.sheet, each.row): sorted((e.cell, e.column, e.field, e.code) for e in each.errors)
        for each in report.rejected
    } == {(s.name, row): expect_errors(s, row, line) for s, row, line in lines if line.errors}
    expect_other_rows(report, {(sheet.name, row): line for sheet, row, line in lines})
    taken = [(s, row, line) for s, row, line in lines if not line.errors and not line.ignored]
    assert [(each.sheet, each.row) for each in report.accepted] == [
        (s.name, r) for s, r, _ in taken
    ]
    for each, (_, _, line) in zip(report.accepted, taken, strict=True):
        record = each.record
        assert (record.id_number, record.name) == (line.id_number, line.name)
        assert record.village == line.village
        assert record.departure_date == expect_day(line)
        if Field.PHONE not in line.warnings and line.phone:
            assert record.phone == line.phone
    found = {(w.sheet, w.row, w.cell, w.code) for w in report.warnings if _is_of_cell(w.code)}
    assert found == {
        (sheet.name, row, sheet.cell(name, row), code)
        for sheet, row, line in taken
        for name, code in line.warnings.items()
    }


def expect_other_rows(report: RosterReport, lines: dict[tuple[str, int], Line]) -> None:
    """Of whoever is there twice the other row is named."""
    for each in report.rejected:
        for other in (error.other_row for error in each.errors if error.other_row):
            same = lines[each.sheet, other].id_number == lines[each.sheet, each.row].id_number
            assert (same, other != each.row) == (True, True)
    named = [error.code for row in report.rejected for error in row.errors if error.other_row]
    assert len(named) == sum(_is_double(line) for line in lines.values())


def _is_double(line: Line) -> bool:
    doubles = {RowCode.DUPLICATE_IN_FILE, RowCode.ID_NAME_CONFLICT}
    return not doubles.isdisjoint(line.errors.values())


def expect_errors(sheet: Sheet, row: int, line: Line) -> list[tuple[str, str, str, str]]:
    return sorted(
        (sheet.cell(name, row), sheet.place(name)[0], name, code)
        for name, code in line.errors.items()
    )


def expect_day(line: Line) -> date | None:
    is_given = line.cells.get(Field.DEPARTURE_DATE, "") != ""
    return DAY if is_given and Field.DEPARTURE_DATE not in line.warnings else None


def expect_masked(report: RosterReport, lines: list[Line]) -> None:
    """No message shows a whole number."""
    said = "".join(error.get_message() for row in report.rejected for error in row.errors)
    assert [line.id_number for line in lines if line.id_number and line.id_number in said] == []


def _is_of_cell(code: WarningCode) -> bool:
    """Revoked area codes are drawn on purpose, and spoiled phones are everybody's."""
    return code not in (WarningCode.ID_AREA_UNKNOWN, WarningCode.PHONE_SHARED)


def mend(folder: Path, roster: Roster, checked: CheckedFile) -> bytes:
    """The error list with what should have stood in the wrong cells, as the clerk types it."""
    path = write_error_list(folder / "错误清单.xlsx", [checked])
    by_name = {sheet.name: sheet for sheet in roster.sheets}
    tables = {}
    for page in list(open_table(path.read_bytes()).sheets)[1:]:
        rows = [[show(cell) for cell in cells] for _, cells in page.rows]
        headings = rows[0]
        for cells in rows[1:]:
            sheet = by_name[cells[headings.index("原表")]]
            row = int(cells[headings.index("原行号")])
            line = sheet.lines[row - sheet.header_row - 1]
            for name in line.errors:
                cells[headings.index(sheet.place(name)[0])] = show(line.right[name])
        tables[page.name] = rows
    return make_xlsx(tables)


def compare_mended(roster: Roster, again: RosterReport) -> None:
    """Everybody who was sent back is there, with the right number now."""
    wanted = Counter(
        normalise_id(show(line.right[Field.ID_NUMBER]).lstrip("'"))
        for sheet in roster.sheets
        for line in sheet.lines
        if line.errors
    )
    assert Counter(each.record.id_number for each in again.accepted) == wanted


@settings(
    max_examples=QUICK, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(_SEEDS)
def test_rosters_spoiled_at_random(seed: int) -> None:
    check_and_mend(Random(seed))


@pytest.mark.long
@settings(
    max_examples=MANY, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(_SEEDS)
def test_many_rosters_spoiled_at_random(seed: int) -> None:
    check_and_mend(Random(seed))
