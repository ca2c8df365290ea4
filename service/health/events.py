"""A worker's own events: held, released, withdrawn. One state behind the worker's stream."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events import EVENT_SPECS, EventKind, ExceptionCode
from service.health import queries
from service.health.facts import CLEARANCE_SOURCE
from service.health.rules import ClearanceFacts, WorkerState, fold, step
from service.health.saving import save_states
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, Fact, FoldKey, Need, refuse

CLEARANCE = CLEARANCE_SOURCE.name


class WorkerAggregate:
    """The worker is the only subject of its stream."""

    def load(
        self, session: Session, county_code: str, ids: Iterable[UUID]
    ) -> dict[UUID, WorkerState]:
        return queries.load_states(session, county_code, ids)

    def last_key(self, state: WorkerState, subject_id: UUID) -> FoldKey | None:
        return state.last_key

    def exceptions(self, state: WorkerState, subject_id: UUID) -> frozenset[ExceptionCode]:
        """None: a hold and its release fit in any order."""
        return frozenset()

    def step(self, state: WorkerState, fact: Fact) -> WorkerState:
        return step(state, fact)

    def refold(self, state: WorkerState, subject_id: UUID, facts: list[Fact]) -> WorkerState:
        return fold(state.id, facts)

    def settle(self, workspace: Workspace, before: WorkerState, after: WorkerState) -> WorkerState:
        """Whoever is cleared later in the same group is cleared by what is known now."""
        known: ClearanceFacts | None = workspace.get(CLEARANCE, after.id)
        if known is not None:
            changed = replace(known, withdrawn=after.withdrawn, holds=after.holds)
            workspace.put(CLEARANCE, after.id, changed)
        return after

    def save(
        self,
        session: Session,
        county_code: str,
        changes: Mapping[UUID, tuple[WorkerState | None, WorkerState]],
    ) -> None:
        save_states(session, county_code, [after for _, after in changes.values()])


def _judge_hold(workspace: Workspace, command: Command) -> Decision:
    """A hold has one event: its id in a second one is id-reused."""
    if _hold_id(command) in _state(workspace, command).held:
        return refuse(ErrorCode.ID_REUSED)
    return _record(workspace, command)


def _judge_release(workspace: Workspace, command: Command) -> Decision:
    """Live, only an open hold is released; told afterwards, a release may arrive before its hold."""
    if command.live and _hold_id(command) not in _state(workspace, command).holds:
        return refuse(ErrorCode.HOLD_UNKNOWN)
    return _record(workspace, command)


def _record(workspace: Workspace, command: Command) -> Decision:
    worker_id = command.stream.id
    if workspace.get(CLEARANCE, worker_id) is None:
        return refuse(ErrorCode.NOT_FOUND)
    return Decision(subject_id=worker_id, worker_id=worker_id)


def _judge_reversal(workspace: Workspace, command: Command) -> Decision:
    """Only by whoever may say what is reversed: a hold is not undone by somebody who may not hold."""
    target = workspace.stored.get(UUID(command.public["event_id"]))
    if target is None or target.stream != command.stream:
        return refuse(ErrorCode.NOT_FOUND)
    permission = EVENT_SPECS[target.kind].permission
    if target.kind not in HANDLERS or permission is None:
        return refuse(ErrorCode.CANNOT_REVERSE)
    if not workspace.actor.may(permission):
        return refuse(ErrorCode.PERMISSION_DENIED, permission=str(permission))
    decided = {"reversed_kind": str(target.kind)}
    return replace(_record(workspace, command), decided=decided)


def _state(workspace: Workspace, command: Command) -> WorkerState:
    state: WorkerState = workspace.states[command.stream]
    return state


def _hold_id(command: Command) -> UUID:
    return UUID(command.public["hold_id"])


def _wants(_workspace: Workspace, command: Command) -> Iterable[Need]:
    return (Need(CLEARANCE, command.stream.id),)


HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_HELD: SimpleHandler(_judge_hold, _wants),
    EventKind.WORKER_HOLD_RELEASED: SimpleHandler(_judge_release, _wants),
    EventKind.WORKER_WITHDRAWN: SimpleHandler(_record, _wants),
}
REVERSAL = SimpleHandler(_judge_reversal, _wants)
"""What event.reversed means in a worker's stream."""
