"""One worker corrected by hand (what is checked, what becomes of demand, household and wards), revealed for
a reason, and own events taken; after a withdrawal with a seat the seat may be taken back; what could not
be read is kept, listed and opened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from schemas.corrections import WorkerChange
from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.envelope import EventIn, EventsIn, Outcome, OutcomesOut, UnreadContentOut
from schemas.events.kinds import EventKind
from schemas.events.payloads_health import WorkerHealthNoted
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_records import ListKind, WorkerChanged
from schemas.health_notes import asks_again
from schemas.imports import PlanCode
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.shapes import describe_field
from schemas.workers import Feed, RevealIn, RevealOut
from service.accounts import access
from service.clock import new_id
from service.context import Work
from service.days import local_date
from service.demand.actions import describe_demand, write_demands
from service.demand.queries import get_newest_demand
from service.demand.rules import DemandStep, decide_demand
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.recording import queries as recording
from service.recording import unread
from service.recording.commands import make_command, take_events, worker_stream
from service.recording.models import UnreadEvent
from service.records import commit_row
from service.registry import queries
from service.registry.actions import Entry, Ward, link_wards, make_keyring, write_workers
from service.registry.columns import WorkerIndex, open_values
from service.registry.merging import Household, Merged, choose_guardian, correct
from service.registry.models import Worker
from service.rest import Cursor, check_version
from service.vault.vault import Keyring
from service.workers.events import DEMAND_STATE
from service.workers.rules import complete_cells, list_objections


class Corrected(NamedTuple):
    """The worker as it is now, the names of fields that differ from before, and what has to be known
    about it.
    """

    worker: Worker
    changed: tuple[str, ...] = ()
    notes: tuple[PlanCode, ...] = ()


@dataclass(frozen=True, slots=True)
class _Correction:
    """One correction: the worker as read and locked, what is said, what follows, and the tools."""

    worker: Worker
    given: Mapping[str, Any]
    merged: Merged
    index: WorkerIndex
    keyring: Keyring


def correct_worker(work: Work, *, worker_id: UUID, version: int, change: WorkerChange) -> Corrected:
    """Write the corrected worker, and the demand if it follows; record worker.changed. A change that
    changes nothing writes nothing and leaves no event. Raises not-found outside of the actor's scope
    and for somebody who was erased, version-stale, and field-invalid where the rules of a roster object
    to what was no fault before.
    """
    # Streams before rows, as the recorder locks: otherwise the two could wait for each other.
    lock_or_open_streams(work.session, work.county_code, [worker_stream(worker_id)])
    worker = queries.find_worker(work, worker_id=worker_id, lock=True)
    check_version(worker.version, version)
    stored = _open_values(work, worker)
    today = local_date(work.now())
    given = complete_cells(change.model_dump(mode="json", exclude_unset=True), stored)
    merged = correct(stored, worker.origins, given=given, on=today)
    if not merged.changed:
        return Corrected(worker)
    _check(stored, merged.values, on=today)
    vault = work.context.vault
    keyring = make_keyring(work.session, vault, work.county_code, [worker_id])
    index = WorkerIndex(vault.indexes, work.county_code)
    correction = _Correction(worker, given, merged, index, keyring)
    _write(work, correction)
    notes = _follow_demand(work, correction)
    work.session.refresh(worker)
    _record(work, worker, merged)
    return Corrected(worker, merged.changed, notes)


def _open_values(work: Work, worker: Worker) -> dict[str, Any]:
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [worker.id])
    values = {
        "person_role": worker.person_role,
        **open_values(keyring, worker.model_dump()),
    }
    if "id_number" not in values:
        raise DomainError(ErrorCode.NOT_FOUND)
    return values


def _check(before: Mapping[str, Any], after: Mapping[str, Any], *, on: date) -> None:
    objections = list_objections(before, after, on=on)
    if not objections:
        return
    problems = [
        describe_field({"type": str(code), "msg": str(code), "loc": (_field_of(field, code),)})
        for field, code in objections
    ]
    raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def _field_of(field: Field, code: RowCode) -> str:
    """Somebody too young for a worker is told by the role: the number cannot be corrected."""
    return str(Field.PERSON_ROLE if code is RowCode.UNDER_AGE else field)


def _write(work: Work, correction: _Correction) -> None:
    """The worker, and the link of those whose guardian the worker is, if the household changed."""
    worker, merged, county_code = correction.worker, correction.merged, work.county_code
    guardian = _find_guardian(work, correction)
    entry = Entry(
        number=worker.number,
        id=worker.id,
        version=worker.version + 1,
        created_at=worker.created_at,
        township_code=worker.township_code,
        person_role=PersonRole(merged.values["person_role"]),
        values=merged.values,
        origins=merged.origins,
        source_macs=worker.source_macs,
        guardian_worker_id=guardian.worker_id if guardian else None,
        household_key=guardian.key if guardian else None,
    )
    write_workers(
        work.session,
        county_code,
        [entry],
        keyring=correction.keyring,
        index=correction.index,
        now=work.now(),
    )
    household = entry.household_key or correction.index.household(merged.values)
    if household != worker.household_key:
        wards = queries.list_ward_ids(
            work.session, county_code, guardian_digest=worker.id_number_index
        )
        link_wards(work.session, county_code, [Ward(each, worker.id, household) for each in wards])


def _find_guardian(work: Work, correction: _Correction) -> Household | None:
    number = correction.merged.values.get("guardian_id")
    if number is None:
        return None
    worker, digest, linked = correction.worker, correction.index.id_number(number), None
    if "guardian_id" not in correction.merged.changed and worker.guardian_worker_id is not None:
        linked = Household(worker.guardian_worker_id, worker.household_key)
    found = None if linked else queries.get_household(work.session, work.county_code, digest=digest)
    return choose_guardian(digest, known={digest: found} if found else {}, linked=linked)


def _follow_demand(work: Work, correction: _Correction) -> tuple[PlanCode, ...]:
    """As after a row of a roster. A demand with a seat stays as it is; that is noted."""
    worker, merged = correction.worker, correction.merged
    newest = get_newest_demand(work.session, work.county_code, worker_id=worker.id, lock=True)
    step = decide_demand(
        DemandState(newest.state) if newest else None,
        incoming=correction.given,
        values=merged.values,
        changed=merged.changed,
    )
    if step is DemandStep.KEEP_ASSIGNED:
        return (PlanCode.ALREADY_ON_TRIP,)
    if step is not DemandStep.KEEP:
        now = work.now()
        demand = describe_demand(
            merged.values,
            newest,
            step=step,
            changed=merged.changed,
            worker_id=worker.id,
            township_code=worker.township_code,
            source=Feed.CORRECTION,
            fresh_id=new_id(work.context.clock),
            now=now,
        )
        write_demands(
            work.session,
            work.county_code,
            [demand],
            keyring=correction.keyring,
            index=correction.index,
            now=now,
        )
    return ()


def _record(work: Work, worker: Worker, merged: Merged) -> None:
    now = work.now()
    payload = WorkerChanged(
        version=worker.version,
        fields=list(merged.changed),
        content_hash=commit_row(worker.model_dump()),
    )
    command = make_command(
        payload,
        identifier=new_id(work.context.clock),
        kind=EventKind.WORKER_CHANGED,
        stream=worker_stream(worker.id),
        now=now,
    )
    work.record(command)


def reveal_worker(work: Work, *, worker_id: UUID, wanted: RevealIn) -> RevealOut:
    """Needs a write transaction: who looked, at which fields, and why is recorded before any of
    them leaves. Raises not-found outside of the actor's scope, too-many-reveals.
    """
    worker = queries.find_worker(work, worker_id=worker_id)
    access.record_reveal(
        work,
        worker_id=worker_id,
        fields=[str(name) for name in wanted.fields],
        reason=wanted.reason,
    )
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [worker_id])
    values = open_values(keyring, worker.model_dump())
    return RevealOut(id=worker_id, fields={name: values.get(name) for name in wanted.fields})


def record_events(work: Work, *, worker_id: UUID, body: EventsIn) -> OutcomesOut:
    """Each event for itself, in order. Raises not-found for a worker outside of the actor's scope."""
    queries.find_worker(work, worker_id=worker_id)
    recorded = take_events(
        work.session,
        work.actor,
        body=body,
        stream=worker_stream(worker_id),
        recorder=work.context.recorder,
        vault=work.context.vault,
        now=work.now(),
    )
    outcomes = [_ask_again(each, body) for each in recorded.outcomes]
    return OutcomesOut(outcomes=outcomes, may_follow=_list_next(outcomes))


