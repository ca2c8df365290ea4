"""Drivers by the hour rules (art. 38): how many a distance needs and by which rule; a proposed rest plan (who
drives when, stops, the hours at night in which nobody drives) with the arrival that follows; the most hours in
seven days.

All hours of the day are those of the zone in which the departure is given. No driver is taken to have driven in
the 24 hours before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from schemas.plan_checks import DriverRule, StopReason
from schemas.policies import DriverHours

_DAY: Final = 24 * 60
_NIGHT_FROM: Final = 22 * 60
_NIGHT_UNTIL: Final = 6 * 60
_SHORTEST: Final = 20
"""Minutes: for less nobody takes the wheel, unless that is all that is left."""
_WAIT: Final = 10
_WEEK: Final = timedelta(days=7)


def driving_minutes(distance_km: int, hours: DriverHours) -> int:
    """On the road, without stops; a begun minute counts."""
    return ceil(distance_km * 60 / hours.speed_kmh)


def count_drivers(
    distance_km: int,
    hours: DriverHours,
    *,
    expressway: bool,
    departure: datetime | None = None,
    arrival: datetime | None = None,
) -> dict[DriverRule, int]:
    """How many each rule asks for; the largest holds. By the hours of 24: as if the vehicle went on without
    long stops (1,500 km at 80 km/h are 18.75 h, three drivers); fewer where their rest plan ends by the planned
    arrival all the same."""
    minutes = driving_minutes(distance_km, hours)
    most = hours.two_drivers_above_expressway_km if expressway else hours.two_drivers_above_km
    by_distance = DriverRule.EXPRESSWAY_DISTANCE if expressway else DriverRule.DISTANCE
    days = max(1, ceil(minutes / _DAY))
    by_hours = ceil(minutes / (hours.hours_in_24 * 60 * days))
    if departure is not None and arrival is not None:
        fewer = (
            each
            for each in range(1, by_hours)
            if _arrives(each, minutes, hours, departure, arrival)
        )
        by_hours = next(fewer, by_hours)
    return {DriverRule.HOURS: by_hours, by_distance: 2 if distance_km > most else 1}


def _arrives(
    drivers: int, minutes: int, hours: DriverHours, departure: datetime, arrival: datetime
) -> bool:
    latest = int((arrival - departure) / timedelta(minutes=1))
    return (
        _drive(minutes, hours, begins=_minute_of_day(departure), drivers=drivers, most=latest)
        is not None
    )


# --- the rest plan ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Piece:
    """One driver at the wheel without a break; `driver` counts from 0."""

    driver: int
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """Before or between two pieces."""

    reason: StopReason
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class RestPlan:
    pieces: tuple[Piece, ...]
    stops: tuple[Stop, ...]

    @property
    def arrival_at(self) -> datetime:
        return self.pieces[-1].to_at


def plan_rests(
    distance_km: int, hours: DriverHours, *, departure: datetime, drivers: int
) -> RestPlan:
    """A lawful way of dividing the driving among so many drivers; not the only one. The one who has driven
    least in the last 24 hours drives next."""
    begins = _minute_of_day(departure)
    turns = _drive(driving_minutes(distance_km, hours), hours, begins=begins, drivers=drivers) or []

    def moment(minute: int) -> datetime:
        return departure + timedelta(minutes=minute - begins)

    pieces = tuple(Piece(each.driver, moment(each.begun), moment(each.ended)) for each in turns)
    ends = [begins, *(each.ended for each in turns)]
    stops = tuple(
        Stop(_read_reason(ended, turn.begun, hours), moment(ended), moment(turn.begun))
        for ended, turn in zip(ends, turns, strict=False)
        if turn.begun > ended
    )
    return RestPlan(pieces, stops)


def _read_reason(begun: int, ended: int, hours: DriverHours) -> StopReason:
    if any(_is_closed(each, hours) for each in range(begun, ended)):
        return StopReason.CLOSED_HOURS
    return StopReason.REST if ended - begun <= hours.rest_minutes else StopReason.LONG_REST


class _Turn(NamedTuple):
    """Minutes since the midnight before the departure."""

    driver: int
    begun: int
    ended: int


def _drive(
    minutes: int, hours: DriverHours, *, begins: int, drivers: int, most: int | None = None
) -> list[_Turn] | None:
    """None where it takes longer than `most` minutes."""
    turns: list[_Turn] = []
    left, now = minutes, begins
    while left > 0:
        now = _open_again(now, hours)
        if most is not None and now + left > begins + most:
            return None
        driver, allowed = max(
            ((each, _allowed(turns, each, now, hours)) for each in range(drivers)),
            key=lambda pair: (pair[1], -pair[0]),
        )
        length = min(left, allowed, _without_break(now, hours), _until_closed(now, hours))
        if length < min(left, _SHORTEST):
            now += _WAIT
            continue
        turns.append(_Turn(driver, now, now + length))
        left, now = left - length, now + length + hours.rest_minutes
    return turns


def _allowed(turns: list[_Turn], driver: int, now: int, hours: DriverHours) -> int:
    """What was driven in the last 24 hours is taken off: whatever window is looked at later has no more."""
    driven = sum(
        each.ended - max(each.begun, now - _DAY)
        for each in turns
        if each.driver == driver and each.ended > now - _DAY
    )
    return hours.hours_in_24 * 60 - driven


def _without_break(now: int, hours: DriverHours) -> int:
    """At every moment of the night at most `night_hours` lie behind, at every moment of the day `day_hours`."""
    length = 0
    while length < 60 * (hours.night_hours if _is_night(now + length) else hours.day_hours):
        length += 1
    return length


def _is_night(minute: int) -> bool:
    return not _NIGHT_UNTIL <= minute % _DAY < _NIGHT_FROM


def _is_closed(minute: int, hours: DriverHours) -> bool:
    hour, begun, ended = (
        minute % _DAY // 60,
        hours.no_driving_from_hour,
        hours.no_driving_until_hour,
    )
    return begun <= hour < ended if begun <= ended else hour >= begun or hour < ended


def _open_again(now: int, hours: DriverHours) -> int:
    if not _is_closed(now, hours):
        return now
    return now + (hours.no_driving_until_hour * 60 - now) % _DAY


def _until_closed(now: int, hours: DriverHours) -> int:
    """Without closed hours: no limit of theirs."""
    if hours.no_driving_from_hour == hours.no_driving_until_hour:
        return _DAY
    return (hours.no_driving_from_hour * 60 - now) % _DAY or _DAY


def _minute_of_day(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


# --- seven days ---------------------------------------------------------------------------------
class Share(NamedTuple):
    """What one driver drives of one trip; counted at its beginning."""

    from_at: datetime
    minutes: int


def share_driving(distance_km: int, hours: DriverHours, *, drivers: int) -> int:
    """Minutes of each, in equal parts."""
    return ceil(driving_minutes(distance_km, hours) / max(drivers, 1))


def most_in_seven_days(shares: Iterable[Share], *, around: datetime) -> int:
    """The most minutes in any seven days that a trip beginning at that moment lies in."""
    known = sorted(each for each in shares if abs(each.from_at - around) < _WEEK)
    return max(
        (
            sum(
                each.minutes
                for each in known
                if begun.from_at <= each.from_at < begun.from_at + _WEEK
            )
            for begun in known
            if begun.from_at <= around
        ),
        default=0,
    )
