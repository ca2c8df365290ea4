"""Holds and releases: when one is refused (id of a hold used twice, release of a hold that is not open); which
notes of health are (dates to come, an unknown proof); loading what a worker's clearance rests on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_health import TravelAction
from schemas.events.specs import EVENT_SPECS
from schemas.health_notes import Measured, ProofInvalidated, ProofRecorded
from schemas.policies import PolicyVersion
from schemas.shapes import FieldText
from schemas.texts import say
from service.context import Work
from service.days import local_date
from service.health.notes import HealthFacts, Noted, measured_at_door, with_note
from service.health.queries import load_health_facts, load_noted
from service.health.rules import ClearanceFacts, asks_health, make_clearance_facts
from service.recording.approvals import mark_phoned, refuse_confirming, refuse_phoned
from service.recording.commands import RETIRED
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    Loader,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_field,
    refuse_reference,
)
from service.registry.queries import WORKERS, load_worker_facts
from service.vault.vault import Vault
from service.workers.events import about_worker, get_state, worker_wants
from service.workers.queries import load_states
from service.workers.rules import WorkerState


def read_clearance(workspace: Workspace, worker_id: UUID | None) -> ClearanceFacts | None:
    """The facts that a clearance rests on, as this group leaves them; None for an unknown worker.
    The handler must need WORKERS and lock the worker; HEALTH, where the policy may ask for it.
    """
    worker = workspace.get(WORKERS, worker_id)
    if worker is None:
        return None
    state = get_state(workspace, worker.id) or WorkerState(worker.id)
    return replace(make_clearance_facts(worker, state), health=workspace.get(HEALTH, worker.id))


def load_clearance_facts(
    work: Work, *, worker_ids: Iterable[UUID], policies: Iterable[PolicyVersion]
) -> dict[UUID, ClearanceFacts]:
    """Of the workers that exist; what was noted of their health only where one of the policies asks for it. Two
    statements, and two more for that, whatever their number."""
    session, county_code = work.session, work.county_code
    known = load_worker_facts(session, county_code, worker_ids)
    states = load_states(session, county_code, known)
    noted: Mapping[UUID, HealthFacts] = {}
    if any(asks_health(each) for each in policies):
        noted = load_health_facts(session, work.context.vault, county_code, worker_ids=list(known))
    return {
        each.id: replace(make_clearance_facts(each, states[each.id]), health=noted.get(each.id))
        for each in known.values()
    }


def _change_travel(workspace: Workspace, command: Command) -> Decision:
    """A hold or a release. Only a release comes by telephone: a hold needs the permission of its kind."""
    if command.told("action") is TravelAction.RELEASED:
        return _release(workspace, command)
    permission = EVENT_SPECS[command.kind].permission
    if permission is not None and not workspace.actor.may(permission):
        return refuse(ErrorCode.PERMISSION_DENIED, permission=str(permission))
    return _hold(workspace, command)


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
    against = refuse_confirming(workspace, EventKind.WORKER_TRAVEL_CHANGED, waiting=waiting)
    return against or about_worker(workspace, command)


def _hold_id(command: Command) -> UUID:
    return UUID(command.public["hold_id"])


# --- notes of health ------------------------------------------------------------------------------
def _note(workspace: Workspace, command: Command) -> Decision:
    """Refused are dates to come, and live an invalidated proof that this worker has not. Nothing of the note
    is public, so that nothing of it is decided."""
    content = command.told("content")
    if isinstance(content, ProofRecorded) and (late := _find_late(workspace, content)) is not None:
        return refuse_field(f"content.{late}", say(FieldText.IN_THE_FUTURE))
    if isinstance(content, ProofInvalidated) and command.live:
        owner = workspace.get(NOTED, content.proof_id)
        if owner != command.stream.id:
            return refuse_reference("content.proof_id")
    decision = about_worker(workspace, command)
    if decision.refused is None:
        workspace.put(NOTED, command.id, command.stream.id, save=False)
        noted = Noted(command.id, _time_of(workspace, command), content)
        _tell_noted(workspace, command.stream.id, noted)
    return decision


def _find_late(workspace: Workspace, proof: ProofRecorded) -> str | None:
    """The field of a proof that lies in the future."""
    if proof.issued_on is not None and proof.issued_on > local_date(workspace.now):
        return "issued_on"
    sampled = proof.sampled_at
    return "sampled_at" if sampled is not None and sampled > workspace.now + _AHEAD else None


def _note_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from worker_wants(workspace, command)
    content = command.told("content")
    if isinstance(content, ProofInvalidated):
        yield Wanted(NOTED, content.proof_id)


def _load_none(
    _session: Session, _county_code: str, _ids: Iterable[UUID]
) -> dict[UUID, HealthFacts]:
    """Nothing of it can be read without keys."""
    return {}


def _open_health(
    session: Session, vault: Vault, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, HealthFacts]:
    return load_health_facts(session, vault, county_code, worker_ids=list(ids))


HEALTH: Final = Loader("health", _load_none, open=_open_health)
"""What was noted of workers' health, and measured at the door, opened."""


def tell_measured(workspace: Workspace, command: Command, worker_id: UUID | None) -> None:
    """What a roll call measured is seen by what follows in this group."""
    noted = read_measured(workspace, command)
    if worker_id is not None and noted is not None:
        _tell_noted(workspace, worker_id, noted)


def read_measured(workspace: Workspace, command: Command) -> Noted[Measured] | None:
    """The temperature that is told with the command, as a note; None without one."""
    taken = command.told("temperature")
    if taken is None:
        return None
    return Noted(command.id, _time_of(workspace, command), measured_at_door(taken))


def _time_of(workspace: Workspace, command: Command) -> datetime:
    """When it was; one that is dated ahead hides nothing that follows."""
    return min(command.happened_at, workspace.now)


def tell_let_pass(
    workspace: Workspace, command: Command, worker_id: UUID, covered: frozenset[str]
) -> None:
    """About what an exemption decided is known to what follows in this group."""
    known: HealthFacts | None = workspace.get(HEALTH, worker_id)
    if known is not None:
        decided = {**known.let_pass, command.id: covered}
        workspace.put(HEALTH, worker_id, replace(known, let_pass=decided), save=False)


def _tell_noted(workspace: Workspace, worker_id: UUID, noted: Noted[Any]) -> None:
    known: HealthFacts | None = workspace.get(HEALTH, worker_id)
    if known is not None:
        workspace.put(HEALTH, worker_id, with_note(known, noted), save=False)


NOTED: Final = Loader("health notes", load_noted)
"""Event of a note of health → the worker whom it is about."""
_AHEAD: Final = timedelta(minutes=5)
"""By which the clock of an office may be ahead."""

HANDLERS: dict[EventKind, Handler] = {
    EventKind.WORKER_HEALTH_NOTED: SimpleHandler(_note, _note_wants),
    EventKind.WORKER_HELD: RETIRED,
    EventKind.WORKER_HOLD_RELEASED: RETIRED,
    EventKind.WORKER_TRAVEL_CHANGED: SimpleHandler(_change_travel, worker_wants),
}
CONFIRMATION = SimpleHandler(_confirm, worker_wants)
"""What approval.confirmed means in a worker's stream."""
