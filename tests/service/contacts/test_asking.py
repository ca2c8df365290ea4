"""Asking who rode with whom: by number, phone, name, plate and seat; what is chosen from; what is said of what
nobody has; who may ask for what.
"""

from typing import Any

import pytest

from schemas.permissions import Role
from service.days import CHINA
from tests.factories import Client, make_id_number, make_name, make_phone
from tests.service.trips.scenes import Ride, Scene

CASE: dict[str, Any] = {
    "purpose": "epidemiological",
    "reason": "合成流调",
    "case_reference": "LD-合成-1",
}
ACCIDENT = {**CASE, "purpose": "accident"}


@pytest.fixture
def officer(scene: Scene) -> Client:
    return scene.world.client(Role.HEALTH_OFFICER)


@pytest.fixture
def ride(scene: Scene) -> Ride:
    return scene.departed(3)


def day_of(scene: Scene) -> str:
    return scene.now.astimezone(CHINA).date().isoformat()


def by_plate(scene: Scene, **more: Any) -> dict[str, Any]:
    return {**CASE, "plate": "辽M12345", "date": day_of(scene), **more}


def test_everybody_of_an_ordinary_year(scene: Scene, officer: Client, ride: Ride) -> None:
    answer = scene.ok(officer.post("/v1/contacts", by_plate(scene, seat="1号")))
    assert answer["asked"]["worker_id"] == str(ride.workers[0])
    assert answer["asked"]["name"].endswith("*")
    (vehicle,) = answer["vehicles"]
    told = {name: vehicle[name] for name in ("reach", "rows", "basis", "aboard", "within", "crew")}
    assert told == {
        "reach": None,
        "rows": None,
        "basis": "no-rule",
        "aboard": 3,
        "within": 2,
        "crew": 2,
    }
    assert vehicle["seat_map"].splitlines()[0].split() == ["1", "[1?]", "2?", "3?", "·"]
    assert answer["count"] == 2
    for each in range(3):
        assert make_name(each) not in str(answer)


@pytest.mark.parametrize("way", ["id_number", "phone", "name", "worker_id", "passenger"])
def test_ways_of_naming_a_person(scene: Scene, officer: Client, ride: Ride, way: str) -> None:
    ids = {"trip_id": str(ride.trip), "passenger_id": str(ride.passengers[1])}
    who = {
        "id_number": {"number": make_id_number(birth="1971-05-12", sequence=101)},
        "phone": {"phone": make_phone(1)},
        "name": {"name": make_name(1)},
        "worker_id": {"worker_id": str(ride.workers[1])},
        "passenger": ids,
    }[way]
    answer = scene.ok(officer.post("/v1/contacts", {**CASE, **who}))
    assert answer["asked"]["worker_id"] == str(ride.workers[1])
    assert answer["count"] == 2


def test_namesakes_are_offered(scene: Scene, officer: Client) -> None:
    first, second = scene.make_workers(2, name="王同名")
    trip = scene.open_trip()
    passengers = scene.assign(trip, [first, second])
    scene.tell(trip, "manifest.locked")
    scene.board(trip, passengers)
    answer = scene.ok(officer.post("/v1/contacts", {**CASE, "name": "王同名"}))
    assert [each["worker_id"] for each in answer["choices"]] == [str(first), str(second)]
    assert answer["vehicles"] == []
    assert "王同名" not in str(answer)
    chosen = {**CASE, "worker_id": answer["choices"][1]["worker_id"]}
    again = scene.ok(officer.post("/v1/contacts", chosen))
    assert again["count"] == 1


def test_two_trips_of_a_day_are_offered(scene: Scene, officer: Client) -> None:
    """One arrived at 23:00, the other one leaves half an hour later."""
    first = scene.arrived(2)
    scene.tell(first.trip, "passenger.received", passenger_id=first.passengers[0])
    second = scene.open_trip(hours=-0.5, vehicle_id=str(scene.vehicle_id))
    scene.assign(second, scene.make_workers(1))
    body = by_plate(scene, date="2020-03-24")
    answer = scene.ok(officer.post("/v1/contacts", body))
    assert [each["trip_id"] for each in answer["choices"]] == [str(first.trip), str(second)]
    assert answer["vehicles"] == []
    chosen = {**body, "trip_id": str(first.trip)}
    assert scene.ok(officer.post("/v1/contacts", chosen))["count"] == 2
    next_day = scene.ok(officer.post("/v1/contacts", {**body, "date": "2020-03-25"}))
    assert [(each["trip_id"], each["aboard"]) for each in next_day["vehicles"]] == [
        (str(second), 0)
    ]


