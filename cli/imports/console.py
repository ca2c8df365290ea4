"""A comparison and its result as lines for the console, and as JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from cli.imports import staff
from cli.imports.sending import Comparison, PlannedRow
from cli.imports.texts import Text, get_text
from cli.roster.console import GROUPED_FROM, NAMED_ROWS
from schemas.imports import (
    Counts,
    ImportState,
    PlanCode,
    RosterImportOut,
    RowOutcome,
    RowPlan,
    get_plan_message,
)
from schemas.roster.columns import Field, get_heading
from schemas.roster.report import AcceptedRow
from schemas.texts import get_language
from schemas.workers import Feed

_LISTED: Final = 20
_FIELD_OF: Final = {
    "departure_text": Field.DEPARTURE_DATE,
    "other_phones": Field.PHONE,
    "phone_text": Field.PHONE,
}
_OF_MANY: Final = {Text.CONFLICT_ROW: Text.CONFLICT_ROWS, Text.NOTE_ROW: Text.NOTE_ROWS}
_STATES: Final = {
    ImportState.APPLIED: Text.STATUS_APPLIED,
    ImportState.EXPIRED: Text.STATUS_EXPIRED,
    ImportState.STAGED: Text.STATUS_STAGED,
    ImportState.UNDONE: Text.STATUS_UNDONE,
}


def describe_plan(compared: Comparison, *, show_changes: bool) -> Iterator[str]:
    if compared.opened.feed is Feed.ENTERPRISE:
        yield staff.describe_plan(compared)
    else:
        yield _describe_counts(compared, show_changes=show_changes)
    if show_changes:
        yield from _list_changes(compared)
    yield from _list_notes(compared)


def _describe_counts(compared: Comparison, *, show_changes: bool) -> str:
    counts, absent = compared.counts, compared.absent
    hint = "" if show_changes or not counts.updated else get_text(Text.SHOW_CHANGES)
    return get_text(
        Text.COMPARED,
        new=counts.new,
        updated=counts.updated,
        unchanged=counts.unchanged,
        hint=hint,
        conflicts=_count(Text.CONFLICTS, counts.conflicts),
        absent=_count(Text.ABSENT, absent or 0),
        before=_count(Text.WRITTEN_BEFORE, _count_written(compared.before)),
    )


def _count_written(counts: Counts) -> int:
    return counts.new + counts.updated


def describe_result(done: Comparison, *, seconds: float) -> Iterator[str]:
    if done.opened.feed is Feed.ENTERPRISE:
        yield staff.describe_result(done, seconds=seconds)
        return
    yield get_text(
        Text.COMPLETE,
        written=_count_written(done.counts),
        before=_count(Text.WRITTEN_BEFORE, _count_written(done.before)),
        seconds=seconds,
        receipt=done.opened.receipt,
    )
    if done.absent:
        yield get_text(Text.ABSENT_LIST, count=done.absent, receipt=done.opened.receipt)


def describe_conflicts(done: Comparison, planned: Comparison) -> Iterator[str]:
    """Those that the plan did not show: what changed since."""
    if not done.total.conflicts:
        return
    known = {(each.row.sheet, each.row.row): {*_list_codes(each.plan)} for each in planned.rows}
    fresh = [
        each
        for each in done.rows
        if not {*_list_codes(each.plan)} <= known.get((each.row.sheet, each.row.row), set())
    ]
    yield from _limit(_list_coded(fresh))
    yield get_text(Text.LEFT_OUT, count=done.total.conflicts)


def describe_status(row: RosterImportOut) -> str:
    if row.feed is Feed.ENTERPRISE:
        state = get_text(_STATES[row.state])
        return staff.describe_status(row, state=state)
    return get_text(
        Text.STATUS,
        receipt=row.receipt,
        state=get_text(_STATES[row.state]),
        accepted=row.accepted,
        **row.counts.model_dump(),
    )


def _count(text: Text, count: int) -> str:
    return get_text(text, count=count) if count else ""


def _list_changes(compared: Comparison) -> Iterator[str]:
    for row, plan in compared.rows:
        if plan.outcome is RowOutcome.UPDATED:
            yield get_text(
                Text.CHANGED_ROW,
                sheet=row.sheet,
                row=row.row,
                fields=_name_fields(plan.changed),
            )


def _name_fields(names: list[str]) -> str:
    if not names:
        return get_text(Text.DEMAND)
    fields = dict.fromkeys(_FIELD_OF.get(name) or Field(name) for name in names)
    if get_language() == "en":
        return ", ".join(fields)
    return "、".join(get_heading(each) for each in fields)


def _list_notes(compared: Comparison) -> Iterator[str]:
    yield from _limit(_list_coded(compared.rows))


def _list_coded(rows: Iterable[PlannedRow]) -> list[str]:
    """A line for each row that is left out, or that has something to it; one for ten or more of a
    code.
    """
    coded = [(kind, code, row) for row, plan in rows for kind, code in _list_codes(plan)]
    counts = Counter((kind, code) for kind, code, _ in coded)
    many = {each for each, count in counts.items() if count >= GROUPED_FROM}
    lines: dict[object, str] = {}
    for kind, code, row in coded:
        if (kind, code) not in many:
            lines[kind, code, row.sheet, row.row] = _describe_row(kind, code, row)
        elif (kind, code) not in lines:
            same = [each for *its, each in coded if its == [kind, code]]
            lines[kind, code] = _describe_rows(kind, code, same)
    return list(lines.values())


def _list_codes(plan: RowPlan) -> Iterator[tuple[Text, PlanCode]]:
    if plan.code:
        yield Text.CONFLICT_ROW, plan.code
    for code in plan.notes:
        yield Text.NOTE_ROW, code


def _describe_row(kind: Text, code: PlanCode, row: AcceptedRow) -> str:
    message = get_plan_message(code)
    return get_text(kind, sheet=row.sheet, row=row.row, message=message, code=code)


def _describe_rows(kind: Text, code: PlanCode, rows: Sequence[AcceptedRow]) -> str:
    return get_text(
        _OF_MANY[kind],
        count=len(rows),
        message=get_plan_message(code),
        rows=_name_rows(rows),
        code=code,
    )


def _name_rows(rows: Sequence[AcceptedRow]) -> str:
    """The first of them; a sheet is named once."""
    joint, more = (", ", " …") if get_language() == "en" else ("、", "……")
    places = []
    for before, row in zip([None, *rows], rows[:NAMED_ROWS], strict=False):
        is_same = before is not None and before.sheet == row.sheet
        place = get_text(Text.PLACE, row=row.row)
        places.append(place if is_same else f"{row.sheet} {place}")
    return joint.join(places) + (more if len(rows) > NAMED_ROWS else "")


def _limit(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield get_text(Text.MORE, count=len(lines) - _LISTED)


# --- JSON ---------------------------------------------------------------------------------------
def plan_to_json(compared: Comparison) -> dict[str, Any]:
    return {
        "counts": _dump_counts(compared.total, compared.opened.feed),
        "absent": compared.absent,
        "updated": [
            {"sheet": row.sheet, "row": row.row, "changed": plan.changed}
            for row, plan in compared.rows
            if plan.outcome is RowOutcome.UPDATED
        ],
        "conflicts": _conflicts_to_json(compared),
        "notes": [
            {"sheet": row.sheet, "row": row.row, "code": code}
            for row, plan in compared.rows
            for code in plan.notes
        ],
    }


def receipt_to_json(opened: RosterImportOut, done: Comparison | None) -> dict[str, Any]:
    """Without `done`: the same content was imported before."""
    counts: Counts = done.total if done else opened.counts
    return {
        "number": opened.receipt,
        "already_imported": done is None,
        "counts": _dump_counts(counts, opened.feed),
        "conflicts": _conflicts_to_json(done) if done else [],
    }


def _dump_counts(counts: Counts, feed: Feed) -> dict[str, int]:
    """A roster's rows are never unmatched, nor merely received."""
    of_staff = set() if feed is Feed.ENTERPRISE else {"unmatched", "received"}
    return counts.model_dump(exclude=of_staff)


def _conflicts_to_json(compared: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "sheet": row.sheet,
            "row": row.row,
            "code": plan.code,
            "message": get_plan_message(plan.code),
        }
        for row, plan in compared.rows
        if plan.code
    ]
