"""What is offered to choose from where several people or trips fit a question, and whom an answer is about:
masked.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from schemas.contacts import ContactChoice
from schemas.identity import mask_id, mask_name
from service.contacts.rules.rides import departs_at
from service.context import Work
from service.fleets.queries import load_plates
from service.fleets.rules import VehicleFacts
from service.registry.people import mask_person
from service.registry.queries import open_people
from service.trips.actions.answers import label_seat_in, open_passengers
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


def offer_people(work: Work, worker_ids: Sequence[UUID]) -> Iterable[ContactChoice]:
    """In this order."""
    people = open_people(work.session, work.context.vault, work.county_code, worker_ids)
    for worker_id in worker_ids:
        masked = mask_person(people[worker_id])
        yield ContactChoice(
            worker_id=worker_id,
            name=masked.name,
            id_number=masked.id_number,
            township=masked.township,
        )


def offer_trips(work: Work, ran: Sequence[tuple[TripView, UUID]]) -> Iterable[ContactChoice]:
    """In this order; each with its vehicle."""
    plates = load_plates(work.session, work.county_code, {vehicle_id for _, vehicle_id in ran})
    for view, vehicle_id in ran:
        yield ContactChoice(
            trip_id=view.id,
            trip_number=view.plan.number,
            departure_at=departs_at(view),
            plate=plates.get(vehicle_id),
        )


def offer_passengers(
    work: Work, view: TripView, vehicle: VehicleFacts, passengers: Sequence[PassengerState]
) -> Iterable[ContactChoice]:
    """In this order, with the seats of this vehicle."""
    people = open_passengers(work, passengers)
    for each in passengers:
        person = people.get(each.id)
        yield ContactChoice(
            worker_id=each.worker_id,
            trip_id=view.id,
            passenger_id=each.id,
            trip_number=view.plan.number,
            departure_at=departs_at(view),
            name=mask_name(person.name) if person and person.name else None,
            id_number=mask_id(person.id_number) if person and person.id_number else None,
            township=person.township if person else None,
            seat_label=label_seat_in(vehicle, each),
        )


def show_worker(work: Work, worker_id: UUID) -> ContactChoice:
    """Whom an answer is about."""
    return next(iter(offer_people(work, [worker_id])))


def show_passenger(work: Work, view: TripView, passenger_id: UUID) -> ContactChoice:
    """The same of somebody in no registry."""
    person = open_passengers(work, [view.passengers[passenger_id]]).get(passenger_id)
    name = mask_name(person.name) if person and person.name else None
    return ContactChoice(trip_id=view.id, passenger_id=passenger_id, name=name)
