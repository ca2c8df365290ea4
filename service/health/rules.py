"""Clearance, whether somebody may travel: a pure function of what is known of the person, the policy and the
moment of arrival. All reasons against it at once, in one order, each with what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from schemas.clearance import NEUTRAL, OF_PAPERS, Verdict
from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.health_notes import Measured, ProofRecorded, ProofResult
from schemas.measures import MeasureCode, must_measure_again
from schemas.permissions import Permission
from schemas.policies import CountsFrom, PolicyVersion, ProofKind, ProofValidity, RiskLevel
from service.auth import Actor
from service.days import CHINA, begin_day, local_date
from service.health.notes import HealthFacts, Noted
from service.policies.rules import PolicyBook, is_too_warm
from service.registry.people import Guardian, WorkerFacts
from service.workers.rules import WorkerState

_E = ErrorCode


@dataclass(frozen=True, slots=True)
class ClearanceFacts:
    """All that a clearance rests on. `sixteen_on`, the 16th birthday, is kept for the young only;
    `guardian`: the worker whom a child names. `holds`: open holds, with the moment at which
    each was laid.

    `role` is the registry's; where a trip lists the person in another one, replace it before. `health`: what
    was noted, opened; None where no policy asks for it.
    """

    worker_id: UUID
    role: PersonRole
    sixteen_on: date | None = None
    guardian: Guardian | None = None
    withdrawn: bool = False
    holds: frozenset[UUID] = frozenset()
    held_at: datetime | None = None
    """When the newest of the open holds was laid."""
    unconfirmed: frozenset[UUID] = frozenset()
    """Releases given by telephone that the health office has not confirmed yet: they count."""
    health: HealthFacts | None = None


def make_clearance_facts(worker: WorkerFacts, state: WorkerState) -> ClearanceFacts:
    """What the registry and the worker's own events say of one person."""
    holds = state.holds
    laid = [each.at for each in state.held if each.hold_id in holds]
    return ClearanceFacts(
        worker_id=worker.id,
        role=worker.person_role,
        sixteen_on=worker.sixteen_on,
        guardian=worker.guardian,
        withdrawn=state.withdrawn,
        holds=holds,
        held_at=max(laid, default=None),
        unconfirmed=state.unconfirmed,
    )


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is asked about: the day of departure, the moment of arrival, the highest level of risk on the way,
    the policy by which it is judged and the county's others, for a paper holds by the policy of its own
    day."""

    policy: PolicyVersion
    book: PolicyBook
    departure_on: date
    arrival: datetime
    risk: RiskLevel | None = None


def on_day(policy: PolicyVersion, book: PolicyBook, on: date) -> Occasion:
    """Leaving and arriving on a day, at its end: what is asked without a trip."""
    return Occasion(policy, book, on, begin_day(on) + _TO_ITS_END)


_TO_ITS_END: Final = timedelta(hours=23, minutes=59)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason against. `facts` fill the sentence (schemas/clearance.py). `since`: when it came about, None
    for what was so from the beginning; an override covers what there was before it."""

    code: ErrorCode
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clearance:
    """Whether somebody may travel, every reason why not, and the policy that was asked."""

    worker_id: UUID
    obstacles: tuple[Obstacle, ...]
    policy_version: str

    @property
    def may_travel(self) -> bool:
        return not self.obstacles

    @property
    def reasons(self) -> tuple[ErrorCode, ...]:
        return tuple(each.code for each in self.obstacles)

    @property
    def verdict(self) -> Verdict:
        return find_verdict(self.obstacles)


def find_verdict(obstacles: Sequence[Obstacle]) -> Verdict:
    """Missing where papers and answers would do; held where somebody has to decide."""
    if not obstacles:
        return Verdict.CLEARED
    held = any(each.code not in OF_PAPERS for each in obstacles)
    return Verdict.HELD if held else Verdict.MISSING


def may_know(actor: Actor, code: ErrorCode) -> bool:
    """Whether an account may read that this stands against somebody: all of it who reads of health; who records
    it, which papers and answers are missing; others what says nothing of health."""
    if actor.may(Permission.HEALTH_READ) or code in NEUTRAL:
        return True
    return actor.may(Permission.HEALTH_RECORD) and code in OF_PAPERS


def clear(facts: ClearanceFacts, occasion: Occasion) -> Clearance:
    """Every reason at once, in the order of the codes' names."""
    found = sorted(_list_obstacles(facts, occasion), key=lambda each: each.code)
    return Clearance(facts.worker_id, tuple(found), occasion.policy.version)


