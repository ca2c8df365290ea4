"""What enterprises do with their events: the action has judged, the row is written beside."""

from schemas.events.kinds import EventKind
from service.recording.described import RECORDED_AS_SENT
from service.recording.handlers import Handler

HANDLERS: dict[EventKind, Handler] = {
    EventKind.ENTERPRISE_CHANGED: RECORDED_AS_SENT,
    EventKind.ENTERPRISE_REGISTERED: RECORDED_AS_SENT,
}
