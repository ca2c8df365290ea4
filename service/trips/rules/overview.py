"""A trip with its passengers: the balance of carried passengers and their ends, places taken and free, handed
over, the list's hash.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, Literal
from uuid import UUID

from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus, TripState
from service.ledger.bodies import content_hash
from service.trips.rules.findings import Finding
from service.trips.rules.passenger_states import OFF_LIST, ON_VEHICLE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.told import Incident, Signature, WhatWasTold
from service.trips.rules.trips import Course

_S = PassengerStatus


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of passengers who were ever aboard, by the end that they have."""

    carried: int = 0
    received: int = 0
    refused: int = 0
    """Refused by the receiver, with a next holder named."""
    given_on: int = 0
    """Left on the way with somebody who took them over."""
    left: int = 0
    """Left on the way on their own."""
    moved: int = 0
    returned: int = 0
    missing: int = 0
    unaccounted: int = 0
    """Aboard, or refused without a next holder: not an end."""

    @property
    def balanced(self) -> bool:
        return self.unaccounted == 0

    @property
    def accounted(self) -> int:
        """The right side of the equation."""
        return sum(
            getattr(self, each.name)
            for each in fields(self)
            if each.name not in {"carried", "unaccounted"}
        )


_NAMES = {
    _S.RECEIVED: "received",
    _S.LEFT: "left",
    _S.MOVED: "moved",
    _S.RETURNED: "returned",
    _S.MISSING: "missing",
}


def in_all(passengers: Iterable[PassengerState], *, between: Collection[UUID] = ()) -> Balance:
    """`between`: ids of those who moved and are not recorded aboard the other trip; that is no end."""
    counts = dict.fromkeys([each.name for each in fields(Balance)], 0)
    for passenger in passengers:
        if passenger.carried:
            counts["carried"] += 1
            counts["unaccounted" if passenger.id in between else end_of(passenger)] += 1
    return Balance(**counts)


def end_of(passenger: PassengerState) -> str:
    """Which term of the equation a carried passenger belongs to."""
    if passenger.status is _S.REFUSED:
        given_on = passenger.next_holder not in {None, PartyKind.ESCORT}
        return "refused" if given_on else "unaccounted"
    if passenger.status is _S.LEFT and passenger.given_on:
        return "given_on"
    if passenger.status is _S.RECEIVED and passenger.received_by is PartyKind.ESCORT:
        return "unaccounted"  # the escort had them all along
    return _NAMES.get(passenger.status, "unaccounted")


def is_unaccounted(passenger: PassengerState) -> bool:
    return passenger.carried and end_of(passenger) == "unaccounted"


@dataclass(frozen=True, slots=True)
class Point:
    """Where people get on or are handed over."""

    id: UUID
    kind: Literal["boarding", "handover"]
    ordinal: int
    name: str
    planned_at: datetime | None
    enterprise_id: UUID | None
    division_code: str | None


