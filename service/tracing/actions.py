"""Building traces: rows of the ledger → items that a person can read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events import EventKind, Mode, PersonalClass, Source, StreamKind
from schemas.events.names import EVENT_NAMES
from schemas.permissions import Permission, Role
from schemas.tracing import TraceItem, TraceOut
from service.accounts import access
from service.auth import Actor
from service.context import Context
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.bodies import decode_body
from service.ledger.drafts import StreamKey
from service.tracing import queries
from service.trips.actions.door import find_view
from service.trips.rules import scopes
from service.vault.vault import Keyring
from service.workers import queries as workers


def trace_worker(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    worker_id: UUID,
    reason: str | None = None,
) -> TraceOut:
    """Everything about one person, beginning with the file, sheet and row they came from."""
    workers.find_worker(session, actor, worker_id=worker_id)
    rows = ledger.list_events_of_worker(session, actor.county_code, worker_id)
    rows += ledger.list_events_of_stream(
        session, actor.county_code, StreamKey(StreamKind.WORKER, worker_id)
    )
    if reason is not None:
        access.record_reveal(
            context, session, actor, worker_id=worker_id, fields=["trace"], reason=reason
        )
    origins = queries.list_origins(session, context.vault, actor.county_code, worker_id=worker_id)
    items = _items(session, actor, context, rows, details=reason is not None)
    return TraceOut(origins=origins, items=items)


def trace_trip(session: Session, actor: Actor, *, context: Context, trip_id: UUID) -> TraceOut:
    """Everything about one trip; a receiver sees the trip and its own people."""
    view = find_view(session, actor, trip_id=trip_id)
    hidden = {
        each.id for each in view.passengers.values() if not scopes.sees_passenger(actor, view, each)
    }
    rows = ledger.list_events_of_stream(
        session, actor.county_code, StreamKey(StreamKind.TRIP, trip_id)
    )
    shown = [row for row in rows if row["subject_id"] not in hidden]
    return TraceOut(origins=[], items=_items(session, actor, context, shown, details=False))


def trace_vehicle(
    session: Session, actor: Actor, *, context: Context, vehicle_id: UUID
) -> TraceOut:
    """Everything about the trips of one vehicle."""
    trips = queries.list_trip_ids_of_vehicle(session, actor.county_code, vehicle_id=vehicle_id)
    rows: list[RowMapping] = []
    for trip_id in trips:
        key = StreamKey(StreamKind.TRIP, trip_id)
        rows += ledger.list_events_of_stream(session, actor.county_code, key)
    about_trip = [row for row in rows if row["worker_id"] is None]
    return TraceOut(origins=[], items=_items(session, actor, context, about_trip, details=False))


def _items(
    session: Session,
    actor: Actor,
    context: Context,
    rows: Sequence[RowMapping],
    *,
    details: bool,
) -> list[TraceItem]:
    unique = {row["id"]: row for row in rows}
    ordered = sorted(
        unique.values(), key=lambda row: (row["happened_at"], row["device_sequence"], row["id"])
    )
    bodies = {row["id"]: decode_body(row["body"]) for row in ordered}
    gone = {
        body["data"]["event_id"]
        for body in bodies.values()
        if body["kind"] == EventKind.EVENT_REVERSED
    }
    opened = _open_parts(session, actor, context, list(unique)) if details else {}
    return [
        _item(row, bodies[row["id"]], language_index(context), str(row["id"]) in gone, opened)
        for row in ordered
    ]


def language_index(context: Context) -> int:
    return 0 if context.language == "zh" else 1


def _item(
    row: RowMapping,
    body: dict[str, Any],
    language: int,
    reversed_: bool,  # noqa: FBT001 (a column of the row being built)
    opened: dict[UUID, tuple[dict[str, Any], bool]],
) -> TraceItem:
    details, erased = opened.get(row["id"], (None, False))
    passenger = body["data"].get("passenger_id")
    return TraceItem(
        event_id=row["id"],
        kind=EventKind(row["kind"]),
        name=EVENT_NAMES[EventKind(row["kind"])][language],
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
        reversed=reversed_,
        details=details,
        erased=erased,
        hash=row["hash"].hex(),
    )


def _seconds(happened_at: datetime, recorded_at: datetime) -> int:
    return max(0, int((recorded_at - happened_at).total_seconds()))


def _open_parts(
    session: Session, actor: Actor, context: Context, event_ids: Iterable[UUID]
) -> dict[UUID, tuple[dict[str, Any], bool]]:
    """Event → (opened fields, whether some were erased). Health only for those who may read it."""
    rows = ledger.list_parts(session, actor.county_code, event_ids)
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
