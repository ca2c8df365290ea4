"""The examples of the API document, in the reader's own days: one of 2020 could only be refused."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from service.clock import CHINA

WRITTEN_AT: Final = datetime(2020, 3, 24, 5, 12, 40, tzinfo=CHINA)
"""When the story of the examples is told: the latest moment in them that has to be past."""
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"2020-[0-9]{2}-[0-9]{2}")
_ID: Final = re.compile(r"01710a3e-2400-7000-8000-[0-9a-f]{12}")
_RANDOM_BITS: Final = 80


def renew_examples(document: Any, *, now: datetime) -> Any:
    """A copy whose examples lie at most a day back: dates moved by whole days, and the ids, which
    tell a time as well, with them.
    """
    return _renew(document, days=(now - WRITTEN_AT) // _DAY, inside=False)


def _renew(value: Any, *, days: int, inside: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: _renew(each, days=days, inside=inside or key in {"example", "examples"})
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_renew(each, days=days, inside=inside) for each in value]
    return _move(value, days=days) if inside and isinstance(value, str) else value


def _move(text: str, *, days: int) -> str:
    moved = _DATE.sub(lambda found: _move_date(found[0], days), text)
    return _ID.sub(lambda found: _move_id(found[0], days), moved)


def _move_date(text: str, days: int) -> str:
    return (date.fromisoformat(text) + days * _DAY).isoformat()


def _move_id(text: str, days: int) -> str:
    milliseconds = days * (_DAY // timedelta(milliseconds=1))
    return str(UUID(int=UUID(text).int + (milliseconds << _RANDOM_BITS)))
