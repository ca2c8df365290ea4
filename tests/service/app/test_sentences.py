"""Errors speak one language at a time, name the field, and say what is missing."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.permissions import Role
from schemas.shapes import SHAPE_MESSAGES
from tests.architecture.sources import list_sources
from tests.factories import World
from tests.service.trips.scenes import Scene

HAN = re.compile(r"[\u4e00-\u9fff]")


# --- the tables are whole -----------------------------------------------------------------------
def _list_calls(name: str, *packages: str) -> Iterator[tuple[str, ast.Call]]:
    for source in list_sources(*packages):
        for node in ast.walk(source.tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == name and isinstance(node, ast.Call):
                yield source.at(node), node


def test_every_code_of_a_shape_has_its_chinese_sentence() -> None:
    codes = {
        call.args[0].value: place
        for name in ("PydanticCustomError", "object_to")
        for place, call in _list_calls(name, "schemas")
        if isinstance(call.args[0], ast.Constant)
    }
    assert {code: place for code, place in codes.items() if code not in SHAPE_MESSAGES} == {}
    assert codes.keys() >= {"window-reversed", "captain-unnamed", "search-one"}


def test_no_model_raises_a_bare_error() -> None:
    """Its Chinese answer would be a code."""
    found = [
        place
        for place, _ in _list_calls("ValueError", "schemas")
        if not place.startswith(("schemas/divisions", "schemas/ids", "schemas/identity"))
        and "roster" not in place
    ]
    assert found == []


def test_no_field_is_told_in_words_of_one_language() -> None:
    """`message` of a FieldProblem is a sentence out of a table, or a code."""
    spoken = [
        place
        for place, call in _list_calls("FieldProblem", "service")
        for keyword in call.keywords
        if keyword.arg == "message"
        and isinstance(keyword.value, ast.Constant | ast.JoinedStr)
        and not re.fullmatch(r"[a-z-]+", str(getattr(keyword.value, "value", " ")))
    ]
    assert spoken == []


# --- what is answered ---------------------------------------------------------------------------
REVERSED = {"window_from": "2020-03-27", "window_to": "2020-03-24"}
BATCH = {"number": "P-1", "destination_code": "320500", **REVERSED}
LATE = {
    "number": "T-1",
    "planned_departure_at": "2020-03-25T08:00:00+08:00",
    "planned_arrival_at": "2020-03-25T07:00:00+08:00",
}
WRONG: dict[str, tuple[str, dict[str, Any], str, str, str]] = {
    "window": (
        "/v1/batches",
        BATCH,
        "body.window_to",
        "时间窗的结束早于开始",
        "before window_from",
    ),
    "times": (
        "/v1/trips",
        LATE,
        "body.planned_arrival_at",
        "计划抵达不晚于计划发车",
        "not after planned_departure_at",
    ),
    "search": (
        "/v1/workers/search",
        {"name": "王合成", "phone": "15400000001"},
        "body.id_number",
        "只填一项",
        "exactly one of",
    ),
    "number": ("/v1/workers/search", {"number": "2-0"}, "body.number", "校验", "check digit"),
    "nothing": ("/v1/workers/search", {}, "body.id_number", "只填一项", "exactly one of"),
    "unknown batch": ("/v1/trips", {"number": "T-2"}, "batch_id", "没有这个编号", "no such id"),
    "unknown vehicle": (
        "/v1/trips",
        {"number": "T-3", "vehicle_id": "0190cf8e-0000-7000-8000-000000000009"},
        "vehicle_id",
        "没有这个编号",
        "no such id",
    ),
    "unknown driver": (
        "/v1/trips",
        {"number": "T-4", "driver_ids": ["0190cf8e-0000-7000-8000-000000000009"]},
        "driver_ids",
        "没有这个编号",
        "no such id",
    ),
    "unknown carrier": (
        "/v1/trips",
        {"number": "T-5", "carrier_id": "0190cf8e-0000-7000-8000-000000000009"},
        "carrier_id",
        "没有这个编号",
        "no such id",
    ),
    "carrier of a driver": (
        "/v1/drivers",
        {
            "carrier_id": "0190cf8e-0000-7000-8000-000000000009",
            "name": "王合成",
            "phone": "15400000001",
            "licence_class": "A1",
        },
        "carrier_id",
        "没有这个编号",
        "no such id",
    ),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_error_names_its_field_in_one_language(world: World, name: str) -> None:
    scene = Scene(world)
    path, body, field, chinese, english = WRONG[name]
    identifier = {} if "search" in path else {"id": str(world.new_id())}
    batch = {"batch_id": str(world.new_id() if name == "unknown batch" else scene.batch_id)}
    sent = identifier | (batch if path == "/v1/trips" else {}) | body
    told = {}
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        answer = scene.coordinator.request("POST", path, body=sent, headers=headers)
        assert answer.status_code in {404, 422}, answer.text
        (problem,) = answer.json()["errors"]
        assert problem["field"] == field
        told[language] = problem["message"]
    assert chinese in told["zh"]
    assert english in told["en"]
    assert not HAN.search(told["en"])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_incomplete_plan_says_what_is_missing(world: World) -> None:
    scene = Scene(world)
    trip = scene.open_trip(contacts=None, driver_ids=[])
    (outcome,) = scene.send(trip, scene.event("manifest.locked"))
    problem = outcome["problem"]
    assert (problem["code"], problem["facts"]["missing"]) == (
        "plan-incomplete",
        ["driver_ids", "contacts"],
    )
    assert problem["detail"].startswith("缺：驾驶员、联系人（contacts）。")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_acknowledgement_is_asked_for_after_the_filing(world: World) -> None:
    """The list's lock and the gate say the same; of a call its further fields are named."""
    scene = Scene(world)
    asks = {"version": "asks", "title": "合成", "valid_from": "2020-01-02"}
    asks |= {"filing_acknowledgement_required": True}
    scene.ok(scene.coordinator.post("/v1/policies", asks), 201)
    trip = scene.listed(1).trip

    def ask() -> list[str]:
        (outcome,) = scene.send(trip, scene.event("manifest.locked"))
        (reason,) = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/gate"))["reasons"]
        assert outcome["problem"]["code"] == reason["code"] == "filing-unacknowledged"
        return [outcome["problem"]["detail"], reason["says"].partition("：")[2]]

    unfiled = "尚未函告输入地：先登记“函告输入地”，再登记“输入地确认”。"
    assert ask() == [unfiled, unfiled]
    scene.tell(trip, "trip.filed", channel="telephone", recipient_unit="合成人社局")
    detail, says = ask()
    assert detail == says
    assert "电话确认的，另写职务（post）和批准时间（approved_at）。" in detail


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_wrong_head_count_is_told_with_both_figures(world: World) -> None:
    scene = Scene(world)
    ride = scene.boarded(3)
    scene.tell(ride.trip, "trip.departed", aboard=5)
    (finding,) = scene.trip(ride.trip)["findings"]
    assert (finding["code"], finding["counted"], finding["recorded"]) == ("count-differs", 5, 3)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_role_that_does_not_fit_is_told_in_words(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    body = {
        "id": str(world.new_id()),
        "username": "misfit",
        "name": "王合成",
        "phone": "15400000001",
        "password": "autumn-harvest-77",
        "role": "auditor",
        "division_prefix": "211221105",
    }
    (problem,) = administrator.post("/v1/accounts", body).json()["errors"]
    assert problem == {"field": "division_prefix", "message": "与角色“审计”不符"}
