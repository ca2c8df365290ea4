"""A trip's states: which event may follow which, where a fact that does not fit leads, and its name."""

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.trips import TripState

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
    _K.TRIP_CHANGED: UNLOCKED | LOCKED_BEFORE_DEPARTURE,
    _K.TRIP_FILED: LOCKED_BEFORE_DEPARTURE,
    _K.APPROVAL_CONFIRMED: frozenset(_S),
    _K.CAPTAIN_NAMED: frozenset(_S) - ENDED,
    _K.FILING_ACKNOWLEDGED: frozenset({_S.FILED, *LOCKED_BEFORE_DEPARTURE}),
    _K.POLICY_SWITCHED: frozenset(_S) - ENDED,
    _K.VEHICLE_REPLACED: frozenset(_S) - ENDED,
    _K.DRIVER_REPLACED: frozenset(_S) - ENDED,
    _K.ESCORT_REPLACED: frozenset(_S) - ENDED,
    _K.STOP_BEGUN: UNDER_WAY,
    _K.STOP_ENDED: UNDER_WAY,
    _K.TEMPERATURE_ROUND_TAKEN: UNDER_WAY | LOCKED_BEFORE_DEPARTURE | {_S.ARRIVED},
    _K.TRIP_DELAYED: BEFORE_DEPARTURE | UNDER_WAY,
    _K.HANDOVER_SIGNED: UNDER_WAY | {_S.ARRIVED, _S.TURNED_BACK, _S.RETURNED, _S.CLOSED},
    _K.INCIDENT_REPORTED: frozenset(_S) - ENDED,
    _K.KIT_ISSUED: frozenset(_S) - ENDED,
    _K.VEHICLE_DISINFECTED: frozenset(_S) - ENDED,
    _K.VEHICLE_INSPECTED: frozenset(_S) - ENDED,
    _K.VEHICLE_VENTILATED: frozenset(_S) - ENDED,
    _K.INCIDENT_SETTLED: frozenset(_S),
    _K.EVENT_REVERSED: frozenset(_S),
    _K.EXCEPTION_EXPLAINED: frozenset(_S),
    _K.TRIP_OPENED: frozenset(_S),
}
"""Kinds that do not move the trip, and the states in which they fit."""

TOLD: dict[EventKind, TripState] = {
    _K.TRIP_DEPARTED: _S.IN_TRANSIT,
    _K.TRIP_ARRIVED: _S.ARRIVED,
    _K.TRIP_CLOSED: _S.CLOSED,
    _K.TRIP_TURNED_BACK: _S.TURNED_BACK,
    _K.TRIP_RETURNED: _S.RETURNED,
}
"""Where a fact that does not fit leads all the same, unless the trip is closed. A closing was judged when it
was decided: whatever is told or reversed later, the trip stays closed."""


def irregularity(state: TripState, kind: EventKind) -> ExceptionCode:
    if kind is _K.TRIP_DEPARTED and state in UNLOCKED:
        return ExceptionCode.MANIFEST_NOT_LOCKED
    return ExceptionCode.OUT_OF_ORDER
