"""Decisions of the trips' handlers, in their few shapes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events import Nature
from schemas.events.specs import EVENT_SPECS
from service.recording.values import Command, Decision, Fact, refuse
from service.trips.events.facts import Facts
from service.trips.events.guards import Guard, first_refusal, in_scope
from service.trips.rules import passengers, trips
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


def no_trip() -> Decision:
    return refuse(ErrorCode.NOT_FOUND)


def refusal(facts: Facts, guards: tuple[Guard, ...]) -> ErrorCode | None:
    """Scope always; the guards for decisions and for what is said live."""
    if (outside := in_scope(facts)) is not None:
        return outside
    judged = EVENT_SPECS[facts.command.kind].nature is Nature.DECISION or facts.command.live
    return first_refusal(facts, guards) if judged else None


def about_trip(facts: Facts, decided: dict[str, Any] | None = None) -> Decision:
    return _with_exceptions(
        facts,
        Decision(
            subject_id=facts.view.id,
            decided=decided or {},
            policy_version=facts.view.plan.policy_version,
        ),
    )


def about_passenger(
    facts: Facts, passenger_id: UUID, decided: dict[str, Any] | None = None
) -> Decision:
    """`elsewhere`: this worker has a place on another trip that is still open."""
    content = dict(decided or {})
    elsewhere = facts.journeys is not None and facts.journeys.active_legs(but_trip=facts.view.id)
    if elsewhere and facts.command.kind in passengers.TOLD:
        content["elsewhere"] = True
    return _with_exceptions(
        facts,
        Decision(
            subject_id=passenger_id,
            worker_id=facts.worker_id,
            decided=content,
            policy_version=facts.view.plan.policy_version,
        ),
    )


def _with_exceptions(facts: Facts, decision: Decision) -> Decision:
    """The outcome as seen now: what one step would leave that was not there before."""
    fact = preview(facts.command, decision, facts.actor.account_id)
    if decision.subject_id == facts.view.id:
        before = facts.view.course.exceptions
        found = trips.step(facts.view.course, fact).exceptions - before
    else:
        known = facts.view.passengers.get(decision.subject_id) or PassengerState(
            decision.subject_id
        )
        found = passengers.step(known, fact).exceptions - known.exceptions
    return replace(decision, exceptions=tuple(sorted(found)))


def preview(command: Command, decision: Decision, actor_id: UUID) -> Fact:
    """The fact that recording this decision would make."""
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


def changed_view(facts: Facts, decision: Decision) -> TripView:
    """The trip as it would be after the decision (its place in time left aside)."""
    fact = preview(facts.command, decision, facts.actor.account_id)
    if decision.subject_id == facts.view.id:
        return replace(facts.view, course=trips.step(facts.view.course, fact))
    known = facts.view.passengers.get(decision.subject_id) or PassengerState(decision.subject_id)
    return facts.view.with_passenger(passengers.step(known, fact))
