"""Which vehicle, drivers and escort a trip had from when to when. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from service.recording.handlers import Fact, Ref


class VehicleRun(NamedTuple):
    """One vehicle in use. `from_at` None: since the plan was made; `to_at` None: still."""

    vehicle_id: UUID
    from_at: datetime | None
    to_at: datetime | None
    fact: Ref
    places: int = 0
    """For passengers; rows kept free taken off."""
    seats: tuple[tuple[int, int], ...] | None = None
    """Row and column of each seat, when the fact was recorded; None in facts of older versions."""

    @property
    def replaces(self) -> bool:
        """Came for another vehicle, or after the plan."""
        return self.from_at is not None

    def overlaps(self, begun: datetime, ended: datetime | None) -> bool:
        before = self.to_at is None or begun < self.to_at
        return before and (ended is None or self.from_at is None or self.from_at < ended)


class DriverRun(NamedTuple):
    """One driver, from the plan on (`from_at` None) or from then, until then or still."""

    driver_id: UUID
    from_at: datetime | None
    to_at: datetime | None


class EscortRun(NamedTuple):
    """An escort who came for another. Name and phone are sealed with the event; the escort of the plan is
    in its contacts."""

    account_id: UUID | None
    from_at: datetime
    to_at: datetime | None
    fact: Ref


class _Run(Protocol):
    @property
    def from_at(self) -> datetime | None: ...
    @property
    def to_at(self) -> datetime | None: ...


R = TypeVar("R", bound=_Run)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
"""Stand for a moment that is not told, in a comparison."""


def run_at(runs: Sequence[R], moment: datetime) -> R | None:
    """The one in use at that moment; of two that meet in it the later."""
    begun = [each for each in runs if each.from_at is None or each.from_at <= moment]
    return begun[-1] if begun else None


def begin_at(runs: Sequence[_Run], at: datetime) -> datetime:
    """From when one more run counts: facts of one minute may be folded against their moments."""
    return max([at, *(each.from_at for each in runs if each.from_at is not None)])


def replace_vehicle(runs: tuple[VehicleRun, ...], fact: Fact) -> tuple[VehicleRun, ...]:
    """With the vehicle that the fact brings."""
    vehicle = fact.identifier("vehicle_id")
    if vehicle is None:
        return runs
    at = begin_at(runs, fact.at)
    ended = tuple(each if each.to_at else each._replace(to_at=at) for each in runs)
    return (*ended, measure(VehicleRun(vehicle, at, None, fact.ref), fact))


def measure(run: VehicleRun, fact: Fact) -> VehicleRun:
    """With places and seats as they were decided with the fact."""
    seats: list[list[int]] | None = fact.decided.get("seats")
    known = run.seats if seats is None else tuple((row, column) for row, column in seats)
    return run._replace(places=int(fact.decided.get("places", run.places)), seats=known)


def replace_driver(
    runs: tuple[DriverRun, ...], *, gone: UUID | None, new: UUID | None, at: datetime
) -> tuple[DriverRun, ...]:
    ended = tuple(
        each._replace(to_at=max(at, each.from_at or FIRST))
        if each.to_at is None and each.driver_id == gone
        else each
        for each in runs
    )
    drives = any(each.driver_id == new and each.to_at is None for each in ended)
    return ended if new is None or drives else (*ended, DriverRun(new, at, None))


def replace_escort(runs: tuple[EscortRun, ...], fact: Fact) -> tuple[EscortRun, ...]:
    at = begin_at(runs, fact.at)
    ended = tuple(each if each.to_at else each._replace(to_at=at) for each in runs)
    return (*ended, EscortRun(fact.identifier("account_id"), at, None, fact.ref))


def list_rides(runs: Sequence[VehicleRun], departed_at: datetime | None) -> list[VehicleRun]:
    """The vehicles that ran, and the one in use: not those that were exchanged before departure."""
    return [
        each
        for each in runs
        if each.to_at is None or (departed_at is not None and each.to_at > departed_at)
    ]
