"""What an error message adds from its facts: the state of the trip or passenger, the seats of the people
concerned, a highest reading that is a fever.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.texts import Text, choose, say
from schemas.trips import PASSENGER_STATUS_NAMES, TRIP_STATE_NAMES, PassengerStatus, TripState

_Facts = Mapping[str, Any]


class _Part(Text):
    AND = ("，", "; ")
    AND_OTHERS = ("等{people}人", " and others, {people} in all")
    COMMA = ("、", ", ")
    FEVER = (
        "最高体温{highest}已属发热（标准{limit}），不能记为“全部正常”（all_normal）。",
        "The highest reading, {highest}, is a fever (limit {limit}): all_normal is false. ",
    )
    PEOPLE = ("涉及：{who}{more}", "It is about {who}{more}")
    PERSON = ("{place}（{status}）", "{place} ({status})")
    REPLACED = ("被顶替的人现为“{name}”", "who is replaced is: {name}")
    SEAT = ("{seat}号座", "seat {seat}")
    OTHER_TRIP = ("另一趟是{number}", "the other trip is {number}")
    STATE = ("趟次现为“{name}”", "the trip is: {name}")
    STATUS = ("此人现为“{name}”", "the person is: {name}")
    UNSEATED = ("人员 {passenger_id}", "passenger {passenger_id}")


def tell_specifics(code: ErrorCode, facts: _Facts | None) -> str:
    """A sentence to stand before the next step; empty where the facts say nothing more."""
    tell = _TELLERS.get(code)
    return tell(facts) if tell and facts else ""


def _tell_state(facts: _Facts) -> str:
    parts = []
    if "state" in facts:
        name = choose(*TRIP_STATE_NAMES[TripState(facts["state"])])
        parts.append(say(_Part.STATE, name=name))
    if "status" in facts:
        parts.append(say(_Part.STATUS, name=_name_status(facts["status"])))
    if "replaced" in facts:
        parts.append(say(_Part.REPLACED, name=_name_status(facts["replaced"])))
    return _end(say(_Part.AND).join(parts))


def _tell_people(facts: _Facts) -> str:
    """17号座（已点名）、…: by seat, for a name is in the list that the reader may see."""
    who = [_name_person(each) for each in facts.get("who", ())]
    if not who:
        return ""
    people = facts.get("people", 0)
    more = say(_Part.AND_OTHERS, people=people) if len(who) < people else ""
    return _end(say(_Part.PEOPLE, who=say(_Part.COMMA).join(who), more=more))


def _name_person(person: Mapping[str, str]) -> str:
    place = say(_Part.SEAT if person["seat"] else _Part.UNSEATED, **person)
    return say(_Part.PERSON, place=place, status=_name_status(person["status"]))


def _name_status(status: str) -> str:
    return choose(*PASSENGER_STATUS_NAMES[PassengerStatus(status)])


def _tell_reading(facts: _Facts) -> str:
    if not {"highest", "limit"} <= facts.keys():
        return ""
    highest, limit = (f"{facts[name] / 10:.1f}℃" for name in ("highest", "limit"))
    return say(_Part.FEVER, highest=highest, limit=limit)


def _tell_other_trip(facts: _Facts) -> str:
    return _end(say(_Part.OTHER_TRIP, number=facts["number"])) if "number" in facts else ""


def _end(sentence: str) -> str:
    return sentence and choose(f"{sentence}。", f"{sentence[0].upper()}{sentence[1:]}. ")


_TELLERS: Final[Mapping[ErrorCode, Callable[[_Facts], str]]] = {
    ErrorCode.DRIVER_BUSY: _tell_other_trip,
    ErrorCode.EQUATION_OPEN: _tell_people,
    ErrorCode.ESCORT_BUSY: _tell_other_trip,
    ErrorCode.FIELD_INVALID: _tell_reading,
    ErrorCode.NOT_ABOARD: _tell_state,
    ErrorCode.NOT_BALANCED_HANDOVER: _tell_people,
    ErrorCode.PHONE_UNREACHABLE: _tell_people,
    ErrorCode.STATE_FORBIDS: _tell_state,
    ErrorCode.VEHICLE_BUSY: _tell_other_trip,
}
