"""One passenger's state: what it holds, which event may follow which, and the fold's one step.

The fold never refuses and never raises: what does not fit its table is taken as told and leaves an
exception (architecture: the system never refuses a fact).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from schemas.events import EventKind, ExceptionCode
from schemas.events.payloads_passengers import PartyKind, PersonRole
from schemas.trips import PassengerStatus
from service.recording.values import Fact, FoldKey

_K = EventKind
_S = PassengerStatus

TRANSITIONS: dict[tuple[PassengerStatus, EventKind], PassengerStatus] = {
    (_S.EXPECTED, _K.PASSENGER_ASSIGNED): _S.LISTED,
    (_S.EXPECTED, _K.PASSENGER_FOUND_ABOARD): _S.BOARDED,
    (_S.LISTED, _K.PASSENGER_BOARDED): _S.BOARDED,
    (_S.LISTED, _K.PASSENGER_CHECKED_IN): _S.CHECKED_IN,
    (_S.LISTED, _K.PASSENGER_DENIED): _S.DENIED,
    (_S.LISTED, _K.PASSENGER_MOVED): _S.MOVED,
    (_S.LISTED, _K.PASSENGER_NO_SHOW): _S.NO_SHOW,
    (_S.LISTED, _K.PASSENGER_NOTIFIED): _S.LISTED,
    (_S.LISTED, _K.PASSENGER_SEAT_CHANGED): _S.LISTED,
    (_S.LISTED, _K.PASSENGER_UNASSIGNED): _S.REMOVED,
    (_S.STAND_BY, _K.PASSENGER_NOTIFIED): _S.STAND_BY,
    (_S.STAND_BY, _K.PASSENGER_SUBSTITUTED): _S.LISTED,
    (_S.STAND_BY, _K.PASSENGER_UNASSIGNED): _S.REMOVED,
    (_S.CHECKED_IN, _K.PASSENGER_BOARDED): _S.BOARDED,
    (_S.CHECKED_IN, _K.PASSENGER_DENIED): _S.DENIED,
    (_S.CHECKED_IN, _K.PASSENGER_MISSING): _S.MISSING,
    (_S.CHECKED_IN, _K.PASSENGER_MOVED): _S.MOVED,
    (_S.CHECKED_IN, _K.PASSENGER_NO_SHOW): _S.NO_SHOW,
    (_S.CHECKED_IN, _K.PASSENGER_NOTIFIED): _S.CHECKED_IN,
    (_S.CHECKED_IN, _K.PASSENGER_SEAT_CHANGED): _S.CHECKED_IN,
    (_S.CHECKED_IN, _K.PASSENGER_UNASSIGNED): _S.REMOVED,
    (_S.DENIED, _K.PASSENGER_CHECKED_IN): _S.CHECKED_IN,
    (_S.DENIED, _K.PASSENGER_NOTIFIED): _S.DENIED,
    (_S.NO_SHOW, _K.PASSENGER_CHECKED_IN): _S.CHECKED_IN,
    (_S.NO_SHOW, _K.PASSENGER_NOTIFIED): _S.NO_SHOW,
    (_S.BOARDED, _K.PASSENGER_FEVER_FOUND): _S.BOARDED,
    (_S.BOARDED, _K.PASSENGER_LEFT): _S.LEFT,
    (_S.BOARDED, _K.PASSENGER_MISSING): _S.MISSING,
    (_S.BOARDED, _K.PASSENGER_MOVED): _S.MOVED,
    (_S.BOARDED, _K.PASSENGER_RECEIVED): _S.RECEIVED,
    (_S.BOARDED, _K.PASSENGER_REFUSED): _S.REFUSED,
    (_S.BOARDED, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.BOARDED, _K.PASSENGER_SEAT_CHANGED): _S.BOARDED,
    (_S.BOARDED, _K.PASSENGER_TRANSFERRED): _S.TRANSFERRED,
    (_S.LEFT, _K.PASSENGER_FOUND): _S.BOARDED,
    (_S.TRANSFERRED, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.REFUSED, _K.PASSENGER_RECEIVED): _S.RECEIVED,
    (_S.REFUSED, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.REFUSED, _K.PASSENGER_TRANSFERRED): _S.TRANSFERRED,
    (_S.REFUSED, _K.PASSENGER_MISSING): _S.MISSING,
    (_S.MISSING, _K.PASSENGER_FOUND): _S.BOARDED,
}
"""What may follow what. A stand-by is listed by `passenger.assigned` with `stand_by`."""

SILENT = frozenset({_K.PASSENGER_BOARDING_REFUSED, _K.EXCEPTION_EXPLAINED})
"""Said about a passenger in any state without changing it."""

TOLD: dict[EventKind, PassengerStatus] = {
    _K.PASSENGER_BOARDED: _S.BOARDED,
    _K.PASSENGER_CHECKED_IN: _S.CHECKED_IN,
    _K.PASSENGER_DENIED: _S.DENIED,
    _K.PASSENGER_FOUND: _S.BOARDED,
    _K.PASSENGER_FOUND_ABOARD: _S.BOARDED,
    _K.PASSENGER_LEFT: _S.LEFT,
    _K.PASSENGER_MISSING: _S.MISSING,
    _K.PASSENGER_MOVED: _S.MOVED,
    _K.PASSENGER_NO_SHOW: _S.NO_SHOW,
    _K.PASSENGER_RECEIVED: _S.RECEIVED,
    _K.PASSENGER_REFUSED: _S.REFUSED,
    _K.PASSENGER_RETURNED: _S.RETURNED,
    _K.PASSENGER_TRANSFERRED: _S.TRANSFERRED,
}
"""Where a fact that does not fit leads all the same: people are where they were seen."""

ON_VEHICLE = frozenset({_S.BOARDED})
ACTIVE = frozenset({_S.LISTED, _S.STAND_BY, _S.CHECKED_IN, _S.BOARDED, _S.REFUSED, _S.MISSING})
"""Still this trip's business: holds the journey's leg."""
PLACE_HELD = frozenset({_S.LISTED, _S.CHECKED_IN, _S.BOARDED})
"""Holds a place of the vehicle, and the seat."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Sat on this seat from then until then (None: still)."""

    from_at: datetime
    to_at: datetime | None
    row: int | None
    column: int | None
    source: str


