"""What is done with one worker: told events, corrections by hand; and the
township's list of what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.base import Page
from schemas.corrections import GapOut, TodoOut, WorkerChange
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.envelope import EventsIn, Outcome, OutcomesOut
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_records import WorkerChanged
from schemas.imports import PlanCode
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.shapes import describe_field
from schemas.workers import Feed, RevealIn, RevealOut
from service.accounts import access
from service.clock import local_date, new_id
from service.context import Context, Work
from service.demand import queries as demands
from service.demand.actions import describe_demand, write_demands
from service.demand.queries import list_newest_demands
from service.demand.rules import DemandStep, decide_demand
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.recording.commands import make_command, take_events, worker_stream
from service.records import commit_row
from service.registry import queries
from service.registry import queries as workers
from service.registry.actions import Entry, Ward, link_wards, make_keyring, write_workers
from service.registry.indexing import WorkerIndex
from service.registry.merging import Merged, correct
from service.registry.people import Person
from service.rest import Cursor, check_version, make_page
from service.vault.vault import Keyring
from service.workers.events import DEMAND_STATE
from service.workers.queries import find_worker, load_states
from service.workers.rules import (
    complete_cells,
    end_of_id,
    find_phone_to_ask,
    list_gaps,
    list_objections,
)


class Corrected(NamedTuple):
    """The row as it is now."""

    row: RowMapping
    changed: tuple[str, ...] = ()
    notes: tuple[PlanCode, ...] = ()


class _Household(NamedTuple):
    worker_id: UUID | None
    key: str | None


def correct_worker(work: Work, *, worker_id: UUID, version: int, change: WorkerChange) -> Corrected:
    """Raises not-found outside of the actor's scope, version-stale, and field-invalid where the
    rules of a roster object. What stands there already is no change and leaves no event.
    """
    # Streams before rows, as the recorder locks: two who speak of one worker wait and never meet.
    lock_or_open_streams(work.session, work.county_code, [worker_stream(worker_id)])
    row = workers.find_worker(work, worker_id=worker_id, lock=True)
    check_version(row["version"], version)
    stored = _open_values(work, row)
    today = local_date(work.now())
    given = complete_cells(change.model_dump(mode="json", exclude_unset=True), stored)
    merged = correct(stored, row["origins"], given=given, on=today)
    if not merged.changed:
        return Corrected(row)
    _check(work.context, stored, merged.values, on=today)
    keyring = make_keyring(work.session, work.context.vault, work.county_code, [worker_id])
    _write(work, row, merged=merged, keyring=keyring)
    notes = _follow_demand(work, row, merged=merged, given=given, keyring=keyring)
    after = workers.find_worker(work, worker_id=worker_id)
    _record(work, after, merged)
    return Corrected(after, merged.changed, notes)


def _open_values(work: Work, row: RowMapping) -> dict[str, Any]:
    """Raises not-found for somebody who was erased."""
    keyring = work.context.vault.open_keyring(work.session, row["county_code"], [row["id"]])
    values = {"person_role": row["person_role"], **workers.open_values(keyring, row)}
    if "id_number" not in values:
        raise DomainError(ErrorCode.NOT_FOUND)
    return values


def _check(
    context: Context, before: Mapping[str, Any], after: Mapping[str, Any], *, on: date
) -> None:
    objections = list_objections(before, after, on=on)
    if not objections:
        return
    problems = [
        describe_field(
            {"type": str(code), "msg": str(code), "loc": (_field_of(field, code),)},
            language=context.language,
        )
        for field, code in objections
    ]
    raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def _field_of(field: Field, code: RowCode) -> str:
    """Whose number is too young is a matter of the role: the number stays."""
    return str(Field.PERSON_ROLE if code is RowCode.UNDER_AGE else field)


def _write(work: Work, row: RowMapping, *, merged: Merged, keyring: Keyring) -> None:
    county_code, now = row["county_code"], work.now()
    index = WorkerIndex(work.context.vault.indexes, county_code)
    guardian = _find_guardian(work.session, row, merged, index)
    entry = Entry(
        id=row["id"],
        version=row["version"] + 1,
        created_at=row["created_at"],
        township_code=row["township_code"],
        person_role=PersonRole(merged.values["person_role"]),
        values=merged.values,
        origins=merged.origins,
        source_macs=row["source_macs"],
        guardian_worker_id=guardian.worker_id,
        household_key=guardian.key,
    )
    write_workers(work.session, county_code, [entry], keyring=keyring, index=index, now=now)
    household = guardian.key or index.household(merged.values)
    if household != row["household_key"]:
        digests = [row["id_number_index"]]
        found = workers.list_wards(work.session, county_code, guardian_digests=digests)
        link_wards(
            work.session, county_code, [Ward(ward["id"], row["id"], household) for ward in found]
        )


def _find_guardian(
    session: Session, row: RowMapping, merged: Merged, index: WorkerIndex
) -> _Household:
    """A child is in its guardian's household, as far as the guardian is known."""
    number = merged.values.get("guardian_id")
    if number is None:
        return _Household(None, None)
    if "guardian_id" not in merged.changed and row["guardian_worker_id"] is not None:
        return _Household(row["guardian_worker_id"], row["household_key"])
    found = workers.list_heads_by_id_number(
        session, row["county_code"], digests=[index.id_number(number)]
    )
    return (
        _Household(found[0]["id"], found[0]["household_key"]) if found else _Household(None, None)
    )


