"""How comparison, result and status of an import are shown, and as JSON: counts, changed fields, conflicts and
notes (20 lines, 10 alike as one), people absent; what an enterprise's account is told.

Of an enterprise's list: who was known, who was not; the enterprise itself learns only how many were received.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from cli import output
from cli.roster.check import GROUPED_FROM, NAMED_ROWS
from cli.roster.sending import Comparison, PlannedRow
from cli.roster.texts import ImportText
from cli.times import show_time
from schemas.imports import (
    Counts,
    ImportState,
    PlanCode,
    RosterImportOut,
    RosterImportRow,
    RowOutcome,
    RowPlan,
    get_plan_message,
)
from schemas.roster.columns import Field
from schemas.roster.report import AcceptedRow, get_field_label
from schemas.texts import choose, say
from schemas.workers import Feed


def _describe_staff_plan(compared: Comparison) -> str:
    counts = compared.total
    if counts.received:
        return say(ImportText.STAFF_TO_SEND, received=counts.received)
    return say(ImportText.STAFF_COMPARED, matches=_describe_staff(counts))


def _describe_staff_result(done: Comparison, *, seconds: float) -> str:
    counts, receipt = done.total, done.opened.receipt
    if counts.received:
        return say(
            ImportText.STAFF_SENT, received=counts.received, seconds=seconds, receipt=receipt
        )
    matches = _describe_staff(counts)
    return say(ImportText.STAFF_KEPT, matches=matches, seconds=seconds, receipt=receipt)


def _describe_staff_status(row: RosterImportOut, *, state: str) -> str:
    values = {"receipt": row.receipt, "state": state, "accepted": row.accepted}
    if row.counts.received:
        return say(ImportText.STAFF_STATUS, **values)
    return say(ImportText.STAFF_STATUS_MATCHED, **values, matches=_describe_staff(row.counts))


def _describe_staff(counts: Counts) -> str:
    conflicts = say(ImportText.CONFLICTS, count=counts.conflicts)
    return say(
        ImportText.STAFF_MATCHES,
        known=counts.updated + counts.unchanged,
        updated=counts.updated,
        unmatched=counts.unmatched,
        conflicts=conflicts if counts.conflicts else "",
    )


_LISTED: Final = 20
_FIELD_OF: Final = {
    "departure_text": Field.DEPARTURE_DATE,
    "other_phones": Field.PHONE,
    "phone_text": Field.PHONE,
}
_OF_MANY: Final = {
    ImportText.CONFLICT_ROW: ImportText.CONFLICT_ROWS,
    ImportText.NOTE_ROW: ImportText.NOTE_ROWS,
}
_STATES: Final = {
    ImportState.APPLIED: ImportText.STATUS_APPLIED,
    ImportState.EXPIRED: ImportText.STATUS_EXPIRED,
    ImportState.STAGED: ImportText.STATUS_STAGED,
    ImportState.UNDONE: ImportText.STATUS_UNDONE,
}


def describe_plan(compared: Comparison, *, show_changes: bool) -> Iterator[str]:
    if compared.opened.feed is Feed.ENTERPRISE:
        yield _describe_staff_plan(compared)
    else:
        yield _describe_counts(compared, show_changes=show_changes)
    if show_changes:
        yield from _list_changes(compared)
    yield from _list_notes(compared)


def _describe_counts(compared: Comparison, *, show_changes: bool) -> str:
    counts, absent = compared.counts, compared.absent
    hint = "" if show_changes or not counts.updated else say(ImportText.SHOW_CHANGES)
    return say(
        ImportText.COMPARED,
        new=counts.new,
        updated=counts.updated,
        unchanged=counts.unchanged,
        hint=hint,
        conflicts=_count(ImportText.CONFLICTS, counts.conflicts),
        absent=_count(ImportText.ABSENT, absent or 0),
        before=_count(ImportText.WRITTEN_BEFORE, _count_written(compared.before)),
    )


def _count_written(counts: Counts) -> int:
    return counts.new + counts.updated


def describe_result(done: Comparison, *, seconds: float) -> Iterator[str]:
    if done.opened.feed is Feed.ENTERPRISE:
        yield _describe_staff_result(done, seconds=seconds)
        return
    yield say(
        ImportText.COMPLETE,
        written=_count_written(done.counts),
        before=_count(ImportText.WRITTEN_BEFORE, _count_written(done.before)),
        seconds=seconds,
        receipt=done.opened.receipt,
    )
    if done.absent:
        yield say(ImportText.ABSENT_LIST, count=done.absent, receipt=done.opened.receipt)


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
    yield say(ImportText.LEFT_OUT, count=done.total.conflicts)


def tabulate_imports(rows: Sequence[RosterImportRow]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows: which township delivered, when, how many."""
    headings = [
        *(ImportText.LIST_AT, ImportText.LIST_RECEIPT, ImportText.LIST_TOWNSHIP),
        *(ImportText.LIST_STATE, ImportText.LIST_ROWS, ImportText.LIST_CHANGED),
        ImportText.LIST_ACCOUNT,
    ]
    return [say(each) for each in headings], [
        [
            show_time(row.applied_at or row.created_at),
            row.receipt,
            row.township_name or row.township or "",
            say(_STATES[row.state]),
            str(row.accepted),
            "/".join(
                str(each)
                for each in (
                    row.counts.new,
                    row.counts.updated,
                    row.counts.unchanged,
                    row.counts.conflicts,
                )
            ),
            row.account or "",
        ]
        for row in rows
    ]


