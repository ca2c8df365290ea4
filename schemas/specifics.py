"""What an error message adds from its facts: the state of the trip or passenger, the seats of the people
concerned, a highest reading that is a fever, by what a reused id differs.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.events.kinds import EVENT_NAMES, EXCEPTION_NAMES, EventKind, ExceptionCode
from schemas.permissions import ROLE_NAMES, Role
from schemas.plan_checks import PLAN_FIELD_NAMES, name_gap
from schemas.texts import Text, choose, say
from schemas.trips import PASSENGER_STATUS_NAMES, TRIP_STATE_NAMES, PassengerStatus, TripState

_Facts = Mapping[str, Any]


class _Part(Text):
    AND = ("，", "; ")
    AND_OTHERS = ("等{people}人", " and others, {people} in all")
    COMMA = ("、", ", ")
    DIFFERING = ("与原内容不同的是：{fields}", "it differs in: {fields}")
    CONFIRMED_BY = (
        "电话批准只能由给出批准的一方用自己的账号确认，即{role}",
        "an approval by telephone is confirmed by who gave it, with an own account: {role}",
    )
    ENDED = ("到期的是：{names}", "it is about: {names}")
    FINDING = ("{name}（事件 {events}）", "{name} (events {events})")
    HOURS_IN_SEVEN_DAYS = (
        "7天内要驾驶约{hours}小时，上限{limit}小时",
        "it would be some {hours} h in seven days, the limit is {limit} h",
    )
    KEPT = ("原文已封存备查", "it is kept as it came, sealed, beside the record")
    LISTED_AS = (
        "同一人在本趟名册上，现为“{name}”",
        "the same person is on this trip's list, as: {name}",
    )
    MISSING = ("缺：{fields}", "missing: {fields}")
    NEAREST = ("最近的一趟是{day}", "the nearest was on {day}")
    NEVER = ("查到的趟次中没有一趟", "there was none on any other day")
    NOTHING_OPEN = ("现在没有待说明的例外", "nothing is open there now")
    NOT_COVERED = (
        "写明的事件不全，这项例外来自：{events}",
        "the events named are not all of those that it comes from: {events}",
    )
    NOT_KEPT = (
        "服务器没有保存原文，请在设备上留好",
        "the server has not kept it: keep it on the device",
    )
    FEVER = (
        "最高体温{highest}已属发热（标准{limit}），不能记为“全部正常”（all_normal）。",
        "The highest reading, {highest}, is a fever (limit {limit}): all_normal is false. ",
    )
    PEOPLE = ("涉及：{who}{more}", "It is about {who}{more}")
    PERSON = ("{place}（{status}）", "{place} ({status})")
    REPLACED = ("被顶替的人现为“{name}”", "who is replaced is: {name}")
    PLACES = ("现有{taken}人，限{places}人", "there are {taken} people, the limit is {places}")
    SEATS = ("座位号有：{labels}", "its seats are: {labels}")
    SEAT = ("{seat}号座", "seat {seat}")
    OPEN_NOW = ("现在待说明的是：{named}", "open now: {named}")
    OR = ("；或 ", "; or ")
    OTHER_TRIP = ("另一趟是{number}", "the other trip is {number}")
    REVERSED = (
        "该记录已被冲正（冲正记录：{reversed_by}）",
        "it is reversed already, by {reversed_by}",
    )
    STATE = ("趟次现为“{name}”", "the trip is: {name}")
    STATUS = ("此人现为“{name}”", "the person is: {name}")
    TOO_FEW_DRIVERS = (
        "{name}（按里程要{needed}名，现{drivers}名：登记“更换驾驶员”，不写被替换的人）",
        "{name} ({needed} for the distance, {drivers} named: tell driver.replaced and name nobody replaced)",
    )
    TRIPS = ("涉及趟次：{numbers}", "it is about: {numbers}")
    TRIPS_AND_OTHERS = (
        "涉及趟次：{numbers}等{count}趟",
        "it is about: {numbers} and others, {count} in all",
    )
    UNSEATED = ("人员 {passenger_id}", "passenger {passenger_id}")


def tell_specifics(code: ErrorCode, facts: _Facts | None) -> str:
    """A sentence to stand before the next step; empty where the facts say nothing more."""
    tell = _TELLERS.get(code)
    return tell(facts) if tell and facts else ""


class _Step(Text):
    """What stands where the facts know a better next step than the code alone."""

    USE_KIND = ("请改用 {kind}（{name}）。", "Use {kind} ({name}).")
    AFTERWARDS = (
        "补录也要合乎当时的状态：请核对趟次和人员，登记有误的先冲正。",
        "Told afterwards it has to fit, too: check trip and person; reverse what was wrong.",
    )
    ASK_TO_CONFIRM = ("请通知对方确认。", "Ask them to confirm it.")
    COVER_ALL = (
        "请把这些事件都写上；或不写 events，说明现有的全部。",
        "Name all of them, or leave events out to explain what is open now.",
    )
    NAME_PASSENGER = (
        "这是某名人员的例外，请写明是谁（passenger_id）。",
        "It is somebody's: name whose (passenger_id).",
    )
    DECISION = (
        "“{kind}”只能当场办理，事后补录也不能越过状态；请先查看可做的下一步。",
        "“{kind}” is decided live only, also when told afterwards; see what may come next.",
    )
    DECISION_IN = (
        "“{kind}”只能当场办理，事后补录也不能越过状态；须在趟次为{states}时办理。",
        "“{kind}” is decided live only, also when told afterwards; the trip has to be: {states}.",
    )
    FILE_FIRST = (
        "尚未函告输入地：先登记“函告输入地”，再登记“输入地确认”。",
        "It was not filed yet: record that it was filed, then the acknowledgement.",
    )
    LINK_ABSENT = (
        "请先冲正“{name}”那条记录，给此人登记“上车”，再冲正这条“名单外在车”。",
        "Reverse that record, tell that the listed person boarded, then reverse the found aboard.",
    )
    LINK_PRESENT = (
        "名册上已有此人，请冲正这条“名单外在车”；名册上那条有误的，冲正那一条。",
        "They are on the list: reverse the found aboard, or the record of the list if that is wrong.",
    )
    LINK_REMOVED = (
        "此人已移出名册，移出不能冲正。请冲正这条“名单外在车”，再用 worker_id 登记此人“名单外在车”。",
        "Taken off the list for good: reverse the found aboard, and tell it anew with the worker_id.",
    )
    NEW_FACT = (
        "不必再冲正；正确的事实还没登记的，请登记。",
        "Record the correct fact if it is not yet.",
    )
    GIVE_ID = (
        "同一批的其他事件不受影响；这一条没有可用的编号（id），请补上编号并按提示修改后再发。",
        (
            "The others were not affected; this one has no id that can be read: mend it, give it one, "
            "and send it again."
        ),
    )
    QUOTED = ("“{name}”", "{name}")


def choose_step(code: ErrorCode, facts: _Facts | None) -> str | None:
    """A next step that takes the place of the code's own; None where the facts know none."""
    choose_one = _STEPS.get(code)
    return choose_one(facts) if choose_one and facts else None


