"""Policies are loaded into a county once and for good; trips take the one of their day, keep it, switch."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.policies import PolicyIn, RiskAreas
from schemas.texts import Language, speaking
from service.errors import DomainError
from service.policies import files
from service.policies.rules import NAMING, ORDINARY, PolicyBook, list_differences
from tests.service.trips.checked import STRICT, ready
from tests.service.trips.scenes import Scene

EPIDEMIC = {
    "version": "half-full",
    "title": "合成政策：半载",
    "valid_from": "2020-01-01",
    "occupancy_percent": 50,
    "isolation_rows": 2,
}


def load(scene: Scene, **changes: Any) -> Any:
    return scene.coordinator.post("/v1/policies", {**EPIDEMIC, **changes})


def test_a_version_is_loaded_once_and_never_changed(scene: Scene) -> None:
    assert load(scene).status_code == 201
    assert load(scene).status_code == 201
    other = load(scene, occupancy_percent=60)
    assert (other.status_code, other.json()["code"]) == (409, "policy-version-used")
    twin = load(scene, version="twin")
    assert (twin.status_code, twin.json()["code"]) == (409, "policy-overlaps")
    always = load(scene, version="always", valid_from=None)
    assert always.json()["facts"] == {"policy": "ordinary-1"}
    listed = scene.ok(scene.coordinator.get("/v1/policies"))["items"]
    assert [each["version"] for each in listed] == ["ordinary-1", "half-full"]
    one = scene.ok(scene.coordinator.get("/v1/policies/half-full"))
    assert one["occupancy_percent"] == 50
    assert scene.coordinator.get("/v1/policies/none").status_code == 404


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.ESCORT, Role.HEALTH_OFFICER])
def test_only_a_coordinator_loads(scene: Scene, role: Role) -> None:
    assert scene.world.client(role).post("/v1/policies", EPIDEMIC).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occupancy": 50}, "occupancy"),
        ({"occupancy_percent": 101}, "occupancy_percent"),
        ({"valid_until": "2019-12-31"}, "valid_until"),
        ({"proof_validity": [{"kind": "nucleic_test"}]}, "proof_validity.0.days"),
        ({"contact_rules": [{"vehicle": "coach", "reach": "rows"}]}, "contact_rules.0.rows"),
        ({"temperature_comparison": "over"}, "temperature_comparison"),
        ({"region": "2"}, "region"),
        ({"question_set": "nope"}, "question_set"),
        (
            {"proof_validity": [{"kind": "nucleic_test", "days": d} for d in (1, 90)]},
            "proof_validity",
        ),
        (
            {"contact_rules": [{"vehicle": "coach", "reach": "everybody"}] * 2},
            "contact_rules",
        ),
    ],
)
def test_what_is_wrong_is_named(scene: Scene, changes: dict[str, Any], field: str) -> None:
    refused = load(scene, **changes)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == [f"body.{field}"]


def test_a_trip_takes_the_policy_of_its_day_until_it_is_filed(scene: Scene) -> None:
    trip = scene.open_trip()
    assert scene.trip(trip)["policy_version"] == "ordinary-1"
    before = scene.trip(trip)["places"]
    load(scene)
    assert scene.trip(trip)["policy_version"] == "ordinary-1"
    scene.tell(trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    filed = scene.trip(trip)
    assert filed["policy_version"] == "half-full"
    assert filed["places"] == 23 < before  # half of 47 licensed places, rounded down
    load(scene, version="later", valid_from="2020-01-02", occupancy_percent=80)
    scene.tell(trip, "trip.filed", channel="letter", recipient_unit="苏州市人社局")
    assert scene.trip(trip)["policy_version"] == "half-full"


def test_switching_is_an_event_and_measures_anew(scene: Scene) -> None:
    load(scene)
    trip = scene.open_trip()
    assert scene.trip(trip)["policy_version"] == "half-full"
    told = scene.tell(trip, "policy.switched", policy="ordinary-1", reason="应急响应终止")
    assert told["decided"]["policy_before"] == "half-full"
    assert scene.trip(trip)["policy_version"] == "ordinary-1"
    assert scene.refused(trip, "policy.switched", policy="never-loaded", reason="误") == "not-found"


DATES = "注意：该政策在发车那天不在有效期内"
REGION = "注意：该政策不是本县所在地区的"


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({}, []),
        ({"region": "2112", "valid_from": "2020-03-24", "valid_until": "2020-03-24"}, []),
        ({"valid_until": "2020-03-23"}, [DATES]),
        ({"valid_from": "2020-03-25"}, [DATES]),
        ({"region": "51"}, [REGION]),
        ({"region": "211222", "valid_until": "2020-03-23"}, [DATES, REGION]),
    ],
)
def test_a_switch_to_what_does_not_hold_says_so(
    scene: Scene, changes: dict[str, Any], warnings: list[str]
) -> None:
    """Before, with it, at its repeat, and whenever the gate is asked; it is not refused."""
    trip = scene.open_trip()
    load(scene, **changes)
    gate = f"/v1/trips/{trip}/gate"
    assert scene.ok(scene.coordinator.get(gate, policy="half-full"))["warnings"] == warnings
    event = scene.event("policy.switched", policy="half-full", reason="合成：批示")
    for _ in range(2):
        (told,) = scene.send(trip, event)
        assert told["warnings"] == warnings
    assert scene.trip(trip)["policy_version"] == "half-full"
    assert scene.ok(scene.coordinator.get(gate))["warnings"] == warnings


def test_a_locked_list_keeps_to_what_the_policy_leaves(scene: Scene) -> None:
    """Neither a filing nor a reversal brings back a policy that the list does not fit."""
    ride = scene.locked(24)
    load(scene)
    filing = {"channel": "telephone", "recipient_unit": "合成单位"}
    assert scene.refused(ride.trip, "trip.filed", **filing) == "over-capacity"
    assert scene.trip(ride.trip)["policy_version"] == "ordinary-1"
    switched = {"reason": "合成：通知"}
    scene.tell(ride.trip, "manifest.unlocked", **switched)
    scene.tell(ride.trip, "trip.filed", **filing)
    told = scene.tell(ride.trip, "policy.switched", policy="ordinary-1", **switched)
    scene.tell(ride.trip, "manifest.locked")
    back = {"event_id": told["id"], **switched}
    assert scene.refused(ride.trip, "event.reversed", **back) == "over-capacity"
    assert scene.trip(ride.trip)["policy_version"] == "ordinary-1"
    scene.tell(ride.trip, "manifest.unlocked", **switched)
    scene.tell(ride.trip, "event.reversed", **back)
    assert scene.trip(ride.trip)["policy_version"] == "half-full"
    assert scene.refused(ride.trip, "manifest.locked") == "over-capacity"


def test_the_lock_of_a_trip_that_was_never_filed_chooses(scene: Scene) -> None:
    """Its gate says so before; what is loaded under the lock waits for the unlocking, or for the filing."""
    ride = scene.listed(1)
    load(scene)
    gate = f"/v1/trips/{ride.trip}/gate"
    assert scene.ok(scene.coordinator.get(gate))["policy_version"] == "half-full"
    assert scene.trip(ride.trip)["policy_version"] == "ordinary-1"
    scene.tell(ride.trip, "manifest.locked")
    locked = scene.trip(ride.trip)
    assert (locked["policy_version"], locked["places"]) == ("half-full", 23)
    load(scene, version="later", valid_from="2020-01-02", occupancy_percent=80)
    assert scene.ok(scene.coordinator.get(gate))["policy_version"] == "half-full"
    scene.tell(ride.trip, "manifest.unlocked", reason="合成：新政策")
    assert scene.ok(scene.coordinator.get(gate))["policy_version"] == "later"
    scene.tell(ride.trip, "manifest.locked")
    assert scene.trip(ride.trip)["policy_version"] == "later"
    load(scene, version="last", valid_from="2020-01-03", occupancy_percent=70)
    scene.tell(ride.trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    assert scene.trip(ride.trip)["policy_version"] == "last"


@pytest.mark.parametrize(
    ("people", "changes", "code"),
    [
        (24, {}, "over-capacity"),
        (1, {"question_set": "2020-five"}, "declaration-missing"),
        (1, {"filing_acknowledgement_required": True}, "filing-unacknowledged"),
        (1, {"occupancy_percent": 1}, "over-capacity"),
    ],
)
def test_what_the_policy_that_the_lock_chooses_forbids(
    scene: Scene, people: int, changes: dict[str, Any], code: str
) -> None:
    ride = scene.listed(people)
    load(scene, **changes)
    gate = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/gate"))
    found = [*gate["reasons"], *(one for line in gate["lines"] for one in line["reasons"])]
    assert {each["code"] for each in found} <= {code, None}
    assert not gate["may_lock"]
    assert scene.refused(ride.trip, "manifest.locked") == code


def test_locked_and_boarded_in_one_request(scene: Scene) -> None:
    """The door judges by what the lock chose in that request, with what was noted of the people."""
    ride = ready(scene, 2)
    scene.ok(scene.coordinator.post("/v1/policies", STRICT), 201)
    assert scene.trip(ride.trip)["policy_version"] == "ordinary-1"
    scene.record(ride.trip, scene.event("manifest.locked"), *scene.roll_call(ride.passengers))
    assert scene.trip(ride.trip)["policy_version"] == "strict"


def test_a_switch_before_the_lock_stands(scene: Scene) -> None:
    ride = scene.listed(1)
    scene.tell(ride.trip, "policy.switched", policy="ordinary-1", reason="合成：通知")
    load(scene)
    scene.tell(ride.trip, "manifest.locked")
    assert scene.trip(ride.trip)["policy_version"] == "ordinary-1"


def test_a_switch_on_the_road_measures_the_vehicle_that_came(scene: Scene) -> None:
    """Of a coach that came for another who rides beyond its places is judged by the policy in force now."""
    ride = scene.departed(24)
    load(scene)
    switched = {"reason": "合成：通知"}
    scene.tell(ride.trip, "policy.switched", policy="half-full", **switched)
    other = scene.make_vehicle("辽M54321")
    scene.afterwards(ride.trip, "vehicle.replaced", vehicle_id=other)
    for policy, beyond in (("half-full", 1), ("ordinary-1", 0), ("half-full", 1)):
        scene.world.clock.advance(minutes=1)
        scene.tell(ride.trip, "policy.switched", policy=policy, **switched)
        found = [each["exceptions"] for each in scene.people(ride.trip).values()]
        assert sorted(found) == [[]] * (24 - beyond) + [["over-capacity"]] * beyond


def test_nobody_is_put_into_isolation_rows_by_a_reversal(scene: Scene) -> None:
    """Rows 10 and 11 stay free under the policy: who sits there on a locked list is asked about first."""
    load(scene)
    ride = scene.listed(2)
    told = scene.tell(ride.trip, "policy.switched", policy="ordinary-1", reason="合成：终止")
    seat = {"seat_row": 11, "seat_column": 1}
    scene.tell(ride.trip, "passenger.seat_changed", passenger_id=ride.passengers[0], **seat)
    scene.tell(ride.trip, "manifest.locked")
    back = {"event_id": told["id"], "reason": "合成：误报"}
    assert scene.refused(ride.trip, "event.reversed", **back) == "seat-kept-free"
    scene.tell(ride.trip, "manifest.unlocked", reason="合成：换座")
    scene.tell(ride.trip, "event.reversed", **back)
    rows = {each["seat_row"] for each in scene.people(ride.trip).values()}
    assert rows.isdisjoint({10, 11})


def test_a_level_that_is_loaded_later_counts_when_the_list_is_locked(scene: Scene) -> None:
    load(
        scene,
        occupancy_percent=None,
        isolation_rows=0,
        risk_scheme="2020",
        occupancy_by_risk={"medium": 20},
    )
    ride = scene.listed(10)
    area = {"area_code": "320500", "level": "medium", "scheme": "2020", "valid_from": "2020-03-01"}
    gate = f"/v1/trips/{ride.trip}/gate"
    assert scene.ok(scene.coordinator.get(gate))["may_lock"] is True
    scene.ok(scene.coordinator.post("/v1/risk-areas", {"areas": [area]}), 201)
    (reason,) = scene.ok(scene.coordinator.get(gate))["reasons"]
    assert reason["code"] == "over-capacity"
    assert scene.refused(ride.trip, "manifest.locked") == "over-capacity"


NO_TOML: dict[str, tuple[bytes, str, str]] = {
    "nested": (
        b"x = " + b"[" * 3000 + b"]" * 3000,
        "括号嵌套太深",
        "brackets are nested too deeply",
    ),
    "number": (b"x = " + b"9" * 5000, "数字太长或不合写法", "a number is too long, or none"),
    "bytes": (b"x = \xff", "文件不是UTF-8编码的文本", "the file is no text in UTF-8"),
    "line": (b"x = 1\n\ny = ?", "第3行第5列不合TOML的写法", "no TOML at line 3, column 5: "),
    "end": (b"x", "文件末尾不合TOML的写法", "no TOML at the end of the file: "),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("given", NO_TOML.values(), ids=NO_TOML)
def test_what_is_no_toml_is_said_so(given: tuple[bytes, str, str], language: Language) -> None:
    content, zh, en = given
    with speaking(language), pytest.raises(DomainError) as caught:
        files.parse_file(content)
    assert caught.value.code is ErrorCode.FIELD_INVALID
    (problem,) = caught.value.errors or ()
    assert problem.message.startswith(zh if language == "zh" else en)


def test_a_policy_as_a_file_is_read_again() -> None:
    """Also control characters, quotes and backslashes in its texts."""
    for code in (*range(0x20), 0x22, 0x5C, 0x7F, 0x85, 0x9F, 0x2028, 0xFEFF, 0xFFFF, 0x1F600):
        policy = PolicyIn.model_validate({"version": "ours-1", "title": f"a{chr(code)}b"})
        assert files.parse_file(files.write_policy(policy).encode()) == policy


def test_the_file_of_risk_levels(scene: Scene) -> None:
    area = {
        "area_code": "320500",
        "level": "medium",
        "scheme": "2020",
        "valid_from": "2020-03-01",
        "valid_until": "2020-03-10",
    }
    one = scene.coordinator.post("/v1/risk-areas", {"areas": [area]})
    assert one.status_code == 201
    backwards = {**area, "valid_until": "2020-02-29"}
    refused = scene.coordinator.post("/v1/risk-areas", {"areas": [backwards]})
    assert (refused.status_code, refused.json()["code"]) == (422, "request-invalid")
    overlapping = {**area, "level": "high", "valid_from": "2020-03-10", "valid_until": None}
    refused = scene.coordinator.post("/v1/risk-areas", {"areas": [area, overlapping]})
    assert (refused.status_code, refused.json()["code"]) == (422, "risk-areas-overlap")


def test_shipped_policies() -> None:
    shipped = files.list_shipped()
    assert len({each.version for each in shipped}) == len(shipped) == 8
    book = PolicyBook("510823", tuple(files_as_loaded(shipped)))
    for on, version in (
        (date(2020, 2, 12), "national-2020-02"),
        (date(2020, 2, 25), "sichuan-2020-02-17"),
        (date(2020, 2, 26), "sichuan-2020-02-26"),
        (date(2021, 2, 1), "spring-festival-2021"),
        (date(2022, 10, 1), "autumn-2022"),
        (date(2023, 2, 1), "from-2023-01"),
        (date(2019, 2, 1), "ordinary-1"),
    ):
        assert book.in_force(on).version == version
    of_2023 = next(each for each in shipped if each.version == "from-2023-01")
    assert list_differences(ORDINARY, of_2023) == []


def files_as_loaded(shipped: list[PolicyIn]) -> Any:
    return [type(ORDINARY).model_validate(each.model_dump()) for each in shipped]


def test_every_file_says_whence_it_comes() -> None:
    for path in Path(files.SHIPPED).glob("*.toml"):
        policy = files.parse_file(path.read_bytes())
        assert isinstance(policy, PolicyIn)
        assert policy.version == path.stem
        assert policy.document
        assert policy.source
        assert policy.valid_from
        assert set(NAMING) <= set(PolicyIn.model_fields)


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (b'version = "a', ErrorCode.FIELD_INVALID, "TOML"),
        (b"\xff\xfe", ErrorCode.FIELD_INVALID, "TOML"),
        (
            'version = "aa"\ntitle = "甲"\noccupancy = 5'.encode(),
            ErrorCode.FIELD_INVALID,
            "occupancy",
        ),
        ('title = "甲"'.encode(), ErrorCode.FIELD_INVALID, "version"),
        (b'[[areas]]\nlevel = "high"', ErrorCode.FIELD_INVALID, "areas.0.area_code"),
    ],
)
def test_bad_files(content: bytes, code: ErrorCode, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        files.parse_file(content)
    assert caught.value.code is code
    assert (caught.value.errors or [])[0].field == field


def test_a_file_of_areas() -> None:
    told = files.parse_file(
        b'[[areas]]\narea_code = "320500"\nlevel = "high"\nscheme = "2020"\nvalid_from = 2020-03-01\n'
    )
    assert isinstance(told, RiskAreas)
    assert told.areas[0].valid_from == datetime(2020, 3, 1).date()  # noqa: DTZ001
