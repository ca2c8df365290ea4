"""How events are shown to people: those of before by the kind that took their place, so that no list tells of
health; what a kind is called where one kind says two things.
"""

from collections.abc import Mapping
from typing import Any, Final

from schemas.events.kinds import EVENT_NAMES, EventKind
from schemas.events.payloads_health import TravelAction
from schemas.events.payloads_passengers import LeftEnd
from schemas.events.specs import EVENT_SPECS
from schemas.texts import choose

_K = EventKind
_ADDED: Final[Mapping[EventKind, Mapping[str, str]]] = {
    _K.PASSENGER_TRANSFERRED: {"end": LeftEnd.GIVEN_ON},
    _K.WORKER_HELD: {"action": TravelAction.HELD},
    _K.WORKER_HOLD_RELEASED: {"action": TravelAction.RELEASED},
}
"""What the present kind says publicly where the old one said it by being that kind."""

_NAMES: Final[Mapping[tuple[EventKind, str, str], tuple[str, str]]] = {
    (_K.PASSENGER_LEFT, "end", LeftEnd.GIVEN_ON): ("途中移交", "given on"),
    (_K.WORKER_TRAVEL_CHANGED, "action", TravelAction.HELD): ("暂缓出行", "held"),
    (_K.WORKER_TRAVEL_CHANGED, "action", TravelAction.RELEASED): ("解除暂缓", "hold released"),
}


def show_kind(kind: EventKind) -> EventKind:
    """The kind that took its place, of one of before."""
    return EVENT_SPECS[kind].use or kind


def show_data(kind: EventKind, data: Mapping[str, Any]) -> dict[str, Any]:
    """The public fields as the present kind has them."""
    return {**_ADDED.get(kind, {}), **data}


def name_event(kind: EventKind, data: Mapping[str, Any]) -> str:
    """In the language in force, of an event as it is shown."""
    shown, said = show_kind(kind), show_data(kind, data)
    for (named, field, value), pair in _NAMES.items():
        if shown is named and said.get(field) == value:
            return choose(*pair)
    return choose(*EVENT_NAMES[shown])
