"""New versions of a locked list: what changes one names its version and hash."""

from dataclasses import replace
from uuid import UUID

from service.recording.handlers import Command, Decision, Fact
from service.trips.events.guards import Facts
from service.trips.rules import passengers, trips
from service.trips.rules.overview import TripView, list_hash
from service.trips.rules.passengers import PassengerState


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
        return facts.view.with_course(trips.step(facts.view.course, fact))
    known = facts.view.passengers.get(decision.subject_id) or PassengerState(decision.subject_id)
    return facts.view.with_passenger(passengers.step(known, fact))


def _preview(command: Command, decision: Decision, actor_id: UUID) -> Fact:
    return Fact(
        id=command.id,
        seq=0,
        kind=decision.kept_as or command.kind,
        at=command.at,
        unit=command.unit,
        subject_id=decision.subject_id,
        worker_id=decision.worker_id,
        data=command.public,
        decided=decision.decided,
        mode=command.mode,
        actor_id=actor_id,
    )
