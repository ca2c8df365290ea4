"""What fleets do with their events: the action has judged, the row is written beside."""

from schemas.events.kinds import EventKind
from service.recording.described import RECORDED_AS_SENT
from service.recording.handlers import Handler

HANDLERS: dict[EventKind, Handler] = dict.fromkeys(
    (
        EventKind.CARRIER_CHANGED,
        EventKind.CARRIER_REGISTERED,
        EventKind.DRIVER_CHANGED,
        EventKind.DRIVER_REGISTERED,
        EventKind.VEHICLE_CHANGED,
        EventKind.VEHICLE_REGISTERED,
    ),
    RECORDED_AS_SENT,
)
