"""The gate as it is asked: of one trip, also as if another policy were in force; of a batch, who may not ride
yet. It judges by the rule that the list and the door judge by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.clearance import Cure
from schemas.errors import ErrorCode
from schemas.gate import CautionOut, CautionText, GateLine, GateOut, TripReasonOut
from schemas.identity import mask_name
from schemas.messages import make_problem
from schemas.policies import PolicyVersion, tell_misfit
from schemas.texts import choose, say
from schemas.trips import TripState
from service.context import Work
from service.errors import DomainError
from service.fleets.queries import load_vehicles
from service.fleets.rules import VehicleFacts
from service.health.answers import show_reasons
from service.health.events import load_clearance_facts
from service.health.rules import ClearanceFacts, Obstacle
from service.policies.queries import load_book
from service.policies.rules import PolicyBook
from service.registry.people import Person
from service.registry.queries import open_people
from service.trips.actions.answers import label_seat_in
from service.trips.actions.events import find_view
from service.trips.queries.runs import load_runs_of_vehicles
from service.trips.queries.states import load_views
from service.trips.rules import runs
from service.trips.rules.gate import (
    Judged,
    find_policy,
    judge_person,
    list_policy_misfits,
    list_trip_obstacles,
    make_occasion,
    measure_room,
)
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.trips.rules.protecting import is_disinfected
from service.workers.young import list_cautions

_CURES: Mapping[ErrorCode, Cure] = {
    ErrorCode.FILING_UNACKNOWLEDGED: Cure.DESTINATION,
    ErrorCode.NOT_DISINFECTED: Cure.CARRIER,
    ErrorCode.PHONE_UNREACHABLE: Cure.TOWNSHIP,
}
"""Everything else that holds a trip back is the coordinator's to cure."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the judgement reads beside the trips, once for all of them."""

    book: PolicyBook
    policies: Mapping[UUID, PolicyVersion]
    """By which each trip is judged."""
    facts: Mapping[UUID, ClearanceFacts]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the answer about one trip shows of its people."""

    vehicle: VehicleFacts | None
    people: Mapping[UUID, Person]

    def find(self, passenger: PassengerState) -> Person | None:
        return self.people.get(passenger.worker_id) if passenger.worker_id else None


def read_gate(work: Work, *, trip_id: UUID, policy: str | None = None) -> GateOut:
    """`policy`: the version to judge by instead of the trip's. Raises not-found."""
    view = find_view(work, trip_id=trip_id)
    beside = _read_beside(work, [view], policy=policy)
    version = beside.policies[trip_id]
    judged = _judge(work, view, beside, version)
    shown, now = _read_shown(work, view), work.now()
    people = [(each, shown.find(each)) for each in view.on_list()]
    unreachable = [each for each, person in people if person is None or not person.reachable]
    vehicle = shown.vehicle
    if vehicle is not None:
        view = _as_if_under(view, vehicle, version, book=beside.book, now=now)
    against = list_trip_obstacles(view, vehicle=vehicle, policy=version, unreachable=unreachable)
    occasion = make_occasion(view, policy=version, book=beside.book, now=now)
    return GateOut(
        trip_id=view.id,
        number=view.plan.number,
        state=view.state,
        policy_version=version.version,
        policy_title=version.title,
        document=version.document,
        arrival_at=occasion.arrival,
        judged_at=now,
        may_lock=not against and all(each.may_board for each in judged.values()),
        reasons=[
            _show_trip_reason(each) for each in (*against, *_list_undone(work, view, version))
        ],
        warnings=[tell_misfit(each) for each in list_policy_misfits(view, version, now=now)],
        lines=[
            _show_line(
                work,
                shown,
                each,
                judged=judged[each.id],
                policy=version,
                on=occasion.departure_on,
            )
            for each in view.on_list()
        ],
    )


def _list_undone(work: Work, view: TripView, policy: PolicyVersion) -> list[Obstacle]:
    """Of a locked list: what boarding still waits for."""
    course, mine = view.course, runs.run_of(view)
    asked = policy.disinfect_before_boarding and course.state is TripState.LOCKED
    if not asked or course.vehicle_id is None or mine is None:
        return []
    ids = [course.vehicle_id]
    known = load_runs_of_vehicles(work.session, work.county_code, ids).get(course.vehicle_id, ())
    since = runs.end_before(known, mine)
    done = is_disinfected(course.disinfections, course.vehicle_id, since=since, until=work.now())
    return [] if done else [Obstacle(ErrorCode.NOT_DISINFECTED)]


