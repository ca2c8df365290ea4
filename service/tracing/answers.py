"""How events are shown in a trace: their order, name, delay, account, details; which are marked reversed or
erased; how accesses are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EVENT_NAMES, EventKind, ExceptionCode, Mode, Source, StreamKind
from schemas.events.neutral import name_event, show_data, show_kind
from schemas.texts import choose
from schemas.tracing import AccessOut, AttachedOut, TraceItem
from service.accounts.queries import list_roles, list_usernames
from service.context import Work
from service.ledger.bodies import read_body
from service.ledger.parts import open_contents
from service.ledger.queries import EventRow
from service.recording.handlers import fact_of_row
from service.recording.order import sort_moments
from service.trips.queries.lists import list_numbers
from service.trips.queries.states import load_views


class Details(NamedTuple):
    """The sealed fields of one event; `erased`: some of them exist no longer."""

    fields: dict[str, Any]
    erased: bool


@dataclass(frozen=True, slots=True)
class _Body:
    """What the hashed body says beyond the columns."""

    actor_id: UUID
    mode: Mode
    source: Source
    data: dict[str, Any]
    decided: dict[str, Any]
    exceptions: list[ExceptionCode]
    """Only of body version 1: later ones follow from the facts."""
    attachments: list[AttachedOut]

    @classmethod
    def read(cls, body: bytes) -> "_Body":
        said = read_body(body)
        return cls(
            actor_id=UUID(said.actor),
            mode=Mode(said.mode),
            source=Source(said.source),
            data=said.data,
            decided=said.decided,
            exceptions=[ExceptionCode(each) for each in said.exceptions],
            attachments=[AttachedOut.model_validate(each) for each in said.attachments],
        )


def show_events(
    work: Work, rows: Iterable[EventRow], *, details: Mapping[UUID, Details] | None = None
) -> list[TraceItem]:
    """Each event once, in the order of happening. `details`: by event, where they may be shown."""
    unique = {row.id: row for row in rows}
    ordered = sort_moments(fact_of_row(row) for row in unique.values())
    said = [(unique[fact.id], _Body.read(unique[fact.id].body)) for fact in ordered]
    reversals = str(EventKind.EVENT_REVERSED)
    reversed_ids = {body.data["event_id"] for row, body in said if row.kind == reversals}
    actors = {body.actor_id for _, body in said}
    found = _find_exceptions(work, unique.values())
    names = list_usernames(work.session, work.county_code, actors)
    return [
        _show(
            row,
            body,
            actor=names.get(body.actor_id),
            is_reversed=str(row.id) in reversed_ids,
            exceptions=sorted({*body.exceptions, *found.get(row.id, ())}),
            details=(details or {}).get(row.id),
        )
        for row, body in said
    ]


def _find_exceptions(work: Work, rows: Iterable[EventRow]) -> dict[UUID, set[ExceptionCode]]:
    """Event → the exceptions that its trip has from it, explained ones too."""
    trips = {row.stream_id for row in rows if row.stream_kind == StreamKind.TRIP}
    views = load_views(work.session, work.county_code, sorted(trips)) if trips else {}
    found: dict[UUID, set[ExceptionCode]] = {}
    for finding in (each for view in views.values() for each in view.findings()):
        for event_id in finding.event_ids:
            found.setdefault(event_id, set()).add(finding.code)
    return found


def _show(
    row: EventRow,
    body: _Body,
    *,
    actor: str | None,
    is_reversed: bool,
    exceptions: list[ExceptionCode],
    details: Details | None,
) -> TraceItem:
    kind, passenger = EventKind(row.kind), body.data.get("passenger_id")
    late = int((row.recorded_at - row.happened_at).total_seconds())
    return TraceItem(
        event_id=row.id,
        kind=show_kind(kind),
        name=name_event(kind, body.data),
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        late_seconds=max(0, late),
        mode=body.mode,
        source=body.source,
        actor_id=body.actor_id,
        actor=actor,
        stream=row.stream.path,
        sequence=row.seq,
        passenger_id=UUID(passenger) if passenger else None,
        worker_id=row.worker_id,
        data=show_data(kind, body.data),
        decided=_show_decided(body.decided),
        exceptions=exceptions,
        attachments=body.attachments,
        reversed=is_reversed,
        details=details.fields if details else None,
        erased=details is not None and details.erased,
        hash=row.hash.hex(),
    )


def _show_decided(decided: dict[str, Any]) -> dict[str, Any]:
    """The kind of what was reversed, as it is shown itself."""
    named = decided.get("reversed_kind")
    return decided if named is None else {**decided, "reversed_kind": show_kind(EventKind(named))}


def show_accesses(
    work: Work, rows: Sequence[EventRow], *, certain: Mapping[UUID, bool] | None = None
) -> list[AccessOut]:
    """With account, role, number of the trip and stated purpose. `certain`: by event; without it all are."""
    session, county_code = work.session, work.county_code
    said = {row.id: read_body(row.body).data for row in rows}
    accounts = {row.stream_id for row in rows}
    names = list_usernames(session, county_code, accounts)
    roles = list_roles(session, county_code, accounts)
    trips = {UUID(each["trip_id"]) for each in said.values() if each.get("trip_id")}
    numbers = list_numbers(session, county_code, trips) if trips else {}
    said_why = _open_reasons(work, said)
    return [
        AccessOut(
            event_id=row.id,
            kind=EventKind(row.kind),
            name=choose(*EVENT_NAMES[EventKind(row.kind)]),
            at=row.recorded_at,
            account_id=row.stream_id,
            account=names.get(row.stream_id),
            role=roles.get(row.stream_id),
            list_kind=said[row.id].get("list_kind"),
            trip_id=said[row.id].get("trip_id"),
            trip_number=numbers.get(UUID(said[row.id]["trip_id"]))
            if said[row.id].get("trip_id")
            else None,
            fields=said[row.id].get("fields", []),
            count=said[row.id].get("count"),
            purpose=_read_purpose(said_why.get(row.id, {})),
            case_reference=said_why.get(row.id, {}).get("case_reference"),
            is_certain=certain is None or certain[row.id],
        )
        for row in rows
    ]


def _open_reasons(work: Work, event_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Event → what was said of why: purpose of an export, reason of a reveal, case."""
    return open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        event_ids,
        classes=[PersonalClass.NOTE],
    )


def _read_purpose(said: Mapping[str, Any]) -> str | None:
    return said.get("purpose") or said.get("reason")
