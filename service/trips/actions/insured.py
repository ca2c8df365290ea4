"""The list of the insured: who has a place on a trip's list, or who came and went since an earlier version of
it; each reading is recorded."""

from collections.abc import Iterable
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import StreamKind
from schemas.events.payloads_records import ListKind
from schemas.identity import get_end
from schemas.insured import InsuredChange, InsuredLine, InsuredOut
from schemas.trips import PassengerStatus
from service.context import Work
from service.errors import DomainError
from service.ledger.bodies import StreamKey
from service.ledger.queries import list_events_of_stream
from service.recording.handlers import fact_of_row
from service.registry.people import Person
from service.trips.actions.answers import (
    Vehicles,
    label_seat,
    open_passengers,
    read_vehicles,
    visible_passengers,
)
from service.trips.actions.events import find_view
from service.trips.actions.papers import PRINTS_WHOLE, record_reading
from service.trips.actions.rebuild import fold_rows
from service.trips.queries import lists
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState

_C = InsuredChange


def write_insured(
    work: Work, *, trip_id: UUID, since_version: int | None, export_purpose: str | None = None
) -> InsuredOut:
    """Raises not-found for a version that the list never had."""
    view = find_view(work, trip_id=trip_id)
    visible = {each.id: each for each in visible_passengers(work.actor, view)}
    now = _list_insured(view)
    if since_version is None:
        chosen = dict.fromkeys([each for each in visible if each in now])
    else:
        before = _list_insured(_see_at(work, view, since_version))
        chosen = {each: _C.ADDED for each in visible if each in now - before}
        chosen |= {each: _C.REMOVED for each in visible if each in before - now}
    people = open_passengers(work, [visible[each] for each in chosen])
    full = export_purpose is not None and work.actor.role in PRINTS_WHOLE
    vehicles = read_vehicles(work, view)
    lines = [
        _show_line(view, visible[each], people.get(each), vehicles, change=change, full=full)
        for each, change in chosen.items()
    ]
    record_reading(
        work,
        kind=ListKind.INSURED,
        view=view,
        shown=[line.model_dump() for line in lines],
        purpose=export_purpose,
        people=[visible[each].worker_id for each in chosen],
    )
    trip = lists.find_trip(work, trip_id)
    in_use = vehicles.get(view.course.vehicle_id) if view.course.vehicle_id else None
    return InsuredOut(
        trip_id=view.id,
        number=view.plan.number,
        plate=in_use.plate if in_use else None,
        passenger_insurance_number=trip.passenger_insurance_number,
        passenger_insurance_valid_until=trip.passenger_insurance_valid_until,
        planned_departure_at=view.plan.planned_departure_at,
        planned_arrival_at=view.plan.planned_arrival_at,
        list_version=view.list_version,
        since_version=since_version,
        lines=lines,
    )


def _list_insured(view: TripView) -> set[UUID]:
    listed: Iterable[PassengerState] = view.on_list()
    return {each.id for each in listed if each.status is not PassengerStatus.STAND_BY}


def _see_at(work: Work, view: TripView, version: int) -> TripView:
    """The trip as it was recorded when its list had that version first."""
    stream = StreamKey(StreamKind.TRIP, view.id)
    rows = list_events_of_stream(work.session, work.county_code, stream)
    made = [row.seq for row in rows if fact_of_row(row).decided.get("list_version") == version]
    if not made:
        raise DomainError(ErrorCode.NOT_FOUND, facts={"list_version": version})
    return fold_rows(view.id, view.plan, [row for row in rows if row.seq <= min(made)])


def _show_line(
    view: TripView,
    passenger: PassengerState,
    person: Person | None,
    vehicles: Vehicles,
    *,
    change: InsuredChange | None,
    full: bool,
) -> InsuredLine:
    number = person.id_number if person else ""
    return InsuredLine(
        passenger_id=passenger.id,
        seat_label=label_seat(view, passenger, vehicles),
        name=person.name if person else None,
        id_number=(number if full else get_end(number)) or None,
        change=change,
    )
