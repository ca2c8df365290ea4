"""`fangang trip list`, `show`, `passengers`, `aboard`: columns and lines; people against places before and
after departure; plan, times, balance, exceptions, what may come next; names of divisions.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cli import output
from cli.api import Api
from cli.names import get_name, join_names, show_balance
from cli.papers import Use, join_uses, show_seat, show_version
from cli.times import show_time
from cli.trips.checking import sum_up
from cli.trips.finding import (
    PAGE,
    find_trip_id,
    list_passengers,
    list_seats,
    name_passenger,
    name_person,
)
from cli.trips.following import order_following
from cli.trips.texts import TripText, colon
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import NoticeOutcome
from schemas.needs import NeedOut
from schemas.passengers import AboardLine, AboardOut, PassengerOut
from schemas.texts import say
from schemas.trips import (
    FindingOut,
    PassengerStatus,
    PersonContact,
    PointOut,
    TripOut,
    TripRow,
    TripState,
)


def show_list(api: Api, filters: Mapping[str, str | None], *, as_json: bool) -> None:
    """All pages at once; a county has some dozen trips a day."""
    rows = list(api.iterate("/v1/trips", limit=PAGE, **filters))
    if as_json:
        output.write_json({"items": rows, "next": None})
        return
    trips = [TripRow.model_validate(row) for row in rows]
    if not trips:
        output.tell(say(TripText.NO_TRIPS))
        return
    output.write_table(*tabulate_trips(trips))


def _find_plates(api: Api, trip: TripOut) -> dict[UUID, str]:
    """Of the vehicle in use, and of the earlier ones."""
    plates = {trip.vehicle_id: trip.plate} if trip.vehicle_id and trip.plate else {}
    if all(run.vehicle_id in plates for run in trip.vehicles):
        return plates
    return plates | {each.vehicle_id: each.plate for each in list_seats(api, trip.id)}


def show_trip(api: Api, trip: str, *, as_json: bool) -> None:
    answer = api.get(f"/v1/trips/{find_trip_id(api, trip)}")
    if as_json:
        output.write_json(answer)
        return
    shown = TripOut.model_validate(answer)
    plate = _show_plates(shown, _find_plates(api, shown))
    # Only somebody with an exception is named, so the list is asked for only when there is one.
    has_more = shown.open_exceptions > len(shown.exceptions)
    passengers: list[PassengerOut] = list_passengers(api, shown.id) if has_more else []
    clearance = sum_up(api, shown.id) if shown.departed_at is None else None
    for line in describe_trip(shown, plate=plate, passengers=passengers, clearance=clearance):
        output.write_line(line)


def _show_plates(trip: TripOut, plates: Mapping[UUID, str]) -> str:
    """The plate; with times where one vehicle came for another."""
    uses = [Use(plates.get(run.vehicle_id, "?"), run.from_at, run.to_at) for run in trip.vehicles]
    return join_uses(uses, alone=plates.get(trip.vehicle_id) if trip.vehicle_id else None)


def show_passengers(api: Api, trip: str, *, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    if as_json:
        output.write_json(list(api.iterate(f"/v1/trips/{trip_id}/passengers", limit=PAGE)))
        return
    passengers = list_passengers(api, trip_id)
    output.write_table(*tabulate_passengers(passengers))


def show_aboard(api: Api, trip: str, *, at: datetime, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    answer = api.get(f"/v1/trips/{trip_id}/aboard", at=at.isoformat())
    if as_json:
        output.write_json(answer)
        return
    aboard = AboardOut.model_validate(answer)
    count = len(aboard.people)
    told = say(TripText.ABOARD_AT, at=show_time(aboard.at), count=count)
    output.write_line("  ".join(each for each in (told, aboard.plate) if each))
    if count:
        output.write_table(*tabulate_aboard(aboard))


_BEFORE = frozenset(
    {TripState.DRAFT, TripState.READY, TripState.FILED, TripState.LOCKED}
    | {TripState.BOARDING, TripState.CANCELLED}
)
_CARRIED = frozenset(
    {PassengerStatus.BOARDED, PassengerStatus.LEFT, PassengerStatus.MOVED}
    | {PassengerStatus.RECEIVED, PassengerStatus.REFUSED}
    | {PassengerStatus.MISSING, PassengerStatus.RETURNED}
)


def tabulate_trips(trips: Sequence[TripRow]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows."""
    headings = [TripText.NUMBER, TripText.STATE, TripText.DEPARTURE, TripText.PLATE]
    headings += [TripText.TAKEN, TripText.ABOARD, TripText.NEEDS]
    return [say(heading) for heading in headings], [list(_show_row(trip)) for trip in trips]


