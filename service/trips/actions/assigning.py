"""Assigning many passengers to a trip in one call: the order in which seats are given, an outcome for each."""

from datetime import datetime
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PassengerAssigned
from schemas.passengers import AssignIn, AssignmentsIn, AssignmentsOut
from service.context import Work
from service.recording.commands import make_command, trip_stream
from service.recording.handlers import Command
from service.registry import queries as worker_facts
from service.trips.actions.events import find_view
from service.trips.rules.seating import seating_order


def assign_passengers(work: Work, *, trip_id: UUID, body: AssignmentsIn) -> AssignmentsOut:
    """Seats are given in the order employer, village, families side by side; answers come in the
    order asked. Each assignment happens now; sent again later it is the same.
    """
    now = work.now()
    view = find_view(work, trip_id=trip_id)
    named = dict.fromkeys(each.worker_id for each in body.passengers)
    people = worker_facts.load_worker_facts(work.session, work.county_code, named)
    seated = seating_order(people[each] for each in named if each in people)
    order = {worker: place for place, worker in enumerate(seated)}
    queue = sorted(
        range(len(body.passengers)),
        key=lambda place: order.get(body.passengers[place].worker_id, len(order)),
    )
    commands = [
        _command(body.passengers[place], position=place, trip_id=trip_id, now=now)
        for place in queue
    ]
    recorded = work.context.recorder.run(work.session, work.actor, commands, now=now)
    answers = dict(zip(queue, recorded.outcomes, strict=True))
    view = recorded.states.get(trip_stream(trip_id), view)
    return AssignmentsOut(
        outcomes=[answers[place] for place in range(len(body.passengers))],
        places=view.places,
        taken=view.taken(),
    )


def _command(each: AssignIn, *, position: int, trip_id: UUID, now: datetime) -> Command:
    payload = PassengerAssigned(
        passenger_id=each.id, **each.model_dump(exclude={"id", "event_id"}, exclude_none=True)
    )
    return make_command(
        payload,
        identifier=each.event_id,
        kind=EventKind.PASSENGER_ASSIGNED,
        stream=trip_stream(trip_id),
        now=now,
        position=position,
    )
