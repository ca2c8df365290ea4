"""A trip with its passengers as one value, and what follows from both together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from schemas.trips import PassengerStatus, TripState
from service.trips.rules import balance, judging
from service.trips.rules.passenger_statuses import OFF_LIST
from service.trips.rules.passengers import PassengerState
from service.trips.rules.trips import Course, Signature


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

    @property
    def handover_points(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.kind == "handover")

    @property
    def boarding_points(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.kind == "boarding")

    def point(self, point_id: UUID | None) -> Point | None:
        return next((point for point in self.points if point.id == point_id), None)


@dataclass(frozen=True, slots=True)
class TripView:
    """The trip as decisions see it. Two are equal when nothing of it differs."""

    id: UUID
    plan: Plan
    course: Course
    passengers: Mapping[UUID, PassengerState]

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
            and balance.in_all(self.passengers.values()).balanced
            and all(self.signature_of(each) is not None for each in received)
        )

    def signature_of(self, passenger: PassengerState) -> Signature | None:
        """Who was received and signed for; a signature does not outlive the receiving."""
        if passenger.status is not PassengerStatus.RECEIVED:
            return None
        return self.course.signature(
            passenger.id, point_id=self.point_of(passenger), receipt_id=passenger.receipt_id
        )

    @property
    def list_version(self) -> int:
        return max([self.course.list_version, *(p.list_version for p in self.passengers.values())])

    @property
    def list_hash(self) -> str | None:
        stated = [(self.course.list_version, self.course.list_hash)]
        stated += [(each.list_version, each.list_hash) for each in self.passengers.values()]
        return max(stated, key=lambda each: each[0])[1]

    @property
    def open_exceptions(self) -> int:
        return len(self.course.exceptions) + sum(
            len(each.exceptions) for each in self.passengers.values()
        )

    def taken(self) -> int:
        """Places that decisions gave; never more than there are."""
        return sum(1 for each in self.passengers.values() if each.place_given)

    def free_places(self) -> int:
        """Whoever came back to a place by a fact alone sits there as well; who was found aboard
        holds none, but is counted aboard."""
        claims = [p for p in self.passengers.values() if p.place_held and not p.found]
        return max(0, self.course.places - len(claims))

    def aboard(self) -> int:
        return sum(1 for each in self.passengers.values() if each.aboard)

    def counts(self) -> dict[str, int]:
        """People by status, statuses without anybody left out."""
        return dict(sorted(Counter(str(p.status) for p in self.passengers.values()).items()))

    def enterprise_of(self, passenger: PassengerState) -> UUID | None:
        """Whose people they are: their own enterprise, else that of their gate."""
        point = self.plan.point(self.point_of(passenger))
        return passenger.enterprise_id or (point.enterprise_id if point else None)

    def point_of(self, passenger: PassengerState) -> UUID | None:
        """Where the passenger is handed over: at the last point, if no other was named."""
        points = self.plan.handover_points
        return passenger.handover_point_id or (points[-1].id if points else None)

    def on_list(self) -> list[PassengerState]:
        """Everybody on the manifest, in seat order; stand-bys after them."""
        listed = [p for p in self.passengers.values() if p.status not in OFF_LIST]
        return sorted(listed, key=_list_order)

    def with_passenger(self, passenger: PassengerState) -> "TripView":
        return replace(self, passengers={**self.passengers, passenger.id: passenger})


def _list_order(passenger: PassengerState) -> tuple[bool, int, int, bytes]:
    waiting = passenger.status is PassengerStatus.STAND_BY
    return waiting, passenger.seat_row or 999, passenger.seat_column or 999, passenger.id.bytes


def judge(view: TripView) -> TripView:
    """The view with everything recomputed that depends on more than one subject: a function of what
    each of them says, so that no order of arrival can matter."""
    holders = judging.seat_holders(view.passengers.values())
    beyond = judging.over_capacity(view.passengers.values(), view.course.places)
    judged: dict[UUID, PassengerState] = {}
    for each in view.passengers.values():
        found = judging.judge_passenger(each, view.course, holders=holders)
        if each.id in beyond:
            found |= {ExceptionCode.OVER_CAPACITY}
        held = holders.get((each.seat_row, each.seat_column)) == each.id
        same = (found, held) == (each.judged, each.seat_held)
        judged[each.id] = each if same else replace(each, judged=found, seat_held=held)
    course, found = view.course, judging.judge_course(view.course, judged.values())
    if found != course.judged:
        course = replace(course, judged=found)
    return replace(view, passengers=judged, course=course)