def asks_health(policy: PolicyVersion) -> bool:
    """Whether anything that was noted of somebody's health changes the answer."""
    return bool(
        policy.any_proof_of or policy.question_set or policy.temperature_limit_tenths is not None
    )


def _list_obstacles(facts: ClearanceFacts, occasion: Occasion) -> Iterator[Obstacle]:
    if facts.holds:
        yield Obstacle(_E.HEALTH_HOLD, since=facts.held_at)
    if is_too_young(facts, occasion.departure_on):
        yield Obstacle(_E.UNDER_AGE)
    if facts.withdrawn:
        yield Obstacle(_E.WORKER_WITHDRAWN)
    if occasion.risk is not None and occasion.risk in occasion.policy.deny_risk:
        yield Obstacle(_E.RISK_AREA, {"level": occasion.risk})
    if not asks_health(occasion.policy):
        return
    health = facts.health or HealthFacts(facts.worker_id)
    yield from _judge_declaration(health, occasion)
    yield from _judge_proofs(health, occasion)
    yield from _judge_temperature(health, occasion)
    yield from _judge_screening(health)


def is_too_young(facts: ClearanceFacts, on: date) -> bool:
    """Nobody works before the 16th birthday (Labour Law, art. 15); children ride as children."""
    working = facts.role is PersonRole.WORKER
    return working and facts.sixteen_on is not None and on < facts.sixteen_on


# --- declaration ----------------------------------------------------------------------------------
def _judge_declaration(health: HealthFacts, occasion: Occasion) -> Iterator[Obstacle]:
    """The newest to the policy's set of questions; every answer no, and not too long before the arrival."""
    wanted = occasion.policy.question_set
    if wanted is None:
        return
    fitting = (each for each in health.declarations if each.content.question_set == wanted)
    newest = next(fitting, None)
    if newest is None:
        yield Obstacle(_E.DECLARATION_MISSING, {"question_set": wanted})
        return
    days = occasion.policy.exposure_window_days
    declared, arrival = local_date(newest.at), local_date(occasion.arrival)
    if days is not None and declared + timedelta(days=days) < arrival:
        told = {"declared_on": declared, "arrival": arrival, "days": days}
        yield Obstacle(_E.DECLARATION_EXPIRED, told)
    if any(newest.content.answers.values()):
        yield Obstacle(_E.EXPOSURE_DECLARED, since=newest.at)


# --- proofs ---------------------------------------------------------------------------------------
_AGAINST: Final = frozenset(
    {ProofResult.ABNORMAL, ProofResult.POSITIVE, ProofResult.RED, ProofResult.YELLOW}
)
_WANTED_RESULT: Final = {
    ProofKind.HEALTH_CODE: ProofResult.GREEN,
    ProofKind.NUCLEIC_TEST: ProofResult.NEGATIVE,
}
"""What has to be noted of these kinds. The others say that somebody is well by being there."""
_Proof = Noted[ProofRecorded]


def _judge_proofs(health: HealthFacts, occasion: Occasion) -> Iterator[Obstacle]:
    """One of the kinds that the policy names has to hold until the arrival, and the newest of each kind must
    not speak against the person. Of what does not hold, the one is named that holds the longest."""
    wanted = occasion.policy.any_proof_of
    if not wanted:
        return
    shown = sorted(
        (each for each in health.proofs if each.content.kind in wanted), key=_age_of, reverse=True
    )
    newest = {each.content.kind: each for each in reversed(shown)}
    against = [each for each in newest.values() if each.content.result in _AGAINST]
    for each in against:
        yield Obstacle(_E.PROOF_AGAINST, {"kind": each.content.kind}, each.at)
    good = [each for each in shown if each.content.result not in _AGAINST]
    if any(_find_fault(each, occasion) is None for each in good):
        return
    if good:
        yield from (_find_fault(each, occasion) or Obstacle(_E.PROOF_MISSING) for each in good[:1])
    elif not against:
        yield Obstacle(_E.PROOF_MISSING, {"kinds": wanted})


def _age_of(proof: _Proof) -> tuple[datetime, datetime]:
    """By the moment of the sampling: a result is as old as what it speaks of. Of what has only a day, that
    day; of two of one day the one that was noted last."""
    day = _counts_from(proof.content, CountsFrom.SAMPLING)
    return _begin(proof.content, CountsFrom.SAMPLING, day), proof.at


def _counts_from(proof: ProofRecorded, counts: CountsFrom) -> date:
    """The day that the policy names; the other one where the paper has only that."""
    sampled = local_date(proof.sampled_at) if proof.sampled_at else None
    first, second = (proof.issued_on, sampled) if counts is CountsFrom.ISSUE else (
        sampled,
        proof.issued_on,
    )  # fmt: skip
    day = first or second
    if day is None:
        raise ValueError("a proof has one of its dates")
    return day


