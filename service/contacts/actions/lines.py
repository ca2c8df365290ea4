"""The lines of a work list: each person within the rule on each trip, in full: seat and its source, relation,
time together, who they are, where they are now, who received them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from schemas.contact_lists import ContactLine
from schemas.contacts import Relation
from schemas.divisions.table import full_name, get_division, name_division
from schemas.identity import get_birth_date
from schemas.roster.records import count_years
from service.contacts.actions.computing import Crew, Ride
from service.contacts.actions.crew import Who
from service.contacts.actions.sources import Sources, read_sources
from service.contacts.rules.meeting import (
    Meeting,
    Sitting,
    are_family,
    join_meetings,
    join_times,
)
from service.contacts.rules.presence import Present, find_present
from service.context import Work
from service.registry.people import Person
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


class Line(NamedTuple):
    """`content` is shown as it stands, but for the id and the answer."""

    who: Who
    worker_id: UUID | None
    content: ContactLine


def make_lines(work: Work, rides: Sequence[Ride], *, with_condition: bool) -> list[Line]:
    """By trip, in the order of `rides`, passengers by seat, the crew after them; the same number of reads for
    one trip and for ten. `with_condition`: also what was recorded of health, for who may read it."""
    by_trip = _group(rides)
    asked = {ride.asked.id for ride in rides if ride.asked is not None}
    listed = [
        (met[0][0].view, met[0][0].view.passengers[who])
        for people in by_trip.values()
        for who, met in people.items()
    ]
    sources = read_sources(work, rides, listed, with_condition=with_condition)
    lines = []
    for trip_id, people in by_trip.items():
        found = [_make_line(met, sources, is_asked=who in asked) for who, met in people.items()]
        lines += sorted(found, key=_by_seat)
        lines += _list_crew([ride for ride in rides if ride.view.id == trip_id], sources)
    return lines


_Met = list[tuple[Ride, Meeting]]
"""One passenger in several vehicles of a trip, one after the other."""


def _group(rides: Iterable[Ride]) -> dict[UUID, dict[UUID, _Met]]:
    """Trip → passenger → in which vehicles they were met."""
    found: dict[UUID, dict[UUID, _Met]] = {}
    for ride in rides:
        people = found.setdefault(ride.view.id, {})
        for each in ride.meetings:
            people.setdefault(each.rider_id, []).append((ride, each))
    return found


def count_people(rides: Iterable[Ride]) -> int:
    """Passengers within the rule, on each trip once."""
    return sum(len(people) for people in _group(rides).values())


def _by_seat(line: Line) -> tuple[int, str, str]:
    content = line.content
    return content.seat_row or 999, (content.seat_label or "").rjust(8), line.who.key


# --- a passenger ------------------------------------------------------------------------------------
def _make_line(rode: _Met, sources: Sources, *, is_asked: bool) -> Line:
    ride, met = rode[0][0], join_meetings([each for _, each in rode])
    view, passenger = ride.view, ride.view.passengers[met.rider_id]
    worker_id = passenger.worker_id
    person = sources.people.get(worker_id) if worker_id else sources.strangers.get(passenger.id)
    signature = view.signature_of(passenger)
    fact = signature.fact if signature else None
    receiver = sources.receivers.get(fact.event_id) if fact else None
    content = ContactLine(
        **_show_person(person, sources.today)._asdict(),
        **_show_present(_find_present(view, passenger, sources), person, sources)._asdict(),
        id=passenger.id,
        trip_id=view.id,
        trip_number=view.plan.number,
        plate=ride.vehicle.plate,
        passenger_id=passenger.id,
        worker_id=worker_id,
        is_asked=is_asked,
        seat_label=_label(ride, met.sitting),
        seat_row=met.sitting.row,
        seat_source=met.sitting.source,
        relations=sorted(met.relations),
        row_distance=met.distance,
        first_at=met.first_at,
        last_at=met.last_at,
        basis=met.basis,
        role=passenger.role,
        status=passenger.status,
        family_aboard=_list_family(ride, passenger, sources),
        receiver=receiver.name if receiver else None,
        receiver_phone=receiver.phone if receiver else None,
        condition=sources.conditions.get(passenger.id),
        answer=None,
        answered_at=None,
    )
    return Line(Who(view.id, "passenger", passenger.id.hex), worker_id, content)


def _label(ride: Ride, sitting: Sitting) -> str | None:
    row, column = sitting.row, sitting.column
    return ride.vehicle.seat_label(row, column) if row and column else None


def _find_present(view: TripView, passenger: PassengerState, sources: Sources) -> Present:
    known = sources.whereabouts.present.get(passenger.worker_id) if passenger.worker_id else None
    return known or find_present(view.id, passenger, view.plan)


class _Identity(NamedTuple):
    name: str | None = None
    gender: str | None = None
    age: int | None = None
    id_number: str | None = None
    phone: str | None = None
    other_phones: tuple[str, ...] = ()
    family_phone: str | None = None
    home: str | None = None


def _show_person(person: Person | None, today: date) -> _Identity:
    if person is None:
        return _Identity()
    number = person.id_number
    born = person.birth_date or (get_birth_date(number) if number else None)
    return _Identity(
        person.name or None,
        person.gender,
        count_years(born, today) if born else None,
        number or None,
        person.phone,
        person.other_phones,
        person.emergency_phone,
        _name_home(person),
    )


def _name_home(person: Person) -> str | None:
    """The registered township and village."""
    code = person.township_code
    division = full_name(code) if code and get_division(code) else ""
    return f"{division}{person.village or ''}" or None


class _Place(NamedTuple):
    present_code: str | None = None
    present_division: str | None = None
    present_place: str | None = None
    enterprise: str | None = None
    enterprise_address: str | None = None


def _show_present(present: Present, person: Person | None, sources: Sources) -> _Place:
    known = sources.whereabouts.enterprises
    firm = known.get(present.enterprise_id) if present.enterprise_id else None
    home = person.township_code[:6] if person and person.township_code else None
    code = present.find_code(firm.division_code if firm else None, home_code=home)
    return _Place(
        code,
        name_division(code) if code else None,
        present.point.name if present.point else None,
        firm.name if firm else (person.employer if person else None),
        firm.address if firm else None,
    )


def _list_family(ride: Ride, passenger: PassengerState, sources: Sources) -> list[str]:
    """Seat and name of each of their family in this vehicle."""
    own = ride.riders[passenger.id]
    found = []
    for each in ride.riders.values():
        if each.id != own.id and each.worker_id is not None and are_family(own, each):
            person = sources.people.get(each.worker_id)
            seat = _label(ride, each.sittings[0])
            found.append(f"{seat or ''} {person.name if person else ''}".strip())
    return found


# --- the crew ---------------------------------------------------------------------------------------
def _list_crew(rides: Iterable[Ride], sources: Sources) -> list[Line]:
    """Each driver and escort once, over all vehicles of one trip."""
    found: dict[tuple[UUID | None, int | None], list[tuple[Ride, Crew]]] = {}
    for ride in rides:
        for each in ride.crew:
            found.setdefault((each.driver_id, each.escort), []).append((ride, each))
    return [_make_crew_line(rode, sources) for rode in found.values()]


def _make_crew_line(rode: Sequence[tuple[Ride, Crew]], sources: Sources) -> Line:
    ride, crew = rode[-1]
    view, member = ride.view, sources.crews.find(ride.view.id, crew)
    first_at, last_at = join_times(each.together for _, each in rode)
    number = member.id_number
    born = get_birth_date(number) if number else None
    identity = _Identity(
        name=member.name,
        age=count_years(born, sources.today) if born else None,
        id_number=number,
        phone=member.phone,
    )
    content = ContactLine(
        **identity._asdict(),
        **_Place()._asdict(),
        id=view.id,
        trip_id=view.id,
        trip_number=view.plan.number,
        plate=ride.vehicle.plate,
        passenger_id=None,
        worker_id=None,
        is_asked=False,
        seat_label=None,
        seat_row=None,
        seat_source=None,
        relations=[Relation.CREW],
        row_distance=None,
        first_at=first_at,
        last_at=last_at,
        basis=ride.reach.basis,
        role=None,
        status=None,
        family_aboard=[],
        receiver=None,
        receiver_phone=None,
        condition=None,
        answer=None,
        answered_at=None,
    )
    if crew.driver_id is not None:
        return Line(Who(view.id, "driver", crew.driver_id.hex), None, content)
    return Line(Who(view.id, "escort", str(crew.escort)), None, content)
