"""A trip's states: which event may follow which, what leads to an exception; when a trip has arrived, when
the escort's work ended, when the list was locked; signatures.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.payloads_trips import SignatureMethod
from schemas.trips import TripState
from service.recording.approvals import UNCONFIRMED
from service.recording.handlers import BEGINNINGS, Fact, FoldKey

_K = EventKind
_S = TripState

TRANSITIONS: dict[tuple[TripState, EventKind], TripState] = {
    (_S.READY, _K.TRIP_FILED): _S.FILED,
    (_S.READY, _K.MANIFEST_LOCKED): _S.LOCKED,
    (_S.FILED, _K.TRIP_FILED): _S.FILED,
    (_S.FILED, _K.MANIFEST_LOCKED): _S.LOCKED,
    (_S.LOCKED, _K.MANIFEST_UNLOCKED): _S.FILED,
    (_S.LOCKED, _K.TRIP_BOARDING_OPENED): _S.BOARDING,
    (_S.LOCKED, _K.TRIP_DEPARTED): _S.IN_TRANSIT,
    (_S.BOARDING, _K.MANIFEST_UNLOCKED): _S.FILED,
    (_S.BOARDING, _K.TRIP_DEPARTED): _S.IN_TRANSIT,
    (_S.IN_TRANSIT, _K.TRIP_HELD_UP): _S.HELD_UP,
    (_S.HELD_UP, _K.TRIP_RESUMED): _S.IN_TRANSIT,
    (_S.IN_TRANSIT, _K.TRIP_ARRIVED): _S.ARRIVED,
    (_S.HELD_UP, _K.TRIP_ARRIVED): _S.ARRIVED,
    (_S.IN_TRANSIT, _K.TRIP_TURNED_BACK): _S.TURNED_BACK,
    (_S.HELD_UP, _K.TRIP_TURNED_BACK): _S.TURNED_BACK,
    (_S.ARRIVED, _K.TRIP_TURNED_BACK): _S.TURNED_BACK,
    (_S.IN_TRANSIT, _K.TRIP_RETURNED): _S.RETURNED,
    (_S.HELD_UP, _K.TRIP_RETURNED): _S.RETURNED,
    (_S.TURNED_BACK, _K.TRIP_RETURNED): _S.RETURNED,
    (_S.ARRIVED, _K.TRIP_CLOSED): _S.CLOSED,
    (_S.TURNED_BACK, _K.TRIP_CLOSED): _S.CLOSED,
    (_S.RETURNED, _K.TRIP_CLOSED): _S.CLOSED,
    **{
        (state, _K.TRIP_CANCELLED): _S.CANCELLED
        for state in (_S.DRAFT, _S.READY, _S.FILED, _S.LOCKED, _S.BOARDING)
    },
}
"""The trip's course. An arrival at a point that is not the last keeps the trip in transit."""

BEFORE_DEPARTURE = frozenset({_S.DRAFT, _S.READY, _S.FILED, _S.LOCKED, _S.BOARDING})
UNLOCKED = frozenset({_S.DRAFT, _S.READY, _S.FILED})
LOCKED_BEFORE_DEPARTURE = frozenset({_S.LOCKED, _S.BOARDING})
UNDER_WAY = frozenset({_S.IN_TRANSIT, _S.HELD_UP})
AFTER_DEPARTURE = frozenset({*UNDER_WAY, _S.ARRIVED, _S.TURNED_BACK, _S.RETURNED})
ENDED = frozenset({_S.CLOSED, _S.CANCELLED})

