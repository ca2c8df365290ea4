"""What trips do with each kind of event that they own."""

from schemas.events import EventKind
from service.recording.registry import Handler
from service.trips.events.assignment import ASSIGNMENT_HANDLERS
from service.trips.events.boarding import BOARDING_HANDLERS
from service.trips.events.corrections import CORRECTION_HANDLERS
from service.trips.events.course import COURSE_HANDLERS

HANDLERS: dict[EventKind, Handler] = {
    **COURSE_HANDLERS,
    **ASSIGNMENT_HANDLERS,
    **BOARDING_HANDLERS,
    **CORRECTION_HANDLERS,
}
