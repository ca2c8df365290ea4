"""Sentences that messages make of their facts, and choices in Chinese."""

from typing import Any, Literal, cast

import pytest
from pydantic import BaseModel, ValidationError

from schemas.errors import ErrorCode
from schemas.events.payloads_trips import Channel
from schemas.shapes import describe_field
from schemas.specifics import choose_step, tell_specifics
from schemas.texts import Language, speaking

ONE = {"passenger_id": "p", "seat": "17", "status": "checked_in"}


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        (
            ErrorCode.STATE_FORBIDS,
            {"state": "locked", "status": "boarded"},
            "趟次现为“名册锁定”，此人现为“已上车”。",
            "The trip is: manifest locked; the person is: boarded. ",
        ),
        (
            ErrorCode.STATE_FORBIDS,
            {"replaced": "boarded"},
            "被顶替的人现为“已上车”。",
            "Who is replaced is: boarded. ",
        ),
        (
            ErrorCode.EQUATION_OPEN,
            {"people": 7, "who": [ONE, ONE | {"seat": ""}]},
            "涉及：17号座（已点名）、人员 p（已点名）等7人。",
            "It is about seat 17 (checked in), passenger p (checked in) and others, 7 in all. ",
        ),
        (
            ErrorCode.TRIPS_OPEN,
            {"count": 2, "trips": ["T1", "T2"]},
            "涉及趟次：T1、T2。",
            "It is about: T1, T2. ",
        ),
        (
            ErrorCode.DESTINATION_FIXED,
            {"count": 3, "trips": ["T1"]},
            "涉及趟次：T1等3趟。",
            "It is about: T1 and others, 3 in all. ",
        ),
        (ErrorCode.TRIPS_OPEN, {"count": 0, "trips": []}, "", ""),
        (ErrorCode.FIELD_INVALID, {"method": "paper"}, "", ""),
        (ErrorCode.SEAT_TAKEN, {"state": "locked"}, "", ""),
        (ErrorCode.STATE_FORBIDS, None, "", ""),
    ],
)
def test_what_facts_say(code: ErrorCode, facts: dict[str, Any] | None, zh: str, en: str) -> None:
    assert tell_specifics(code, facts) == zh
    with speaking("en"):
        assert tell_specifics(code, facts) == en


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        (ErrorCode.CANNOT_REVERSE, {"reversed_by": "e"}, "不必再冲正；", "Record the correct"),
        (
            ErrorCode.EXCEPTION_UNKNOWN,
            {"needed": [["a"]]},
            "请把这些事件都写上",
            "Name all of them",
        ),
        (ErrorCode.EXCEPTION_UNKNOWN, {"open": []}, None, None),
        (ErrorCode.STATE_FORBIDS, {"state": "locked"}, None, None),
        (ErrorCode.STATE_FORBIDS, {"afterwards": True}, "补录也要合乎", "Told afterwards it has"),
        (
            ErrorCode.STATE_FORBIDS,
            {"decision": "trip.closed", "fits_in": ["arrived"]},
            "“归档”只能当场办理，事后补录也不能越过状态；须在趟次为“已抵达”时办理。",
            "“trip closed” is decided live only, also when told afterwards; the trip has to be: arrived.",
        ),
        (ErrorCode.ALREADY_ON_THIS_TRIP, {"passenger_id": "p"}, None, None),
        (ErrorCode.ALREADY_ON_THIS_TRIP, {"listed_as": "removed"}, "此人已移出名册，", "Taken off"),
        (ErrorCode.PERMISSION_DENIED, {"confirmed_by": "health_officer"}, "请通知对方", "Ask them"),
        (ErrorCode.EVENT_UNREADABLE, {"kept": True}, None, None),
        (ErrorCode.EVENT_UNREADABLE, {"without_id": True}, "同一批的其他", "The others were"),
    ],
)
def test_a_better_next_step(
    code: ErrorCode, facts: dict[str, Any], zh: str | None, en: str | None
) -> None:
    """In the place of the code's own; none where the facts know no better."""
    for language, begins in (("zh", zh), ("en", en)):
        with speaking(cast("Language", language)):
            step = choose_step(code, facts)
            assert step is None if begins is None else str(step).startswith(begins)


class _Form(BaseModel):
    channel: Channel = Channel.PAPER
    kind: Literal["a", "b"] = "a"
    only: Literal[1] = 1


@pytest.mark.parametrize(
    ("field", "language", "message"),
    [
        ("channel", "zh", "只能是：api、letter、paper、telephone、wechat"),
        ("kind", "zh", "只能是：a、b"),
        ("only", "zh", "只能是：1"),
        ("kind", "en", "Input should be 'a' or 'b'"),
    ],
)
def test_choices(field: str, language: Language, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        _Form.model_validate({field: "x"})
    (error,) = refused.value.errors()
    with speaking(language):
        assert describe_field(error).message == message
