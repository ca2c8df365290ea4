"""When a trip occupies its vehicle, its drivers and its escort, from the planned departure to the end of the
work; which other trip is in its way; which trips one escort leads together. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.policies import DriverHours
from schemas.trips import TripState
from service.trips.rules import driving
from service.trips.rules.overview import TripView


@dataclass(frozen=True, slots=True)
class Run:
    """One trip as far as it occupies somebody. A time that nobody planned yet is None."""

    trip_id: UUID
    number: str
    batch_id: UUID
    from_at: datetime | None
    to_at: datetime | None
    distance_km: int | None = None
    drivers: int = 1
    """Among whom the driving is divided."""

    def overlaps(self, other: "Run") -> bool:
        """One may begin at the moment at which the other ends. Unplanned times do not overlap: such a
        plan is incomplete, and is asked again when it gets its times."""
        if self.from_at is None or self.to_at is None:
            return False
        if other.from_at is None or other.to_at is None:
            return False
        return self.from_at < other.to_at and other.from_at < self.to_at


Runs = tuple[Run, ...]


def make_run(
    *,
    trip_id: UUID,
    number: str,
    batch_id: UUID,
    departure_at: datetime | None,
    arrival_at: datetime | None,
    over_at: datetime | None,
    distance_km: int | None,
    drivers: int,
) -> Run:
    """Until the planned arrival; once the work is over, until then."""
    ends_at = over_at or arrival_at
    return Run(trip_id, number, batch_id, departure_at, ends_at, distance_km, max(drivers, 1))


def run_of(view: TripView) -> Run | None:
    """None for a cancelled trip: it occupies nobody."""
    if view.course.state is TripState.CANCELLED:
        return None
    plan = view.plan
    return make_run(
        trip_id=view.id,
        number=plan.number,
        batch_id=plan.batch_id,
        departure_at=plan.planned_departure_at,
        arrival_at=plan.planned_arrival_at,
        over_at=view.course.over_at,
        distance_km=plan.distance_km,
        drivers=len(view.course.driver_ids),
    )


def begin_later(run: Run, since: datetime | None) -> Run:
    """What comes to the trip under way occupies its vehicle, driver or escort from then."""
    if since is None or run.from_at is None:
        return run
    return replace(run, from_at=max(run.from_at, since))


def find_in_the_way(runs: Iterable[Run], mine: Run) -> Run | None:
    """The first other trip, by number, that runs at the same time."""
    found = [each for each in runs if each.trip_id != mine.trip_id and each.overlaps(mine)]
    return min(found, key=lambda each: each.number, default=None)


def end_before(runs: Iterable[Run], mine: Run) -> datetime | None:
    """When the last of the other runs that began before this one ended, or should."""
    begun = (
        each.to_at
        for each in runs
        if each.trip_id != mine.trip_id
        and each.to_at is not None
        and each.from_at is not None
        and (mine.from_at is None or each.from_at < mine.from_at)
    )
    return max(begun, default=None)


def most_driving(runs: Iterable[Run], mine: Run, hours: DriverHours) -> int:
    """The most minutes that one driver drives in any seven days with this run among them; of the others the
    share of each is counted at their beginning. 0 where distance or departure is not known."""
    if mine.from_at is None or mine.distance_km is None:
        return 0
    others = (each for each in runs if each.trip_id != mine.trip_id)
    shares = (
        driving.Share(
            each.from_at, driving.share_driving(each.distance_km, hours, drivers=each.drivers)
        )
        for each in (mine, *others)
        if each.from_at is not None and each.distance_km is not None
    )
    return driving.most_in_seven_days(shares, around=mine.from_at)


def in_other_batches(runs: Iterable[Run], mine: Run) -> Runs:
    """One escort may lead several trips of one batch (车队), not of two."""
    return tuple(each for each in runs if each.batch_id != mine.batch_id)


def with_run(runs: Runs, *, trip_id: UUID, run: Run | None) -> Runs:
    """The runs with this trip's as it is now; None: the trip does not occupy them any more."""
    others = tuple(each for each in runs if each.trip_id != trip_id)
    return others if run is None else (*others, run)
