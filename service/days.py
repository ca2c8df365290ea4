"""The calendar in China: the day of an instant, in which ages, windows and reports are counted; the first
instants of days. Pure.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")


def local_date(instant: datetime) -> date:
    """The calendar day in China."""
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
