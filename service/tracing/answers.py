"""How events are shown in a trace: their order, name, delay, account, details; which are marked reversed or
erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from schemas.events.kinds import EVENT_NAMES, EventKind, ExceptionCode, Mode, Source
from schemas.texts import choose
from schemas.tracing import TraceItem
from service.accounts.queries import list_usernames
from service.context import Work
from service.ledger.bodies import decode_body
from service.ledger.queries import EventRow
from service.tracing.rules import find_moment


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

    @classmethod
    def read(cls, body: bytes) -> "_Body":
        said = decode_body(body)
        actor, data, decided = UUID(said["actor"]), said["data"], said["decided"]
        mode, source = Mode(said["mode"]), Source(said["source"])
        return cls(actor, mode, source, data, decided, said["exceptions"])


def show_events(
    work: Work, rows: Iterable[EventRow], *, details: Mapping[UUID, Details] | None = None
) -> list[TraceItem]:
    """Each event once, in the order of happening. `details`: by event, where they may be shown."""
    unique = {row.id: row for row in rows}
    ordered = sorted(
        unique.values(),
        key=lambda row: (
            find_moment(row.happened_at, row.recorded_at),
            row.device_sequence,
            row.id,
        ),
    )
    said = [(row, _Body.read(row.body)) for row in ordered]
    reversals = str(EventKind.EVENT_REVERSED)
    reversed_ids = {body.data["event_id"] for row, body in said if row.kind == reversals}
    actors = {body.actor_id for _, body in said}
    names = list_usernames(work.session, work.county_code, actors)
    return [
        _show(
            row,
            body,
            actor=names.get(body.actor_id),
            is_reversed=str(row.id) in reversed_ids,
            details=(details or {}).get(row.id),
        )
        for row, body in said
    ]


def _show(
    row: EventRow,
    body: _Body,
    *,
    actor: str | None,
    is_reversed: bool,
    details: Details | None,
) -> TraceItem:
    kind, passenger = EventKind(row.kind), body.data.get("passenger_id")
    late = int((row.recorded_at - row.happened_at).total_seconds())
    return TraceItem(
        event_id=row.id,
        kind=kind,
        name=choose(*EVENT_NAMES[kind]),
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
        data=body.data,
        decided=body.decided,
        exceptions=body.exceptions,
        reversed=is_reversed,
        details=details.fields if details else None,
        erased=details is not None and details.erased,
        hash=row.hash.hex(),
    )
