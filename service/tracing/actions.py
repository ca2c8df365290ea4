"""Building traces: rows of the ledger → items that a person can read."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EVENT_NAMES, EventKind, Mode, Source, StreamKind
from schemas.permissions import Permission, Role
from schemas.texts import choose
from schemas.tracing import ChainedEvent, StreamOut, TraceItem, TraceOut
from service.accounts import access
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.fleets.queries.vehicles import find_vehicle
from service.health.queries import find_worker
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.bodies import decode_body
from service.ledger.drafts import StreamKey
from service.tracing import queries
from service.trips.actions.door import find_view
from service.trips.queries import lists
from service.trips.rules import scopes
from service.vault.vault import Keyring

_K = EventKind
_OF_THE_WAY = (
    _K.TRIP_DEPARTED,
    _K.TRIP_HELD_UP,
    _K.TRIP_RESUMED,
    _K.TRIP_TURNED_BACK,
    _K.TRIP_RETURNED,
    _K.TRIP_ARRIVED,
    _K.TRIP_CANCELLED,
    _K.HANDOVER_SIGNED,
    _K.EVENT_REVERSED,
)
"""What of a trip belongs to the trace of everybody on it."""

_SECOND = timedelta(milliseconds=999)


def trace_worker(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    worker_id: UUID,
    reason: str | None = None,
) -> TraceOut:
    """Everything about one person, from the file, sheet and row they came from to the signature."""
    find_worker(session, actor, worker_id=worker_id)
    county_code = actor.county_code
    own = ledger.list_events_of_worker(session, county_code, worker_id)
    own += ledger.list_events_of_stream(
        session, county_code, StreamKey(StreamKind.WORKER, worker_id)
    )
    rides = lists.list_rides(session, county_code, worker_id=worker_id)
    way = queries.list_events_of_trips(
        session, county_code, rides.values(), kinds=map(str, _OF_THE_WAY)
    )
    if reason is not None:
        access.record_reveal(
            context, session, actor, worker_id=worker_id, fields=["trace"], reason=reason
        )
    opened = _open_parts(session, actor, context, own) if reason is not None else {}
    items = _items(session, actor, [*own, *way], opened=opened)
    origins = queries.list_origins(session, context.vault, county_code, worker_id=worker_id)
    return TraceOut(origins=origins, items=list(_narrow(items, rides.keys())))


def _narrow(items: Sequence[TraceItem], passengers: Collection[UUID]) -> Iterator[TraceItem]:
    """A signature stands in the trace of those whom it names, and names nobody else there; a
    reversal where what it reverses stands."""
    shown = {str(item.event_id) for item in items}
    gone: dict[str, datetime] = {}
    for item in items:
        if item.passenger_id in passengers and not item.reversed:
            _note_whereabouts(gone, item)
        later = item.happened_at > gone.get(item.stream, item.happened_at)
        if later and item.worker_id is None and item.kind is not _K.HANDOVER_SIGNED:
            continue  # the trip went on without this person
        if item.kind is _K.HANDOVER_SIGNED:
            mine = [each for each in item.data["passenger_ids"] if UUID(each) in passengers]
            if mine:
                data = {**item.data, "passenger_ids": mine}
                yield item.model_copy(update={"data": data})
        elif item.kind is not _K.EVENT_REVERSED or item.data["event_id"] in shown:
            yield item


_LEAVING = frozenset(
    {_K.PASSENGER_TRANSFERRED, _K.PASSENGER_LEFT, _K.PASSENGER_MOVED, _K.PASSENGER_RETURNED}
    | {_K.PASSENGER_NO_SHOW, _K.PASSENGER_DENIED, _K.PASSENGER_MISSING, _K.PASSENGER_UNASSIGNED}
)
_COMING = frozenset({_K.PASSENGER_BOARDED, _K.PASSENGER_FOUND, _K.PASSENGER_CHECKED_IN})


def _note_whereabouts(gone: dict[str, datetime], item: TraceItem) -> None:
    """Since when this person is no longer with the trip of that stream."""
    if item.kind in _LEAVING:
        gone[item.stream] = item.happened_at
    elif item.kind in _COMING:
        gone.pop(item.stream, None)


def trace_trip(session: Session, actor: Actor, *, context: Context, trip_id: UUID) -> TraceOut:
    """Everything about one trip; a receiver sees the trip and its own people."""
    view = find_view(session, actor, trip_id=trip_id, now=context.now())
    hidden = {
        each.worker_id
        for each in view.passengers.values()
        if not scopes.sees_passenger(actor, view, each)
    } - {None}
    rows = ledger.list_events_of_stream(
        session, actor.county_code, StreamKey(StreamKind.TRIP, trip_id)
    )
    shown = [row for row in rows if row["worker_id"] not in hidden]
    return TraceOut(origins=[], items=_items(session, actor, shown))


def trace_vehicle(
    session: Session, actor: Actor, *, context: Context, vehicle_id: UUID
) -> TraceOut:
    """The vehicle's own record, and what is said of the trips that it runs; of nobody on them."""
    if not actor.may(Permission.TRIP_READ):
        raise DomainError(ErrorCode.NOT_FOUND)
    find_vehicle(session, actor, vehicle_id=vehicle_id)
    county_code = actor.county_code
    trips = lists.list_trip_ids_of_vehicle(session, actor, vehicle_id=vehicle_id, now=context.now())
    rows = queries.list_events_of_trips(session, county_code, trips)
    rows += ledger.list_events_of_subjects(session, county_code, [vehicle_id])
    about_trips = [row for row in rows if row["worker_id"] is None]
    return TraceOut(origins=[], items=_items(session, actor, about_trips))


