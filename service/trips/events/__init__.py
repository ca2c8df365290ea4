"""What trips do with each kind of event that they own."""

from schemas.events.kinds import EventKind
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision
from service.trips.events.assignment import ASSIGNMENT_HANDLERS
from service.trips.events.boarding import BOARDING_HANDLERS
from service.trips.events.corrections import REVERSAL
from service.trips.events.course import COURSE_HANDLERS
from service.trips.events.handovers import HANDOVER_HANDLERS
from service.trips.events.plans import PLAN_HANDLERS


def _open_batch(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=command.stream.id)


HANDLERS: dict[EventKind, Handler] = {
    EventKind.BATCH_OPENED: SimpleHandler(_open_batch),
    **PLAN_HANDLERS,
    **COURSE_HANDLERS,
    **ASSIGNMENT_HANDLERS,
    **BOARDING_HANDLERS,
    **HANDOVER_HANDLERS,
}

__all__ = ["HANDLERS", "REVERSAL"]
