"""Holds and releases: when one is refused (id of a hold used twice, release of a hold that is not open);
loading what a worker's clearance rests on.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from service.health.rules import ClearanceFacts, make_clearance_facts
from service.recording.approvals import mark_phoned, refuse_confirming, refuse_phoned
from service.recording.handlers import Command, Decision, Handler, SimpleHandler, Workspace, refuse
from service.registry.queries import WORKERS, load_worker_facts
from service.workers.events import about_worker, get_state, worker_wants
from service.workers.queries import load_states
from service.workers.rules import WorkerState


def read_clearance(workspace: Workspace, worker_id: UUID | None) -> ClearanceFacts | None:
    """The facts that a clearance rests on, as this group leaves them; None for an unknown worker.
    The handler must need WORKERS and lock the worker.
    """
    worker = workspace.get(WORKERS, worker_id)
    if worker is None:
        return None
    return make_clearance_facts(worker, get_state(workspace, worker.id) or WorkerState(worker.id))


def load_clearance_facts(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, ClearanceFacts]:
    """Of the workers that exist; two statements, whatever their number."""
    known = load_worker_facts(session, county_code, worker_ids)
    states = load_states(session, county_code, known)
    return {worker.id: make_clearance_facts(worker, states[worker.id]) for worker in known.values()}


def _hold(workspace: Workspace, command: Command) -> Decision:
    """A hold has one event: its id in a second one is id-reused."""
    state = get_state(workspace, command.stream.id)
    if state is not None and _hold_id(command) in {each.hold_id for each in state.held}:
        return refuse(ErrorCode.ID_REUSED)
    return about_worker(workspace, command)


def _release(workspace: Workspace, command: Command) -> Decision:
    """Live, only an open hold is released; told afterwards, a release may arrive before its hold."""
    state = get_state(workspace, command.stream.id)
    if command.live and (state is None or _hold_id(command) not in state.holds):
        return refuse(ErrorCode.HOLD_UNKNOWN)
    if (incomplete := refuse_phoned(workspace, command)) is not None:
        return incomplete
    return replace(about_worker(workspace, command), decided=mark_phoned(workspace, command))


def _confirm(workspace: Workspace, command: Command) -> Decision:
    """The health office says of a release typed in from its call that it gave it."""
    state = get_state(workspace, command.stream.id)
    waiting = state is not None and UUID(command.public["approval_id"]) in state.unconfirmed
    against = refuse_confirming(workspace, EventKind.WORKER_HOLD_RELEASED, waiting=waiting)
    return against or about_worker(workspace, command)


def _hold_id(command: Command) -> UUID:
    return UUID(command.public["hold_id"])


HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_HELD: SimpleHandler(_hold, worker_wants),
    EventKind.WORKER_HOLD_RELEASED: SimpleHandler(_release, worker_wants),
}
CONFIRMATION = SimpleHandler(_confirm, worker_wants)
"""What approval.confirmed means in a worker's stream."""
