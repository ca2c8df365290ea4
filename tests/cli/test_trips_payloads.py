"""What is typed behind --data, as the payload of an event; and how values are named."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from cli.exits import CommandError, ExitCode
from cli.names import FIELD_NAMES, NAMES, read_named
from cli.trips.payloads import (
    check_fields,
    find_choices,
    list_fields,
    list_kinds,
    make_payload,
    read_kind,
    read_pairs,
)
from schemas.events.kinds import EVENT_NAMES, EventKind
from schemas.events.payloads_trips import Channel

PERSON = str(UUID(int=7))
CHANNELS = "api 系统、letter 函件、paper 纸质、telephone 电话、wechat 微信"
_K = EventKind


def make(kind: EventKind, **typed: str) -> dict[str, Any]:
    given = {"passenger_id": PERSON} if "passenger_id" in list_fields(kind) else {}
    return make_payload(kind, typed, given)


def refuse(kind: EventKind, **typed: str) -> str:
    with pytest.raises(CommandError) as refused:
        make(kind, **typed)
    assert refused.value.exit_code is ExitCode.USAGE
    return refused.value.message


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [
        ("36.9", 369),
        ("37", 370),
        ("369", 369),
        ("36.9℃", 369),
        ("36.9度", 369),
        ("读不出", "unreadable"),
        ("unreadable", "unreadable"),
    ],
)
def test_degrees_become_tenths(typed: str, tenths: int | str) -> None:
    payload = make(_K.PASSENGER_CHECKED_IN, identity_shown="card", temperature=typed)
    assert payload["temperature"] == tenths


@pytest.mark.parametrize("typed", ["99", "3.6", "36.95", "三十六", "1e999", "nan", "-5"])
def test_an_impossible_temperature_is_refused_without_being_repeated(typed: str) -> None:
    assert refuse(_K.PASSENGER_BOARDED, temperature=typed) == (
        "--data temperature（体温）的值不合要求：30.0—45.0，或 读不出。"
    )


def test_times_are_chinas_lists_are_split_and_yes_is_a_word() -> None:
    assert make(_K.TRIP_DELAYED, expected_at="2020-03-25 01:30") == {
        "expected_at": "2020-03-25T01:30:00+08:00"
    }
    people = [str(UUID(int=n)) for n in range(3)]
    signed = make(
        _K.HANDOVER_SIGNED,
        point_id=PERSON,
        passenger_ids="，".join(people),
        method="telephone",
        receiver="张经理",
    )
    assert signed["passenger_ids"] == people
    assert make(_K.TEMPERATURE_ROUND_TAKEN, measured="24", highest="36.9", all_normal="是") == {
        "measured": 24,
        "highest": 369,
        "all_normal": True,
    }


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        (
            _K.PASSENGER_CHECKED_IN,
            {},
            "“点名”还要写明：identity_shown 证件。例如 --data identity_shown=身份证",
        ),
        (
            _K.TRIP_FILED,
            {"channel": "邮件", "recipient_unit": "苏州市人社局"},
            f"--data channel（方式）的值不合要求：{CHANNELS}。",
        ),
        (
            _K.TRIP_DEPARTED,
            {"aboard": "二十四"},
            "--data aboard（车上人数）的值不合要求：写整数。",
        ),
        (
            _K.TRIP_DEPARTED,
            {"aboard": "3000"},
            "--data aboard（车上人数）的值不合要求：数字太大。",
        ),
        (
            _K.PASSENGER_DENIED,
            {"reason": ""},
            "--data reason（原因）的值不合要求：不能为空。",
        ),
        (
            _K.PASSENGER_MOVED,
            {"to_trip_id": "辽M12345"},
            "--data to_trip_id（转入趟次）的值不合要求：写编号（UUID）。",
        ),
        (
            _K.HANDOVER_SIGNED,
            {"point_id": PERSON, "passenger_ids": "7", "method": "paper", "receiver": "张"},
            "--data passenger_ids（人员）的值不合要求：写编号（UUID）。",
        ),
        (
            _K.TEMPERATURE_ROUND_TAKEN,
            {"measured": "24", "all_normal": "大概"},
            "--data all_normal（全部正常）的值不合要求：写 是 或 否。",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(
    kind: EventKind, typed: dict[str, str], message: str
) -> None:
    assert refuse(kind, **typed) == message


def test_a_wrong_value_is_not_repeated() -> None:
    secret = "15400001234" * 30
    assert secret not in refuse(_K.HANDOVER_SIGNED, receiver=secret, point_id=PERSON)


@pytest.mark.parametrize("pair", ["temperature", "=36.5", " =36.5"])
def test_a_pair_needs_both_sides(pair: str) -> None:
    with pytest.raises(CommandError, match="--data 要写成 字段=值"):
        read_pairs([pair])


def test_pairs() -> None:
    assert read_pairs(["note=甲=乙", " seat = 20 "]) == {"note": "甲=乙", "seat": "20"}
    with pytest.raises(CommandError, match="--data note 写了两次"):
        read_pairs(["note=甲", "note=乙"])


def test_an_unknown_field_lists_the_known_ones() -> None:
    with pytest.raises(CommandError) as refused:
        check_fields(_K.PASSENGER_SEAT_CHANGED, ["seat", "temprature"])
    assert refused.value.message == (
        "“换座”没有字段 temprature。可用：passenger_id 人员、seat_row 座位排、"
        "seat_column 座位列、seat 座位。"
    )
    with pytest.raises(CommandError) as refused:
        check_fields(_K.TRIP_CLOSED, ["note"])
    assert refused.value.message == "“归档”没有字段 note。可用：无。"


def test_a_kind_is_what_the_api_or_people_call_it() -> None:
    for kind in list_kinds():
        found = {read_kind(word) for word in (kind.value, f" {kind.upper()} ")}
        assert found == {kind}
        assert {read_kind(name) for name in EVENT_NAMES[kind]} == {kind}


def test_what_only_the_system_says_is_no_kind_to_type() -> None:
    assert {_K.PASSENGER_BOARDING_REFUSED, _K.TRIP_OPENED, _K.WORKER_TRAVEL_CHANGED} & set(
        list_kinds()
    ) == set()
    with pytest.raises(
        CommandError, match=r"没有事件“trip\.opened”。可用：trip\.filed 函告输入地、"
    ):
        read_kind("trip.opened")


def test_values_are_what_the_api_or_people_call_them() -> None:
    """Of every field that takes its values from a list; within one list no word means two."""
    for kind in list_kinds():
        for field in list_fields(kind):
            values = find_choices(kind, field)
            for value in values or ():
                words = (value, f" {value.upper()} ", *NAMES[type(value)][value])
                assert {read_named(type(value), word) for word in words} == {value}
    filed = {"recipient_unit": "苏州市人社局", "channel": "电话"}
    assert make(_K.TRIP_FILED, **filed)["channel"] == "telephone"


def test_every_value_has_both_names() -> None:
    for values, names in NAMES.items():
        wanted = set(list_kinds()) if values is EventKind else set(values)
        assert wanted - set(names) == set()
        assert all(zh and en for zh, en in names.values())


def test_every_field_that_can_be_typed_has_both_names() -> None:
    fields = {field for kind in list_kinds() for field in list_fields(kind)}
    assert fields - FIELD_NAMES.keys() == set()
    assert all(zh and en for zh, en in FIELD_NAMES.values())


def test_two_enums_with_one_value_keep_their_own_names() -> None:
    telephones: list[StrEnum] = [Channel.TELEPHONE]
    assert [NAMES[type(each)][each] for each in telephones] == [("电话", "telephone")]
    assert {NAMES[type(each)][each][0] for each in (_K.TRIP_RETURNED, _K.PASSENGER_RETURNED)} == {
        "返回出发地",
        "返回",
    }