def _step_in_state(facts: _Facts) -> str | None:
    if "decision" in facts:
        kind = choose(*EVENT_NAMES[EventKind(facts["decision"])])
        names = [choose(*TRIP_STATE_NAMES[TripState(each)]) for each in facts.get("fits_in", ())]
        states = say(_Part.COMMA).join(say(_Step.QUOTED, name=name) for name in names)
        return say(_Step.DECISION_IN if states else _Step.DECISION, kind=kind, states=states)
    return say(_Step.AFTERWARDS) if "afterwards" in facts else None


def _step_to_link(facts: _Facts) -> str | None:
    listed = facts.get("listed_as")
    if listed is None:
        return None
    step = {"no_show": _Step.LINK_ABSENT, "removed": _Step.LINK_REMOVED}
    return say(step.get(listed, _Step.LINK_PRESENT), name=_name_status(listed))


def _step_if(name: str, step: _Step) -> Callable[[_Facts], str | None]:
    return lambda facts: say(step) if name in facts else None


def _step_to_use(facts: _Facts) -> str | None:
    if "use" not in facts:
        return None
    return say(
        _Step.USE_KIND, kind=facts["use"], name=choose(*EVENT_NAMES[EventKind(facts["use"])])
    )


def _step_to_explain(facts: _Facts) -> str | None:
    if "needed" in facts:
        return say(_Step.COVER_ALL)
    return say(_Step.NAME_PASSENGER) if "of_people" in facts else None