@dataclass(frozen=True, slots=True)
class PassengerState:
    """All that the passenger's own events say."""

    id: UUID
    worker_id: UUID | None = None
    journey_id: UUID | None = None
    demand_id: UUID | None = None
    leg: int = 1
    role: PersonRole = PersonRole.WORKER
    status: PassengerStatus = _S.EXPECTED
    found: bool = False
    """Came aboard without having been assigned: holds no leg, counts as carried."""
    carried: bool = False
    seat_row: int | None = None
    seat_column: int | None = None
    seat_label: str | None = None
    seat_since: FoldKey | None = None
    boarding_point_id: UUID | None = None
    handover_point_id: UUID | None = None
    handover_party: PartyKind | None = None
    enterprise_id: UUID | None = None
    notice: str | None = None
    checked_in_at: datetime | None = None
    boarded_at: datetime | None = None
    fever_at: datetime | None = None
    status_since: datetime | None = None
    next_holder: PartyKind | None = None
    received_by: PartyKind | None = None
    moved_to_trip_id: UUID | None = None
    stays: tuple[Stay, ...] = ()
    raised: frozenset[ExceptionCode] = frozenset()
    explained: frozenset[ExceptionCode] = frozenset()
    list_version: int = 0
    list_hash: str | None = None
    last_key: FoldKey | None = None
    judged: frozenset[ExceptionCode] = field(default=frozenset())
    """Computed from this and other subjects (service/trips/rules/judging.py), not folded."""
    seat_held: bool = False
    """Whether the seat is this passenger's: two may have been told to sit on one. Judged too."""

    @property
    def exceptions(self) -> frozenset[ExceptionCode]:
        """What still asks for a correction or an explanation."""
        return (self.raised | self.judged) - self.explained

    @property
    def active(self) -> bool:
        return self.status in ACTIVE


def step(state: PassengerState, fact: Fact) -> PassengerState:
    """The state after one more fact, which happened later than all before it."""
    regular = TRANSITIONS.get((state.status, fact.kind))
    raised = state.raised
    if fact.kind in SILENT:
        regular = state.status
    if regular is None:
        raised = raised | {irregularity(state.status, fact.kind)}
    status = regular or TOLD.get(fact.kind, state.status)
    if status is _S.LISTED and fact.kind is _K.PASSENGER_ASSIGNED and fact.value("stand_by"):
        status = _S.STAND_BY
    changed = replace(
        state,
        status=status,
        status_since=fact.at if status is not state.status else state.status_since,
        raised=raised,
        last_key=fact.key,
        list_version=max(state.list_version, int(fact.decided.get("list_version", 0))),
        list_hash=fact.decided.get("list_hash", state.list_hash),
    )
    if fact.decided.get("elsewhere"):
        told = changed.raised | {ExceptionCode.ABOARD_ELSEWHERE}
        changed = replace(changed, found=True, raised=told)
    detail = DETAILS.get(fact.kind)
    return _track_stay(state, detail(changed, fact) if detail else changed, fact)


def irregularity(status: PassengerStatus, kind: EventKind) -> ExceptionCode:
    """The name of what does not fit."""
    if kind in {_K.PASSENGER_BOARDED, _K.PASSENGER_FOUND_ABOARD}:
        by_status = {
            _S.EXPECTED: ExceptionCode.NOT_ON_LIST,
            _S.STAND_BY: ExceptionCode.NOT_ON_LIST,
            _S.REMOVED: ExceptionCode.NOT_ON_LIST,
            _S.DENIED: ExceptionCode.BOARDED_THOUGH_DENIED,
            _S.BOARDED: ExceptionCode.BOARDED_TWICE,
        }
        return by_status.get(status, ExceptionCode.OUT_OF_ORDER)
    if kind is _K.PASSENGER_RECEIVED and status in _NOT_CARRIED:
        return ExceptionCode.RECEIVED_WITHOUT_BOARDING
    return ExceptionCode.OUT_OF_ORDER


