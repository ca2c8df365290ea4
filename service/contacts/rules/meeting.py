"""Who of a vehicle rode with somebody, by the rule of vehicle and policy: everybody, or so many rows before and
behind, with companions, guardians, wards and who sat by the isolation rows; together from when to when. Pure.

A seat counts for a distance only where something said on the way names it: of a person whose seat stands in the
plan alone everybody else may have sat near.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from schemas.contacts import Basis, Relation, SeatSource
from schemas.events.kinds import EventKind
from schemas.fleets import VehicleKind
from schemas.policies import ContactReach, PolicyVersion
from service.contacts.rules.rides import departs_at
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.trips.rules.vehicle_runs import FIRST, LAST, VehicleRun, list_rides

_K = EventKind


# --- which rule -------------------------------------------------------------------------------------
class Reach(NamedTuple):
    """How far is looked in one vehicle, and by what; `rows` None is everybody."""

    basis: Basis
    rows: int | None = None


NO_RULE = Reach(Basis.NO_RULE)
WHOLE_VEHICLE = Reach(Basis.WHOLE_VEHICLE)


def find_reach(policy: PolicyVersion, *, kind: VehicleKind, air_sealed: bool) -> Reach:
    """By the policy's rule for this kind of vehicle, one that names the air conditioning before one that does
    not; without a rule NO_RULE."""
    fitting = [
        each
        for each in policy.contact_rules
        if each.vehicle is kind and each.air_sealed in {None, air_sealed}
    ]
    rule = min(fitting, key=lambda each: each.air_sealed is None, default=None)
    if rule is None:
        return NO_RULE
    if rule.reach is ContactReach.ROWS:
        return Reach(Basis.ROWS, rule.rows)
    return Reach(Basis.EVERYBODY)


# --- who sat where ----------------------------------------------------------------------------------
class SeatSaid(NamedTuple):
    """Something said on the way that names a passenger's seat."""

    passenger_id: UUID
    kind: EventKind
    at: datetime
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """In one vehicle from then until then (None: still). `source` PLAN: nothing said aboard names the seat."""

    from_at: datetime
    to_at: datetime | None
    row: int | None
    column: int | None
    source: SeatSource

    @property
    def is_sure(self) -> bool:
        return self.source is not SeatSource.PLAN and self.row is not None


@dataclass(frozen=True, slots=True)
class Rider:
    """A passenger in one vehicle, and whose people they are."""

    id: UUID
    worker_id: UUID | None
    sittings: tuple[Sitting, ...]
    household: str | None = None
    guardian_id: UUID | None = None
    companion_id: UUID | None = None
    """The passenger who looks after a minor, by the guardian's consent."""


def list_vehicle_runs(view: TripView) -> list[VehicleRun]:
    """The vehicles that carried people: not those that were exchanged before departure, unless somebody had
    boarded by then."""
    rode = {id(each) for each in list_rides(view.course.vehicles, view.course.departed_at)}
    stays = [stay for each in view.passengers.values() for stay in each.stays]
    return [
        run
        for run in view.course.vehicles
        if id(run) in rode or any(run.overlaps(stay.from_at, stay.to_at) for stay in stays)
    ]


def list_sittings(
    view: TripView, passenger: PassengerState, run: VehicleRun, said: Iterable[SeatSaid]
) -> tuple[Sitting, ...]:
    """The passenger's stays as far as they were in this vehicle. `said`: of this passenger. Who was carried
    without a boarding is taken to have been aboard from the departure on."""
    named = [each for each in said if each.passenger_id == passenger.id]
    return tuple(
        Sitting(
            max(begun, run.from_at or FIRST),
            _earlier(ended, run.to_at),
            row,
            column,
            _find_source(named, run, begun=begun, ended=ended, seat=(row, column)),
        )
        for begun, ended, row, column in _list_stays(view, passenger)
        if run.overlaps(begun, ended) and begun != ended
    )


_Stay = tuple[datetime, datetime | None, int | None, int | None]


def _list_stays(view: TripView, passenger: PassengerState) -> Iterator[_Stay]:
    for each in passenger.stays:
        yield each.from_at, each.to_at, each.row, each.column
    if passenger.stays or not passenger.carried:
        return
    ended = passenger.status_since
    begun = departs_at(view) or ended
    if begun is not None and ended is not None:
        yield min(begun, ended), ended, passenger.seat_row, passenger.seat_column


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