def _items(
    session: Session,
    actor: Actor,
    rows: Sequence[RowMapping],
    *,
    opened: Mapping[UUID, tuple[dict[str, Any], bool]] | None = None,
) -> list[TraceItem]:
    """In the order of happening."""
    unique = {row["id"]: row for row in rows}
    ordered = sorted(
        unique.values(), key=lambda row: (_latest(row), row["device_sequence"], row["id"])
    )
    bodies = {row["id"]: decode_body(row["body"]) for row in ordered}
    gone = {
        body["data"]["event_id"] for body in bodies.values() if body["kind"] == _K.EVENT_REVERSED
    }
    speakers = {UUID(body["actor"]) for body in bodies.values()}
    names = queries.list_usernames(session, actor.county_code, speakers)
    items = []
    for row in ordered:
        item = _item(row, bodies[row["id"]])
        details, erased = (opened or {}).get(row["id"], (None, False))
        found = {
            "actor": names.get(item.actor_id),
            "reversed": str(row["id"]) in gone,
            "details": details,
            "erased": erased,
        }
        items.append(item.model_copy(update=found))
    return items


def _latest(row: RowMapping) -> datetime:
    """A time told in whole seconds means that second, up to when it was recorded."""
    happened_at: datetime = row["happened_at"]
    recorded_at: datetime = row["recorded_at"]
    if happened_at.microsecond:
        return happened_at
    return max(happened_at, min(recorded_at, happened_at + _SECOND))


def _item(row: RowMapping, body: dict[str, Any]) -> TraceItem:
    passenger = body["data"].get("passenger_id")
    return TraceItem(
        event_id=row["id"],
        kind=EventKind(row["kind"]),
        name=choose(*EVENT_NAMES[EventKind(row["kind"])]),
        happened_at=row["happened_at"],
        recorded_at=row["recorded_at"],
        late_seconds=_seconds(row["happened_at"], row["recorded_at"]),
        mode=Mode(body["mode"]),
        source=Source(body["source"]),
        actor_id=UUID(body["actor"]),
        actor=None,
        stream=f"{row['stream_kind']}/{row['stream_id']}",
        sequence=row["seq"],
        passenger_id=UUID(passenger) if passenger else None,
        worker_id=row["worker_id"],
        data=body["data"],
        decided=body["decided"],
        exceptions=body["exceptions"],
        reversed=False,
        hash=row["hash"].hex(),
    )


def _seconds(happened_at: datetime, recorded_at: datetime) -> int:
    return max(0, int((recorded_at - happened_at).total_seconds()))


def _open_parts(
    session: Session, actor: Actor, context: Context, events: Iterable[RowMapping]
) -> dict[UUID, tuple[dict[str, Any], bool]]:
    """Event → (opened fields, whether some were erased). Health only for those who may read it."""
    rows = ledger.list_parts(session, actor.county_code, [row["id"] for row in events])
    keyring = context.vault.open_keyring(
        session, actor.county_code, {row["subject_id"] for row in rows}
    )
    found: dict[UUID, tuple[dict[str, Any], bool]] = {}
    for row in rows:
        if not _may_open(actor, PersonalClass(row["personal_class"])):
            continue
        fields, erased = found.get(row["event_id"], ({}, False))
        content = _open(keyring, row)
        found[row["event_id"]] = ({**fields, **(content or {})}, erased or content is None)
    return found


def _may_open(actor: Actor, personal_class: PersonalClass) -> bool:
    if personal_class is PersonalClass.HEALTH:
        return actor.may(Permission.HEALTH_READ)
    return actor.may(Permission.WORKER_REVEAL) or actor.role is Role.TOWNSHIP_CLERK


def _open(keyring: Keyring, row: RowMapping) -> dict[str, Any] | None:
    place = part_place(str(row["event_id"]), row["part"])
    personal_class = PersonalClass(row["personal_class"])
    opened = keyring.open(row["subject_id"], personal_class, row["sealed"], place=place)
    content: dict[str, Any] | None = opened["content"] if opened else None
    return content


def read_stream(
    session: Session, actor: Actor, *, key: StreamKey, after: int, limit: int
) -> StreamOut:
    """A chain's events with a sequence above `after`; not-found where there is no such stream."""
    rows = ledger.list_events_of_stream(session, actor.county_code, key)
    if not rows:
        raise DomainError(ErrorCode.NOT_FOUND)
    part = [row for row in rows if row["seq"] > after][:limit]
    more = bool(part) and part[-1]["seq"] < rows[-1]["seq"]
    return StreamOut(
        stream=f"{key.kind}/{key.id}",
        length=rows[-1]["seq"],
        items=[
            ChainedEvent(
                sequence=row["seq"],
                event_id=row["id"],
                body=bytes(row["body"]).decode(),
                hash=row["hash"].hex(),
            )
            for row in part
        ],
        next=part[-1]["seq"] if more else None,
    )
