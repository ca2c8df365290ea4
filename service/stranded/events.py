"""Calls and letters are written into the county's stream; the actions write the rows beside."""

from uuid import UUID

from schemas.events.kinds import EventKind
from service.recording.handlers import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision


def _judge_call(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=UUID(command.public["stranded_id"]))


def _judge_letter(_workspace: Workspace, command: Command) -> Decision:
    return Decision(subject_id=UUID(command.public["letter_id"]))


HANDLERS: dict[EventKind, Handler] = {
    EventKind.STRANDED_PERSON_CALLED: SimpleHandler(_judge_call),
    EventKind.STRANDED_PERSON_REQUESTED: SimpleHandler(_judge_letter),
}
