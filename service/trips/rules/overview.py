"""A trip with its passengers: the balance of carried passengers and their ends, places taken and free,
handed over, exceptions by comparison (head count, seat taken; one minute between clocks), the
list's hash.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import PartyKind
from schemas.trips import PassengerStatus, TripState
from service.ledger.bodies import content_hash
from service.recording.handlers import Ref
from service.trips.rules.findings import Finding, make_finding
from service.trips.rules.passengers import OFF_LIST, PassengerState, Stay
from service.trips.rules.riding import SeatKey, judge_places
from service.trips.rules.trips import Course, Signature
from service.trips.rules.vehicle_runs import LAST

_S = PassengerStatus


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of passengers who were ever aboard, by the end that they have."""

    carried: int = 0
    received: int = 0
    refused: int = 0
    """Refused by the receiver, with a next holder named."""
    transferred: int = 0
    left: int = 0
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
    _S.TRANSFERRED: "transferred",
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
    if passenger.status is _S.RECEIVED and passenger.received_by is PartyKind.ESCORT:
        return "unaccounted"  # the escort had them all along
    return _NAMES.get(passenger.status, "unaccounted")


CLOCKS_DIFFER = timedelta(minutes=1)
"""Two devices may differ by this much uncorrected: half a minute each."""


def judge_course(course: Course, passengers: Iterable[PassengerState]) -> tuple[Finding, ...]:
    """Each head count that differs from who was aboard at that moment (whoever got on or off in the
    same moment may have been counted or not); a departure of which nobody was ever told aboard (the
    roll call is still to come in, or the vehicle left empty); a closed trip whose sum has opened
    again, with what the people without an end were last told."""
    listed = list(passengers)
    found = _judge_counts(course, listed)
    found += [
        make_finding(ExceptionCode.REVERSAL_WAITS, each.fact)
        for each in course.early_reversals
        if each.event_id not in course.taken_back
    ]
    if course.departed_at is not None and not any(each.stays for each in listed):
        found.append(make_finding(ExceptionCode.DEPARTED_EMPTY, course.departed_fact))
    if course.closed_at is not None and not in_all(listed).balanced:
        waiting = [each.status_fact for each in listed if is_unaccounted(each)]
        found.append(make_finding(ExceptionCode.OPEN_AFTER_CLOSING, course.closed_fact, *waiting))
    return tuple(found)


def is_unaccounted(passenger: PassengerState) -> bool:
    return passenger.carried and end_of(passenger) == "unaccounted"


def _judge_counts(course: Course, passengers: Iterable[PassengerState]) -> list[Finding]:
    if not course.head_counts:
        return []
    stays = [stay for each in passengers for stay in each.stays]
    return [
        make_finding(ExceptionCode.COUNT_DIFFERS, each.fact)
        for each in course.head_counts
        if not _surely_aboard(stays, each.at) <= each.aboard <= _perhaps_aboard(stays, each.at)
    ]


def _surely_aboard(stays: Iterable[Stay], moment: datetime) -> int:
    return sum(
        1 for stay in stays if stay.from_at < moment and (stay.to_at is None or moment < stay.to_at)
    )


def _perhaps_aboard(stays: Iterable[Stay], moment: datetime) -> int:
    return sum(
        1
        for stay in stays
        if stay.from_at <= moment and (stay.to_at is None or moment <= stay.to_at)
    )


def seat_holders(passengers: Iterable[PassengerState]) -> dict[SeatKey, PassengerState]:
    """Who holds each seat: of two who were told to sit there, the one who was told first."""
    first: dict[SeatKey, PassengerState] = {}
    for each in passengers:
        if not each.place_held or each.seat_row is None or each.seat_since is None:
            continue
        seat = (each.seat_row, each.seat_column)
        known = first.get(seat)
        if known is None or _claim(each) < _claim(known):
            first[seat] = each
    return first


def _claim(passenger: PassengerState) -> tuple[datetime, bool, UUID]:
    """Who was told to sit there first; of one moment, whom a decision gave the place."""
    return passenger.seat_since or LAST, not passenger.place_given, passenger.id


def judge_passenger(
    passenger: PassengerState, course: Course, *, holder: PassengerState | None
) -> tuple[Finding, ...]:
    """All exceptions of one passenger that need the trip or the others to be seen. `holder`: whose the
    passenger's seat is."""
    found: list[Finding] = []
    if passenger.boarded_at is not None and not passenger.found:
        found += _judge_boarding(passenger, passenger.boarded_at, course)
    if passenger.status is PassengerStatus.RECEIVED and passenger.stays:
        found += _judge_receiving(passenger, course)
    if passenger.bound_elsewhere and passenger.status not in OFF_LIST:
        found.append(make_finding(ExceptionCode.OTHER_DESTINATION, passenger.assigned_fact))
    if passenger.place_held and passenger.seat_row is not None and holder is not passenger:
        other = holder.seat_fact if holder is not None else None
        found.append(make_finding(ExceptionCode.SEAT_TAKEN, passenger.seat_fact, other))
    if passenger.unregistered_fact is not None and passenger.worker_id is None:
        found.append(make_finding(ExceptionCode.UNREGISTERED, passenger.unregistered_fact))
    return tuple(found)