def describe_status(row: RosterImportOut) -> str:
    if row.feed is Feed.ENTERPRISE:
        state = say(_STATES[row.state])
        return _describe_staff_status(row, state=state)
    return say(
        ImportText.STATUS,
        receipt=row.receipt,
        state=say(_STATES[row.state]),
        accepted=row.accepted,
        **row.counts.model_dump(),
    )


def _count(text: ImportText, count: int) -> str:
    return say(text, count=count) if count else ""


def _list_changes(compared: Comparison) -> Iterator[str]:
    for row, plan in compared.rows:
        if plan.outcome is RowOutcome.UPDATED:
            yield say(
                ImportText.CHANGED_ROW,
                sheet=row.sheet,
                row=row.row,
                fields=_name_fields(plan.changed),
            )


def _name_fields(names: list[str]) -> str:
    if not names:
        return say(ImportText.DEMAND)
    fields = dict.fromkeys(_FIELD_OF.get(name) or Field(name) for name in names)
    return output.join_words(get_field_label(each) for each in fields)


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


def _list_codes(plan: RowPlan) -> Iterator[tuple[ImportText, PlanCode]]:
    if plan.code:
        yield ImportText.CONFLICT_ROW, plan.code
    for code in plan.notes:
        yield ImportText.NOTE_ROW, code


def _describe_row(kind: ImportText, code: PlanCode, row: AcceptedRow) -> str:
    message = get_plan_message(code)
    return say(kind, sheet=row.sheet, row=row.row, message=message, code=code)


def _describe_rows(kind: ImportText, code: PlanCode, rows: Sequence[AcceptedRow]) -> str:
    return say(
        _OF_MANY[kind],
        count=len(rows),
        message=get_plan_message(code),
        rows=_name_rows(rows),
        code=code,
    )


def _name_rows(rows: Sequence[AcceptedRow]) -> str:
    """The first of them; a sheet is named once."""
    places = []
    for before, row in zip([None, *rows], rows[:NAMED_ROWS], strict=False):
        is_same = before is not None and before.sheet == row.sheet
        place = say(ImportText.PLACE, row=row.row)
        places.append(place if is_same else f"{row.sheet} {place}")
    more = choose("……", " …") if len(rows) > NAMED_ROWS else ""
    return output.join_words(places) + more


def _limit(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield say(ImportText.MORE, count=len(lines) - _LISTED)


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
