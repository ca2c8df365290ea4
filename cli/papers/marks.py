"""Which list a paper or a screen shows, and how a seat is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cli.papers.texts import Text, get_text
from schemas.trips import TripState

_UNLOCKED: Final = frozenset({TripState.DRAFT, TripState.READY, TripState.FILED})


def is_locked(state: TripState, list_version: int) -> bool:
    """Before locking, and after an unlocking, the list may change: no version covers it."""
    return list_version > 0 and state not in _UNLOCKED


def show_version(state: TripState, list_version: int) -> str:
    if not is_locked(state, list_version):
        return get_text(Text.NOT_LOCKED)
    return get_text(Text.VERSION, version=list_version)


def show_seat(label: str | None, row: int | None, column: int | None) -> str:
    """The label painted on the seat; without one its row and column."""
    if label:
        return label
    return f"{row}-{column}" if row and column else ""


@dataclass(frozen=True, slots=True)
class ListMark:
    """Stands in the heading and on the margin of each page. `digest` None: not locked."""

    title: str
    number: str
    plate: str | None
    version: str
    digest: str | None
    printed_at: datetime
