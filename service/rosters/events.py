"""A chunk of a roster that was applied: one event in the import's stream; nothing is folded."""

from schemas.events import EventKind
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision


def _record_as_applied(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=command.stream.id)


HANDLERS: dict[EventKind, Handler] = {EventKind.ROSTER_APPLIED: SimpleHandler(_record_as_applied)}
