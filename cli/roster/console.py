"""A check as lines for the console: sheet, row, cell, what was found, what to do in WPS."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cli.roster.checking import CheckedFile
from cli.roster.texts import Text, get_text
from schemas.roster.codes import WarningCode, get_group_message, get_message
from schemas.roster.columns import Field
from schemas.roster.headers import Column, propose_unused, split_by_typing, write_options
from schemas.roster.report import (
    FileWarning,
    RosterReport,
    RowError,
    SheetFacts,
    describe_alike,
    shorten_heading,
)
from schemas.texts import get_language

LISTED_ERRORS: Final = 20
GROUPED_FROM: Final = 10
NAMED_ROWS: Final = 5
_SKIPPED: Final = {
    WarningCode.HIDDEN_SHEET_IGNORED: Text.SKIPPED_HIDDEN,
    WarningCode.SHEET_IGNORED: Text.SKIPPED_SHEET,
    WarningCode.ENTRY_IGNORED: Text.SKIPPED_ENTRY,
}


class _Line(NamedTuple):
    """One message, and how many wrong cells it speaks for."""

    text: str
    cells: int


def describe(checked: CheckedFile, *, error_list: Path | None) -> Iterator[str]:
    """Every line about one file. `error_list` is where the rest is, when it was written."""
    report = checked.report
    if checked.source.is_open_elsewhere():
        yield get_text(Text.OPEN_ELSEWHERE, file=checked.source.name)
    if report.file_error is not None:
        yield get_text(
            Text.REFUSED,
            file=checked.source.name,
            message=report.file_error.get_message(),
            code=report.file_error.code,
        )
        return
    yield _describe_file(checked)
    for sheet in report.headless:
        yield get_text(Text.SKIPPED_PEOPLE, sheet=shorten_heading(sheet))
    yield from _describe_headers(report.sheets)
    yield from _propose_columns(report.sheets)
    yield _count(report)
    yield from _list_errors(report, error_list)
    yield from _list_warnings(report)


def describe_total(checked: Sequence[CheckedFile]) -> str:
    """For whoever gave several files at once."""
    accepted = sum(len(file.report.accepted) for file in checked)
    rejected = sum(len(file.report.rejected) for file in checked)
    refused = sum(file.report.file_error is not None for file in checked)
    return get_text(
        Text.TOTAL,
        files=len(checked),
        people=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        refused=get_text(Text.TOTAL_REFUSED, count=refused) if refused else "",
    )


def _describe_file(checked: CheckedFile) -> str:
    joint = "; " if get_language() == "en" else "；"
    facts = [get_text(Text.CELLS, sheets=checked.sheets)] if checked.kind != "csv" else []
    first = (
        ", ".join([checked.kind, *facts])
        if get_language() == "en"
        else "，".join([checked.kind, *facts])
    )
    skipped = _describe_skipped(checked.report.file_warnings)
    return get_text(
        Text.READ,
        file=checked.source.name,
        kind=first,
        skipped="".join(joint + text for text in skipped),
    )


def _describe_skipped(warnings: Sequence[FileWarning]) -> list[str]:
    joint = ", " if get_language() == "en" else "”“"
    names = {
        code: [warning.sheet for warning in warnings if warning.code is code] for code in _SKIPPED
    }
    return [
        get_text(_SKIPPED[code], names=joint.join(sheets))
        for code, sheets in names.items()
        if sheets
    ]


def _describe_headers(sheets: Sequence[SheetFacts]) -> Iterator[str]:
    """One line for all sheets that are alike, else one for each kind of header."""
    alike: dict[tuple[int, int, int, tuple[str, ...]], list[str]] = {}
    for facts in sheets:
        header = facts.header
        used = sum(column.field is not None for column in header.columns)
        total = sum(bool(column.heading) for column in header.columns)
        alike.setdefault((header.row, total, used, header.unused), []).append(facts.name)
    for (row, total, used, unused), names in alike.items():
        joint = ", " if get_language() == "en" else "、"
        shown = joint.join(map(shorten_heading, unused))
        listed = get_text(Text.UNUSED, count=len(unused), headings=shown)
        yield get_text(
            Text.HEADER if len(alike) == 1 else Text.HEADER_OF,
            sheet=joint.join(names),
            row=row,
            columns=total,
            mapped=used,
            unused=listed if unused else "",
        )


def _propose_columns(sheets: Sequence[SheetFacts]) -> Iterator[str]:
    """Columns that nobody named and that look like one the sheet lacks; in one line for all sheets,
    and one for those whose heading cannot be typed.
    """
    proposal: dict[Column, Field] = {}
    for facts in sheets:
        proposal |= propose_unused(facts.header.get_columns(None), facts.header.places)
    texts = (Text.UNUSED_ALIKE, Text.UNUSED_RENAMED)
    for text, part in zip(texts, split_by_typing(proposal), strict=True):
        if part:
            alike = describe_alike(part)
            yield get_text(text, alike=alike, options=write_options(part))


def _count(report: RosterReport) -> str:
    reasons = dict.fromkeys(get_message(ignored.reason) for ignored in report.ignored)
    named = f" ({', '.join(reasons)})" if get_language() == "en" else f"（{'、'.join(reasons)}）"
    accepted, rejected = len(report.accepted), len(report.rejected)
    return get_text(
        Text.CHECKED,
        people=accepted + rejected,
        accepted=accepted,
        rejected=rejected,
        warnings=len(report.warnings),
        ignored=len(report.ignored),
        reasons=named if reasons else "",
    )


def _list_errors(report: RosterReport, error_list: Path | None) -> Iterator[str]:
    lines = list(_make_lines(report))
    yield from (line.text for line in lines[:LISTED_ERRORS])
    rest = sum(line.cells for line in lines[LISTED_ERRORS:])
    if error_list is not None:
        text = Text.REST if rest else Text.WRITTEN
        yield get_text(text, count=rest, path=error_list)
    elif rest:
        yield get_text(Text.REST_UNLISTED, count=rest)


def _make_lines(report: RosterReport) -> Iterator[_Line]:
    """Errors in their order; ten or more of one column with one code are one line."""
    placed = [(row.sheet, row.row, error) for row in report.rejected for error in row.errors]
    counts = Counter(_group(sheet, error) for sheet, _, error in placed)
    said = set()
    for sheet, row, error in placed:
        group = _group(sheet, error)
        if counts[group] < GROUPED_FROM:
            yield _Line(_describe_error(sheet, row, error), 1)
        elif group not in said:
            said.add(group)
            text = _describe_group(sheet, row, error, counts[group])
            yield _Line(text, counts[group])


def _group(sheet: str, error: RowError) -> tuple[str, str, str]:
    return sheet, error.column, error.code.value


def _describe_error(sheet: str, row: int, error: RowError) -> str:
    return get_text(
        Text.ROW_ERROR,
        sheet=sheet,
        row=row,
        cell=error.cell,
        column=error.column,
        message=error.get_message(),
        code=error.code,
    )


def _describe_group(sheet: str, row: int, error: RowError, count: int) -> str:
    message = get_group_message(
        error.code,
        column=error.cell.rstrip("0123456789"),
        heading=error.column,
        count=count,
        row=row,
        message=error.get_message(),
    )
    return (
        f"  {sheet} {message} [{error.code}]"
        if get_language() == "en"
        else f"  {sheet} {message}[{error.code}]"
    )


def _list_warnings(report: RosterReport) -> Iterator[str]:
    """One line for each code, with the first rows."""
    rows: dict[WarningCode, list[str]] = {}
    several = len(report.sheets) > 1
    for warning in report.warnings:
        place = f"{warning.sheet}!{warning.cell}" if several else warning.cell
        rows.setdefault(warning.code, []).append(place)
    for code, places in rows.items():
        joint, more = (", ", " …") if get_language() == "en" else ("、", "……")
        shown = joint.join(places[:NAMED_ROWS]) + (more if len(places) > NAMED_ROWS else "")
        yield get_text(
            Text.WARNED,
            message=get_message(code),
            count=len(places),
            rows=shown,
            code=code,
        )
