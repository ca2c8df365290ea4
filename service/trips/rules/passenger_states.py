"""A passenger's statuses: which event may follow which, where a fact that does not fit leads and its name;
which hold a place, are on the list, in our care.
"""

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.trips import PassengerStatus

_K = EventKind
_S = PassengerStatus

TRANSITIONS: dict[tuple[PassengerStatus, EventKind], PassengerStatus] = {
    (_S.EXPECTED, _K.PASSENGER_ASSIGNED): _S.LISTED,
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
    (_S.BOARDED, _K.PASSENGER_TRANSFERRED): _S.LEFT,
    (_S.LEFT, _K.PASSENGER_FOUND): _S.BOARDED,
    (_S.LEFT, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.REFUSED, _K.PASSENGER_RECEIVED): _S.RECEIVED,
    (_S.REFUSED, _K.PASSENGER_REFUSED): _S.REFUSED,
    (_S.REFUSED, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.REFUSED, _K.PASSENGER_TRANSFERRED): _S.LEFT,
    (_S.REFUSED, _K.PASSENGER_MISSING): _S.MISSING,
    (_S.MISSING, _K.PASSENGER_FOUND): _S.BOARDED,
    (_S.MISSING, _K.PASSENGER_MOVED): _S.MOVED,
    (_S.MISSING, _K.PASSENGER_RECEIVED): _S.RECEIVED,
    (_S.MISSING, _K.PASSENGER_RETURNED): _S.RETURNED,
    (_S.MISSING, _K.PASSENGER_TRANSFERRED): _S.LEFT,
}
"""What may follow what. A stand-by is listed by `passenger.assigned` with `stand_by`; somebody
refused may be refused once more, when at last it is known who takes them. The rows of
`passenger.transferred` are those of `passenger.left` with the end given on, too (`row_of` of passengers.py)."""


SILENT = frozenset(
    {_K.PASSENGER_BOARDING_REFUSED, _K.EXCEPTION_EXPLAINED, _K.PASSENGER_LINKED}
    | {_K.PASSENGER_CONSENT_RECORDED, _K.PASSENGER_EXEMPTED, _K.PASSENGER_NOTED}
)
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
    _K.PASSENGER_TRANSFERRED: _S.LEFT,
}
"""Where a fact that does not fit leads all the same: people are where they were seen."""

ON_VEHICLE = frozenset({_S.BOARDED})
ACTIVE = frozenset({_S.LISTED, _S.STAND_BY, _S.CHECKED_IN, _S.BOARDED, _S.REFUSED, _S.MISSING})
"""Statuses that hold the journey's leg; refused ones do so until a next holder is named."""
PLACE_HELD = frozenset({_S.LISTED, _S.CHECKED_IN, _S.BOARDED})
"""Holds a place of the vehicle, and the seat."""
NOT_OFF_YET = frozenset({_S.LISTED, _S.STAND_BY, _S.CHECKED_IN})
"""Neither came aboard nor was said not to: no trip ends like this."""
NEVER_ABOARD = frozenset({*NOT_OFF_YET, _S.EXPECTED, _S.REMOVED, _S.DENIED, _S.NO_SHOW})
"""Was not told aboard by what counts now."""
SAID_ABSENT = frozenset({_S.DENIED, _S.NO_SHOW})
"""Of somebody who was carried all the same, the event that says this has to be reversed."""
CARRIED_END = {
    _K.PASSENGER_LEFT: _S.LEFT,
    _K.PASSENGER_RECEIVED: _S.RECEIVED,
    _K.PASSENGER_REFUSED: _S.REFUSED,
    _K.PASSENGER_RETURNED: _S.RETURNED,
    _K.PASSENGER_TRANSFERRED: _S.LEFT,
}
"""Happens only to whom the vehicle carried. Of somebody never told aboard it is refused live; told
afterwards it is the fact that says they were carried, so that both sides of the equation count them."""
IN_OUR_CARE = frozenset({_S.BOARDED, _S.MISSING, _S.REFUSED})
"""Was aboard and has no end: no trip is cancelled over them."""
OFF_LIST = frozenset({_S.REMOVED, _S.EXPECTED, _S.NO_SHOW, _S.DENIED, _S.MOVED})
"""Not on the manifest (any more)."""
NEVER_LISTED = frozenset({_S.REMOVED, _S.EXPECTED})
"""Not even on the printed list, where a no-show stays with the remark: it is read beside the hash."""

_ON_NO_LIST = {_S.EXPECTED, _S.STAND_BY, _S.REMOVED}
CARRIED = ON_VEHICLE | frozenset(CARRIED_END.values())
"""Statuses that say that the vehicle carried the person."""
RIDES_ALONG = (PLACE_HELD | CARRIED) - {_S.LEFT}
"""Is to ride, rides or rode to the end: whoever was with them was not alone."""


def irregularity(status: PassengerStatus, kind: EventKind) -> ExceptionCode:
    """The name of what does not fit."""
    if kind in {_K.PASSENGER_BOARDED, _K.PASSENGER_FOUND_ABOARD}:
        if status in _ON_NO_LIST:
            return ExceptionCode.NOT_ON_LIST
        if status is _S.DENIED:
            return ExceptionCode.BOARDED_THOUGH_DENIED
        if status is _S.BOARDED:
            return ExceptionCode.BOARDED_TWICE
    if kind is _K.PASSENGER_RECEIVED and status in NEVER_ABOARD:
        return ExceptionCode.RECEIVED_WITHOUT_BOARDING
    return ExceptionCode.OUT_OF_ORDER
