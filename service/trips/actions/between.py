"""What of a trip's people follows from elsewhere: who was moved and is not recorded aboard there (in nobody's
hands), who is aboard twice, who boarded during a hold. Read at each answer, kept in no trip.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from schemas.base import Page
from schemas.events.kinds import ExceptionCode
from schemas.identity import mask_name
from schemas.trips import BetweenOut
from service.context import Work
from service.registry import queries as workers
from service.rest import Cursor, encode_after
from service.trips.queries import lists, moved, states
from service.trips.rules import scopes
from service.trips.rules.findings import Finding, list_open
from service.trips.rules.journeys import Leg, WorkerJourneys, judge_holds, judge_stranger
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.workers.queries import load_states
from service.workers.rules import WorkerState


@dataclass(frozen=True, slots=True)
class Outside:
    """A trip's people seen with their other trips."""

    view: TripView
    journeys: Mapping[UUID, WorkerJourneys]
    workers: Mapping[UUID, WorkerState]

    def list_open_of(self, passenger: PassengerState) -> tuple[Finding, ...]:
        """The passenger's open exceptions."""
        return list_open(self.list_of(passenger), passenger.explained)

    def list_of(self, passenger: PassengerState) -> tuple[Finding, ...]:
        """The passenger's exceptions, those of this trip alone and those seen with the others."""
        found, worker_id = passenger.findings + judge_stranger(passenger), passenger.worker_id
        if worker_id in self.journeys and worker_id is not None:
            found += self.journeys[worker_id].findings(passenger, trip_id=self.view.id)
        if worker_id in self.workers and worker_id is not None:
            found += judge_holds(passenger, self.workers[worker_id])
        return found

    def is_between(self, passenger: PassengerState) -> bool:
        """Moved and not aboard the other trip, explained or not."""
        if judge_stranger(passenger):
            return True
        journeys = self.journeys.get(passenger.worker_id) if passenger.worker_id else None
        mine = (self.view.id, passenger.id)
        legs = journeys.legs_between() if journeys is not None else []
        return any((leg.trip_id, leg.passenger_id) == mine for leg in legs)

    def leg_number_of(self, passenger: PassengerState) -> int:
        """Of somebody found aboard, that of the leg in whose place they ride."""
        known = self.journeys.get(passenger.worker_id) if passenger.worker_id else None
        legs = known.list_numbered() if known is not None else []
        mine = (self.view.id, passenger.id)
        return next((leg.number for leg in legs if leg.key == mine), passenger.leg)

    @property
    def open_exceptions(self) -> int:
        people = self.view.passengers.values()
        mine = sum(len(self.list_open_of(each)) for each in people)
        return len(self.view.course.open_findings) + mine

    @property
    def between(self) -> frozenset[UUID]:
        """Passengers who moved and are in nobody's hands, without an explanation."""
        return frozenset(
            passenger.id
            for passenger in self.view.passengers.values()
            for each in self.list_open_of(passenger)
            if each.code is ExceptionCode.MOVED_NOT_ARRIVED
        )

    def list_legs(self) -> list[tuple[UUID, Leg]]:
        """Worker and leg of everybody between this trip and another one, explained or not."""
        return [
            (worker_id, leg)
            for worker_id, each in sorted(self.journeys.items())
            for leg in each.legs_between()
            if self.view.id in {leg.trip_id, leg.moved_to_trip_id}
        ]


def read_outside(work: Work, view: TripView) -> Outside:
    """Three reads, whatever the number of people."""
    coming = moved.list_coming(work.session, work.county_code, trip_id=view.id)
    mine = [each.worker_id for each in view.passengers.values() if each.worker_id is not None]
    wanted = sorted({*mine, *coming})
    journeys = states.load_legs_of_workers(work.session, work.county_code, wanted)
    return Outside(view, journeys, load_states(work.session, work.county_code, mine))


