"""What a check says once of a sheet: people outside of what was read, values taken from above, villages from
section rows, households, tables side by side, example rows, spoken headings.
"""

from collections.abc import Iterator
from typing import Final

from cli import output
from cli.roster.texts import NoticeText
from schemas.roster.codes import IgnoredReason, WarningCode
from schemas.roster.columns import is_spoken
from schemas.roster.report import (
    HEADING,
    HIDDEN_SHEET,
    IGNORED,
    UNUSED_COLUMN,
    WHOLE_SHEET,
    ColumnWarning,
    RosterReport,
    get_field_label,
    shorten_heading,
)
from schemas.texts import choose, say

_NAMED_ROWS: Final = 5
_OUTSIDE: Final = {
    WHOLE_SHEET: NoticeText.PEOPLE_IN_SHEET,
    UNUSED_COLUMN: NoticeText.PEOPLE_IN_COLUMN,
    HEADING: NoticeText.PEOPLE_IN_HEADING,
    IGNORED: NoticeText.PEOPLE_IN_ROW,
}
_ONCE: Final = {
    WarningCode.VALUE_FROM_ABOVE: NoticeText.FROM_ABOVE,
    WarningCode.VILLAGE_FROM_SECTION: NoticeText.FROM_SECTION,
    WarningCode.HOUSEHOLD_ROWS: NoticeText.HOUSEHOLDS,
    WarningCode.TABLES_BESIDE: NoticeText.BESIDE,
}


def tell_outside(report: RosterReport) -> Iterator[str]:
    """Identity numbers outside of what was read: one line for each place."""
    for each in report.unread:
        text = _OUTSIDE.get(each.place)
        if text is not None:
            yield say(
                text,
                sheet=shorten_heading(each.sheet),
                people=each.people,
                column=each.column,
                heading=each.heading,
                option=each.heading or each.column,
                row=each.row,
            )


def count_hidden(report: RosterReport, sheet: str) -> int:
    """The people of a hidden sheet."""
    return sum(u.people for u in report.unread if (u.place, u.sheet) == (HIDDEN_SHEET, sheet))


def tell_once(report: RosterReport) -> Iterator[str]:
    """How the sheets were read where that is no matter of course."""
    yield from _tell_spoken(report)
    several = len(report.sheets_read) > 1
    for warning in report.file_warnings:
        if isinstance(warning, ColumnWarning) and warning.code in _ONCE:
            yield say(
                _ONCE[warning.code],
                sheet=f"{warning.sheet} " if several else "",
                column=warning.column,
                heading=warning.heading,
                total=warning.total,
                code=warning.code,
            )
    yield from _tell_examples(report, several=several)


def _tell_spoken(report: RosterReport) -> Iterator[str]:
    understood = {
        (shorten_heading(column.heading), column.field)
        for facts in report.sheets
        for column in facts.header.columns
        if column.field is not None and is_spoken(column.heading)
    }
    if understood:
        pairs = (f"“{heading}”={get_field_label(field)}" for heading, field in sorted(understood))
        yield say(NoticeText.SPOKEN, pairs=output.join_words(pairs))


def _tell_examples(report: RosterReport, *, several: bool) -> Iterator[str]:
    rows = [each for each in report.ignored if each.reason is IgnoredReason.EXAMPLE_ROW]
    if rows:
        named = [f"{each.sheet}!{each.row}" if several else str(each.row) for each in rows]
        more = choose("……", " …") if len(named) > _NAMED_ROWS else ""
        shown = output.join_words(named[:_NAMED_ROWS]) + more
        yield say(NoticeText.EXAMPLES, rows=shown, count=len(rows))