@dataclass(frozen=True, slots=True)
class Papers:
    """Which papers the plan names; the last days are inclusive."""

    charter_sign_number: str | None = None
    charter_sign_valid_until: date | None = None
    contract_number: str | None = None
    toll_pass_number: str | None = None
    toll_entry: str | None = None
    toll_exit: str | None = None
    stamp_unit: str | None = None
    passenger_insurance_number: str | None = None
    passenger_insurance_valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The described fields that decisions read."""

    batch_id: UUID
    number: str
    county_code: str
    destination_code: str | None
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    carrier_id: UUID | None
    kept_free_rows: frozenset[int]
    points: tuple[Point, ...]
    has_contacts: bool
    policy_version: str
    version: int
    escort_ids: tuple[UUID, ...] = ()
    """What the escort is told by: account, digest of the telephone."""
    distance_km: int | None = None
    expressway: bool = False
    """All the way; where nobody said so it is not."""
    papers: Papers = Papers()
    reception_points: frozenset[UUID] = frozenset()
    """Handover points with a reception of their own."""

    @property
    def handover_points(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.kind == "handover")

    @property
    def boarding_points(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.kind == "boarding")

    def point(self, point_id: UUID | None) -> Point | None:
        return next((point for point in self.points if point.id == point_id), None)


def list_areas(plan: Plan) -> list[str]:
    """Codes of the divisions that the plan touches: origin, points, destination."""
    points = [point.division_code for point in plan.points]
    return [each for each in (plan.county_code, *points, plan.destination_code) if each]


def tell_destination(plan: Plan) -> WhatWasTold:
    """What an acknowledgement says yes to: destination, receivers, arrival."""
    receivers = {str(each.enterprise_id or each.id) for each in plan.handover_points}
    return WhatWasTold(plan.destination_code, tuple(sorted(receivers)), plan.planned_arrival_at)


def list_untold(view: "TripView", *, within: timedelta) -> list[str]:
    """By what the plan differs from what was acknowledged: another destination or receiver, an arrival that
    moved by more than `within`; everything, where nothing was acknowledged."""
    told, now = view.course.acknowledged, tell_destination(view.plan)
    if told is None:
        return list(WhatWasTold._fields)
    if told.what is None:
        return []
    expected = view.course.expected_at or now.arrival_at
    same = {
        "destination_code": told.what.destination_code == now.destination_code,
        "receivers": told.what.receivers == now.receivers,
        "arrival_at": _is_near(told.what.arrival_at, expected, within),
    }
    return [name for name, fits in same.items() if not fits]


def name_unfiled(view: "TripView") -> dict[str, object]:
    """The fact that nothing was filed or acknowledged yet; none where something was."""
    course = view.course
    return {"unfiled": True} if course.filed_at is None and course.acknowledged is None else {}


def _is_near(one: datetime | None, other: datetime | None, within: timedelta) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= within


def is_between_cities(plan: Plan) -> bool:
    """From one prefecture to another; an unknown destination counts as another."""
    return plan.destination_code is None or plan.destination_code[:4] != plan.county_code[:4]


@dataclass(frozen=True)
class TripView:
    """The trip as decisions see it. Two are equal when nothing of it differs."""

    id: UUID
    plan: Plan
    course: Course
    passengers: Mapping[UUID, PassengerState]
    judged: bool = True
    """Whether what depends on several subjects was computed since the last change (judging.py)."""

    @property
    def state(self) -> TripState:
        """Handed over is not said by anybody: it follows from the signatures and the sum."""
        if self.course.state is TripState.ARRIVED and self._all_handed_over():
            return TripState.HANDED_OVER
        return self.course.state

    def _all_handed_over(self) -> bool:
        carried = [each for each in self.passengers.values() if each.carried]
        received = [each for each in carried if each.status is PassengerStatus.RECEIVED]
        return (
            bool(carried)
            and in_all(self.passengers.values()).balanced
            and all(self.signature_of(each) is not None for each in received)
        )

    def signature_of(self, passenger: PassengerState) -> Signature | None:
        """Who was received and signed for; a signature does not outlive the receiving."""
        if passenger.status is not PassengerStatus.RECEIVED:
            return None
        return self.course.signature(
            passenger.id,
            point_id=self.point_of(passenger),
            receipt_ids=(passenger.receipt_id, *passenger.also_received),
        )

    def signed_at(self, point_id: UUID) -> frozenset[UUID]:
        """The passengers whom signatures at this point name, received or not."""
        named = self.course.signatures
        return frozenset(each.passenger_id for each in named if each.point_id == point_id)

    def counted_at(self, point_id: UUID) -> int | None:
        """People whom the escort counted aboard on arriving there, if that was done."""
        arrived = self.course.arrived_at_point(point_id)
        return next((each.aboard for each in self.course.head_counts if each.at == arrived), None)

    @property
    def policy_version(self) -> str:
        """What the trip is judged by: chosen when it was filed, or switched to; before, what its lock chose, or
        its plan says."""
        course = self.course
        return course.policy_version or course.locked_policy or self.plan.policy_version

    @property
    def kept_free_rows(self) -> frozenset[int]:
        """Where nobody is seated: by the plan, or for isolation."""
        return self.plan.kept_free_rows | self.course.isolation_rows

    @property
    def list_version(self) -> int:
        return max([self.course.list_version, *[p.list_version for p in self.passengers.values()]])

    @property
    def list_hash(self) -> str | None:
        stated = [(self.course.list_version, self.course.list_hash)]
        stated += [(each.list_version, each.list_hash) for each in self.passengers.values()]
        return max(stated, key=itemgetter(0))[1]

    @property
    def unconfirmed_acknowledgements(self) -> list[UUID]:
        """Those that stand, but wait for the destination that gave them by telephone."""
        return [each for each in self.course.phoned if each not in self.course.confirmed]

    @property
    def unconfirmed_explanations(self) -> list[UUID]:
        """Those that stand, but wait for the coordinator who gave them by telephone."""
        by_person = (each for person in self.passengers.values() for each in person.explained)
        phoned = (each.phoned for each in (*self.course.explained, *by_person))
        return [each for each in phoned if each is not None and each not in self.course.confirmed]

    @property
    def unconfirmed_exemptions(self) -> list[UUID]:
        """Those that stand, but wait for the health office that gave them by telephone."""
        told = (each for person in self.passengers.values() for each in person.exemptions)
        confirmed = self.course.confirmed
        return [each.event_id for each in told if each.phoned and each.event_id not in confirmed]

    @property
    def unconfirmed(self) -> list[UUID]:
        """Approvals by telephone that stand, but wait for their confirmation."""
        explained, let_pass = self.unconfirmed_explanations, self.unconfirmed_exemptions
        return [*self.unconfirmed_acknowledgements, *explained, *let_pass]

    @property
    def open_incidents(self) -> list[Incident]:
        """Reported, and not settled."""
        known, settled = self.course.incidents, self.course.settled
        return [each for each in known if each.event_id not in settled]

    def _check_judged(self) -> None:
        """What was judged before the last change says nothing now."""
        if not self.judged:
            raise ValueError("not judged yet")

    def findings(self) -> Iterator[Finding]:
        """All of the trip and its passengers, explained or not."""
        self._check_judged()
        yield from self.course.findings
        for each in self.passengers.values():
            yield from each.findings

    def findings_of(self, subject_id: UUID) -> tuple[Finding, ...]:
        """All of the trip's own, or of one passenger; explained or not."""
        self._check_judged()
        if subject_id == self.id:
            return self.course.findings
        passenger = self.passengers.get(subject_id)
        return passenger.findings if passenger else ()

    @property
    def open_exceptions(self) -> int:
        self._check_judged()
        return len(self.course.open_findings) + sum(
            len(each.open_findings)
            for each in self.passengers.values()
            if each.raised or each.judged
        )

    def taken(self) -> int:
        """Places that decisions gave."""
        return len([each for each in self.passengers.values() if each.place_given])

    @property
    def places(self) -> int:
        """For passengers; what decisions had given, where a smaller vehicle came."""
        return max(self.course.places, self.taken())

    def free_places(self) -> int:
        """Places without a claim, at least 0. A passenger who came back by a fact alone claims one; one who
        was found aboard claims none, but counts as aboard."""
        claims = [p for p in self.passengers.values() if p.place_held and not p.found]
        return max(0, self.course.places - len(claims))

    def passenger_of(self, worker_id: UUID) -> PassengerState | None:
        """The one as whom the trip has the worker, whoever left its list before those who are on it."""
        found = [each for each in self.passengers.values() if each.worker_id == worker_id]
        return max(found, key=lambda each: each.active, default=None)

    def aboard(self) -> int:
        return len([each for each in self.passengers.values() if each.status in ON_VEHICLE])

    def counts(self) -> dict[str, int]:
        """People by status, statuses without anybody left out."""
        found = Counter([each.status for each in self.passengers.values()])
        return {str(status): found[status] for status in sorted(found)}

    def enterprise_of(self, passenger: PassengerState) -> UUID | None:
        """Whose people they are: their own enterprise, else that of their gate."""
        point = self.plan.point(self.point_of(passenger))
        return passenger.enterprise_id or (point.enterprise_id if point else None)

    def point_of(self, passenger: PassengerState) -> UUID | None:
        """Where the passenger is handed over: at the last point, if no other was named."""
        points = self.plan.handover_points
        return passenger.handover_point_id or (points[-1].id if points else None)

    def vehicle_of(self, passenger: PassengerState) -> UUID | None:
        """In which the passenger sits, or sat last; before boarding the one in use."""
        if passenger.place_held or not passenger.stays:
            return self.course.vehicle_id
        last = passenger.stays[-1]
        rode = [run for run in self.course.vehicles if run.overlaps(last.from_at, last.to_at)]
        return rode[-1].vehicle_id if rode else self.course.vehicle_id

    def has_captain(self) -> bool:
        """Somebody who is on the list, or drives."""
        course = self.course
        if course.captain_driver_id in course.driver_ids:
            return True
        named = self.passengers.get(course.captain_passenger_id or self.id)
        return named is not None and named.status not in NOT_CAPTAIN

    def on_list(self) -> list[PassengerState]:
        """The passengers on the manifest in seat order, stand-bys after them."""
        listed = [p for p in self.passengers.values() if p.status not in OFF_LIST]
        return sorted(listed, key=_list_order)

    def with_passenger(self, passenger: PassengerState) -> "TripView":
        """Not judged yet, unless nothing changed that judging reads."""
        before = self.passengers.get(passenger.id)
        judged = self.judged and passenger.stands_as(before)
        if judged and before is not None:
            passenger = passenger.judged_as(before)
        people = {**self.passengers, passenger.id: passenger}
        return TripView(self.id, self.plan, self.course, people, judged)

    def with_course(self, course: Course) -> "TripView":
        """Not judged yet."""
        return TripView(self.id, self.plan, course, self.passengers, judged=False)


