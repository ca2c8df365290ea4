"""What a message adds of the case at hand, in words: states, seats, readings from its facts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.texts import Language
from schemas.trips import PASSENGER_STATUS_NAMES, TRIP_STATE_NAMES, PassengerStatus, TripState

_Facts = Mapping[str, Any]


def tell_specifics(code: ErrorCode, facts: _Facts | None, language: Language) -> str:
    """A sentence to stand before the next step; empty where the facts say nothing more."""
    tell = _TELLERS.get(code)
    return tell(facts, language) if tell and facts else ""


def _tell_state(facts: _Facts, language: Language) -> str:
    english = language == "en"
    parts = []
    if "state" in facts:
        name = TRIP_STATE_NAMES[TripState(facts["state"])][english]
        parts.append(f"the trip is: {name}" if english else f"趟次现为“{name}”")
    if "status" in facts:
        name = _name_status(facts["status"], language)
        parts.append(f"the person is: {name}" if english else f"此人现为“{name}”")
    if "replaced" in facts:
        name = _name_status(facts["replaced"], language)
        parts.append(f"who is replaced is: {name}" if english else f"被顶替的人现为“{name}”")
    return _end(("; " if english else "，").join(parts), language)


def _tell_people(facts: _Facts, language: Language) -> str:
    """17号座（已点名）、…: by seat, for a name is in the list that the reader may see."""
    who = [_name_person(each, language) for each in facts.get("who", ())]
    if language == "en":
        more = f" and others, {facts['people']} in all" if len(who) < facts.get("people", 0) else ""
        return _end(f"It is about {', '.join(who)}{more}" if who else "", language)
    more = f"等{facts['people']}人" if len(who) < facts.get("people", 0) else ""
    return _end(f"涉及：{'、'.join(who)}{more}" if who else "", language)


def _name_person(person: Mapping[str, str], language: Language) -> str:
    status = _name_status(person["status"], language)
    if language == "en":
        place = (
            f"seat {person['seat']}" if person["seat"] else f"passenger {person['passenger_id']}"
        )
        return f"{place} ({status})"
    place = f"{person['seat']}号座" if person["seat"] else f"人员 {person['passenger_id']}"
    return f"{place}（{status}）"


def _name_status(status: str, language: Language) -> str:
    return PASSENGER_STATUS_NAMES[PassengerStatus(status)][language == "en"]


def _tell_reading(facts: _Facts, language: Language) -> str:
    if not {"highest", "limit"} <= facts.keys():
        return ""
    highest, limit = (f"{facts[name] / 10:.1f}℃" for name in ("highest", "limit"))
    if language == "en":
        return f"The highest reading, {highest}, is a fever (limit {limit}): all_normal is false. "
    return f"最高体温{highest}已属发热（标准{limit}），不能记为“全部正常”（all_normal）。"


def _end(sentence: str, language: Language) -> str:
    if not sentence:
        return ""
    return f"{sentence[0].upper()}{sentence[1:]}. " if language == "en" else f"{sentence}。"


_TELLERS: Final[Mapping[ErrorCode, Callable[[_Facts, Language], str]]] = {
    ErrorCode.EQUATION_OPEN: _tell_people,
    ErrorCode.FIELD_INVALID: _tell_reading,
    ErrorCode.PHONE_UNREACHABLE: _tell_people,
    ErrorCode.STATE_FORBIDS: _tell_state,
}
