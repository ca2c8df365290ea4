"""`--require-phone`: people without a number that can be read are not imported."""

from dataclasses import replace
from typing import Final, cast

from cli.roster.checking import CheckedFile
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.report import RejectedRow, RosterReport, RowError, RowWarning

_MISSING: Final = frozenset({WarningCode.PHONE_INVALID, WarningCode.PHONE_MISSING})


def require_phones(checked: CheckedFile) -> CheckedFile:
    """The same check with these people among the rejected, in the order of the file."""
    report = checked.report
    wrong = {
        (warning.sheet, warning.row): warning
        for warning in report.warnings
        if warning.code in _MISSING
    }
    rejected = [
        RejectedRow(row.sheet, row.row, (_make_error(wrong[row.sheet, row.row]),))
        for row in report.accepted
        if (row.sheet, row.row) in wrong
    ]
    if not rejected:
        return checked
    return replace(checked, report=_move(report, rejected))


def _move(report: RosterReport, rejected: list[RejectedRow]) -> RosterReport:
    places = {name: place for place, name in enumerate(report.sheets_read)}
    moved = {(row.sheet, row.row) for row in rejected}
    return replace(
        report,
        accepted=[row for row in report.accepted if (row.sheet, row.row) not in moved],
        rejected=sorted(
            [*report.rejected, *rejected], key=lambda row: (places[row.sheet], row.row)
        ),
        warnings=[each for each in report.warnings if (each.sheet, each.row) not in moved],
    )


def _make_error(warning: RowWarning) -> RowError:
    # The same code as the warning: what was doubtful is wrong because it was asked to be.
    code = cast("RowCode", warning.code)
    return RowError(warning.field, warning.column, warning.cell, code)