def _follow_demand(
    work: Work, row: RowMapping, *, merged: Merged, given: Mapping[str, Any], keyring: Keyring
) -> tuple[PlanCode, ...]:
    """As after a row of a roster; who has a seat keeps the journey as it is."""
    county_code, worker_id = row["county_code"], row["id"]
    newest = demands.list_newest_demands(
        work.session, county_code, worker_ids=[worker_id], lock=True
    ).get(worker_id)
    step = decide_demand(
        DemandState(newest["state"]) if newest else None,
        incoming=given,
        values=merged.values,
        changed=merged.changed,
    )
    if step is DemandStep.KEEP_ASSIGNED:
        return (PlanCode.ALREADY_ON_TRIP,)
    if step is not DemandStep.KEEP:
        demand = describe_demand(
            merged.values,
            newest,
            step=step,
            changed=merged.changed,
            worker=row,
            source=Feed.CORRECTION,
            fresh_id=new_id(work.context.clock),
            now=work.now(),
        )
        index = WorkerIndex(work.context.vault.indexes, county_code)
        write_demands(
            work.session,
            county_code,
            [demand],
            keyring=keyring,
            index=index,
            now=work.now(),
        )
    return ()


def _record(work: Work, row: RowMapping, merged: Merged) -> None:
    now = work.now()
    payload = WorkerChanged(
        version=row["version"], fields=list(merged.changed), content_hash=commit_row(row)
    )
    command = make_command(
        payload,
        identifier=new_id(work.context.clock),
        kind=EventKind.WORKER_CHANGED,
        stream=worker_stream(row["id"]),
        now=now,
    )
    (outcome,) = work.context.recorder.record(
        work.session, work.actor, [command], now=now, language=work.context.language
    )
    if outcome.problem is not None:
        raise DomainError(outcome.problem.code, facts=outcome.problem.facts)


PEOPLE_AT_ONCE = 2_000
"""So many are opened for one page: what is missing is known from sealed values only."""
_TOWNSHIP_DIGITS = 9


def list_todo(work: Work, *, township: str | None, after: str | None) -> Page[TodoOut]:
    """Those among the next 2,000 people of one township about whom something is missing; not the
    withdrawn ones. Whoever hands it out records that first (`access.record_township_list`).
    """
    code = _choose_township(work, township)
    cursor = Cursor(limit=PEOPLE_AT_ONCE, after=after)
    rows = workers.list_workers(work, cursor=cursor, township_code=code)
    page = make_page(rows, cursor=cursor, present=lambda row: row, key=lambda row: row["id"])
    return Page(items=_list_items(work, page.items), next=page.next)


def _choose_township(work: Work, township: str | None) -> str:
    """The clerk's own; a county account names one. Raises not-found for another's."""
    code = township or work.actor.division_prefix
    if len(code) != _TOWNSHIP_DIGITS:
        missing = {"type": "missing", "msg": "Field required", "loc": ("query", "township")}
        problem = describe_field(missing, language=work.context.language)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    if not work.actor.scope.covers_township(code):
        raise DomainError(ErrorCode.NOT_FOUND)
    return code


def _list_items(work: Work, rows: Sequence[Any]) -> list[TodoOut]:
    county_code, ids = work.county_code, [row["id"] for row in rows]
    keyring = work.context.vault.open_keyring(work.session, county_code, ids)
    states = load_states(work.session, county_code, ids)
    demands = list_newest_demands(work.session, county_code, worker_ids=ids)
    waiting = {each for each, row in demands.items() if row["state"] == DemandState.OPEN}
    people = workers.open_rows(keyring, rows)
    today = local_date(work.now())
    return [
        _show(person, gaps)
        for person in people.values()
        if person.name and not states[person.id].withdrawn
        if (gaps := list_gaps(person, waits=person.id in waiting, on=today))
    ]


def _show(person: Person, gaps: list[GapOut]) -> TodoOut:
    return TodoOut(
        id=person.id,
        name=person.name,
        id_number_end=end_of_id(person.id_number),
        phone=find_phone_to_ask(person),
        township=person.township,
        village=person.village,
        missing=gaps,
    )


def reveal_worker(work: Work, *, worker_id: UUID, wanted: RevealIn) -> RevealOut:
    """In a write transaction: who looked, at which fields, and why is recorded before any of
    them leaves.
    """
    row = queries.find_worker(work, worker_id=worker_id)
    access.record_reveal(
        work,
        worker_id=worker_id,
        fields=[str(name) for name in wanted.fields],
        reason=wanted.reason,
    )
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [worker_id])
    values = queries.open_values(keyring, row)
    return RevealOut(id=worker_id, fields={name: values.get(name) for name in wanted.fields})


def record_events(work: Work, *, worker_id: UUID, body: EventsIn) -> OutcomesOut:
    """Each event for itself, in order. Raises not-found for a worker out of the actor's scope."""
    find_worker(work, worker_id=worker_id)
    recorded = take_events(
        work.session,
        work.actor,
        body=body,
        stream=worker_stream(worker_id),
        recorder=work.context.recorder,
        now=work.now(),
        language=work.context.language,
    )
    return OutcomesOut(outcomes=recorded.outcomes, may_follow=_list_next(recorded.outcomes))


def _list_next(outcomes: Iterable[Outcome]) -> list[EventKind]:
    """Whoever was withdrawn with a seat has to be taken off the list by the coordinator."""
    seated = any(each.decided.get(DEMAND_STATE) == DemandState.ASSIGNED for each in outcomes)
    return [EventKind.PASSENGER_UNASSIGNED] if seated else []