_SOURCES: Mapping[EventKind, SeatSource] = {
    _K.PASSENGER_BOARDED: SeatSource.BOARDING,
    _K.PASSENGER_FEVER_FOUND: SeatSource.SEAT_CHANGE,
    _K.PASSENGER_FOUND_ABOARD: SeatSource.BOARDING,
    _K.PASSENGER_NOTED: SeatSource.SEAT_CHANGE,
    _K.PASSENGER_SEAT_CHANGED: SeatSource.SEAT_CHANGE,
}
NAMING_SEATS = tuple(_SOURCES)
"""Kinds that may name a seat in which somebody was seen."""


def _find_source(
    named: Iterable[SeatSaid],
    run: VehicleRun,
    *,
    begun: datetime,
    ended: datetime | None,
    seat: tuple[int | None, int | None],
) -> SeatSource:
    """Said of this seat in this vehicle: after an exchange the seats of the new one have to be told anew. A
    change of seats before the boarding is the plan's."""
    for each in named:
        fits = (each.row, each.column) == seat and each.at >= (run.from_at or FIRST)
        if fits and begun <= each.at < (_earlier(ended, run.to_at) or LAST):
            return _SOURCES[each.kind]
    return SeatSource.PLAN


# --- who was near -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Meeting:
    """One passenger within the rule: together from when to when (None: still), and why. `sitting`: where they
    sat first while together; `distance`: the least number of rows between seats that are sure."""

    rider_id: UUID
    first_at: datetime
    last_at: datetime | None
    relations: frozenset[Relation]
    distance: int | None
    basis: Basis
    sitting: Sitting


class _Pair(NamedTuple):
    """A sitting of the one, and of the other at the same time."""

    own: Sitting
    other: Sitting

    @property
    def begun(self) -> datetime:
        return max(self.own.from_at, self.other.from_at)

    @property
    def ended(self) -> datetime | None:
        return _earlier(self.own.to_at, self.other.to_at)

    @property
    def are_sure(self) -> bool:
        return self.own.is_sure and self.other.is_sure

    @property
    def distance(self) -> int | None:
        if not self.are_sure or self.own.row is None or self.other.row is None:
            return None
        return abs(self.own.row - self.other.row)


def list_meetings(
    asked: Rider, riders: Iterable[Rider], *, reach: Reach, isolation: Collection[int] = ()
) -> list[Meeting]:
    """Everybody else of the vehicle who is within the rule, in the order of `riders`. `isolation`: its rows
    that are kept free for who falls ill."""
    others = (each for each in riders if each.id != asked.id)
    found = (_meet(asked, each, reach=reach, isolation=isolation) for each in others)
    return [each for each in found if each is not None]


def list_aboard(riders: Iterable[Rider], *, at: datetime | None = None) -> list[Meeting]:
    """Everybody who was aboard, or was at that moment: the whole vehicle is asked about, not one of its
    people."""
    found = []
    for rider in riders:
        sat = [each for each in rider.sittings if at is None or _lasts(each, at)]
        if sat:
            ended = find_end(each.to_at for each in sat)
            basis = Basis.WHOLE_VEHICLE
            met = Meeting(rider.id, sat[0].from_at, ended, frozenset(), None, basis, sat[0])
            found.append(met)
    return found


def find_end(ends: Iterable[datetime | None]) -> datetime | None:
    """The latest; None (still) where one of them is, and where there are none."""
    listed = list(ends)
    return None if None in listed else max((each for each in listed if each), default=None)


def _lasts(sitting: Sitting, at: datetime) -> bool:
    return sitting.from_at <= at and (sitting.to_at is None or at < sitting.to_at)


