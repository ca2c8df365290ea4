"""The lines of a work list: each person within the rule on each trip, in full: seat and its source, relation,
time together, who they are, where they are now, who received them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from schemas.contact_lists import Condition, ContactLine
from schemas.contacts import Basis, Relation
from schemas.divisions.table import full_name, get_division
from schemas.events.fields import PersonalClass
from schemas.identity import get_birth_date
from schemas.permissions import Permission
from service.contacts.actions.computing import Ride
from service.contacts.actions.crew import Crews, open_crews
from service.contacts.actions.presence import Whereabouts, find_whereabouts
from service.contacts.queries import list_health_events
from service.contacts.rules.meeting import Meeting, join_meetings
from service.contacts.rules.presence import Present, find_present
from service.context import Work
from service.days import local_date
from service.ledger.parts import open_contents
from service.registry.people import Person
from service.registry.queries import open_people
from service.trips.queries.unregistered import open_strangers
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


class Who(NamedTuple):
    """By what a line is told from others of its list."""

    trip_id: UUID
    kind: str
    key: str


class Line(NamedTuple):
    """`content` is shown as it stands, but for the id and the answer."""

    who: Who
    worker_id: UUID | None
    content: ContactLine


class Receiver(NamedTuple):
    """Who signed for somebody."""

    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class _Sources:
    """All that was read for the lines."""

    people: Mapping[UUID, Person]
    strangers: Mapping[UUID, Person]
    crews: Crews
    whereabouts: Whereabouts
    receivers: Mapping[UUID, Receiver]
    conditions: Mapping[UUID, Condition]
    today: date


def make_lines(work: Work, rides: Sequence[Ride], *, with_condition: bool = False) -> list[Line]:
    """By trip, in the order of `rides`, passengers by seat, the crew after them; the same number of reads for
    one trip and for ten. `with_condition`: also what was recorded of health, for who may read it."""
    views = {ride.view.id: ride.view for ride in rides}
    met = _join(rides)
    listed = [views[trip_id].passengers[who] for trip_id, who in met]
    sources = _read(work, rides, views, listed, with_condition=with_condition)
    lines = []
    for key, view in views.items():
        own = [ride for ride in rides if ride.view.id == key]
        mine = {who: each for (trip_id, who), each in met.items() if trip_id == key}
        found = [
            _make_line(own, view, view.passengers[who], each, sources) for who, each in mine.items()
        ]
        lines += sorted(found, key=_by_seat)
        lines += _list_crew(own, view, sources)
    return lines


def _join(rides: Iterable[Ride]) -> dict[tuple[UUID, UUID], Meeting]:
    """(trip, passenger) → the meeting, over all vehicles of the trip."""
    found: dict[tuple[UUID, UUID], list[Meeting]] = {}
    for ride in rides:
        for each in ride.meetings:
            found.setdefault((ride.view.id, each.rider_id), []).append(each)
    return {key: join_meetings(each) for key, each in found.items()}


def count_people(rides: Iterable[Ride]) -> int:
    """Passengers within the rule, on each trip once."""
    return len(_join(rides))


def _by_seat(line: Line) -> tuple[int, str, str]:
    content = line.content
    return content.seat_row or 999, (content.seat_label or "").rjust(8), line.who.key


# --- what is read -----------------------------------------------------------------------------------
def _read(
    work: Work,
    rides: Sequence[Ride],
    views: Mapping[UUID, TripView],
    listed: Sequence[PassengerState],
    *,
    with_condition: bool,
) -> _Sources:
    session, vault, county_code = work.session, work.context.vault, work.county_code
    workers = {each.worker_id for each in listed if each.worker_id is not None}
    # Their families, who are named beside them, are among the passengers.
    aboard = {each.worker_id for ride in rides for each in ride.riders.values() if each.worker_id}
    signed = {
        sign.fact.event_id
        for view in views.values()
        for each in view.passengers.values()
        if (sign := view.signature_of(each)) is not None and sign.fact is not None
    }
    told = open_contents(
        session, vault, county_code, sorted(signed), classes=[PersonalClass.CONTACT]
    )
    return _Sources(
        open_people(session, vault, county_code, workers | aboard),
        open_strangers(work, listed),
        open_crews(work, rides),
        find_whereabouts(work, workers),
        {
            key: Receiver(each.get("receiver"), each.get("receiver_phone"))
            for key, each in told.items()
        },
        _read_conditions(work, views) if with_condition else {},
        local_date(work.now()),
    )


def _read_conditions(work: Work, views: Iterable[UUID]) -> dict[UUID, Condition]:
    """Passenger → the last reading and symptoms, where the account may read them."""
    if not work.actor.may(Permission.HEALTH_READ):
        return {}
    told = list_health_events(work.session, work.county_code, trip_ids=views)
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


# --- one line ---------------------------------------------------------------------------------------
def _make_line(
    rides: Sequence[Ride],
    view: TripView,
    passenger: PassengerState,
    met: Meeting,
    sources: _Sources,
) -> Line:
    ride = next(
        each for each in rides if any(met.rider_id == one.rider_id for one in each.meetings)
    )
    worker_id = passenger.worker_id
    person = sources.people.get(worker_id) if worker_id else sources.strangers.get(passenger.id)
    row, column = met.sitting.row, met.sitting.column
    label = ride.vehicle.seat_label(row, column) if row and column else None
    signature = view.signature_of(passenger)
    fact = signature.fact if signature else None
    receiver = sources.receivers.get(fact.event_id) if fact else None
    asked = {each.asked.id for each in rides if each.asked is not None}
    content = ContactLine(
        **_show_person(person, sources.today)._asdict(),
        **_show_present(_find_present(view, passenger, sources), person, sources)._asdict(),
        id=passenger.id,
        trip_id=view.id,
        trip_number=view.plan.number,
        plate=ride.vehicle.plate,
        passenger_id=passenger.id,
        worker_id=worker_id,
        is_asked=passenger.id in asked,
        seat_label=label,
        seat_row=row,
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


def _find_present(view: TripView, passenger: PassengerState, sources: _Sources) -> Present:
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
        _count_years(born, today) if born else None,
        number or None,
        person.phone,
        person.other_phones,
        person.emergency_phone,
        _name_home(person),
    )


def _count_years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _name_home(person: Person) -> str | None:
    """The registered township and village."""
    code = person.township_code
    division = full_name(code) if code and get_division(code) else ""
    return f"{division}{person.village or ''}" or None


class _Place(NamedTuple):
    present_code: str | None
    present_division: str | None
    present_place: str | None
    enterprise: str | None
    enterprise_address: str | None


def _show_present(present: Present, person: Person | None, sources: _Sources) -> _Place:
    known = sources.whereabouts.enterprises
    firm = known.get(present.enterprise_id) if present.enterprise_id else None
    home = person.township_code[:6] if person and person.township_code else None
    code = present.find_code(firm.division_code if firm else None, home_code=home)
    return _Place(
        code,
        _name_division(code),
        present.point.name if present.point else None,
        firm.name if firm else (person.employer if person else None),
        firm.address if firm else None,
    )


def _name_division(code: str | None) -> str | None:
    """The code itself where today's table does not have it."""
    if code is None:
        return None
    return full_name(code) if get_division(code) else code


