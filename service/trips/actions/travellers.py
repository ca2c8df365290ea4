"""Where a township's people travel, and who of them was not reached: a work list with phones, for whoever tells
them time, place, plate, seat and the escort's phone.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from schemas.base import Page
from schemas.passengers import TravellerOut
from schemas.trips import PassengerStatus, TripContacts, TripState
from service.context import Work
from service.fleets.queries import load_vehicles
from service.fleets.rules import VehicleFacts
from service.registry.people import Person
from service.registry.queries import open_people
from service.rest import Cursor, encode_after
from service.trips.actions.answers import label_seat_in
from service.trips.actions.board import open_contacts
from service.trips.queries import board, travellers
from service.trips.queries.board import BoardRow
from service.trips.queries.states import Listed, load_points
from service.trips.queries.travellers import TravellerFilter
from service.trips.rules.needs import NOT_REACHED, TO_TELL
from service.trips.rules.overview import Point
from service.trips.rules.passengers import PassengerState
from service.workers.rules import find_phone_to_ask


class _Beside(NamedTuple):
    """What is read once for a page."""

    trips: Mapping[UUID, BoardRow]
    points: Mapping[UUID, list[Point]]
    vehicles: Mapping[UUID, VehicleFacts]
    contacts: Mapping[UUID, TripContacts]
    people: Mapping[UUID, Person]


def list_travellers(work: Work, *, wanted: TravellerFilter, cursor: Cursor) -> Page[TravellerOut]:
    """By passenger, in the order of assignment. With `reached` a page may hold fewer people than its limit: it
    is cut before their answers are read. The caller records the access (`access.record_township_list`)."""
    found = travellers.list_listed(work, wanted=wanted, cursor=cursor)
    rows = found[: cursor.limit]
    further = encode_after(rows[-1].passenger.id) if len(found) > cursor.limit else None
    rows = [
        row for row in rows if wanted.reached is None or is_reached(row.passenger) is wanted.reached
    ]
    beside = _read_beside(work, rows)
    shown = ((row, _find_person(beside, row.passenger)) for row in rows)
    items = [_show(beside, row, person) for row, person in shown if person is not None]
    return Page[TravellerOut](items=items, next=further)


def _find_person(beside: _Beside, passenger: PassengerState) -> Person | None:
    return beside.people.get(passenger.worker_id) if passenger.worker_id else None


def is_reached(passenger: PassengerState) -> bool:
    """False for who is on a list and was not told, or not found; everybody else needs no notice."""
    waits = passenger.status in TO_TELL | {PassengerStatus.STAND_BY}
    return not (waits and passenger.notice in NOT_REACHED)


def _read_beside(work: Work, rows: Sequence[Listed]) -> _Beside:
    session, county_code = work.session, work.county_code
    ids = sorted({row.trip_id for row in rows})
    trips = {row.id: row for row in board.list_rows(session, county_code, trip_ids=ids)}
    vehicle_ids = {row.vehicle_id for row in trips.values() if row.vehicle_id is not None}
    workers = [row.passenger.worker_id for row in rows if row.passenger.worker_id is not None]
    return _Beside(
        trips,
        load_points(session, county_code, ids),
        load_vehicles(session, county_code, sorted(vehicle_ids)),
        open_contacts(work, list(trips.values())),
        open_people(session, work.context.vault, county_code, workers),
    )


def _show(beside: _Beside, listed: Listed, person: Person) -> TravellerOut:
    trip, passenger = beside.trips[listed.trip_id], listed.passenger
    boarding = [each for each in beside.points.get(trip.id, ()) if each.kind == "boarding"]
    own = [each for each in boarding if each.id == passenger.boarding_point_id]
    place = next(iter([*own, *boarding]), None)
    vehicle = beside.vehicles.get(trip.vehicle_id) if trip.vehicle_id else None
    escort = beside.contacts[trip.id].escort
    return TravellerOut(
        id=person.id,
        passenger_id=passenger.id,
        name=person.name,
        id_number_end=person.id_number_end,
        phone=find_phone_to_ask(person),
        township=person.township,
        village=person.village,
        trip_id=trip.id,
        trip_number=trip.number,
        trip_state=TripState(trip.state),
        departure_at=trip.departed_at or trip.planned_departure_at,
        boarding_point=place.name if place else None,
        plate=vehicle.plate if vehicle else None,
        seat_label=label_seat_in(vehicle, passenger),
        status=passenger.status,
        notice=passenger.notice,
        reached=is_reached(passenger),
        escort=escort.name if escort else None,
        escort_phone=escort.phone if escort else None,
    )
