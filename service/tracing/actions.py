"""Traces of a worker, a trip and a vehicle: what goes into each, who sees it, which sealed details a reason
opens; for auditors the chain of one stream, and who looked at whom.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from schemas.base import Page
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import StreamKind
from schemas.permissions import Permission, Role
from schemas.tracing import AccessOut, AccessQuestion, ChainedEvent, StreamOut, TraceOut
from schemas.workers import WorkerSearchIn
from service.accounts import access
from service.accounts.queries import find_account
from service.auth import Actor
from service.context import Work
from service.days import begin_day, end_day
from service.errors import DomainError
from service.fleets.queries import find_vehicle
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey, read_body
from service.ledger.parts import open_parts
from service.ledger.queries import EventRow
from service.registry.columns import get_search_digest
from service.registry.queries import find_worker, list_workers_by_index
from service.rest import Cursor, encode_after
from service.tracing import queries
from service.tracing.answers import Details, show_accesses, show_events
from service.tracing.rules import OF_EVERYBODY, Fit, judge_access, narrow_to_person, ran_then
from service.trips.actions.events import find_view
from service.trips.queries import lists
from service.trips.rules import scopes


def trace_worker(work: Work, *, worker_id: UUID, reason: str | None = None) -> TraceOut:
    """What happened to one person, and the files that named them. With a `reason` also the sealed
    details; that is recorded as a reveal first. Raises not-found outside of the actor's scope.
    """
    find_worker(work, worker_id=worker_id)
    session, county_code = work.session, work.county_code
    own = queries.list_events_of_worker(session, county_code, worker_id)
    rides = lists.list_rides(session, county_code, worker_id=worker_id)
    found = ledger.list_events_of_subjects(session, county_code, rides.keys()) if rides else []
    # Of who was in no registry at first: told before the link, so without a worker.
    own += [row for row in found if row.worker_id is None and row.stream.id in rides.values()]
    way = queries.list_events_of_trips(
        session, county_code, rides.values(), kinds=map(str, OF_EVERYBODY)
    )
    details = None
    if reason is not None:
        _check_may_open_any(work.actor)
        access.record_reveal(work, worker_id=worker_id, fields=["trace"], reason=reason)
        details = _open_details(work, own)
    items = show_events(work, [*own, *way], details=details)
    origins = queries.list_origins(session, work.context.vault, county_code, worker_id=worker_id)
    return TraceOut(origins=origins, items=list(narrow_to_person(items, rides.keys())))


def _open_details(work: Work, events: Iterable[EventRow]) -> dict[UUID, Details]:
    """Event → what is sealed of it, in the classes that the actor may read."""
    parts = open_parts(
        work.session,
        work.context.vault,
        work.county_code,
        [each.id for each in events],
        classes=[each for each in PersonalClass if _may_open(work.actor, each)],
    )
    details: dict[UUID, Details] = {}
    for part in parts:
        known = details.get(part.event_id, Details({}, erased=False))
        details[part.event_id] = Details(
            {**known.fields, **(part.content or {})}, erased=known.erased or part.content is None
        )
    return details


def _may_open(actor: Actor, personal_class: PersonalClass) -> bool:
    if personal_class is PersonalClass.HEALTH:
        return actor.may(Permission.HEALTH_READ)
    return actor.may(Permission.WORKER_REVEAL) or actor.role is Role.TOWNSHIP_CLERK


def _check_may_open_any(actor: Actor) -> None:
    """Raises permission-denied: a record of what nobody saw would be false."""
    if not any(_may_open(actor, each) for each in PersonalClass):
        raise DomainError(
            ErrorCode.PERMISSION_DENIED, facts={"permission": str(Permission.WORKER_REVEAL)}
        )


def trace_trip(work: Work, *, trip_id: UUID, reason: str | None = None) -> TraceOut:
    """What happened on one trip; a receiver sees the trip and its own people. With a `reason` also the sealed
    details; that is recorded as a reveal first. Raises not-found outside of the actor's scope.
    """
    view = find_view(work, trip_id=trip_id)
    hidden = {
        each.worker_id
        for each in view.passengers.values()
        if not scopes.sees_passenger(work.actor, view, each)
    } - {None}
    key = StreamKey(StreamKind.TRIP, trip_id)
    rows = ledger.list_events_of_stream(work.session, work.county_code, key)
    shown = [row for row in rows if row.worker_id not in hidden]
    details = None
    if reason is not None:
        _check_may_open_any(work.actor)
        people = {row.worker_id for row in shown}
        access.record_trip_reveal(
            work, trip_id=trip_id, fields=["trace"], reason=reason, people=people
        )
        details = _open_details(work, shown)
    return TraceOut(origins=[], items=show_events(work, shown, details=details))


def trace_vehicle(work: Work, *, vehicle_id: UUID) -> TraceOut:
    """The vehicle's own record, and what is said of its trips, while it ran there, but not of a person on
    them. Raises not-found outside of the actor's scope, and for an account that may not read trips.
    """
    if not work.actor.may(Permission.TRIP_READ):
        raise DomainError(ErrorCode.NOT_FOUND)
    find_vehicle(work, vehicle_id=vehicle_id)
    session, county_code = work.session, work.county_code
    runs = lists.list_runs_of_vehicle(work, vehicle_id=vehicle_id)
    rows = queries.list_events_of_trips(session, county_code, {run.trip_id for run in runs})
    rows = [row for row in rows if ran_then(runs, trip_id=row.stream_id, at=row.happened_at)]
    rows += ledger.list_events_of_subjects(session, county_code, [vehicle_id])
    about_nobody = [row for row in rows if row.worker_id is None]
    return TraceOut(origins=[], items=show_events(work, about_nobody))


def read_stream(work: Work, *, key: StreamKey, after: int, limit: int) -> StreamOut:
    """A chain's events with a sequence above `after`; not-found where there is no such stream."""
    length = ledger.count_events_of_stream(work.session, work.county_code, key)
    if length == 0:
        raise DomainError(ErrorCode.NOT_FOUND)
    part = ledger.list_part_of_stream(work.session, work.county_code, key, after=after, limit=limit)
    is_cut = bool(part) and part[-1].seq < length
    return StreamOut(
        stream=f"{key.kind}/{key.id}",
        length=length,
        items=[
            ChainedEvent(
                sequence=row.seq, event_id=row.id, body=row.body.decode(), hash=row.hash.hex()
            )
            for row in part
        ],
        next=part[-1].seq if is_cut else None,
    )


