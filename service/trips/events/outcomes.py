"""Decisions of the trips' handlers, in their few shapes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, Nature
from schemas.events.specs import EVENT_SPECS
from service.recording.values import Command, Decision, Fact, refuse
from service.trips.events.facts import Facts
from service.trips.events.guards import Guard, first_refusal, in_scope, point_known
from service.trips.rules import passengers, trips
from service.trips.rules.balance import end_of
from service.trips.rules.manifest import list_hash
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_statuses import IN_OUR_CARE, NOT_OFF_YET, TOLD
from service.trips.rules.passengers import PassengerState


def no_trip() -> Decision:
    return refuse(ErrorCode.NOT_FOUND)


def refusal(facts: Facts, guards: tuple[Guard, ...]) -> ErrorCode | None:
    """Scope and named points always; the guards for decisions and for what is said live."""
    if (wrong := first_refusal(facts, (in_scope, point_known))) is not None:
        return wrong
    judged = EVENT_SPECS[facts.command.kind].nature is Nature.DECISION or facts.command.live
    return first_refusal(facts, guards) if judged else None


def refused(facts: Facts, code: ErrorCode) -> Decision:
    """With counts and states that tell what is missing; nothing personal."""
    return refuse(code, **explain(facts, code))


def explain(facts: Facts, code: ErrorCode) -> dict[str, object]:
    if code is ErrorCode.STATE_FORBIDS:
        stated: dict[str, object] = {"state": str(facts.view.state)}
        return stated | ({"status": str(facts.passenger.status)} if facts.passenger else {})
    if code is ErrorCode.EXCEPTIONS_OPEN:
        return {"open_exceptions": facts.view.open_exceptions}
    if code is ErrorCode.EQUATION_OPEN:
        return {"counts": facts.view.counts()} | name_some(_find_unaccounted(facts))
    if code is ErrorCode.OVER_CAPACITY:
        return {"places": facts.view.course.places, "taken": facts.view.taken()}
    return {}


NAMED: Final = 5
"""How many of several a refusal names."""


def name_some(people: Sequence[PassengerState]) -> dict[str, object]:
    """How many they are, and the first of them by seat and state: nothing personal."""
    who = [
        {
            "passenger_id": str(each.id),
            "seat": each.seat_label or "",
            "status": str(each.status),
        }
        for each in sorted(people, key=_by_seat)[:NAMED]
    ]
    return {"people": len(people), "who": who}


def _by_seat(passenger: PassengerState) -> tuple[int, int, UUID]:
    return (passenger.seat_row or 0, passenger.seat_column or 0, passenger.id)


def _find_unaccounted(facts: Facts) -> list[PassengerState]:
    people = facts.view.passengers.values()
    if facts.command.kind is EventKind.TRIP_CANCELLED:
        return [each for each in people if each.status in IN_OUR_CARE]
    return [
        each
        for each in people
        if each.status in NOT_OFF_YET or (each.carried and end_of(each) == "unaccounted")
    ]


def about_trip(facts: Facts, decided: dict[str, Any] | None = None) -> Decision:
    return Decision(
        subject_id=facts.view.id,
        worker_id=facts.worker_id,
        decided=decided or {},
        policy_version=facts.view.plan.policy_version,
    )


def about_passenger(
    facts: Facts, passenger_id: UUID, decided: dict[str, Any] | None = None
) -> Decision:
    """`elsewhere`: by a fact the worker is on this trip (again), but has a place on another one."""
    elsewhere = {"elsewhere": True} if _is_elsewhere(facts) else {}
    return Decision(
        subject_id=passenger_id,
        worker_id=facts.worker_id,
        decided=(decided or {}) | elsewhere,
        policy_version=facts.view.plan.policy_version,
    )


def _is_elsewhere(facts: Facts) -> bool:
    passenger, journeys = facts.passenger, facts.journeys
    if passenger is None or journeys is None or passenger.active:
        return False
    told = facts.command.kind in TOLD
    return told and bool(journeys.rivals(passenger, trip_id=facts.view.id))


def listed_anew(facts: Facts, decision: Decision) -> Decision:
    """A change of a locked list is a new version of it, which the event names with its hash."""
    if not facts.view.course.locked:
        return decision
    version = facts.view.list_version + 1
    digest = list_hash(changed_view(facts, decision), version=version)
    listed = {"list_version": version, "list_hash": digest}
    return replace(decision, decided=decision.decided | listed)


def changed_view(facts: Facts, decision: Decision) -> TripView:
    """The trip as it would be after the decision (its place in time left aside)."""
    fact = _preview(facts.command, decision, facts.actor.account_id)
    if decision.subject_id == facts.view.id:
        return replace(facts.view, course=trips.step(facts.view.course, fact))
    known = facts.view.passengers.get(decision.subject_id) or PassengerState(decision.subject_id)
    return facts.view.with_passenger(passengers.step(known, fact))


def _preview(command: Command, decision: Decision, actor_id: UUID) -> Fact:
    return Fact(
        key=command.fold_key,
        kind=decision.kept_as or command.kind,
        subject_id=decision.subject_id,
        worker_id=decision.worker_id,
        data=command.public,
        decided=decision.decided,
        mode=command.mode,
        actor_id=actor_id,
    )