_STEPS: Final[Mapping[ErrorCode, Callable[[_Facts], str | None]]] = {
    ErrorCode.ALREADY_ON_THIS_TRIP: _step_to_link,
    ErrorCode.CANNOT_REVERSE: _step_if("reversed_by", _Step.NEW_FACT),
    ErrorCode.EVENT_KIND_RETIRED: _step_to_use,
    ErrorCode.EVENT_UNREADABLE: _step_if("without_id", _Step.GIVE_ID),
    ErrorCode.EXCEPTION_UNKNOWN: _step_to_explain,
    ErrorCode.FILING_UNACKNOWLEDGED: _step_if("unfiled", _Step.FILE_FIRST),
    ErrorCode.PERMISSION_DENIED: _step_if("confirmed_by", _Step.ASK_TO_CONFIRM),
    ErrorCode.STATE_FORBIDS: _step_in_state,
}


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


def _tell_reversed(facts: _Facts) -> str:
    return _end(say(_Part.REVERSED, **facts)) if "reversed_by" in facts else ""


def _tell_role(facts: _Facts) -> str:
    """Of an approval that somebody else may confirm."""
    if "confirmed_by" not in facts:
        return ""
    return _end(say(_Part.CONFIRMED_BY, role=choose(*ROLE_NAMES[Role(facts["confirmed_by"])])))


def _tell_listed(facts: _Facts) -> str:
    named = facts.get("listed_as")
    return _end(say(_Part.LISTED_AS, name=_name_status(named))) if named else ""


def _tell_open(facts: _Facts) -> str:
    """Which events an explanation would have to name, or what else is open."""
    if needed := facts.get("needed"):
        sets = say(_Part.OR).join(_join_ids(each) for each in needed)
        return _end(say(_Part.NOT_COVERED, events=sets))
    if "open" not in facts:
        return ""
    if not facts["open"]:
        return _end(say(_Part.NOTHING_OPEN))
    named = say(_Part.COMMA).join(
        say(
            _Part.FINDING,
            name=choose(*EXCEPTION_NAMES[ExceptionCode(each["code"])]),
            events=_join_ids(each["events"]),
        )
        for each in facts["open"]
    )
    return _end(say(_Part.OPEN_NOW, named=named))


def _join_ids(ids: Sequence[str]) -> str:
    """As they are named to the API and the client."""
    return ",".join(ids)


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


def _tell_hours(facts: _Facts) -> str:
    """Of a driver in seven days."""
    hours = f"{facts['minutes'] / 60:.1f}"
    return _end(say(_Part.HOURS_IN_SEVEN_DAYS, hours=hours, limit=facts["limit_hours"]))


def _tell_nearest(facts: _Facts) -> str:
    nearest = facts.get("nearest")
    return _end(say(_Part.NEAREST, day=nearest) if nearest else say(_Part.NEVER))


def _tell_seats(facts: _Facts) -> str:
    labels = facts.get("labels", ())
    return _end(say(_Part.SEATS, labels=say(_Part.COMMA).join(labels))) if labels else ""