def _list_family(ride: Ride, passenger: PassengerState, sources: _Sources) -> list[str]:
    """Names and seats of those of the same household, and of guardian and wards."""
    own = ride.riders.get(passenger.id)
    if own is None:
        return []
    found = []
    for each in ride.riders.values():
        if each.id == own.id or each.worker_id is None:
            continue
        is_family = own.household is not None and own.household == each.household
        is_ward = each.worker_id == own.guardian_id
        is_ward = is_ward or (own.worker_id is not None and each.guardian_id == own.worker_id)
        if is_family or is_ward:
            person = sources.people.get(each.worker_id)
            sat = each.sittings[0]
            seat = ride.vehicle.seat_label(sat.row, sat.column) if sat.row and sat.column else None
            found.append(f"{seat or ''} {person.name if person else ''}".strip())
    return found


def _list_crew(rides: Sequence[Ride], view: TripView, sources: _Sources) -> list[Line]:
    """Each driver and escort once, over all vehicles of the trip."""
    found: dict[Who, Line] = {}
    for ride in rides:
        for each in ride.crew:
            if each.driver_id is not None:
                driver = sources.crews.drivers.get(each.driver_id)
                who = Who(view.id, "driver", each.driver_id.hex)
                name = driver.name if driver else None
                phone, number = (driver.phone, driver.id_number) if driver else (None, None)
            else:
                place = each.escort or 0
                member = sources.crews.escorts[view.id][place]
                who = Who(view.id, "escort", str(place))
                name, phone, number = member.name, member.phone, None
            first, last = each.span
            if who in found:
                before = found[who].content
                first = min(first, before.first_at) if first and before.first_at else None
                last = max(last, before.last_at) if last and before.last_at else None
            crew = _CrewMember(name, phone, number, first, last)
            found[who] = Line(who, None, _make_crew_line(ride, view, crew, sources.today))
    return list(found.values())


class _CrewMember(NamedTuple):
    name: str | None
    phone: str | None
    id_number: str | None
    first_at: datetime | None
    last_at: datetime | None


def _make_crew_line(ride: Ride, view: TripView, member: _CrewMember, today: date) -> ContactLine:
    born = get_birth_date(member.id_number) if member.id_number else None
    whole = ride.asked is None
    return ContactLine(
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
        first_at=member.first_at,
        last_at=member.last_at,
        basis=Basis.WHOLE_VEHICLE if whole else _basis_of_crew(ride),
        role=None,
        status=None,
        name=member.name,
        gender=None,
        age=_count_years(born, today) if born else None,
        id_number=member.id_number,
        phone=member.phone,
        other_phones=[],
        family_phone=None,
        home=None,
        family_aboard=[],
        present_code=None,
        present_division=None,
        present_place=None,
        enterprise=None,
        enterprise_address=None,
        receiver=None,
        receiver_phone=None,
        condition=None,
        answer=None,
        answered_at=None,
    )


def _basis_of_crew(ride: Ride) -> Basis:
    if not ride.reach.ruled:
        return Basis.NO_RULE
    return Basis.EVERYBODY if ride.reach.rows is None else Basis.ROWS