NOT_CAPTAIN = OFF_LIST | {PassengerStatus.STAND_BY}


def _list_order(passenger: PassengerState) -> tuple[bool, int, int, bytes]:
    waiting = passenger.status is PassengerStatus.STAND_BY
    return waiting, passenger.seat_row or 999, passenger.seat_column or 999, passenger.id.bytes


def list_content(view: TripView, *, version: int) -> dict[str, Any]:
    """Vehicle, drivers, and for each person on the list: pseudonym, seat, point, role, stand-by."""
    return {
        "v": 1,
        "trip": str(view.id),
        "version": version,
        "vehicle": str(view.course.vehicle_id) if view.course.vehicle_id else None,
        "drivers": sorted(str(each) for each in view.course.driver_ids),
        "passengers": [
            {
                "passenger": str(each.id),
                "worker": str(each.worker_id),
                "role": str(each.role),
                "seat_row": each.seat_row,
                "seat_column": each.seat_column,
                "handover_point": str(each.handover_point_id) if each.handover_point_id else None,
                "stand_by": each.status is PassengerStatus.STAND_BY,
            }
            for each in view.on_list()
        ],
    }


def list_hash(view: TripView, *, version: int) -> str:
    """Lower-case hexadecimal SHA-256 of the list at that version."""
    return content_hash(list_content(view, version=version))