_NOT_CARRIED = frozenset(
    {_S.EXPECTED, _S.LISTED, _S.STAND_BY, _S.CHECKED_IN, _S.DENIED, _S.NO_SHOW, _S.REMOVED}
)


def _assigned(state: PassengerState, fact: Fact) -> PassengerState:
    return _seated(
        replace(
            state,
            worker_id=fact.worker_id,
            journey_id=fact.identifier("journey_id"),
            demand_id=fact.identifier("demand_id"),
            leg=int(fact.value("leg") or 1),
            role=PersonRole(fact.value("role")),
            boarding_point_id=fact.identifier("boarding_point_id"),
            handover_point_id=fact.identifier("handover_point_id"),
            handover_party=_party(fact.value("handover_party")),
            enterprise_id=fact.identifier("enterprise_id"),
        ),
        fact,
    )


def _seated(state: PassengerState, fact: Fact) -> PassengerState:
    row, column = fact.value("seat_row"), fact.value("seat_column")
    if row is None or column is None:
        return state
    if (row, column) == (state.seat_row, state.seat_column):
        return state
    return replace(
        state,
        seat_row=row,
        seat_column=column,
        seat_label=fact.value("seat_label"),
        seat_since=fact.key,
    )


def _boarded(state: PassengerState, fact: Fact) -> PassengerState:
    first = state.boarded_at or fact.at
    return _seated(replace(state, boarded_at=first, carried=True), fact)


def _found_aboard(state: PassengerState, fact: Fact) -> PassengerState:
    known = replace(
        state,
        worker_id=state.worker_id or fact.worker_id,
        journey_id=state.journey_id or fact.identifier("journey_id"),
        role=PersonRole(fact.value("role") or state.role),
        handover_point_id=state.handover_point_id or fact.identifier("handover_point_id"),
        handover_party=state.handover_party or _party(fact.value("handover_party")),
        enterprise_id=state.enterprise_id or fact.identifier("enterprise_id"),
        found=state.found or state.status is _S.EXPECTED or state.journey_id is None,
        raised=state.raised | {ExceptionCode.NOT_ON_LIST},
    )
    return _boarded(known, fact)


def _substituted(state: PassengerState, fact: Fact) -> PassengerState:
    return _seated(state, fact)


def _checked_in(state: PassengerState, fact: Fact) -> PassengerState:
    return replace(state, checked_in_at=fact.at)


def _notified(state: PassengerState, fact: Fact) -> PassengerState:
    return replace(state, notice=fact.value("outcome"))


def _fever_found(state: PassengerState, fact: Fact) -> PassengerState:
    return _seated(replace(state, fever_at=state.fever_at or fact.at), fact)


def _received(state: PassengerState, fact: Fact) -> PassengerState:
    party = _party(fact.value("party")) or state.handover_party
    return replace(state, received_by=party, next_holder=None)


def _refused(state: PassengerState, fact: Fact) -> PassengerState:
    return replace(state, next_holder=_party(fact.value("next_holder")))


def _moved(state: PassengerState, fact: Fact) -> PassengerState:
    return replace(state, moved_to_trip_id=fact.identifier("to_trip_id"))


def _explained(state: PassengerState, fact: Fact) -> PassengerState:
    return replace(state, explained=state.explained | {ExceptionCode(fact.value("code"))})


DETAILS: dict[EventKind, Callable[[PassengerState, Fact], PassengerState]] = {
    _K.EXCEPTION_EXPLAINED: _explained,
    _K.PASSENGER_ASSIGNED: _assigned,
    _K.PASSENGER_BOARDED: _boarded,
    _K.PASSENGER_CHECKED_IN: _checked_in,
    _K.PASSENGER_FEVER_FOUND: _fever_found,
    _K.PASSENGER_FOUND_ABOARD: _found_aboard,
    _K.PASSENGER_MOVED: _moved,
    _K.PASSENGER_NOTIFIED: _notified,
    _K.PASSENGER_RECEIVED: _received,
    _K.PASSENGER_REFUSED: _refused,
    _K.PASSENGER_SEAT_CHANGED: _seated,
    _K.PASSENGER_SUBSTITUTED: _substituted,
}


def _party(value: str | None) -> PartyKind | None:
    return PartyKind(value) if value else None


def _track_stay(before: PassengerState, after: PassengerState, fact: Fact) -> PassengerState:
    """Who sat where when: a stay begins aboard, changes with the seat, ends off the vehicle."""
    was = before.status in ON_VEHICLE
    now = after.status in ON_VEHICLE
    seat = (after.seat_row, after.seat_column)
    same = was and now and seat == (before.seat_row, before.seat_column)
    if same or not (was or now):
        return after
    stays = after.stays
    if was and stays and stays[-1].to_at is None:
        stays = (*stays[:-1], replace(stays[-1], to_at=fact.at))
    if now:
        stays = (*stays, Stay(fact.at, None, *seat, str(fact.kind)))
    return replace(after, stays=stays)
