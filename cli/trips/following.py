"""In which order people read what may come next: what moves the trip, in the order of its course; then what is
said of passengers; last what is always possible.
"""

from collections.abc import Iterable
from typing import Final

from schemas.events.kinds import EventKind

_K = EventKind
_COURSE: Final = (
    *(_K.TRIP_FILED, _K.MANIFEST_LOCKED, _K.TRIP_BOARDING_OPENED, _K.TRIP_DEPARTED),
    *(_K.TRIP_HELD_UP, _K.TRIP_RESUMED, _K.TRIP_ARRIVED, _K.TRIP_TURNED_BACK),
    *(_K.TRIP_RETURNED, _K.TRIP_CLOSED),
    _K.MANIFEST_UNLOCKED,  # a step back stands behind all steps forward
)
_ALWAYS: Final = (
    *(_K.EVENT_REVERSED, _K.EXCEPTION_EXPLAINED, _K.INCIDENT_REPORTED, _K.APPROVAL_CONFIRMED),
    *(_K.VEHICLE_DISINFECTED, _K.VEHICLE_VENTILATED, _K.VEHICLE_INSPECTED, _K.KIT_ISSUED),
    *(_K.VEHICLE_REPLACED, _K.DRIVER_REPLACED, _K.ESCORT_REPLACED, _K.CAPTAIN_NAMED),
    _K.POLICY_SWITCHED,
    _K.TRIP_CANCELLED,
)
_PASSENGERS, _OTHERS = 1, 2
_PLACES: Final = {
    **{kind: (0, place) for place, kind in enumerate(_COURSE)},
    **{kind: (3, place) for place, kind in enumerate(_ALWAYS)},
}


def order_following(kinds: Iterable[EventKind]) -> list[EventKind]:
    """Within passengers, and within everything else, the order that they came in."""
    return sorted(kinds, key=_rank)


def _rank(kind: EventKind) -> tuple[int, int]:
    about_passenger = kind.value.startswith("passenger.")
    return _PLACES.get(kind, (_PASSENGERS if about_passenger else _OTHERS, 0))
