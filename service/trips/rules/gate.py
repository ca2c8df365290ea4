"""The gate: what stands against a trip and each of its people, judged by one function for the list, the door
and whoever asks before; which of it an officer has let pass.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from schemas import identity
from schemas.clearance import FORBIDDEN, Verdict
from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from schemas.policies import PolicyMisfit, PolicyVersion, RiskLevel
from schemas.roster.records import GUARDED_AGE, WORKING_AGE
from schemas.trips import PassengerStatus
from service.days import local_date
from service.fleets.rules import VehicleFacts
from service.health.rules import (
    ClearanceFacts,
    Obstacle,
    Occasion,
    asks_health,
    clear,
    find_verdict,
)
from service.policies.rules import PolicyBook, isolation_rows, list_misfits, occupancy_limit
from service.registry.people import WorkerFacts, is_adult
from service.trips.rules import overview, planning
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_states import RIDES_ALONG
from service.trips.rules.passengers import Exemption, PassengerState
from service.trips.rules.seating import usable_seats
from service.trips.rules.trip_states import UNLOCKED

UNPLANNED: Final = timedelta(hours=24)
"""So long after the departure a trip is taken to arrive whose arrival is not planned."""


def choose_policy(view: TripView, book: PolicyBook, *, now: datetime) -> PolicyVersion:
    """The one in force on the day of departure: what a filing chooses, and the lock of a trip never filed."""
    return book.in_force(local_date(view.plan.planned_departure_at or now))


def list_policy_misfits(
    view: TripView, policy: PolicyVersion, *, now: datetime
) -> list[PolicyMisfit]:
    """Why the policy does not hold for the trip by its own words."""
    day = local_date(view.plan.planned_departure_at or now)
    return list_misfits(policy, county_code=view.plan.county_code, on=day)


def find_policy(view: TripView, book: PolicyBook, *, now: datetime) -> PolicyVersion:
    """By which the trip is judged; of an open list that was never filed the one that its lock would choose."""
    if view.course.policy_version is None and view.course.state in UNLOCKED:
        return choose_policy(view, book, now=now)
    return book.find(view.policy_version)


def make_occasion(
    view: TripView, *, policy: PolicyVersion, book: PolicyBook, now: datetime
) -> Occasion:
    """Of the trip as it is expected now: a delay that was told is judged anew."""
    departure = view.plan.planned_departure_at or now
    planned = view.plan.planned_arrival_at or departure + UNPLANNED
    return Occasion(
        policy=policy,
        book=book,
        departure_on=local_date(departure),
        arrival=max(view.course.expected_at or planned, planned),
        risk=find_risk(view, policy=policy, book=book, now=now),
    )


def find_risk(
    view: TripView, *, policy: PolicyVersion, book: PolicyBook, now: datetime
) -> RiskLevel | None:
    """The highest level of origin, points and destination on the day of departure."""
    day = local_date(view.plan.planned_departure_at or now)
    return book.find_risk(policy.risk_scheme, overview.list_areas(view.plan), on=day)


class Room(NamedTuple):
    """How many passengers may ride, and which rows stay free for isolation."""

    places: int
    isolation_rows: frozenset[int]


def measure_room(
    view: TripView,
    vehicle: VehicleFacts,
    *,
    policy: PolicyVersion,
    book: PolicyBook,
    drivers: int,
    now: datetime,
) -> Room:
    """Of this vehicle under the policy, beside the crew of this trip."""
    isolation = isolation_rows(
        policy,
        rows=(seat.row for seat in vehicle.seats),
        licensed_places=vehicle.licensed_places,
    )
    limit = occupancy_limit(
        policy,
        licensed_places=vehicle.licensed_places,
        crew_seats=planning.count_crew(view.plan, vehicle=vehicle, drivers=drivers),
        kept_free=len([seat for seat in vehicle.seats if seat.row in isolation]),
        risk=find_risk(view, policy=policy, book=book, now=now),
        between_cities=overview.is_between_cities(view.plan),
    )
    usable = usable_seats(vehicle.seats, view.plan.kept_free_rows | isolation)
    return Room(min(len(usable), limit), isolation)


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands against one person; `let_pass`: what did, but for an officer's decision."""

    open: tuple[Obstacle, ...] = ()
    let_pass: tuple[Obstacle, ...] = ()

    @property
    def may_board(self) -> bool:
        return not self.open

    @property
    def verdict(self) -> Verdict:
        return find_verdict(self.open)