def _judge_boarding(
    passenger: PassengerState, boarded_at: datetime, course: Course
) -> list[Finding]:
    found, by = [], passenger.boarded_fact
    if course.departed_at is not None and boarded_at > course.departed_at + CLOCKS_DIFFER:
        found.append(make_finding(ExceptionCode.BOARDED_AFTER_DEPARTURE, by, course.departed_fact))
    if not course.locked_about(boarded_at, CLOCKS_DIFFER):
        found.append(make_finding(ExceptionCode.MANIFEST_NOT_LOCKED, by))
    return found


def _judge_receiving(passenger: PassengerState, course: Course) -> list[Finding]:
    arrived = course.arrived_at_point(passenger.handover_point_id) or course.arrived_at
    received = passenger.status_since
    if received is not None and (arrived is None or received < arrived - CLOCKS_DIFFER):
        return [make_finding(ExceptionCode.RECEIVED_BEFORE_ARRIVAL, passenger.status_fact)]
    return []


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
    escort_ids: tuple[UUID, ...] = ()
    """What the escort is told by: account, digest of the telephone."""

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
    def list_version(self) -> int:
        return max([self.course.list_version, *(p.list_version for p in self.passengers.values())])

    @property
    def list_hash(self) -> str | None:
        stated = [(self.course.list_version, self.course.list_hash)]
        stated += [(each.list_version, each.list_hash) for each in self.passengers.values()]
        return max(stated, key=lambda each: each[0])[1]

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
    def unconfirmed(self) -> list[UUID]:
        """Approvals by telephone that stand, but wait for their confirmation."""
        return [*self.unconfirmed_acknowledgements, *self.unconfirmed_explanations]

    def findings(self) -> Iterator[Finding]:
        """All of the trip and its passengers, explained or not."""
        yield from self.course.findings
        for each in self.passengers.values():
            yield from each.findings

    def findings_of(self, subject_id: UUID) -> tuple[Finding, ...]:
        """All of the trip's own, or of one passenger; explained or not."""
        if subject_id == self.id:
            return self.course.findings
        passenger = self.passengers.get(subject_id)
        return passenger.findings if passenger else ()

    @property
    def open_exceptions(self) -> int:
        return len(self.course.open_findings) + sum(
            len(each.open_findings) for each in self.passengers.values()
        )

    def taken(self) -> int:
        """Places that decisions gave."""
        return sum(1 for each in self.passengers.values() if each.place_given)

    @property
    def places(self) -> int:
        """For passengers; what decisions had given, where a smaller vehicle came."""
        return max(self.course.places, self.taken())

    def free_places(self) -> int:
        """Places without a claim, at least 0. A passenger who came back by a fact alone claims one; one who
        was found aboard claims none, but counts as aboard."""
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
        return replace(self, passengers={**self.passengers, passenger.id: passenger})


NOT_CAPTAIN = OFF_LIST | {PassengerStatus.STAND_BY}


def _list_order(passenger: PassengerState) -> tuple[bool, int, int, bytes]:
    waiting = passenger.status is PassengerStatus.STAND_BY
    return waiting, passenger.seat_row or 999, passenger.seat_column or 999, passenger.id.bytes


def judge(view: TripView) -> TripView:
    """The view with everything recomputed that depends on more than one subject: a function of what
    each of them says, so that no order of arrival can matter."""
    holders = seat_holders(view.passengers.values())
    placed = judge_places(view.course, view.passengers.values())
    signed = _index_signatures(view.course)
    judged: dict[UUID, PassengerState] = {}
    for each in view.passengers.values():
        holder = holders.get((each.seat_row, each.seat_column))
        found = judge_passenger(each, view.course, holder=holder) + placed.get(each.id, ())
        if each.id in signed and view.signature_of(each) is None:
            facts = (*signed[each.id], each.status_fact)
            found = (*found, make_finding(ExceptionCode.SIGNED_NOT_RECEIVED, *facts))
        held = holder is each
        same = (found, held) == (each.judged, each.seat_held)
        judged[each.id] = each if same else replace(each, judged=found, seat_held=held)
    course, found = view.course, judge_course(view.course, judged.values())
    if found != course.judged:
        course = replace(course, judged=found)
    return replace(view, passengers=judged, course=course)


def _index_signatures(course: Course) -> dict[UUID, list[Ref | None]]:
    """Passenger → the signatures that name them, whatever became of the receiving."""
    found: dict[UUID, list[Ref | None]] = {}
    for each in course.signatures:
        found.setdefault(each.passenger_id, []).append(each.fact)
    return found


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
