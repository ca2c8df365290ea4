"""Clearance, whether a worker may travel on a day: open holds, missing proofs, younger than 16, withdrawn;
all reasons in one order.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.policies import PolicyVersion, ProofKind
from service.registry.people import WorkerFacts
from service.workers.rules import WorkerState


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper of health; `valid_until` follows from the paper's own date, not from today's policy."""

    kind: ProofKind
    valid_until: date


@dataclass(frozen=True, slots=True)
class ClearanceFacts:
    """All that a clearance rests on. `sixteen_on`, the 16th birthday, is kept for the young only.

    `role` is the registry's; where a trip lists the person in another one, replace it before.
    `proofs` is empty as long as no policy asks for any: nothing records them yet.
    """

    worker_id: UUID
    role: PersonRole
    sixteen_on: date | None = None
    withdrawn: bool = False
    holds: frozenset[UUID] = frozenset()
    unconfirmed: frozenset[UUID] = frozenset()
    """Releases given by telephone that the health office has not confirmed yet: they count."""
    proofs: tuple[Proof, ...] = ()


def make_clearance_facts(worker: WorkerFacts, state: WorkerState) -> ClearanceFacts:
    """What the registry and the worker's own events say of one person."""
    return ClearanceFacts(
        worker_id=worker.id,
        role=worker.person_role,
        sixteen_on=worker.sixteen_on,
        withdrawn=state.withdrawn,
        holds=state.holds,
        unconfirmed=state.unconfirmed,
    )


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether somebody may travel, every reason why not, and the policy that was asked."""

    worker_id: UUID
    may_travel: bool
    reasons: tuple[ErrorCode, ...]
    policy_version: str


def clear(facts: ClearanceFacts, policy: PolicyVersion, on: date) -> Clearance:
    """Every reason at once, in the order of the enum. `on` is the day of travel."""
    against = {
        ErrorCode.HEALTH_HOLD: bool(facts.holds),
        ErrorCode.PROOF_MISSING: not has_proof(facts, policy, on),
        ErrorCode.UNDER_AGE: is_too_young(facts, on),
        ErrorCode.WORKER_WITHDRAWN: facts.withdrawn,
    }
    reasons = tuple(code for code, applies in against.items() if applies)
    return Clearance(facts.worker_id, not reasons, reasons, policy.version)


def is_too_young(facts: ClearanceFacts, on: date) -> bool:
    """Nobody works before the 16th birthday (Labour Law, art. 15); children ride as children."""
    working = facts.role is PersonRole.WORKER
    return working and facts.sixteen_on is not None and on < facts.sixteen_on


def has_proof(facts: ClearanceFacts, policy: PolicyVersion, on: date) -> bool:
    """True where the policy asks for none."""
    wanted = policy.any_proof_of
    valid = {proof.kind for proof in facts.proofs if proof.valid_until >= on}
    return not wanted or not valid.isdisjoint(wanted)
