"""The one source of time and randomness, handed in so that a test can hold it still."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
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


def new_id(clock: Clock = system_clock) -> UUID:
    return make_uuid7(at=clock(), randomness=secrets.token_bytes(RANDOM_BYTES))
