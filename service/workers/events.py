"""A worker's withdrawal, and what becomes of the demand (open: cancelled; with a seat: stays assigned until
the seat is taken back); which own events can be reversed, and when that opens the demand again. Holds and
releases are in the same stream and belong to health (service/health/events.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.specs import EVENT_SPECS
from service.demand.queries import DEMANDS
from service.recording.commands import worker_stream
from service.recording.handlers import (
    Command,
    Decision,
    Fact,
    Handler,
    SimpleHandler,
    Subject,
    Wanted,
    Workspace,
    in_order,
    refuse,
)
from service.recording.order import Last
from service.registry.queries import WORKERS
from service.workers import queries
from service.workers.queries import save_states
from service.workers.rules import WorkerState, fold, step

DEMAND_STATE = "demand_state"
"""What a withdrawal left of the demand: cancelled, or assigned where somebody has a seat."""

_REVERSIBLE = frozenset(
    {EventKind.WORKER_HEALTH_NOTED, EventKind.WORKER_HELD, EventKind.WORKER_HOLD_RELEASED}
    | {EventKind.WORKER_TRAVEL_CHANGED, EventKind.WORKER_WITHDRAWN}
)
_CURRENT = frozenset({DemandState.OPEN, DemandState.ASSIGNED})


class WorkerAggregate:
    """The worker is the only subject of its stream."""

    def load(
        self, session: Session, county_code: str, ids: Iterable[UUID]
    ) -> dict[UUID, WorkerState]:
        return queries.load_states(session, county_code, ids)

    def last(self, state: WorkerState, subject_id: UUID) -> Last | None:
        return state.last

    def findings(
        self, workspace: Workspace, state: WorkerState, subject_id: UUID
    ) -> frozenset[tuple[ExceptionCode, tuple[UUID, ...]]]:
        """None: a hold and its release fit in any order."""
        return frozenset()

    def step(self, state: WorkerState, fact: Fact) -> WorkerState:
        return step(state, fact)

    def refold(self, state: WorkerState, subject_id: UUID, facts: list[Fact]) -> WorkerState:
        return fold(state.id, facts)

    def follow(
        self, workspace: Workspace, before: WorkerState, after: WorkerState, subject_id: UUID
    ) -> None:
        """Nothing else changes with it: handlers that need the state read it under the worker's lock."""

    def judge(self, state: WorkerState) -> WorkerState:
        """One subject, which is folded."""
        return state

    def save(
        self,
        session: Session,
        county_code: str,
        changes: Mapping[UUID, tuple[WorkerState | None, WorkerState]],
    ) -> None:
        save_states(session, county_code, [after for _, after in changes.values()])


def about_worker(workspace: Workspace, command: Command) -> Decision:
    """The event is about the worker whose stream it is in; not-found where there is none."""
    worker_id = command.stream.id
    if workspace.get(WORKERS, worker_id) is None:
        return refuse(ErrorCode.NOT_FOUND)
    return Decision(subject_id=worker_id, worker_id=worker_id)


def _correct(_workspace: Workspace, command: Command) -> Decision:
    """The action has judged the change and written the row; no state follows from the event."""
    return Decision(subject_id=command.stream.id, worker_id=command.stream.id)


def _withdraw(workspace: Workspace, command: Command) -> Decision:
    """An open demand is cancelled. An assigned one stays until the coordinator takes the seat back, which
    cancels it in trips; the withdrawal is recorded all the same.
    """
    decision = about_worker(workspace, command)
    demand = workspace.get(DEMANDS, command.stream.id)
    if decision.refused is not None or demand is None or demand.state not in _CURRENT:
        return decision
    if demand.state is DemandState.OPEN:
        demand = replace(demand, state=DemandState.CANCELLED)
        workspace.put(DEMANDS, command.stream.id, demand)
    told = {"demand_id": str(demand.id), DEMAND_STATE: str(demand.state)}
    return replace(decision, decided=told)


def _reopen_demand(workspace: Workspace, command: Command, target_id: UUID) -> None:
    """When the only withdrawal that stands is reversed, the demand that it cancelled is open again, unless
    a newer demand has followed.
    """
    demand = workspace.get(DEMANDS, command.stream.id)
    history = workspace.histories[Subject(command.stream, command.stream.id)]
    standing = [each for each in in_order(history) if each.kind is EventKind.WORKER_WITHDRAWN]
    if demand is None or [each.id for each in standing] != [target_id]:
        return
    theirs = {each.identifier("demand_id") for each in history}
    if demand.state is DemandState.CANCELLED and demand.id in theirs:
        workspace.put(DEMANDS, command.stream.id, replace(demand, state=DemandState.OPEN))


def _reverse(workspace: Workspace, command: Command) -> Decision:
    """Needs the permission of the event that is reversed. Refused are events of other streams (not-found),
    other kinds (cannot-reverse) and what the actor may not say (permission-denied).
    """
    target = workspace.stored.get(UUID(command.public["event_id"]))
    if target is None or target.stream != command.stream:
        return refuse(ErrorCode.NOT_FOUND)
    permission = EVENT_SPECS[target.kind].permission
    if target.kind not in _REVERSIBLE or permission is None:
        return refuse(ErrorCode.CANNOT_REVERSE)
    if not workspace.actor.may(permission):
        return refuse(ErrorCode.PERMISSION_DENIED, permission=str(permission))
    decision = about_worker(workspace, command)
    if target.kind is EventKind.WORKER_WITHDRAWN and decision.refused is None:
        _reopen_demand(workspace, command, UUID(command.public["event_id"]))
    return replace(decision, decided={"reversed_kind": str(target.kind)})


def get_state(workspace: Workspace, worker_id: UUID) -> WorkerState | None:
    """What the worker's own events say, as this group leaves them; None without the worker's lock."""
    return workspace.get_state(worker_stream(worker_id), WorkerState)


def worker_wants(_workspace: Workspace, command: Command) -> Iterable[Wanted]:
    return (Wanted(WORKERS, command.stream.id),)


def _demand_wants(_workspace: Workspace, command: Command) -> Iterable[Wanted]:
    return (Wanted(WORKERS, command.stream.id), Wanted(DEMANDS, command.stream.id))


HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_CHANGED: SimpleHandler(_correct),
    EventKind.WORKER_WITHDRAWN: SimpleHandler(_withdraw, _demand_wants),
}
REVERSAL = SimpleHandler(_reverse, _demand_wants)
"""What event.reversed means in a worker's stream."""