ALLOWED: dict[EventKind, frozenset[TripState]] = {
    _K.TRIP_CHANGED: UNLOCKED,
    _K.TRIP_FILED: LOCKED_BEFORE_DEPARTURE,
    _K.APPROVAL_CONFIRMED: frozenset(_S),
    _K.CAPTAIN_NAMED: frozenset(_S) - ENDED,
    _K.FILING_ACKNOWLEDGED: frozenset({_S.FILED, *LOCKED_BEFORE_DEPARTURE}),
    _K.VEHICLE_REPLACED: BEFORE_DEPARTURE,
    _K.DRIVER_REPLACED: BEFORE_DEPARTURE | UNDER_WAY,
    _K.STOP_BEGUN: UNDER_WAY,
    _K.STOP_ENDED: UNDER_WAY,
    _K.TEMPERATURE_ROUND_TAKEN: UNDER_WAY | LOCKED_BEFORE_DEPARTURE | {_S.ARRIVED},
    _K.TRIP_DELAYED: BEFORE_DEPARTURE | UNDER_WAY,
    _K.HANDOVER_SIGNED: UNDER_WAY | {_S.ARRIVED, _S.TURNED_BACK, _S.RETURNED, _S.CLOSED},
    _K.INCIDENT_REPORTED: frozenset(_S) - ENDED,
    _K.EXCEPTION_EXPLAINED: frozenset(_S),
    _K.TRIP_OPENED: frozenset(_S),
}
"""Kinds that do not move the trip, and the states in which they fit."""

TOLD: dict[EventKind, TripState] = {
    _K.TRIP_DEPARTED: _S.IN_TRANSIT,
    _K.TRIP_ARRIVED: _S.ARRIVED,
    _K.TRIP_TURNED_BACK: _S.TURNED_BACK,
    _K.TRIP_RETURNED: _S.RETURNED,
}
"""Where a fact that does not fit leads all the same, unless the trip is closed."""


VEHICLE_CARRIER = "vehicle_carrier_id"
"""Stands in `decided` of what names a vehicle: whose it was then."""
BUSY = "busy"
"""Stands in `decided` of a fact told afterwards: code → the other trip at the same time."""


def irregularity(state: TripState, kind: EventKind) -> ExceptionCode:
    if kind is _K.TRIP_DEPARTED and state in UNLOCKED:
        return ExceptionCode.MANIFEST_NOT_LOCKED
    return ExceptionCode.OUT_OF_ORDER


@dataclass(frozen=True, slots=True)
class Signature:
    """A receiver signed for one passenger, as received by that event and at that point."""

    passenger_id: UUID
    method: SignatureMethod
    point_id: UUID | None
    receipt_id: UUID | None


@dataclass(frozen=True, slots=True)
class Course:
    """All that the trip's own events say."""

    id: UUID
    state: TripState = _S.DRAFT
    opened: bool = False
    vehicle_id: UUID | None = None
    vehicle_carrier_id: UUID | None = None
    driver_ids: tuple[UUID, ...] = ()
    captain_passenger_id: UUID | None = None
    captain_driver_id: UUID | None = None
    handover_point_ids: tuple[UUID, ...] = ()
    places: int = 0
    """For passengers in the vehicle in use, rows kept free taken off; as decided with the plan."""
    filed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    phoned: tuple[UUID, ...] = ()
    confirmed: tuple[UUID, ...] = ()
    """Acknowledgements typed in from a call, and confirmed ones: ids of events."""
    locks: tuple[tuple[datetime, datetime | None], ...] = ()
    """(locked, unlocked): a boarding in between was from a locked list."""
    boarding_opened_at: datetime | None = None
    departed_at: datetime | None = None
    expected_at: datetime | None = None
    arrivals: tuple[tuple[UUID, datetime], ...] = ()
    arrived_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()
    turned_back_at: datetime | None = None
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    head_counts: tuple[tuple[datetime, int], ...] = ()
    """(when, people counted aboard): compared with who was aboard then, in overview.py."""
    raised: frozenset[ExceptionCode] = frozenset()
    explained: frozenset[ExceptionCode] = frozenset()
    counts_explained_at: datetime | None = None
    """Head counts until then are explained, later ones are not."""
    judged: frozenset[ExceptionCode] = frozenset()
    list_version: int = 0
    list_hash: str | None = None
    last_key: FoldKey | None = None

    @property
    def unconfirmed(self) -> list[UUID]:
        """Acknowledgements that stand, but wait for their confirmation."""
        return [each for each in self.phoned if each not in self.confirmed]

    @property
    def locked(self) -> bool:
        return self.state in LOCKED_BEFORE_DEPARTURE

    @property
    def exceptions(self) -> frozenset[ExceptionCode]:
        return (self.raised | self.judged) - self.explained

    @property
    def over_at(self) -> datetime | None:
        """When the escort's work ended."""
        if self.turned_back_at is not None:
            return self.returned_at or self.closed_at
        return self.arrived_at or self.returned_at or self.cancelled_at or self.closed_at

    def locked_about(self, moment: datetime, tolerance: timedelta = timedelta()) -> bool:
        return any(
            begun - tolerance <= moment and (ended is None or moment < ended + tolerance)
            for begun, ended in self.locks
        )

    def arrived_at_point(self, point_id: UUID | None) -> datetime | None:
        return dict(self.arrivals).get(point_id) if point_id else self.arrived_at

    def signature(
        self, passenger_id: UUID, *, point_id: UUID | None, receipt_id: UUID | None
    ) -> Signature | None:
        """The one for this receiving, at this point: told by ids, for clocks differ."""
        wanted = (passenger_id, point_id, receipt_id)
        fitting = (
            each
            for each in self.signatures
            if (each.passenger_id, each.point_id, each.receipt_id) == wanted
        )
        return next(fitting, None)


