"""A correction by hand: one event in the worker's stream. The action has judged; nothing is folded."""

from schemas.events.kinds import EventKind
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision


def _record(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=command.stream.id, worker_id=command.stream.id)


HANDLERS: dict[EventKind, Handler] = {EventKind.WORKER_CHANGED: SimpleHandler(_record)}