def _ask_again(outcome: Outcome, body: EventsIn) -> Outcome:
    """Of a note with a temperature that the cold or the device made. It is not recorded: it would tell."""
    event = body.events[outcome.position]
    if not isinstance(event, EventIn) or outcome.receipt is None:
        return outcome
    if event.kind is not EventKind.WORKER_HEALTH_NOTED:
        return outcome
    low = asks_again(WorkerHealthNoted.model_validate(event.data).content)
    return outcome.model_copy(update={"measure_again": low})


def list_unread(work: Work, *, worker_id: UUID, cursor: Cursor) -> Sequence[UnreadEvent]:
    """A page of what could not be read and waits. Not-found outside of the actor's scope."""
    queries.find_worker(work, worker_id=worker_id)
    stream = worker_stream(worker_id)
    return recording.list_unread(work.session, work.county_code, stream, cursor=cursor)


def open_unread(work: Work, *, worker_id: UUID, unread_id: UUID) -> UnreadContentOut:
    """Needs a write transaction: the opening is recorded as an access before anything leaves. Not-found
    for what was recorded since, too.
    """
    queries.find_worker(work, worker_id=worker_id)
    stream, vault = worker_stream(worker_id), work.context.vault
    opened = unread.open_unread(
        work.session, work.county_code, stream, unread_id=unread_id, vault=vault
    )
    rows = [opened.model_dump() | {"worker_id": worker_id}]
    access.record_listing(
        work, list_kind=ListKind.UNREAD_EVENT, trip_id=None, shown=rows, people=[worker_id]
    )
    return opened


def _list_next(outcomes: Iterable[Outcome]) -> list[EventKind]:
    """After the withdrawal of somebody who has a seat, the coordinator may take the seat back."""
    seated = any(each.decided.get(DEMAND_STATE) == DemandState.ASSIGNED for each in outcomes)
    return [EventKind.PASSENGER_UNASSIGNED] if seated else []