def _show_row(trip: TripRow) -> Iterator[str]:
    yield trip.number
    yield get_name(trip.state)
    yield show_time(trip.planned_departure_at)
    yield trip.plate or ""
    yield show_people(trip)
    yield str(trip.aboard)
    yield output.join_words(map(show_need, trip.needs))


def show_need(need: NeedOut) -> str:
    """应发未发; of several people or exceptions with their number: 失联 2."""
    return f"{need.name} {need.count}" if need.count > 1 else need.name


def show_people(trip: TripRow) -> str:
    """`24/27`: before departure who has a place, afterwards who was carried; of how many places."""
    carried = sum(trip.counts.get(status.value, 0) for status in _CARRIED)
    return f"{trip.taken if trip.state in _BEFORE else carried}/{trip.places}"


def describe_trip(
    trip: TripOut,
    *,
    plate: str | None,
    passengers: Sequence[PassengerOut],
    clearance: str | None,
) -> Iterator[str]:
    """Plan, people, sums, clearances, exceptions, and what may come next."""
    version = show_version(trip.state, trip.list_version)
    yield f"{trip.number}  {get_name(trip.state)}  {version}"
    yield _fact(TripText.ID, str(trip.id))
    yield from _describe_plan(trip, plate)
    yield from describe_contacts(trip)
    yield from _describe_course(trip)
    yield _fact(TripText.PEOPLE, _count(trip))
    yield from _describe_balance(trip)
    if clearance is not None:
        yield clearance
    yield from describe_needs(trip.needs)
    yield from _describe_exceptions(trip, passengers)
    yield from _describe_notes(trip)
    following = join_names(order_following(trip.may_follow)) or say(TripText.NONE)
    yield _fact(TripText.FOLLOW, following)


def _fact(label: TripText, value: str) -> str:
    return f"{say(label)}{colon()}{value}"


def describe_needs(needs: Sequence[NeedOut]) -> Iterator[str]:
    """One line for each need, in the order given: name with count, since when, what to do; red ones marked."""
    for each in needs:
        since = say(TripText.SINCE_WHEN, at=show_time(each.since)) if each.since else ""
        line = TripText.NEED_RED if each.red else TripText.NEED
        yield say(line, name=show_need(each), since=since, advice=each.advice)


def describe_contacts(trip: TripRow) -> Iterator[str]:
    """Whom to call, who said yes, and where the vehicle was last; nothing where they are not shown."""
    if trip.contacts is None:
        return
    escort, by, place = trip.contacts.escort, trip.contacts.acknowledged_by, trip.contacts.place
    facts = {
        TripText.ESCORT: _name_contact(escort) if escort else "",
        TripText.DRIVERS: "  ".join(map(_name_contact, trip.contacts.drivers)),
        TripText.ACKNOWLEDGED_BY: f"{by.unit or ''} {_name_contact(by)}".strip() if by else "",
        TripText.LAST_PLACE: f"{place.name or ''} {show_time(place.at)}".strip() if place else "",
    }
    for label, value in facts.items():
        if value:
            yield _fact(label, value)


def _name_contact(contact: PersonContact) -> str:
    return f"{contact.name or ''} {contact.phone or ''}".strip()


def _describe_plan(trip: TripOut, plate: str | None) -> Iterator[str]:
    distance = say(TripText.KM, km=trip.distance_km) if trip.distance_km else ""
    facts = {
        TripText.BATCH: trip.batch_number,
        TripText.DESTINATION: trip.destination_name,
        TripText.PLATE: plate or "",
        TripText.CHARTER_SIGN: trip.charter_sign_number or "",
        TripText.ROUTE: f"{trip.route or ''} {distance}".strip(),
        TripText.BOARDING_POINTS: _join_points(trip.points, "boarding"),
        TripText.HANDOVER_POINTS: _join_points(trip.points, "handover"),
        TripText.TAKEN: show_people(trip),
    }
    for label, value in facts.items():
        if value:
            yield _fact(label, value)


def _join_points(points: Sequence[PointOut], kind: str) -> str:
    chosen = sorted((each for each in points if each.kind == kind), key=lambda each: each.ordinal)
    return "  ".join(
        f"{each.ordinal}. {each.name} {show_time(each.planned_at)}".strip() for each in chosen
    )


def _describe_course(trip: TripOut) -> Iterator[str]:
    """Times: as planned, as expected, as they were."""
    times = {
        TripText.DEPARTURE: trip.planned_departure_at,
        TripText.FILED: trip.filed_at,
        TripText.ACKNOWLEDGED: trip.acknowledged_at,
        TripText.DEPARTED: trip.departed_at,
        TripText.EXPECTED: trip.expected_at or trip.planned_arrival_at,
        TripText.ARRIVED: trip.arrived_at,
    }
    for label, moment in times.items():
        if moment:
            yield _fact(label, show_time(moment))
    for each in trip.unconfirmed_approvals:
        yield _fact(TripText.UNCONFIRMED, str(each))


