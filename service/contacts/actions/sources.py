"""What the lines of a work list are made of: who people are, where they are now, who signed for them, what was
recorded of health.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from schemas.contact_lists import Condition
from schemas.events.fields import PersonalClass
from schemas.permissions import Permission
from service.contacts.actions.computing import Ride
from service.contacts.actions.crew import Crews, open_crews
from service.contacts.actions.presence import Whereabouts, find_whereabouts
from service.contacts.queries import list_health_events
from service.context import Work
from service.days import local_date
from service.ledger.parts import open_contents
from service.registry.people import Person
from service.registry.queries import open_people
from service.trips.queries.unregistered import open_strangers
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


class Receiver(NamedTuple):
    """Who signed for somebody."""

    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was read for the lines."""

    people: Mapping[UUID, Person]
    strangers: Mapping[UUID, Person]
    crews: Crews
    whereabouts: Whereabouts
    receivers: Mapping[UUID, Receiver]
    conditions: Mapping[UUID, Condition]
    today: date


def read_sources(
    work: Work,
    rides: Sequence[Ride],
    listed: Sequence[tuple[TripView, PassengerState]],
    *,
    with_condition: bool,
) -> Sources:
    """`listed`: each passenger of the list with the trip. `with_condition`: also what was recorded of health,
    for who may read it. The same number of statements for one trip and for ten."""
    session, vault, county_code = work.session, work.context.vault, work.county_code
    passengers = [each for _, each in listed]
    workers = {each.worker_id for each in passengers if each.worker_id is not None}
    # Their families, who are named beside them, are among the passengers.
    aboard = {each.worker_id for ride in rides for each in ride.riders.values() if each.worker_id}
    signed = {
        sign.fact.event_id
        for view, each in listed
        if (sign := view.signature_of(each)) is not None and sign.fact is not None
    }
    told = open_contents(
        session, vault, county_code, sorted(signed), classes=[PersonalClass.CONTACT]
    )
    return Sources(
        open_people(session, vault, county_code, workers | aboard),
        open_strangers(work, passengers),
        open_crews(work, rides),
        find_whereabouts(work, workers),
        {
            key: Receiver(each.get("receiver"), each.get("receiver_phone"))
            for key, each in told.items()
        },
        _read_conditions(work, {ride.view.id for ride in rides}) if with_condition else {},
        local_date(work.now()),
    )


def _read_conditions(work: Work, trip_ids: Iterable[UUID]) -> dict[UUID, Condition]:
    """Passenger → the last reading and symptoms, where the account may read them."""
    if not work.actor.may(Permission.HEALTH_READ):
        return {}
    told = list_health_events(work.session, work.county_code, trip_ids=trip_ids)
    opened = open_contents(
        work.session,
        work.context.vault,
        work.county_code,
        [event_id for event_id, _, _ in told],
        classes=[PersonalClass.HEALTH],
    )
    found = {}
    for event_id, passenger_id, at in told:
        content = opened.get(event_id, {})
        reading = content.get("temperature")
        symptoms = content.get("symptoms")
        if reading is None and symptoms is None:
            continue
        tenths = reading if isinstance(reading, int) else None
        found[passenger_id] = Condition(at=at, temperature_tenths=tenths, symptoms=symptoms)
    return found
