"""A chunk of a roster that was applied, and an import that was undone: events in the import's
stream, judged by the action; nothing is folded.
"""

from schemas.events.kinds import EventKind
from service.recording.handlers import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision


def _record_as_done(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=command.stream.id)


HANDLERS: dict[EventKind, Handler] = {
    EventKind.ROSTER_APPLIED: SimpleHandler(_record_as_done),
    EventKind.ROSTER_UNDONE: SimpleHandler(_record_as_done),
}