def _count(trip: TripOut) -> str:
    counted = {status: trip.counts.get(status.value, 0) for status in PassengerStatus}
    named = [f"{get_name(status)} {n}" for status, n in counted.items() if n]
    return output.join_words(named) or say(TripText.NONE)


def _describe_balance(trip: TripOut) -> Iterator[str]:
    names: dict[UUID | None, str] = {point.id: point.name for point in trip.points}
    yield f"{say(TripText.BALANCE)}{colon()}".rstrip()
    for each in trip.by_point:
        name = names.get(each.point_id) or say(TripText.WITHOUT_POINT)
        yield f"  {name}{colon()}{show_balance(each.balance)}"
    whole = say(TripText.WHOLE_TRIP)
    yield f"  {whole}{colon()}{show_balance(trip.balance)}"


def _describe_exceptions(trip: TripOut, passengers: Sequence[PassengerOut]) -> Iterator[str]:
    """Of the trip itself, then of each person; they block its closing."""
    yield _fact(TripText.EXCEPTIONS, str(trip.open_exceptions))
    whose = [(say(TripText.WHOLE_TRIP), trip.exceptions, trip.findings)]
    whose += [(name_passenger(each), each.exceptions, each.findings) for each in passengers]
    for who, exceptions, findings in whose:
        if exceptions:
            names = join_names(exceptions)
            yield say(TripText.EXCEPTION_OF, who=who, names=names)
            yield from map(_describe_finding, findings)
    for each in trip.between:
        yield say(
            TripText.BETWEEN,
            name=name_person(each),
            number=each.from_number,
            other=each.to_number,
            since=show_time(each.since),
        )
    if trip.unread_events:
        yield say(TripText.UNREAD, count=trip.unread_events)


def _describe_notes(trip: TripOut) -> Iterator[str]:
    """What was said in words, with the event's id: incidents are settled by it."""
    for each in trip.notes or ():
        name = f"{each.name}（{get_name(each.exception)}）" if each.exception else each.name
        yield say(
            TripText.NOTE, name=name, at=show_time(each.at), text=each.text, id=str(each.event_id)
        )


def _describe_finding(finding: FindingOut) -> str:
    """As an explanation names them: --data events=…,…"""
    events = ",".join(map(str, finding.events))
    return say(TripText.EXCEPTION_EVENTS, name=get_name(finding.code), events=events)


_HEADINGS = (
    *(
        TripText.SEAT,
        TripText.NAME,
        TripText.ROLE,
        TripText.STATE,
        TripText.CUSTODY,
        TripText.SINCE,
    ),
    *(TripText.NOTICE, TripText.EXCEPTIONS, TripText.ID),
)
_ABOARD_HEADINGS = (
    TripText.SEAT,
    TripText.NAME,
    TripText.FROM,
    TripText.TO,
    TripText.SOURCE,
    TripText.ID,
)


def tabulate_passengers(passengers: Sequence[PassengerOut]) -> tuple[list[str], list[list[str]]]:
    headings = [say(heading) for heading in _HEADINGS]
    return headings, [list(_show_passenger(each)) for each in passengers]


def _show_passenger(passenger: PassengerOut) -> Iterator[str]:
    yield show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    yield name_person(passenger)
    yield get_name(passenger.role)
    yield get_name(passenger.status)
    held_by = passenger.custody.party
    yield get_name(held_by) if held_by else say(TripText.CUSTODY_NONE)
    yield show_time(passenger.custody.since)
    yield _show_notice(passenger.notice)
    yield join_names(passenger.exceptions)
    yield str(passenger.id)


def _show_notice(notice: str | None) -> str:
    if notice is None:
        return ""
    known = notice in {each.value for each in NoticeOutcome}
    return get_name(NoticeOutcome(notice)) if known else notice


def tabulate_aboard(aboard: AboardOut) -> tuple[list[str], list[list[str]]]:
    headings = [say(heading) for heading in _ABOARD_HEADINGS]
    return headings, [list(_show_stay(line)) for line in aboard.people]


def _show_stay(line: AboardLine) -> Iterator[str]:
    yield line.seat_label or show_place(line.seat_row, line.seat_column)
    yield name_person(line)
    yield show_time(line.from_at)
    yield show_time(line.to_at)
    yield _show_source(line.source)
    yield str(line.passenger_id)


def show_place(row: int | None, column: int | None) -> str:
    """第5排第1座: where a label is not known, or would be another one by now."""
    if row is None or column is None:
        return ""
    return say(TripText.SEAT_AT, row=row, column=column)


def _show_source(source: str) -> str:
    known = source in {each.value for each in EventKind}
    return get_name(EventKind(source)) if known else source
