"""Which events of a trip belong to the trace of one passenger on it (not while they were off it; only
signatures that name them); which belong to a vehicle; which accesses showed one person. Pure.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.events.payloads_records import ListKind
from schemas.tracing import TraceItem

_K = EventKind
OF_EVERYBODY: Final = (
    _K.TRIP_DEPARTED,
    _K.TRIP_HELD_UP,
    _K.TRIP_RESUMED,
    _K.TRIP_TURNED_BACK,
    _K.TRIP_RETURNED,
    _K.TRIP_ARRIVED,
    _K.TRIP_CANCELLED,
    _K.VEHICLE_REPLACED,
    _K.HANDOVER_SIGNED,
    _K.EVENT_REVERSED,
)
"""The events of a trip that stand in the trace of each of its passengers."""
_LEAVING: Final = frozenset(
    {_K.PASSENGER_LEFT, _K.PASSENGER_MOVED, _K.PASSENGER_RETURNED}
    | {_K.PASSENGER_NO_SHOW, _K.PASSENGER_DENIED, _K.PASSENGER_MISSING, _K.PASSENGER_UNASSIGNED}
)
_COMING: Final = frozenset({_K.PASSENGER_BOARDED, _K.PASSENGER_FOUND, _K.PASSENGER_CHECKED_IN})


class Run(Protocol):
    """When a vehicle ran on a trip; None: since the plan, or still."""

    @property
    def trip_id(self) -> UUID: ...
    @property
    def from_at(self) -> datetime | None: ...
    @property
    def to_at(self) -> datetime | None: ...


def ran_then(runs: Iterable[Run], *, trip_id: UUID, at: datetime) -> bool:
    """The moment of a change belongs to both vehicles."""
    return any(
        run.trip_id == trip_id
        and (run.from_at is None or run.from_at <= at)
        and (run.to_at is None or at <= run.to_at)
        for run in runs
    )


def narrow_to_person(
    items: Sequence[TraceItem], passengers: Collection[UUID]
) -> Iterator[TraceItem]:
    """The items that concern one person. `passengers`: the ids under which the person was listed.

    Left out are events of a trip while the person was not on it, signatures that do not name the
    person (one that does is shown naming nobody else), and reversals of what is not shown.
    """
    shown = {str(item.event_id) for item in items}
    away: dict[str, datetime] = {}
    for item in items:
        if item.passenger_id in passengers and not item.reversed:
            _note_whereabouts(away, item)
        if item.kind is _K.HANDOVER_SIGNED:
            yield from _narrow_signature(item, passengers)
            continue
        is_later = item.happened_at > away.get(item.stream, item.happened_at)
        if is_later and item.worker_id is None:
            continue
        if item.kind is not _K.EVENT_REVERSED or item.data["event_id"] in shown:
            yield item


def _narrow_signature(item: TraceItem, passengers: Collection[UUID]) -> Iterator[TraceItem]:
    mine = [each for each in item.data["passenger_ids"] if UUID(each) in passengers]
    if not mine:
        return
    receipts = item.decided.get("receipts", {})
    decided = {
        **item.decided,
        "count": len(mine),
        "receipts": {each: receipts[each] for each in mine if each in receipts},
    }
    data = {**item.data, "passenger_ids": mine}
    yield item.model_copy(update={"data": data, "decided": decided})


def _note_whereabouts(away: dict[str, datetime], item: TraceItem) -> None:
    """`away`: stream of a trip → since when the person is not on it."""
    if item.kind in _LEAVING:
        away[item.stream] = item.happened_at
    elif item.kind in _COMING:
        away.pop(item.stream, None)


class Fit(Enum):
    """Whether an access showed one person: named in it, or not to be told from others of the trip."""

    NAMED = "named"
    POSSIBLE = "possible"


def judge_access(
    data: Mapping[str, Any], *, worker_id: UUID, mark: str, rides: Collection[UUID]
) -> Fit | None:
    """Of the public fields of an access; None: it showed others. `mark`: how this access would name the worker;
    `rides`: the trips on which the worker is or was listed."""
    marks = data.get("people")
    if marks is not None:
        return Fit.NAMED if mark in marks else None
    if data.get("worker_id") is not None:
        return Fit.NAMED if UUID(data["worker_id"]) == worker_id else None
    of_people = data.get("list_kind") in _OF_PASSENGERS and data.get("trip_id") is not None
    return Fit.POSSIBLE if of_people and UUID(data["trip_id"]) in rides else None


_OF_PASSENGERS: Final = frozenset({ListKind.HANDOVER_SHEET, ListKind.INSURED, ListKind.MANIFEST})
"""Lists that show everybody of a trip."""
