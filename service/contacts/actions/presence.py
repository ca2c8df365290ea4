"""Where people are now: with whom, in which county, at which enterprise; and the answer for one person."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from schemas.contact_lists import WhereOut
from schemas.events.kinds import EVENT_NAMES, EventKind
from schemas.identity import mask_name
from schemas.texts import choose
from service.contacts.queries import list_last_rides, load_chosen
from service.contacts.rules.presence import LastRide, Present, choose_latest, find_present
from service.context import Work
from service.enterprises.queries import open_contacts
from service.enterprises.rules import EnterpriseDetails
from service.ledger.queries import list_events_by_id
from service.registry.queries import find_worker, open_people
from service.trips.queries.lists import list_numbers
from service.trips.queries.states import load_plans


class Whereabouts(NamedTuple):
    """Worker → the ride that tells last of them; enterprise → what is known of it."""

    present: Mapping[UUID, Present]
    enterprises: Mapping[UUID, EnterpriseDetails]


def find_whereabouts(work: Work, worker_ids: Iterable[UUID]) -> Whereabouts:
    """Of workers whom the caller may know of; five reads, whatever their number."""
    session, county_code = work.session, work.county_code
    by_worker: dict[UUID, list[LastRide]] = {}
    for each in list_last_rides(session, county_code, worker_ids=worker_ids):
        by_worker.setdefault(each.worker_id, []).append(each)
    latest = {key: choose_latest(each) for key, each in by_worker.items()}
    chosen = load_chosen(session, county_code, [each for each in latest.values() if each])
    plans = load_plans(session, county_code, {trip_id for trip_id, _ in chosen.values()})
    present = {
        key: find_present(trip_id, passenger, plans[trip_id])
        for key, (trip_id, passenger) in chosen.items()
        if trip_id in plans
    }
    firms = {each.enterprise_id for each in present.values() if each.enterprise_id is not None}
    return Whereabouts(present, open_contacts(work, firms))


def find_person(work: Work, *, worker_id: UUID) -> WhereOut:
    """Who has this person now, since when, and by which statement. Raises not-found outside of the account's
    scope."""
    worker = find_worker(work, worker_id=worker_id)
    session, county_code = work.session, work.county_code
    person = open_people(session, work.context.vault, county_code, [worker.id])[worker.id]
    found = find_whereabouts(work, [worker.id])
    present = found.present.get(worker.id)
    name = mask_name(person.name) if person.name else None
    if present is None:
        return WhereOut(worker_id=worker.id, name=name)
    told = list_events_by_id(session, county_code, [present.fact.event_id] if present.fact else [])
    numbers = list_numbers(session, county_code, [present.trip_id])
    firm = found.enterprises.get(present.enterprise_id) if present.enterprise_id else None
    return WhereOut(
        worker_id=worker.id,
        name=name,
        trip_id=present.trip_id,
        trip_number=numbers.get(present.trip_id),
        passenger_id=present.passenger.id,
        status=present.passenger.status,
        custody=present.party,
        since=present.since,
        event_id=told[0].id if told else None,
        event=choose(*EVENT_NAMES[EventKind(told[0].kind)]) if told else None,
        told_at=told[0].recorded_at if told else None,
        place=present.point.name if present.point else None,
        enterprise=firm.name if firm and not firm.is_private else None,
    )
