"""Which rides a question means: those that touch its days, the nearest where none does, the latest. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar

from schemas.contacts import LookBack
from service.trips.rules.overview import TripView


class Ride(Protocol):
    @property
    def planned_departure_at(self) -> datetime | None: ...
    @property
    def planned_arrival_at(self) -> datetime | None: ...
    @property
    def departed_at(self) -> datetime | None: ...
    @property
    def over_at(self) -> datetime | None: ...


R = TypeVar("R", bound=Ride)


class Window(NamedTuple):
    """The first instant of the first day, and the first after the last one."""

    begins: datetime
    ends: datetime


def begins_at(ride: Ride) -> datetime | None:
    return ride.departed_at or ride.planned_departure_at


def departs_at(view: TripView) -> datetime | None:
    """When the trip departed, else when it is to."""
    return view.course.departed_at or view.plan.planned_departure_at


def ends_at(ride: Ride, *, now: datetime) -> datetime | None:
    """Of a ride that is not over: now, or when it is to arrive."""
    if ride.over_at is not None:
        return ride.over_at
    known = [each for each in (ride.planned_arrival_at, begins_at(ride)) if each is not None]
    if ride.departed_at is not None:
        known.append(now)
    return max(known, default=None)


def find_first_day(day: date, *, look_back: LookBack, lookback_days: int | None) -> date:
    """So many days before it as the policy says; without a number the day itself."""
    back = (lookback_days or 0) if look_back is LookBack.POLICY else 0
    return day - timedelta(days=min(back, day.toordinal() - 2))


def list_touching(rides: Iterable[R], window: Window, *, now: datetime) -> list[R]:
    """Those that were under way within it."""
    found = []
    for ride in rides:
        first, last = begins_at(ride), ends_at(ride, now=now)
        if first is not None and last is not None and first < window.ends and last >= window.begins:
            found.append(ride)
    return found


def find_latest(rides: Iterable[Ride], *, now: datetime) -> datetime | None:
    """When the latest ride that has begun did; else when the next one will."""
    moments = sorted(each for each in map(begins_at, rides) if each is not None)
    past = [each for each in moments if each <= now]
    return next(iter(past[-1:] or moments[:1]), None)


def find_nearest(rides: Iterable[Ride], window: Window) -> datetime | None:
    """When the ride began that is nearest to a window in which none was, of two the earlier."""
    known = [each for each in map(begins_at, rides) if each is not None]
    return min(known, key=lambda each: (_distance(each, window), each), default=None)


def _distance(moment: datetime, window: Window) -> timedelta:
    return window.begins - moment if moment < window.begins else moment - window.ends