# --- who looked at whom ---------------------------------------------------------------------------
MOST_ACCESSES: Final = 200
_YEAR: Final = timedelta(days=365)


def list_accesses_to_person(work: Work, *, wanted: AccessQuestion) -> Page[AccessOut]:
    """Every access of the county's accounts that showed this person, the newest first. Needs a write
    transaction: the question is recorded as a reveal with its reason, and is itself among the next answer.
    Raises not-found for a number that nobody has, too-many-reveals.
    """
    sought = WorkerSearchIn(id_number=wanted.id_number, number=wanted.number)
    column, digest = get_search_digest(sought, work.context.vault.indexes, work.county_code)
    found = list_workers_by_index(work, column=column, digest=digest)
    if not found:
        raise DomainError(ErrorCode.NOT_FOUND)
    worker_id = found[0].id
    rows = queries.iterate_accesses(
        work.session,
        work.county_code,
        span=_read_span(work, wanted),
        after=_find_access(work, wanted.after),
    )
    with closing(rows):
        chosen = list(islice(_choose(work, rows, worker_id), MOST_ACCESSES + 1))
    access.record_reveal(work, worker_id=worker_id, fields=["accesses"], reason=wanted.reason)
    cut = chosen[:MOST_ACCESSES]
    further = encode_after(cut[-1][0].id) if len(chosen) > MOST_ACCESSES else None
    certain = {row.id: fit is Fit.NAMED for row, fit in cut}
    items = show_accesses(work, [row for row, _ in cut], certain=certain)
    return Page[AccessOut](items=items, next=further)


def _choose(
    work: Work, rows: Iterable[EventRow], worker_id: UUID
) -> Iterator[tuple[EventRow, Fit]]:
    """Those that showed the worker."""
    rides = set(lists.list_rides(work.session, work.county_code, worker_id=worker_id).values())
    for row in rows:
        mark = access.mark_person(work.context.vault.indexes, work.county_code, row.id, worker_id)
        data = read_body(row.body).data
        fit = judge_access(data, worker_id=worker_id, mark=mark, rides=rides)
        if fit is not None:
            yield row, fit


def _read_span(work: Work, wanted: AccessQuestion) -> queries.Span:
    begins = None if wanted.from_day is None else begin_day(wanted.from_day)
    ends = None if wanted.until_day is None else end_day(wanted.until_day)
    return queries.Span(begins or (ends or work.now()) - _YEAR, ends)


def _find_access(work: Work, after: str | None) -> EventRow | None:
    """The last access of the page before; not-found for what is none."""
    after_id = Cursor(after=after).after_id
    if after_id is None:
        return None
    found = ledger.list_events_by_id(work.session, work.county_code, [after_id])
    if not found:
        raise DomainError(ErrorCode.NOT_FOUND)
    return found[0]


def list_accesses_of_account(work: Work, *, account_id: UUID, cursor: Cursor) -> Page[AccessOut]:
    """What one account looked at, the newest first. Raises not-found for no account of the county."""
    find_account(work.session, work.county_code, account_id)
    rows = queries.iterate_accesses(
        work.session,
        work.county_code,
        account_id=account_id,
        after=_find_access(work, cursor.after),
    )
    with closing(rows):
        found = list(islice(rows, cursor.limit + 1))
    shown = show_accesses(work, found[: cursor.limit])
    further = encode_after(shown[-1].event_id) if len(found) > cursor.limit else None
    return Page[AccessOut](items=shown, next=further)