def _tell_trips(facts: _Facts) -> str:
    """By their numbers: the first ones, where they are many."""
    numbers = facts.get("trips", ())
    part = _Part.TRIPS if len(numbers) == facts.get("count") else _Part.TRIPS_AND_OTHERS
    joined = say(_Part.COMMA).join(numbers)
    return _end(joined and say(part, numbers=joined, count=facts.get("count")))


def _tell_places(facts: _Facts) -> str:
    """How many people have a place, and how many may."""
    known = facts.keys() >= {"places", "taken"} and facts["taken"] >= facts["places"]
    return _end(say(_Part.PLACES, **facts)) if known else ""


def _tell_fields(facts: _Facts) -> str:
    """By their names in the API: what is sent again was made by a program."""
    fields = say(_Part.COMMA).join(facts.get("fields", ()))
    return _end(fields and say(_Part.DIFFERING, fields=fields))


def _tell_missing(facts: _Facts) -> str:
    """What a plan lacks."""
    names = [_name_missing(each, facts) for each in facts.get("missing", ())]
    return _end((names and say(_Part.MISSING, fields=say(_Part.COMMA).join(names))) or "")


def _name_missing(field: str, facts: _Facts) -> str:
    """Of drivers how many, where one is not enough."""
    name = choose(*PLAN_FIELD_NAMES[field])
    if field != "driver_ids" or facts.get("needed", 1) < 2:
        return name_gap(field, name)
    return say(_Part.TOO_FEW_DRIVERS, name=name, **facts)


def _tell_ended(facts: _Facts) -> str:
    """Papers of plan and carrier; of vehicles and drivers the facts have the ids."""
    names = [choose(*PLAN_FIELD_NAMES[each]) for each in facts.get("papers", ())]
    return _end((names and say(_Part.ENDED, names=say(_Part.COMMA).join(names))) or "")


def _tell_kept(facts: _Facts) -> str:
    if "kept" not in facts:
        return ""
    return _end(say(_Part.KEPT if facts.get("kept") else _Part.NOT_KEPT))


def _end(sentence: str) -> str:
    return sentence and choose(f"{sentence}。", f"{sentence[0].upper()}{sentence[1:]}. ")


_TELLERS: Final[Mapping[ErrorCode, Callable[[_Facts], str]]] = {
    ErrorCode.ALREADY_ON_THIS_TRIP: _tell_listed,
    ErrorCode.CANNOT_REVERSE: _tell_reversed,
    ErrorCode.DESTINATION_FIXED: _tell_trips,
    ErrorCode.DRIVER_BUSY: _tell_other_trip,
    ErrorCode.DRIVER_OVERWORKED: _tell_hours,
    ErrorCode.EQUATION_OPEN: _tell_people,
    ErrorCode.ESCORT_BUSY: _tell_other_trip,
    ErrorCode.EVENT_UNREADABLE: _tell_kept,
    ErrorCode.EXCEPTION_UNKNOWN: _tell_open,
    ErrorCode.FIELD_INVALID: _tell_reading,
    ErrorCode.ID_REUSED: _tell_fields,
    ErrorCode.LICENCE_EXPIRED: _tell_ended,
    ErrorCode.MINOR_UNACCOMPANIED: _tell_people,
    ErrorCode.NOT_ABOARD: _tell_state,
    ErrorCode.NOT_BALANCED_HANDOVER: _tell_people,
    ErrorCode.NO_TRIP_THEN: _tell_nearest,
    ErrorCode.OVER_CAPACITY: _tell_places,
    ErrorCode.PERMISSION_DENIED: _tell_role,
    ErrorCode.PHONE_UNREACHABLE: _tell_people,
    ErrorCode.PLAN_INCOMPLETE: _tell_missing,
    ErrorCode.RECEIVER_DIFFERENT: _tell_people,
    ErrorCode.SEAT_ABSENT: _tell_seats,
    ErrorCode.STATE_FORBIDS: _tell_state,
    ErrorCode.TRIPS_OPEN: _tell_trips,
    ErrorCode.VEHICLE_BUSY: _tell_other_trip,
}
