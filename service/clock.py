"""The one source of time and randomness: now, the calendar day in China, new ids (UUIDv7), ids of one moment
in the order of a file.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.ids import RANDOM_BYTES, make_uuid7

Clock = Callable[[], datetime]
CHINA = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """The calendar day in China, in which ages, windows and reports are counted."""
    return instant.astimezone(CHINA).date()


_CALENDAR: Final = date(2, 1, 1), date(9999, 12, 30)
"""Between these every day has a day before and after, in China and in UTC."""


def begin_day(day: date) -> datetime:
    """The first instant of a day in China; of a day at an end of the calendar that of the nearest one."""
    first, last = _CALENDAR
    return datetime.combine(min(max(day, first), last), time(), CHINA)


def end_day(day: date) -> datetime:
    """The first instant after it."""
    return begin_day(day) + timedelta(days=1)


def new_id(clock: Clock = system_clock) -> UUID:
    return make_uuid7(at=clock(), randomness=secrets.token_bytes(RANDOM_BYTES))


def new_id_in_order(clock: Clock, position: int) -> UUID:
    """Ids of one moment sort by `position`, 0 … 4,095: lists show people in the order of their file."""
    # The first 12 of the random bits stand right after the time.
    first = (position << 4).to_bytes(2, "big")
    return make_uuid7(at=clock(), randomness=first + secrets.token_bytes(RANDOM_BYTES - len(first)))