def _find_fault(proof: _Proof, occasion: Occasion) -> Obstacle | None:
    """Why this paper does not do; None where it holds, and says what its kind has to say."""
    kind, result = proof.content.kind, proof.content.result
    wanted = _WANTED_RESULT.get(kind, result)
    told = {"kind": kind, "wanted": wanted}
    lacking = None if result is wanted else Obstacle(_E.PROOF_RESULT_MISSING, told)
    return _find_outdated(proof, occasion) or lacking


def _find_outdated(proof: _Proof, occasion: Occasion) -> Obstacle | None:
    """Issued where it does not count, or at its end before the arrival."""
    content = proof.content
    if not _is_recognised(content, occasion.policy):
        told = {"kind": content.kind, "region": content.issuing_region}
        return Obstacle(_E.PROOF_UNRECOGNISED, told)
    validity = _find_validity(content, occasion)
    if validity is None:
        return None
    day = _counts_from(content, validity.counts_from)
    arrival = local_date(occasion.arrival)
    if validity.days is not None:
        last = day + timedelta(days=validity.days)
        until: object = last
        holds = arrival <= last
    else:
        begun = _begin(content, validity.counts_from, day)
        end = begun + timedelta(hours=validity.hours or 0)
        until = end.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        holds = occasion.arrival <= end
    ends: dict[str, object] = {"kind": content.kind, "until": until, "arrival": arrival}
    return None if holds else Obstacle(_E.PROOF_EXPIRED, ends)


def _begin(proof: ProofRecorded, counts: CountsFrom, day: date) -> datetime:
    """The moment of the sampling; of a paper that has only a day, the beginning of that day."""
    if counts is CountsFrom.SAMPLING and proof.sampled_at is not None:
        return proof.sampled_at
    return begin_day(day)


def _is_recognised(proof: ProofRecorded, policy: PolicyVersion) -> bool:
    regions = policy.proofs_recognised_from
    issued_in = proof.issuing_region
    return not regions or (
        issued_in is not None and any(issued_in.startswith(each) for each in regions)
    )


def _find_validity(proof: ProofRecorded, occasion: Occasion) -> ProofValidity | None:
    """By the policy that was in force on the paper's own day where it was issued; where that says nothing of
    the kind, by the trip's. None: it holds for ever."""
    day = _counts_from(proof, CountsFrom.ISSUE)
    then = occasion.book.in_force(day, county_code=proof.issuing_region)
    for policy in (then, occasion.policy):
        for each in policy.proof_validity:
            if each.kind is proof.kind:
                return each
    return None


# --- temperature and screening --------------------------------------------------------------------
_MEASURED_WITHIN: Final = timedelta(hours=24)
"""Before the day of departure: what was measured earlier says nothing of the journey."""


def _judge_temperature(health: HealthFacts, occasion: Occasion) -> Iterator[Obstacle]:
    """The newest that counts; the others say nothing."""
    limit = occasion.policy.temperature_limit_tenths
    if limit is None:
        return
    begin = begin_day(occasion.departure_on) - _MEASURED_WITHIN
    for each in health.measurements:
        if each.at < begin:
            return
        value = _read_temperature(each.content, occasion.policy)
        if value is None:
            continue
        if is_too_warm(occasion.policy, value):
            told = {"value": _degrees(value), "limit": _degrees(limit)}
            yield Obstacle(_E.TEMPERATURE_HIGH, told, each.at)
        return


def _read_temperature(measured: Measured, policy: PolicyVersion) -> int | None:
    """The highest of one note; None where none counts: taken elsewhere, unreadable, or so low that the
    thermometer was wrong."""
    sites = policy.temperature_sites
    counted = [
        each.value
        for each in measured.readings
        if each.code is MeasureCode.BODY_TEMPERATURE
        and (not sites or each.site is None or each.site in sites)
        and isinstance(each.value, int)
        and not must_measure_again(each.value)
    ]
    return max(counted, default=None)


def _degrees(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}℃"


_CLEAN: Final = frozenset({"0", "clear", "green", "negative", "normal", "none"})
"""Answers of screening systems that say that nothing was found."""


def _judge_screening(health: HealthFacts) -> Iterator[Obstacle]:
    """The newest answer of each system."""
    newest = {each.content.system: each for each in reversed(health.screenings)}
    for each in newest.values():
        if each.content.result_code.lower() not in _CLEAN:
            told = {"result": each.content.result_code}
            yield Obstacle(_E.SCREENING_AGAINST, told, each.at)
