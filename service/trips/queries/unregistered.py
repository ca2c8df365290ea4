"""What is known of people who were found aboard and are in no registry: name, document, phone, opened from the
sealed parts of the event that found them.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PersonRole
from service.context import Work
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey
from service.ledger.parts import open_parts
from service.registry.people import Person
from service.trips.rules.passengers import PassengerState

SEALED_ANEW = (PersonalClass.IDENTITY, PersonalClass.CONTACT)


def open_strangers(work: Work, passengers: Iterable[PassengerState]) -> dict[UUID, Person]:
    """Passenger → what is known, of those without a worker; two reads where there are any."""
    events = {
        each.unregistered_fact.event_id: each.id
        for each in passengers
        if each.unregistered_fact is not None and each.worker_id is None
    }
    return {
        events[event_id]: _make_person(events[event_id], parts)
        for event_id, parts in _open(work, events).items()
    }


def _open(work: Work, event_ids: Iterable[UUID]) -> dict[UUID, dict[PersonalClass, dict[str, Any]]]:
    """Event → class → what is sealed there; erased parts are left out."""
    wanted = list(event_ids)
    if not wanted:
        return {}
    found: dict[UUID, dict[PersonalClass, dict[str, Any]]] = {}
    vault = work.context.vault
    for part in open_parts(work.session, vault, work.county_code, wanted, classes=SEALED_ANEW):
        personal_class = PersonalClass(part.name.rpartition(".")[2])
        found.setdefault(part.event_id, {})[personal_class] = part.content or {}
    return found


def _make_person(passenger_id: UUID, parts: dict[PersonalClass, dict[str, Any]]) -> Person:
    identity = parts.get(PersonalClass.IDENTITY, {})
    phone = parts.get(PersonalClass.CONTACT, {}).get("phone")
    return Person(
        id=passenger_id,
        person_role=PersonRole.WORKER,
        reachable=phone is not None,
        version=0,
        name=identity.get("name", ""),
        id_number=identity.get("id_number", ""),
        phone=phone,
    )


def open_known(
    work: Work, *, stream: StreamKey, passenger_ids: Iterable[UUID]
) -> dict[UUID, dict[PersonalClass, dict[str, Any]]]:
    """Passenger → class → what the first event that found them unregistered says: three reads."""
    rows = ledger.list_events_of_subjects(work.session, work.county_code, passenger_ids)
    first = {
        row.subject_id: row.id
        for row in sorted(rows, key=lambda row: row.seq, reverse=True)
        if row.stream == stream and row.kind == EventKind.PASSENGER_FOUND_ABOARD
    }
    opened = _open(work, first.values())
    return {who: opened[event_id] for who, event_id in first.items() if event_id in opened}