def step(course: Course, fact: Fact) -> Course:
    """The course after one more fact, which happened later than all before it."""
    target = TRANSITIONS.get((course.state, fact.kind))
    raised = {ExceptionCode(code) for code in fact.decided.get(BUSY, ())}
    raised |= {ExceptionCode.CLOCK_AHEAD} if fact.decided.get("clock_ahead") else set()
    if target is None and course.state not in ALLOWED.get(fact.kind, frozenset()):
        raised.add(irregularity(course.state, fact.kind))
        target = TOLD.get(fact.kind) if course.state is not _S.CLOSED else None
    counted = fact.data.get("aboard")
    changed = replace(
        course,
        state=target or course.state,
        raised=course.raised | raised,
        explained=course.explained - raised,
        last_key=course.last_key if fact.kind in BEGINNINGS else fact.key,
        places=int(fact.decided.get("places", course.places)),
        vehicle_carrier_id=fact.identifier(VEHICLE_CARRIER) or course.vehicle_carrier_id,
        list_version=max(course.list_version, int(fact.decided.get("list_version", 0))),
        list_hash=fact.decided.get("list_hash", course.list_hash),
        head_counts=(*course.head_counts, *([(fact.at, counted)] if counted is not None else [])),
    )
    detail = DETAILS.get(fact.kind)
    return detail(changed, fact) if detail else changed


def _opened(course: Course, fact: Fact) -> Course:
    drivers = tuple(UUID(each) for each in fact.data.get("driver_ids", ()))
    points = tuple(UUID(each) for each in fact.data.get("handover_point_ids", ()))
    return _complete(
        replace(
            course,
            opened=True,
            vehicle_id=fact.identifier("vehicle_id"),
            driver_ids=drivers,
            handover_point_ids=points,
        ),
        fact,
    )


def _changed(course: Course, fact: Fact) -> Course:
    points = tuple(UUID(each) for each in fact.data.get("handover_point_ids", ()))
    return _complete(replace(course, handover_point_ids=points), fact)


def _complete(course: Course, fact: Fact) -> Course:
    """The plan was judged complete or not when this was recorded; draft and ready follow it."""
    complete = fact.decided.get("plan_complete")
    if complete is None or course.state not in {_S.DRAFT, _S.READY}:
        return course
    return replace(course, state=_S.READY if complete else _S.DRAFT)


def _filed(course: Course, fact: Fact) -> Course:
    return replace(course, filed_at=fact.at)


def _acknowledged(course: Course, fact: Fact) -> Course:
    phoned = (fact.key.event_id,) if fact.decided.get(UNCONFIRMED) else ()
    return replace(course, acknowledged_at=fact.at, phoned=(*course.phoned, *phoned))


def _confirmed(course: Course, fact: Fact) -> Course:
    approval = fact.identifier("approval_id")
    return replace(course, confirmed=(*course.confirmed, approval)) if approval else course


def _locked(course: Course, fact: Fact) -> Course:
    return replace(course, locks=(*course.locks, (fact.at, None)))


def _unlocked(course: Course, fact: Fact) -> Course:
    """Back to where it was before: filed, or never filed."""
    never_filed = course.state is _S.FILED and course.filed_at is None
    ended = tuple((begun, end or fact.at) for begun, end in course.locks)
    return replace(course, locks=ended, state=_S.READY if never_filed else course.state)


