"""Whether somebody may ride: the clearance asked at the door and on the list, what an officer lets pass, what a
boarding told afterwards would have been refused for, from which temperature on it is a fever.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from schemas.clearance import FORBIDDEN, OF_PAPERS
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from service.health.events import read_measured, tell_let_pass
from service.health.notes import HealthFacts, with_note
from service.health.rules import ClearanceFacts, Occasion
from service.policies.rules import is_too_warm
from service.recording.approvals import mark_phoned, refuse_phoned
from service.recording.handlers import Command, Decision, Workspace, refuse
from service.trips.events import guards
from service.trips.events.guards import Facts, read_facts
from service.trips.rules.gate import Judged, judge_person, make_occasion
from service.trips.rules.passengers import KNOWN_UNTIL, PassengerState


def cleared(facts: Facts) -> ErrorCode | None:
    """The clearance under the trip's policy at the moment of its arrival, with what is measured here."""
    if facts.clearance is None:
        return ErrorCode.NOT_FOUND
    role = None if facts.passenger else facts.data("role")
    found = judge(facts, _with_reading(facts, facts.clearance), role).open
    return found[0].code if found else None


def not_held(facts: Facts) -> ErrorCode | None:
    """For an open list: papers and answers may still be brought; they are asked for when it is locked."""
    if facts.clearance is None:
        return ErrorCode.NOT_FOUND
    found = judge(facts, facts.clearance, facts.data("role")).open
    return next((each.code for each in found if each.code not in OF_PAPERS), None)


def list_refusals(facts: Facts, people: Iterable[ClearanceFacts | None]) -> list[ErrorCode]:
    """The first of what stands against each who may not ride; None: nobody knows the worker."""
    occasion, found = _find_occasion(facts), []
    for each in people:
        if each is None:
            found.append(ErrorCode.NOT_FOUND)
        elif against := _judge_at(occasion, facts, each).open:
            found.append(against[0].code)
    return found


def judge(facts: Facts, clearance: ClearanceFacts, role: PersonRole | None = None) -> Judged:
    """`role`: the one of who is not on the trip yet; None for the list's, or the registry's."""
    return _judge_at(_find_occasion(facts), facts, clearance, role)


def _find_occasion(facts: Facts) -> Occasion:
    now = facts.command.happened_at
    return make_occasion(facts.view, policy=facts.policy, book=facts.book, now=now)


def _judge_at(
    occasion: Occasion, facts: Facts, clearance: ClearanceFacts, role: PersonRole | None = None
) -> Judged:
    passenger = facts.passenger or facts.view.passenger_of(clearance.worker_id)
    if passenger is None and facts.command.kind is EventKind.PASSENGER_FOUND_ABOARD:
        passenger = PassengerState(facts.data("passenger_id"), role=clearance.role)
    return judge_person(clearance, occasion, view=facts.view, passenger=passenger, role=role)


def _with_reading(facts: Facts, clearance: ClearanceFacts) -> ClearanceFacts:
    noted = read_measured(facts.workspace, facts.command)
    if noted is None:
        return clearance
    known = clearance.health or HealthFacts(clearance.worker_id)
    return replace(clearance, health=with_note(known, noted))


def list_told_refusals(facts: Facts) -> list[ErrorCode]:
    """All that would have refused somebody at the gate who came aboard without it, but for holds."""
    if facts.clearance is None:
        return []
    found = judge(facts, replace(facts.clearance, holds=frozenset())).open
    return [each.code for each in found]


def exempt(workspace: Workspace, command: Command) -> Decision:
    """An officer lets somebody board all the same. Refused where nothing stands against it, and where the law
    forbids it; what was decided about is sealed with the reason."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    checks = (guards.passenger_known, guards.before_departure)
    if (code := guards.refusal(facts, checks)) is not None:
        return guards.refused(facts, code)
    if facts.passenger is None or facts.clearance is None:
        return refuse(ErrorCode.PASSENGER_UNKNOWN)
    if (incomplete := refuse_phoned(workspace, command)) is not None:
        return incomplete
    found = judge(facts, facts.clearance).open
    forbidden = [each.code for each in found if each.code in FORBIDDEN]
    if command.live and (forbidden or not found):
        return refuse(forbidden[0] if forbidden else ErrorCode.NOTHING_HELD)
    told = mark_phoned(workspace, command)
    if command.happened_at > workspace.now:
        told |= {KNOWN_UNTIL: workspace.now.isoformat()}
    decided = guards.about_passenger(facts, facts.passenger.id, told)
    covered = [*(str(each.code) for each in found), *sorted(map(str, facts.clearance.holds))]
    tell_let_pass(workspace, command, facts.clearance.worker_id, frozenset(covered))
    return replace(decided, sealed=decided.sealed | {PersonalClass.HEALTH: {"covered": covered}})


def is_feverish(facts: Facts) -> bool:
    """The temperature that the fact tells is above the policy's limit (where it has none: any year's)."""
    return find_fever_limit(facts, facts.data("temperature")) is not None


FEVER_ANYWHERE: Final = 380
"""Tenths of a degree. Policies set their limits lower; under none of them is this normal."""


def find_fever_limit(facts: Facts, reading: Any) -> int | None:
    """The limit that the reading breaks: the policy's, or where that has none, any thermometer's."""
    if not isinstance(reading, int):
        return None
    policy = facts.policy
    if policy.temperature_limit_tenths is None:
        return FEVER_ANYWHERE if reading >= FEVER_ANYWHERE else None
    return policy.temperature_limit_tenths if is_too_warm(policy, reading) else None
