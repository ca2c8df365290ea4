"""Reversals: one kind of event, judged by whoever owns the stream that it lies in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import StreamKind
from service.recording.registry import Handler, Workspace
from service.recording.values import Command, Decision, Need, refuse


@dataclass(frozen=True, slots=True)
class ByStream:
    """A handler that asks the stream's own; in other streams nothing can be reversed."""

    handlers: Mapping[StreamKind, Handler]

    def needs(self, workspace: Workspace, command: Command) -> Iterable[Need]:
        handler = self.handlers.get(command.stream.kind)
        return handler.needs(workspace, command) if handler else ()

    def worker_locks(self, workspace: Workspace, command: Command) -> Iterable[UUID]:
        handler = self.handlers.get(command.stream.kind)
        return handler.worker_locks(workspace, command) if handler else ()

    def decide(self, workspace: Workspace, command: Command) -> Decision:
        handler = self.handlers.get(command.stream.kind)
        if handler is None:
            return refuse(ErrorCode.CANNOT_REVERSE)
        return handler.decide(workspace, command)
