"""What of a trip's people follows from elsewhere: who was moved and is not recorded aboard there (in nobody's
hands), who is aboard twice, who boarded during a hold. Read at each answer, kept in no trip.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from schemas.base import Page
from schemas.events.kinds import ExceptionCode
from schemas.identity import mask_name
from schemas.permissions import Permission
from schemas.trips import BetweenOut
from service.context import Work
from service.inquiries.queries import load_open
from service.registry import queries as workers
from service.rest import Cursor, encode_after
from service.trips.queries import board, lists, moved, states
from service.trips.rules import scopes
from service.trips.rules.findings import list_open
from service.trips.rules.journeys import Leg, Outside, find_outside
from service.trips.rules.needs import AskedFor, Elsewhere, OpenException
from service.trips.rules.overview import TripView
from service.workers.queries import list_held, load_states


def read_outside(work: Work, view: TripView) -> Outside:
    """Three reads, whatever the number of people."""
    coming = moved.list_coming(work.session, work.county_code, trip_id=view.id)
    mine = {each.worker_id for each in view.passengers.values() if each.worker_id is not None}
    wanted = mine | {leg.worker_id for leg in coming if leg.worker_id is not None}
    journeys = moved.load_legs_of_workers(work.session, work.county_code, wanted)
    held = load_states(work.session, work.county_code, mine)
    return Outside(view, journeys, held, tuple(leg for leg in coming if leg.worker_id is None))


def show_between(work: Work, legs: Iterable[Leg]) -> list[BetweenOut]:
    """With masked names, of people in no registry none; no read where there is nobody."""
    listed = list(legs)
    if not listed:
        return []
    ids = sorted({leg.worker_id for leg in listed if leg.worker_id is not None})
    people = workers.open_people(work.session, work.context.vault, work.county_code, ids)
    trips = {leg.trip_id for leg in listed} | {leg.moved_to_trip_id for leg in listed}
    numbers = lists.list_numbers(work.session, work.county_code, trips)
    return [
        BetweenOut(
            worker_id=leg.worker_id,
            name=mask_name(people[leg.worker_id].name) if leg.worker_id in people else None,
            passenger_id=leg.passenger_id,
            from_trip_id=leg.trip_id,
            from_number=numbers.get(leg.trip_id, ""),
            to_trip_id=leg.moved_to_trip_id,
            to_number=numbers.get(leg.moved_to_trip_id, ""),
            since=leg.moved_at,
        )
        for leg in listed
        if leg.moved_to_trip_id is not None and leg.moved_at is not None
    ]


def list_in_nobodys_hands(work: Work, *, cursor: Cursor) -> Page[BetweenOut]:
    """Everybody between two trips of whom the account sees one, by worker; people in no registry on the first
    page, above its limit. `next` names a worker whom the page shows."""
    session, county_code = work.session, work.county_code
    moving = moved.list_under_way_moved(session, county_code)
    strangers = [leg for leg in moving if leg.worker_id is None]
    workers = {leg.worker_id for leg in moving if leg.worker_id is not None}
    journeys = moved.load_legs_of_workers(session, county_code, workers)
    legs = [leg for key in sorted(workers) for leg in journeys[key].legs_between()]
    seen = _list_shown(work, [*strangers, *legs])
    after_id = cursor.after_id
    known = dict.fromkeys(leg.worker_id for leg in seen if leg.worker_id is not None)
    people = [each for each in known if after_id is None or each > after_id]
    page = people[: cursor.limit]
    wanted = {*page} if after_id else {*page, None}
    items = show_between(work, [leg for leg in seen if leg.worker_id in wanted])
    return Page(items=items, next=encode_after(page[-1]) if len(people) > cursor.limit else None)


def find_elsewhere(work: Work) -> dict[UUID, Elsewhere]:
    """Trip → who was moved from it or to it and is in nobody's hands, and the open exceptions of its people
    that are read from other trips and holds. Four reads at most, whatever the number of trips and people. Who
    is on a list though held or withdrawn is not among it (board.list_stopped)."""
    session, county_code = work.session, work.county_code
    moving = moved.list_under_way_moved(session, county_code)
    held = list_held(session, county_code)
    wanted = {leg.worker_id for leg in moving if leg.worker_id is not None}
    wanted |= held.keys() | board.list_doubled(session, county_code)
    listed = states.load_passengers_of(session, county_code, wanted) if wanted else []
    journeys = moved.make_journeys(listed)
    legs = [leg for leg in moving if leg.worker_id is None]
    legs += [leg for each in journeys.values() for leg in each.legs_between()]
    waiting = [leg for leg in legs if not leg.explained]
    found: dict[UUID, list[OpenException]] = {}
    for trip_id, passenger in listed:
        if passenger.worker_id is not None:
            told = find_outside(
                passenger,
                trip_id=trip_id,
                journeys=journeys[passenger.worker_id],
                worker=held.get(passenger.worker_id),
            )
            found.setdefault(trip_id, []).extend(
                OpenException(each.code, each.event_ids)
                for each in list_open(told, passenger.explained)
            )
    for leg in waiting:
        if leg.worker_id is None and leg.fact is not None:
            strange = OpenException(ExceptionCode.MOVED_NOT_ARRIVED, (leg.fact.event_id,))
            found.setdefault(leg.trip_id, []).append(strange)
    since = _list_since(waiting)
    return {
        trip_id: Elsewhere(
            between=tuple(since.get(trip_id, ())), exceptions=tuple(found.get(trip_id, ()))
        )
        for trip_id in since.keys() | {key for key, each in found.items() if each}
    }


def add_asked(
    work: Work, found: Mapping[UUID, Elsewhere], *, trip_ids: Collection[UUID] | None = None
) -> dict[UUID, Elsewhere]:
    """The same, with the trips of whose people the health office waits for answers; one read for who may know
    of it, of all trips or of these."""
    if not work.actor.may(Permission.CONTACTS_READ):
        return dict(found)
    asked = load_open(work.session, work.county_code, trip_ids=trip_ids)
    return dict(found) | {
        key: replace(found.get(key, Elsewhere()), asked=AskedFor(*each))
        for key, each in asked.items()
    }


def _list_since(legs: Iterable[Leg]) -> dict[UUID, list[datetime]]:
    """Trip → when each of its people was moved, from it or to it."""
    found: dict[UUID, list[datetime]] = {}
    for leg in legs:
        for trip_id in (leg.trip_id, leg.moved_to_trip_id):
            if trip_id is not None and leg.moved_at is not None:
                found.setdefault(trip_id, []).append(leg.moved_at)
    return found


def _list_shown(work: Work, legs: Iterable[Leg]) -> list[Leg]:
    """Those of whose two trips the account sees one; a receiver its own people only, on the trip they left."""
    listed = list(legs)
    ids = {each for leg in listed for each in (leg.trip_id, leg.moved_to_trip_id) if each}
    if not ids:
        return []
    views = states.load_views(work.session, work.county_code, sorted(ids))
    now = work.now()
    seen = {key for key, view in views.items() if scopes.sees_trip(work.actor, view, now=now)}
    return [
        leg
        for leg in listed
        if not seen.isdisjoint({leg.trip_id, leg.moved_to_trip_id})
        and _sees_person(work, views[leg.trip_id], leg)
    ]


def _sees_person(work: Work, left: TripView, leg: Leg) -> bool:
    return scopes.sees_passenger(work.actor, left, left.passengers.get(leg.passenger_id))