def _boarding_opened(course: Course, fact: Fact) -> Course:
    return replace(course, boarding_opened_at=fact.at)


def _vehicle_replaced(course: Course, fact: Fact) -> Course:
    return _complete(replace(course, vehicle_id=fact.identifier("vehicle_id")), fact)


def _driver_replaced(course: Course, fact: Fact) -> Course:
    gone, new = fact.identifier("replaces_driver_id"), fact.identifier("driver_id")
    kept = tuple(each for each in course.driver_ids if each not in {gone, new})
    return _complete(replace(course, driver_ids=(*kept, new) if new else kept), fact)


def _captain_named(course: Course, fact: Fact) -> Course:
    return replace(
        course,
        captain_passenger_id=fact.identifier("passenger_id"),
        captain_driver_id=fact.identifier("driver_id"),
    )


def _departed(course: Course, fact: Fact) -> Course:
    return replace(course, departed_at=course.departed_at or fact.at)


def _delayed(course: Course, fact: Fact) -> Course:
    return replace(course, expected_at=datetime.fromisoformat(fact.value("expected_at")))


def _arrived(course: Course, fact: Fact) -> Course:
    """At the last of the handover points the trip has arrived, in whatever order they came."""
    point = fact.identifier("point_id")
    arrivals = dict(course.arrivals)
    if point is not None:
        arrivals.setdefault(point, fact.at)
    there = point is None or arrivals.keys() >= set(course.handover_point_ids)
    arrived = course.arrived_at or (fact.at if there else None)
    on_the_way = course.state is _S.ARRIVED and arrived is None
    return replace(
        course,
        arrivals=tuple(sorted(arrivals.items())),
        arrived_at=arrived,
        state=_S.IN_TRANSIT if on_the_way else course.state,
    )


def _signed(course: Course, fact: Fact) -> Course:
    method = SignatureMethod(fact.value("method"))
    point = fact.identifier("point_id")
    receipts: dict[str, str] = fact.decided.get("receipts", {})
    new = [
        Signature(UUID(each), method, point, UUID(receipts[each]) if each in receipts else None)
        for each in fact.data.get("passenger_ids", ())
    ]
    return replace(course, signatures=(*course.signatures, *new))


def _turned_back(course: Course, fact: Fact) -> Course:
    return replace(course, turned_back_at=course.turned_back_at or fact.at)


def _returned(course: Course, fact: Fact) -> Course:
    return replace(course, returned_at=course.returned_at or fact.at)


def _cancelled(course: Course, fact: Fact) -> Course:
    return replace(course, cancelled_at=fact.at)


def _closed(course: Course, fact: Fact) -> Course:
    return replace(course, closed_at=fact.at)


def _explained(course: Course, fact: Fact) -> Course:
    if fact.value("code") == ExceptionCode.COUNT_DIFFERS:
        return replace(course, counts_explained_at=fact.at)
    return replace(course, explained=course.explained | {ExceptionCode(fact.value("code"))})


DETAILS: dict[EventKind, Callable[[Course, Fact], Course]] = {
    _K.APPROVAL_CONFIRMED: _confirmed,
    _K.CAPTAIN_NAMED: _captain_named,
    _K.DRIVER_REPLACED: _driver_replaced,
    _K.EXCEPTION_EXPLAINED: _explained,
    _K.FILING_ACKNOWLEDGED: _acknowledged,
    _K.HANDOVER_SIGNED: _signed,
    _K.MANIFEST_LOCKED: _locked,
    _K.MANIFEST_UNLOCKED: _unlocked,
    _K.TRIP_ARRIVED: _arrived,
    _K.TRIP_BOARDING_OPENED: _boarding_opened,
    _K.TRIP_CANCELLED: _cancelled,
    _K.TRIP_CHANGED: _changed,
    _K.TRIP_CLOSED: _closed,
    _K.TRIP_DELAYED: _delayed,
    _K.TRIP_DEPARTED: _departed,
    _K.TRIP_FILED: _filed,
    _K.TRIP_OPENED: _opened,
    _K.TRIP_RETURNED: _returned,
    _K.TRIP_TURNED_BACK: _turned_back,
    _K.VEHICLE_REPLACED: _vehicle_replaced,
}
