"""Clearance: a pure function of a person's facts, the policy and the day; and the fold of holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from schemas.policies import PolicyVersion, ProofKind
from service.recording.values import Fact, FoldKey


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
    proofs: tuple[Proof, ...] = ()


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


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What a worker's own events say. `held` and `released` are all hold ids ever named, so that a
    release which happened (by the clocks) before its hold still ends it.
    """

    id: UUID
    held: frozenset[UUID] = frozenset()
    released: frozenset[UUID] = frozenset()
    withdrawn: bool = False
    last_key: FoldKey | None = None

    @property
    def holds(self) -> frozenset[UUID]:
        """The open ones."""
        return self.held - self.released

    @property
    def is_blank(self) -> bool:
        """Nothing that counts was said about the worker."""
        return self == WorkerState(self.id)


_SILENT = frozenset({EventKind.EVENT_REVERSED, EventKind.WORKER_CHANGED})
"""A reversal says nothing by itself: it leaves another fact out, and then all are folded again. A
correction of the registry says nothing about whether somebody may travel."""


def step(state: WorkerState, fact: Fact) -> WorkerState:
    """The state after one more fact. Sets only grow, so no order of facts changes the end."""
    if fact.kind in _SILENT:
        return state
    latest = max(state.last_key, fact.key) if state.last_key else fact.key
    after = replace(state, last_key=latest)
    hold_id = fact.identifier("hold_id")
    if fact.kind is EventKind.WORKER_WITHDRAWN:
        return replace(after, withdrawn=True)
    if fact.kind is EventKind.WORKER_HELD and hold_id:
        return replace(after, held=state.held | {hold_id})
    if fact.kind is EventKind.WORKER_HOLD_RELEASED and hold_id:
        return replace(after, released=state.released | {hold_id})
    return after


def fold(worker_id: UUID, facts: Iterable[Fact]) -> WorkerState:
    """From nothing, over all facts that count."""
    return reduce(step, facts, WorkerState(worker_id))