def _meet(
    asked: Rider, other: Rider, *, reach: Reach, isolation: Collection[int]
) -> Meeting | None:
    pairs = [
        pair
        for own in asked.sittings
        for pair in (_Pair(own, each) for each in other.sittings)
        if pair.ended is None or pair.begun < pair.ended
    ]
    if not pairs:
        return None
    relations = _relate(asked, other)
    counts_always = bool(relations) or reach.rows is None
    isolated = [each for each in pairs if _is_by_isolation(each, reach, isolation)]
    near = [each for each in pairs if _is_near(each, reach)]
    ruled = [each for each in pairs if counts_always or each in near or each in isolated]
    counted = [each for each in pairs if each in ruled or not each.are_sure]
    if not counted:
        return None
    relations |= {Relation.ISOLATION} if isolated else set()
    relations |= {Relation.ROWS} if near else set()
    return Meeting(
        other.id,
        min(each.begun for each in counted),
        find_end(each.ended for each in counted),
        frozenset(relations),
        min((each.distance for each in counted if each.distance is not None), default=None),
        reach.basis if ruled else Basis.SEAT_UNSURE,
        min(counted, key=lambda each: each.begun).other,
    )


def _is_near(pair: _Pair, reach: Reach) -> bool:
    distance = pair.distance
    return distance is not None and reach.rows is not None and distance <= reach.rows


def _is_by_isolation(pair: _Pair, reach: Reach, isolation: Collection[int]) -> bool:
    """The person asked about sat in an isolation row then, and the other in one of them or so many rows off."""
    own, other = pair.own.row, pair.other.row
    if not pair.are_sure or other is None or own not in isolation:
        return False
    return min(abs(other - each) for each in isolation) <= (reach.rows or 0)


def _relate(asked: Rider, other: Rider) -> set[Relation]:
    """Companions live together or have one guardian; carers are guardian and ward, and the companion whom a
    guardian's consent names, and the minor."""
    found: set[Relation] = set()
    if _live_together(asked, other):
        found.add(Relation.COMPANION)
    looks_after = asked.companion_id == other.id or other.companion_id == asked.id
    if looks_after or _is_guardian(asked, other) or _is_guardian(other, asked):
        found.add(Relation.CARER)
    return found


def are_family(one: Rider, other: Rider) -> bool:
    """Of one household; one the guardian of the other; both of one guardian."""
    guards = _is_guardian(one, other) or _is_guardian(other, one)
    return guards or _live_together(one, other)


def _live_together(one: Rider, other: Rider) -> bool:
    same_guardian = one.guardian_id is not None and one.guardian_id == other.guardian_id
    return same_guardian or (one.household is not None and one.household == other.household)


def _is_guardian(guardian: Rider, minor: Rider) -> bool:
    return guardian.worker_id is not None and guardian.worker_id == minor.guardian_id


def join_meetings(meetings: Sequence[Meeting]) -> Meeting:
    """Of one person in several vehicles of a trip, one after the other: the seat of the first."""
    first = meetings[0]
    distances = [each.distance for each in meetings if each.distance is not None]
    return Meeting(
        first.rider_id,
        min(each.first_at for each in meetings),
        find_end(each.last_at for each in meetings),
        frozenset().union(*(each.relations for each in meetings)),
        min(distances, default=None),
        min((each.basis for each in meetings), key=_STRENGTH.index),
        first.sitting,
    )


_STRENGTH = (Basis.ROWS, Basis.EVERYBODY, Basis.NO_RULE, Basis.WHOLE_VEHICLE, Basis.SEAT_UNSURE)
"""The surer one counts."""


class Span(NamedTuple):
    """Somebody who belongs to the vehicle, from when to when; None: since the plan, or still."""

    from_at: datetime | None
    to_at: datetime | None


class Together(NamedTuple):
    """Two were aboard from then until then; None: still."""

    first_at: datetime
    last_at: datetime | None


def join_times(times: Iterable[Together]) -> Together:
    """From the first beginning to the last end. Raises ValueError for none."""
    listed = list(times)
    return Together(
        min(each.first_at for each in listed), find_end(each.last_at for each in listed)
    )


def meet_crew(sittings: Iterable[Sitting], span: Span) -> Together | None:
    """When a driver or an escort was aboard together with these sittings; None where never."""
    begun, ended = span.from_at or FIRST, span.to_at
    together = [
        Together(max(each.from_at, begun), _earlier(each.to_at, ended))
        for each in sittings
        if (each.to_at is None or begun < each.to_at) and (ended is None or each.from_at < ended)
    ]
    return join_times(together) if together else None
