"""A worker's own events: held, released, withdrawn. One state behind the worker's stream."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.specs import EVENT_SPECS
from service.health import queries
from service.health.facts import CLEARANCE_SOURCE
from service.health.rules import ClearanceFacts, WorkerState, fold, step
from service.health.saving import save_states
from service.recording.folding import in_order
from service.recording.registry import Handler, SimpleHandler, Subject, Workspace
from service.recording.values import Command, Decision, Fact, FoldKey, Need, refuse

CLEARANCE = CLEARANCE_SOURCE.name
DEMAND = "demand"
"""A neighbour's source, asked for by name: of its values only id and state are used here."""
DEMAND_STATE = "demand_state"
"""What a withdrawal left of the demand: cancelled, or assigned where somebody has a seat."""

_CURRENT = frozenset({DemandState.OPEN, DemandState.ASSIGNED})


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


def _judge_withdrawal(workspace: Workspace, command: Command) -> Decision:
    """Who waits for a seat waits no longer. Who has one keeps it until the coordinator takes it
    back: the fact is recorded all the same, and trips cancel the demand then.
    """
    decision = _record(workspace, command)
    demand = workspace.get(DEMAND, command.stream.id)
    if decision.refused is not None or demand is None or demand.state not in _CURRENT:
        return decision
    if demand.state is DemandState.OPEN:
        demand = replace(demand, state=DemandState.CANCELLED)
        workspace.put(DEMAND, command.stream.id, demand)
    told = {"demand_id": str(demand.id), DEMAND_STATE: str(demand.state)}
    return replace(decision, decided=told)


def _reopen_demand(workspace: Workspace, command: Command, target_id: UUID) -> None:
    """With the last withdrawal goes what it did to the demand, unless a newer one has followed."""
    demand = workspace.get(DEMAND, command.stream.id)
    history = workspace.histories[Subject(command.stream, command.stream.id)]
    standing = [each for each in in_order(history) if each.kind is EventKind.WORKER_WITHDRAWN]
    if demand is None or [each.key.event_id for each in standing] != [target_id]:
        return
    theirs = {each.identifier("demand_id") for each in history}
    if demand.state is DemandState.CANCELLED and demand.id in theirs:
        workspace.put(DEMAND, command.stream.id, replace(demand, state=DemandState.OPEN))


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
    decision = _record(workspace, command)
    if target.kind is EventKind.WORKER_WITHDRAWN and decision.refused is None:
        _reopen_demand(workspace, command, UUID(command.public["event_id"]))
    return replace(decision, decided={"reversed_kind": str(target.kind)})


def _state(workspace: Workspace, command: Command) -> WorkerState:
    state: WorkerState = workspace.states[command.stream]
    return state


def _hold_id(command: Command) -> UUID:
    return UUID(command.public["hold_id"])


def _wants(_workspace: Workspace, command: Command) -> Iterable[Need]:
    return (Need(CLEARANCE, command.stream.id),)


def _wants_demand(_workspace: Workspace, command: Command) -> Iterable[Need]:
    return (*_wants(_workspace, command), Need(DEMAND, command.stream.id))


HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_HELD: SimpleHandler(_judge_hold, _wants),
    EventKind.WORKER_HOLD_RELEASED: SimpleHandler(_judge_release, _wants),
    EventKind.WORKER_WITHDRAWN: SimpleHandler(_judge_withdrawal, _wants_demand),
}
REVERSAL = SimpleHandler(_judge_reversal, _wants_demand)
"""What event.reversed means in a worker's stream."""