def test_two_people_of_one_seat_are_offered(scene: Scene, officer: Client, ride: Ride) -> None:
    scene.world.clock.advance(hours=1)
    first, second, _ = ride.passengers
    scene.tell(ride.trip, "passenger.seat_changed", passenger_id=first, seat_row=4, seat_column=1)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "passenger.seat_changed", passenger_id=second, seat_row=1, seat_column=1)
    answer = scene.ok(officer.post("/v1/contacts", by_plate(scene, seat="1")))
    offered = {each["passenger_id"] for each in answer["choices"]}
    assert offered == {str(first), str(second)}
    empty = scene.ok(officer.post("/v1/contacts", by_plate(scene, seat="40")))
    assert len(empty["choices"]) == 3


NOBODY = [
    ("vehicle-unknown", {"plate": "辽M99999", "date": "2020-03-24"}, {"field": "plate"}),
    (
        "no-trip-then",
        {"plate": "辽M12345", "date": "2020-03-20"},
        {"field": "date", "nearest": "2020-03-24"},
    ),
    ("name-unknown", {"name": "无此人"}, {"field": "name"}),
    ("name-unknown", {"phone": "15499999999"}, {"field": "phone"}),
]


@pytest.mark.usefixtures("ride")
@pytest.mark.parametrize(("code", "who", "facts"), NOBODY)
def test_what_nobody_has(officer: Client, *, code: str, who: Any, facts: Any) -> None:
    answer = officer.post("/v1/contacts", {**CASE, **who})
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.json().get("facts") == facts
    if "nearest" in facts:
        assert "2020-03-24" in answer.json()["detail"]
    english = officer.request(
        "POST", "/v1/contacts", body={**CASE, **who}, headers={"Accept-Language": "en"}
    )
    assert english.json()["title"].isascii()


@pytest.mark.usefixtures("ride")
def test_a_seat_that_the_coach_did_not_have(scene: Scene, officer: Client) -> None:
    answer = officer.post("/v1/contacts", by_plate(scene, seat="99"))
    assert (answer.status_code, answer.json()["code"]) == (404, "seat-absent")
    assert "45" in answer.json()["facts"]["labels"]
    assert "45" in answer.json()["detail"]


def test_somebody_who_never_rode(scene: Scene, officer: Client) -> None:
    (worker,) = scene.make_workers(1)
    answer = officer.post("/v1/contacts", {**CASE, "worker_id": str(worker)})
    assert (answer.json()["code"], answer.json()["facts"]) == (
        "no-trip-then",
        {"field": "date", "nearest": None},
    )


MALFORMED = [
    {},
    {"plate": "辽M12345"},
    {"name": "王一", "phone": "15400000001"},
    {"name": "王一", "seat": "1"},
    {"passenger_id": "01710a3e-2400-7000-8000-000000000901"},
    {"name": "王一", "at": "2020-03-24T10:00:00+08:00"},
    {"number": "1024-9"},
    {"number": "211221197105121018"},
]


@pytest.mark.parametrize("who", MALFORMED)
def test_malformed_questions(officer: Client, who: Any) -> None:
    answer = officer.post("/v1/contacts", {**CASE, **who})
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert answer.json()["errors"]


@pytest.mark.parametrize("missing", ["purpose", "reason", "case_reference"])
def test_purpose_and_case_are_needed(scene: Scene, officer: Client, missing: str) -> None:
    body = {name: value for name, value in by_plate(scene).items() if name != missing}
    assert officer.post("/v1/contacts", body).status_code == 422


@pytest.mark.usefixtures("ride")
def test_who_may_ask(scene: Scene) -> None:
    """A coordinator for an accident; nobody else but the health office."""
    refused = scene.coordinator.post("/v1/contacts", by_plate(scene))
    assert (refused.status_code, refused.json()["code"]) == (403, "contacts-purpose")
    accident = {**by_plate(scene), **ACCIDENT}
    assert scene.ok(scene.coordinator.post("/v1/contacts", accident))["count"] == 3
    for role in (Role.AUDITOR, Role.TOWNSHIP_CLERK, Role.ESCORT, Role.CARRIER):
        assert scene.world.client(role).post("/v1/contacts", accident).status_code == 403
    desk = scene.coordinator
    assert desk.get("/v1/contacts").status_code == 403


def test_a_narrowed_officer_sees_own_trips_only(scene: Scene, ride: Ride) -> None:
    other = scene.departed(1)
    narrowed = scene.world.client(Role.HEALTH_OFFICER, trip_ids=[other.trip])
    answer = narrowed.post("/v1/contacts", by_plate(scene))
    assert answer.json()["code"] == "no-trip-then"
    assert answer.json()["facts"] == {"field": "date", "nearest": None}
    hidden = narrowed.post("/v1/contacts", {**CASE, "worker_id": str(ride.workers[0])})
    assert hidden.status_code == 404
    own = narrowed.post("/v1/contacts", {**CASE, "worker_id": str(other.workers[0])})
    assert own.status_code == 200


@pytest.mark.usefixtures("ride")
def test_no_rights_to_the_fleet_are_needed(scene: Scene, officer: Client) -> None:
    assert officer.get("/v1/vehicles").status_code == 403
    assert scene.ok(officer.post("/v1/contacts", by_plate(scene)))["count"] == 3