def judge_person(
    facts: ClearanceFacts,
    occasion: Occasion,
    *,
    view: TripView,
    passenger: PassengerState | None,
    role: PersonRole | None = None,
) -> Judged:
    """In the order of the codes' names, then what the trip's other people decide. `passenger`: as the trip
    lists the person, None who is not on it yet. `role`: as what, where that is not what the trip or the
    registry says."""
    listed = role or (passenger.role if passenger else None)
    clearance = clear(replace(facts, role=listed) if listed else facts, occasion)
    against = list_against_minor(facts, view, passenger, on=occasion.departure_on)
    found = (*clearance.obstacles, *against)
    exemptions = passenger.exemptions if passenger else ()
    known = facts.health.let_pass if facts.health and asks_health(occasion.policy) else {}
    passed = tuple(
        each
        for each in found
        if any(_covers(one, each, facts.holds, known.get(one.event_id)) for one in exemptions)
    )
    return Judged(tuple(each for each in found if each not in passed), passed)


def list_against_minor(
    person: ClearanceFacts | WorkerFacts,
    view: TripView,
    passenger: PassengerState | None,
    *,
    on: date,
    along: Collection[PassengerStatus] = RIDES_ALONG,
) -> list[Obstacle]:
    """Somebody under 16 who does not go to work rides with the guardian, a grown one, on the same list, or by
    the guardian's written consent and with the companion named there. Asked once they are on the list.
    `along`: in which statuses somebody is with the minor."""
    if passenger is None or passenger.role is PersonRole.WORKER:
        return []
    sixteen_on, guardian = person.sixteen_on, person.guardian
    if sixteen_on is None or on >= sixteen_on:
        return []
    if guardian is not None and is_adult(guardian.sixteen_on, on):
        rider = view.passenger_of(guardian.worker_id)
        waits = passenger.status is rider.status is PassengerStatus.STAND_BY if rider else False
        if rider is not None and (waits or rider.status in along):
            return []
    if passenger.consent is None:
        guarded = on < identity.years_before(sixteen_on, WORKING_AGE - GUARDED_AGE)
        return [
            Obstacle(ErrorCode.CONSENT_MISSING, {"age": GUARDED_AGE if guarded else WORKING_AGE})
        ]
    companion_id = passenger.consent.companion_id
    companion = view.passengers.get(companion_id) if companion_id else None
    if companion_id is None or (companion is not None and companion.status in along):
        return []
    return [Obstacle(ErrorCode.COMPANION_ABSENT)]


def _covers(
    exemption: Exemption,
    obstacle: Obstacle,
    holds: frozenset[UUID],
    decided: frozenset[str] | None,
) -> bool:
    """An officer decides about what there is then, but for what the law forbids; what comes later, waits for
    the next decision. `decided`: the codes and holds, as far as they are read (None: by the times alone)."""
    if obstacle.code in FORBIDDEN:
        return False
    if decided is not None and obstacle.code not in decided:
        return False
    if decided is not None and obstacle.code is ErrorCode.HEALTH_HOLD:
        return decided.issuperset(map(str, holds))
    return obstacle.since is None or obstacle.since <= exemption.at


def list_trip_obstacles(
    view: TripView,
    *,
    vehicle: VehicleFacts | None,
    policy: PolicyVersion,
    unreachable: Iterable[PassengerState] = (),
) -> list[Obstacle]:
    """What holds the trip itself back before its list is locked, in the order in which it would be refused."""
    found: list[Obstacle] = []
    missing = planning.list_missing(
        view.plan,
        vehicle=vehicle,
        driver_ids=view.course.driver_ids,
        hours=policy.driver_hours,
    )
    if missing:
        drivers = len(set(view.course.driver_ids))
        found.append(
            Obstacle(
                ErrorCode.PLAN_INCOMPLETE,
                planning.explain_missing(
                    missing, view.plan, hours=policy.driver_hours, drivers=drivers
                ),
            )
        )
    if changed := list_unacknowledged(view, policy=policy):
        told = {"changed": tuple(changed), **overview.name_unfiled(view)}
        found.append(Obstacle(ErrorCode.FILING_UNACKNOWLEDGED, told))
    if not view.on_list():
        found.append(Obstacle(ErrorCode.LIST_EMPTY))
    if view.taken() > view.course.places:
        told = {"places": view.course.places, "taken": view.taken()}
        found.append(Obstacle(ErrorCode.OVER_CAPACITY, told))
    if misplaced := list_misplaced(view, kept_free_rows=view.kept_free_rows):
        found.append(Obstacle(ErrorCode.SEAT_KEPT_FREE, {"people": len(misplaced)}))
    if people := list(unreachable):
        found.append(Obstacle(ErrorCode.PHONE_UNREACHABLE, {"people": len(people)}))
    return found


def list_unacknowledged(view: TripView, *, policy: PolicyVersion) -> list[str]:
    """What of the plan the destination has not said yes to; nothing where the policy asks for no answer."""
    if not policy.filing_acknowledgement_required:
        return []
    return overview.list_untold(view, within=timedelta(hours=policy.arrival_change_hours))


def list_misplaced(view: TripView, *, kept_free_rows: frozenset[int]) -> list[PassengerState]:
    """Who sits in a row that stays free."""
    return [each for each in view.on_list() if each.place_held and each.seat_row in kept_free_rows]
