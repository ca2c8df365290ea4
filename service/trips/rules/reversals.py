"""Which events of a trip a reversal takes out of the fold, also when it came before them."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.events.specs import EVENT_SPECS
from service.recording.handlers import Ref

_K = EventKind
WAITS: Final = "waits"
"""Stands in the `decided` of a reversal that came before its fact."""

IRREVERSIBLE = frozenset(
    {
        _K.EVENT_REVERSED,
        _K.MANIFEST_LOCKED,
        _K.MANIFEST_UNLOCKED,
        _K.PASSENGER_ASSIGNED,
        _K.PASSENGER_SUBSTITUTED,
        _K.PASSENGER_UNASSIGNED,
        _K.TRIP_CANCELLED,
        _K.TRIP_CHANGED,
        _K.TRIP_CLOSED,
        _K.TRIP_OPENED,
    }
)
"""What makes the plan and the list: these are undone by the opposite decision. Versions of a list
that was printed and sent are history, whatever was wrong with them."""


class EarlyReversal(NamedTuple):
    """A reversal that came before the event that it names."""

    event_id: UUID
    fact: Ref


def is_reversible(kind: EventKind, decided: Mapping[str, Any]) -> bool:
    """Not what the system wrote, not what made a version of a locked list."""
    system = EVENT_SPECS[kind].permission is None
    return not system and "list_version" not in decided and kind not in IRREVERSIBLE