def show_between(work: Work, legs: Iterable[tuple[UUID, Leg]]) -> list[BetweenOut]:
    """With masked names; no read where there is nobody."""
    listed = [(worker_id, leg) for worker_id, leg in legs if leg.moved_to_trip_id is not None]
    if not listed:
        return []
    ids = sorted({worker_id for worker_id, _ in listed})
    people = workers.open_people(work.session, work.context.vault, work.county_code, ids)
    trips = {leg.trip_id for _, leg in listed} | {leg.moved_to_trip_id for _, leg in listed}
    numbers = lists.list_numbers(work.session, work.county_code, trips)
    return [
        BetweenOut(
            worker_id=worker_id,
            name=mask_name(people[worker_id].name) if worker_id in people else None,
            passenger_id=leg.passenger_id,
            from_trip_id=leg.trip_id,
            from_number=numbers.get(leg.trip_id, ""),
            to_trip_id=leg.moved_to_trip_id,
            to_number=numbers.get(leg.moved_to_trip_id, ""),
            since=leg.moved_at,
        )
        for worker_id, leg in listed
        if leg.moved_to_trip_id is not None and leg.moved_at is not None
    ]


def count_held(work: Work) -> Counter[UUID]:
    """Trip → people who boarded it during a hold, not explained."""
    return Counter(
        each.trip_id
        for each in moved.list_held_boardings(work.session, work.county_code)
        if list_open(judge_holds(each.passenger, each.worker), each.passenger.explained)
    )


def list_in_nobodys_hands(work: Work, *, cursor: Cursor) -> Page[BetweenOut]:
    """Everybody between two trips of whom the account sees one, by worker. A page may hold fewer people than
    its limit: it is cut before it is known who has arrived."""
    wanted = moved.list_moved(
        work.session, work.county_code, after_id=cursor.after_id, limit=cursor.limit
    )
    journeys = states.load_legs_of_workers(work.session, work.county_code, wanted)
    legs = [(worker, leg) for worker in wanted for leg in journeys[worker].legs_between()]
    shown = _list_shown(work, legs)
    more = len(wanted) == cursor.limit
    strangers = _show_strangers(work) if cursor.after_id is None else []
    items = [*strangers, *show_between(work, shown)]
    return Page(items=items, next=encode_after(wanted[-1]) if more else None)


def _show_strangers(work: Work) -> list[BetweenOut]:
    """People in no registry who were moved: on the first page, above its limit."""
    found = moved.list_moved_strangers(work.session, work.county_code)
    if not found:
        return []
    ids = sorted({trip_id for trip_id, _ in found})
    views = states.load_views(work.session, work.county_code, ids)
    seen = {
        key for key, view in views.items() if scopes.sees_trip(work.actor, view, now=work.now())
    }
    numbers = lists.list_numbers(
        work.session, work.county_code, {*ids, *(each.moved_to_trip_id for _, each in found)}
    )
    return [
        BetweenOut(
            worker_id=None,
            name=None,
            passenger_id=each.id,
            from_trip_id=trip_id,
            from_number=numbers.get(trip_id, ""),
            to_trip_id=each.moved_to_trip_id,
            to_number=numbers.get(each.moved_to_trip_id, ""),
            since=each.status_since,
        )
        for trip_id, each in found
        if each.moved_to_trip_id is not None
        and each.status_since is not None
        and trip_id in seen
        and scopes.sees_passenger(work.actor, views[trip_id], each)
    ]


def count_between(work: Work) -> Counter[UUID]:
    """Trip → people who were moved from it or to it, are in nobody's hands, and were not explained. One read,
    and another where there is somebody."""
    wanted = moved.list_under_way_moved(work.session, work.county_code)
    if not wanted:
        return Counter()
    journeys = states.load_legs_of_workers(work.session, work.county_code, wanted)
    return Counter(
        trip_id
        for each in journeys.values()
        for leg in each.legs_between()
        for trip_id in (leg.trip_id, leg.moved_to_trip_id)
        if trip_id is not None and not leg.explained
    )


def _list_shown(work: Work, legs: Iterable[tuple[UUID, Leg]]) -> list[tuple[UUID, Leg]]:
    """Those of whose two trips the account sees one; a receiver its own people only, on the trip they left."""
    listed = list(legs)
    ids = {each for _, leg in listed for each in (leg.trip_id, leg.moved_to_trip_id) if each}
    if not ids:
        return []
    views = states.load_views(work.session, work.county_code, sorted(ids))
    now = work.now()
    seen = {key for key, view in views.items() if scopes.sees_trip(work.actor, view, now=now)}
    return [
        (worker_id, leg)
        for worker_id, leg in listed
        if not seen.isdisjoint({leg.trip_id, leg.moved_to_trip_id})
        and _sees_person(work, views[leg.trip_id], leg)
    ]


def _sees_person(work: Work, left: TripView, leg: Leg) -> bool:
    return scopes.sees_passenger(work.actor, left, left.passengers.get(leg.passenger_id))
