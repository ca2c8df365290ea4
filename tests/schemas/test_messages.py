"""Sentences that messages make of their facts, and choices in Chinese."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, ValidationError

from schemas.errors import ErrorCode
from schemas.events.payloads_trips import Channel
from schemas.shapes import describe_field
from schemas.specifics import tell_specifics
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
        (ErrorCode.FIELD_INVALID, {"method": "paper"}, "", ""),
        (ErrorCode.SEAT_TAKEN, {"state": "locked"}, "", ""),
        (ErrorCode.STATE_FORBIDS, None, "", ""),
    ],
)
def test_what_facts_say(code: ErrorCode, facts: dict[str, Any] | None, zh: str, en: str) -> None:
    assert tell_specifics(code, facts) == zh
    with speaking("en"):
        assert tell_specifics(code, facts) == en


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
