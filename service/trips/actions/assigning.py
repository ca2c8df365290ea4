"""Filling a vehicle: many people in one call, each with an event and an outcome of its own."""

from uuid import UUID

from sqlmodel import Session

from schemas.events import EventKind, Outcome
from schemas.events.payloads_passengers import PassengerAssigned
from schemas.ids import instant_of
from schemas.trips import AssignIn, AssignmentsIn, AssignmentsOut
from service.auth import Actor
from service.context import Context
from service.recording.commands import make_command, trip_stream
from service.recording.values import Command
from service.trips.actions.door import find_view
from service.trips.rules.seating import seating_order
from service.workers import facts as worker_facts


def assign_passengers(
    session: Session, actor: Actor, *, context: Context, trip_id: UUID, body: AssignmentsIn
) -> AssignmentsOut:
    """Seats are given in the order families, employer, village; answers come in the order asked.

    The time of each assignment is its event id's own, so that a repeat says the same again.
    """
    find_view(session, actor, trip_id=trip_id)
    wanted = {each.worker_id for each in body.passengers}
    people = worker_facts.load(session, actor.county_code, wanted)
    order = {worker: place for place, worker in enumerate(seating_order(people.values()))}
    queue = sorted(body.passengers, key=lambda each: order.get(each.worker_id, len(order)))
    commands = [_command(each, context=context, trip_id=trip_id) for each in queue]
    outcomes = context.recorder.record(
        session, actor, commands, now=context.now(), language=context.language
    )
    by_id: dict[UUID, Outcome] = {each.id: each for each in outcomes}
    view = find_view(session, actor, trip_id=trip_id)
    return AssignmentsOut(
        outcomes=[by_id[each.event_id] for each in body.passengers],
        places=view.plan.places,
        taken=view.taken(),
    )


def _command(each: AssignIn, *, context: Context, trip_id: UUID) -> Command:
    payload = PassengerAssigned(
        passenger_id=each.id, **each.model_dump(exclude={"id", "event_id"}, exclude_none=True)
    )
    return make_command(
        payload,
        identifier=each.event_id,
        kind=EventKind.PASSENGER_ASSIGNED,
        stream=trip_stream(trip_id),
        now=context.now(),
        occurred_at=instant_of(each.event_id),
    )