def _as_if_under(
    view: TripView,
    vehicle: VehicleFacts,
    policy: PolicyVersion,
    *,
    book: PolicyBook,
    now: datetime,
) -> TripView:
    """With the places and the rows kept free that the policy leaves, measured now: of another version what a
    switch to it would; of the trip's own also by levels of risk that were loaded since."""
    drivers = len(view.course.driver_ids)
    room = measure_room(view, vehicle, policy=policy, book=book, drivers=drivers, now=now)
    course = replace(view.course, places=room.places, isolation_rows=room.isolation_rows)
    return replace(view, course=course)


def judge_view(work: Work, view: TripView) -> dict[UUID, Judged]:
    """By passenger, everybody on the list."""
    beside = _read_beside(work, [view])
    return _judge(work, view, beside, beside.policies[view.id])


def judge_people(
    work: Work, passengers: Mapping[UUID, UUID]
) -> dict[UUID, tuple[Judged, PolicyVersion]]:
    """By passenger, who are given with their trips: each judged as the gate of the trip does."""
    views = load_views(work.session, work.county_code, sorted(set(passengers.values())))
    beside = _read_beside(work, list(views.values()))
    found: dict[UUID, tuple[Judged, PolicyVersion]] = {}
    for view in views.values():
        policy = beside.policies[view.id]
        judged = _judge(work, view, beside, policy)
        found |= {each: (one, policy) for each, one in judged.items() if each in passengers}
    return found


def _read_beside(work: Work, views: Iterable[TripView], *, policy: str | None = None) -> _Beside:
    session, county_code = work.session, work.county_code
    listed = list(views)
    book = load_book(session, county_code)
    if policy is not None and book.get(policy) is None:
        raise DomainError(ErrorCode.NOT_FOUND, facts={"policy": policy})
    workers = {
        each.worker_id for view in listed for each in view.on_list() if each.worker_id is not None
    }
    policies = {
        view.id: book.find(policy) if policy else find_policy(view, book, now=work.now())
        for view in listed
    }
    facts = load_clearance_facts(work, worker_ids=sorted(workers), policies=policies.values())
    return _Beside(book, policies, facts)


def _read_shown(work: Work, view: TripView) -> _Shown:
    session, county_code = work.session, work.county_code
    workers = {each.worker_id for each in view.on_list() if each.worker_id is not None}
    people = open_people(session, work.context.vault, county_code, sorted(workers))
    vehicle_id = view.course.vehicle_id
    if vehicle_id is None:
        return _Shown(None, people)
    return _Shown(load_vehicles(session, county_code, [vehicle_id]).get(vehicle_id), people)


def _judge(
    work: Work, view: TripView, beside: _Beside, policy: PolicyVersion
) -> dict[UUID, Judged]:
    occasion = make_occasion(view, policy=policy, book=beside.book, now=work.now())
    found: dict[UUID, Judged] = {}
    for each in view.on_list():
        facts = beside.facts.get(each.worker_id) if each.worker_id else None
        found[each.id] = (
            judge_person(facts, occasion, view=view, passenger=each) if facts else Judged()
        )
    return found


def _show_line(
    work: Work,
    shown: _Shown,
    passenger: PassengerState,
    *,
    judged: Judged,
    policy: PolicyVersion,
    on: date,
) -> GateLine:
    person = shown.find(passenger)
    return GateLine(
        passenger_id=passenger.id,
        worker_id=passenger.worker_id,
        name=mask_name(person.name) if person else None,
        township=person.township if person else None,
        seat_label=label_seat_in(shown.vehicle, passenger),
        status=passenger.status,
        may_board=judged.may_board,
        verdict=judged.verdict,
        reasons=[
            *show_reasons(judged.open, policy, actor=work.actor),
            *show_reasons(judged.let_pass, policy, actor=work.actor, overridden=True),
        ],
        cautions=_show_cautions(person, passenger, on) if person else [],
    )


def _show_cautions(person: Person, passenger: PassengerState, on: date) -> list[CautionOut]:
    return [
        CautionOut(code=code, says=say(CautionText[code.name], works=_join(works)))
        for code, works in list_cautions(person, passenger.role, on)
    ]


def _join(works: Iterable[tuple[str, str]]) -> str:
    return choose("、", ", ").join(choose(*each) for each in works)


def _show_trip_reason(obstacle: Obstacle) -> TripReasonOut:
    problem = make_problem(obstacle.code, facts=dict(obstacle.facts))
    return TripReasonOut(
        code=obstacle.code,
        says=f"{problem.title}{choose('：', ': ')}{problem.detail}",
        cure=_CURES.get(obstacle.code, Cure.COORDINATOR),
    )
