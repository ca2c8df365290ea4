"""The one source of time and randomness: now, new ids (UUIDv7), ids of one moment in the order of a file."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from schemas.ids import RANDOM_BYTES, make_uuid7

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def new_id(clock: Clock = system_clock) -> UUID:
    return make_uuid7(at=clock(), randomness=secrets.token_bytes(RANDOM_BYTES))


def new_id_in_order(clock: Clock, position: int) -> UUID:
    """Ids of one moment sort by `position`, 0 … 4,095: lists show people in the order of their file."""
    # The first 12 of the random bits stand right after the time.
    first = (position << 4).to_bytes(2, "big")
    return make_uuid7(at=clock(), randomness=first + secrets.token_bytes(RANDOM_BYTES - len(first)))
