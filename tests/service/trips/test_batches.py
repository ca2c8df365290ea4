"""Batches: where they may go, corrected with the version read, cancelled for good; each with its event."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.ledger.parts import open_parts
from service.manage.leftover_keys import list_orphan_keys
from tests.factories import Client, World
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Scene

REASON = "企业推迟复工"
ELSEWHERE = "330700"
NOWHERE = "017109d6-bc00-7000-8000-0000000000ff"


def read(scene: Scene, batch: UUID | None = None, *, by: Client | None = None) -> Any:
    return scene.ok((by or scene.coordinator).get(f"/v1/batches/{batch or scene.batch_id}"))


def patch(scene: Scene, body: Any, *, version: int | None) -> tuple[int, Any]:
    answer = scene.coordinator.patch(f"/v1/batches/{scene.batch_id}", body, version=version)
    return answer.status_code, answer.json()


def cancel(scene: Scene, reason: str = REASON, *, by: Client | None = None) -> tuple[int, Any]:
    path = f"/v1/batches/{scene.batch_id}/cancel"
    answer = (by or scene.coordinator).post(path, {"reason": reason})
    return answer.status_code, answer.json()


def list_events(scene: Scene) -> list[Any]:
    return scene.world.list_bodies(StreamKind.BATCH, scene.batch_id)


def make_body(world: World, **changes: Any) -> dict[str, Any]:
    body = {
        "id": str(world.new_id()),
        "number": "P20200324",
        "destination_code": "320500",
        "window_from": "2020-03-24",
        "window_to": "2020-03-27",
    }
    return body | changes


# --- where it goes ------------------------------------------------------------------------------
@pytest.mark.tables
@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("320500", True),
        ("320583", True),
        ("320000", True),
        ("429004", True),  # 仙桃, right under its province
        ("999999", False),
        ("320599", False),
        ("460102", False),  # 振东区, no more since 2002
    ],
)
def test_a_batch_goes_to_a_division_that_there_is(
    scene: Scene, code: str, *, is_known: bool
) -> None:
    body = make_body(scene.world, destination_code=code)
    answers = [
        scene.coordinator.post("/v1/batches", body),
        scene.coordinator.patch(
            f"/v1/batches/{scene.batch_id}", {"destination_code": code}, version=1
        ),
    ]
    if is_known:
        assert [each.status_code for each in answers] == [201, 200]
        return
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
        (problem,) = answer.json()["errors"]
        assert problem["field"] == "body.destination_code"
        assert problem["message"].startswith("现行行政区划表中没有这个代码，")
    assert [body["kind"] for body in list_events(scene)] == ["batch.opened"]


# --- corrected ----------------------------------------------------------------------------------
def test_correcting_takes_the_version_that_was_read(scene: Scene) -> None:
    shown = scene.coordinator.get(f"/v1/batches/{scene.batch_id}")
    before = shown.json()
    assert (before["version"], shown.headers["ETag"]) == (1, '"1"')
    assert (before["state"], before["cancelled_at"], before["cancelled_reason"]) == (
        "open",
        None,
        None,
    )
    for version, refused in ((None, (428, "precondition-required")), (2, (412, "version-stale"))):
        status, answer = patch(scene, {"organiser": "昆山市人社局"}, version=version)
        assert (status, answer["code"]) == refused
    assert read(scene) == before

    body = {
        "number": "P-改",
        "organiser": "昆山市人社局",
        "organiser_kind": "destination_bureau",
        "enterprise_id": str(scene.enterprise_id),
        "window_to": "2020-04-02",
    }
    answer = scene.coordinator.patch(f"/v1/batches/{scene.batch_id}", body, version=1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json() == before | body | {"version": 2}
    assert read(scene) == answer.json()
    assert patch(scene, {"enterprise_id": None}, version=2)[1]["enterprise_id"] is None

    opened, changed, emptied = list_events(scene)
    assert (changed["kind"], changed["actor"]) == (
        "batch.changed",
        str(scene.coordinator.actor.account_id),
    )
    told = {name: changed["data"][name] for name in ("version", "number", "fields")}
    assert told == {"version": 2, "number": "P-改", "fields": sorted(body)}
    hashes = {each["data"]["content_hash"] for each in (opened, changed, emptied)}
    assert len(hashes) == 3


def test_a_correction_commits_as_an_opening_does(scene: Scene) -> None:
    """The same content has the same commitment, however it came about."""
    number = read(scene)["number"]
    assert patch(scene, {"number": "P-1"}, version=1)[0] == 200
    assert patch(scene, {"number": number}, version=2)[0] == 200
    opened, _, changed = list_events(scene)
    assert changed["data"]["content_hash"] == opened["data"]["content_hash"]


def test_a_repeated_opening_changes_nothing_after_a_correction(scene: Scene) -> None:
    body = make_body(scene.world)
    path = f"/v1/batches/{body['id']}"
    scene.ok(scene.coordinator.post("/v1/batches", body), 201)
    corrected = scene.ok(scene.coordinator.patch(path, {"number": "P-1"}, version=1))
    assert scene.ok(scene.coordinator.post("/v1/batches", body), 201) == corrected
    other = scene.coordinator.post("/v1/batches", body | {"organiser": "企业"})
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    free = make_body(scene.world)  # the number that the other one had before
    scene.ok(scene.coordinator.post("/v1/batches", free), 201)


@pytest.mark.tables
@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 422, "request-invalid", "body"),
        ({"colour": "red"}, 422, "request-invalid", "body.colour"),
        ({"number": None}, 422, "request-invalid", "body"),
        ({"destination_code": None}, 422, "request-invalid", "body"),
        ({"number": "P-taken"}, 409, "record-exists", "number"),
        ({"enterprise_id": NOWHERE}, 404, "not-found", "enterprise_id"),
        ({"window_to": "2020-03-01"}, 422, "field-invalid", "window_to"),
        ({"window_from": "2020-05-01"}, 422, "field-invalid", "window_from"),
    ],
)
def test_what_a_batch_cannot_be_made(
    scene: Scene, body: Any, status: int, code: str, field: str | None
) -> None:
    scene.ok(scene.coordinator.post("/v1/batches", make_body(scene.world, number="P-taken")), 201)
    before = read(scene)
    answered, problem = patch(scene, body, version=1)
    assert (answered, problem["code"]) == (status, code)
    assert [each["field"] for each in problem.get("errors") or ()] == ([field] if field else [])
    assert read(scene) == before
    assert len(list_events(scene)) == 1


def test_its_own_number_is_no_other_batch(scene: Scene) -> None:
    status, answer = patch(scene, {"number": read(scene)["number"]}, version=1)
    assert (status, answer["version"]) == (200, 2)


# --- trips go where it goes ---------------------------------------------------------------------
def test_trips_follow_a_new_destination(scene: Scene) -> None:
    """Also with people on their lists; a cancelled one stays what it was."""
    trip, gone = scene.open_trip(), scene.open_trip(hours=24)
    second = scene.open_trip(hours=48)
    scene.assign(trip, scene.make_workers(2))
    scene.assign(second, scene.make_workers(2))
    scene.tell(gone, "trip.cancelled", reason="雪")
    before = scene.trip(trip)
    bureaus = [
        scene.world.client(Role.DESTINATION_OFFICER, division_prefix=each)
        for each in ("320500", ELSEWHERE)
    ]
    assert [each.get(f"/v1/trips/{trip}").status_code for each in bureaus] == [200, 404]
    status, answer = patch(scene, {"destination_code": ELSEWHERE}, version=1)
    assert (status, answer["destination_code"]) == (200, ELSEWHERE)
    after = scene.trip(trip)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"destination_code", "destination_name", "version"}
    assert (after["destination_name"], after["version"]) == ("浙江省金华市", 2)
    assert scene.trip(gone)["destination_code"] == "320500"
    assert scene.trip(second)["destination_code"] == ELSEWHERE
    assert [each.get(f"/v1/trips/{trip}").status_code for each in bureaus] == [404, 200]
    told = scene.world.list_bodies(StreamKind.TRIP, trip)[-1]
    assert (told["kind"], told["data"]["fields"]) == ("trip.changed", ["destination_code"])


def _acknowledge(scene: Scene, trip: UUID) -> None:
    scene.tell(trip, "trip.filed", channel="telephone", recipient_unit="苏州市人社局")
    call = {"person": "王", "post": "科长", "approved_at": scene.now.isoformat()}
    scene.tell(trip, "filing.acknowledged", channel="telephone", unit="苏州市人社局", **call)


FIXED = {
    "filed": lambda scene, ride: scene.tell(
        ride.trip, "trip.filed", channel="letter", recipient_unit="苏州市人社局"
    ),
    "acknowledged": lambda scene, ride: _acknowledge(scene, ride.trip),
    "locked": lambda scene, ride: scene.tell(ride.trip, "manifest.locked"),
    "on the road": lambda scene, ride: scene.record(
        ride.trip,
        scene.event("manifest.locked"),
        *scene.roll_call(ride.passengers),
        scene.event("trip.departed", aboard=1),
    ),
}


@pytest.mark.parametrize("how", FIXED)
def test_a_destination_stands_once_somebody_counts_on_it(scene: Scene, how: str) -> None:
    ride = scene.listed(1)
    scene.open_trip(hours=24)
    FIXED[how](scene, ride)
    rows, number = scene.rows(), scene.trip(ride.trip)["number"]
    status, answer = patch(scene, {"destination_code": ELSEWHERE}, version=1)
    assert (status, answer["code"]) == (409, "destination-fixed")
    assert answer["facts"] == {"count": 1, "trips": [number]}
    assert answer["detail"].startswith(f"涉及趟次：{number}。")
    assert (scene.rows(), read(scene)["version"]) == (rows, 1)
    assert patch(scene, {"window_to": "2020-04-02"}, version=1)[0] == 200
    assert patch(scene, {"destination_code": "320500"}, version=2)[0] == 200


# --- cancelled ----------------------------------------------------------------------------------
def test_cancelling_is_for_good_and_told_once(scene: Scene) -> None:
    scene.world.clock.advance(minutes=5)
    status, answer = cancel(scene)
    assert status == 200
    assert (answer["state"], answer["version"], answer["cancelled_reason"]) == (
        "cancelled",
        2,
        REASON,
    )
    assert answer["cancelled_at"] == "2020-03-24T00:05:00Z"
    scene.world.clock.advance(minutes=5)
    assert cancel(scene, "另一个理由") == (200, answer)
    assert read(scene) == answer
    _, event = list_events(scene)
    assert (event["kind"], event["data"]) == ("batch.cancelled", {})
    assert list(event["commit"]) == ["stream.note"]

    for refused in (
        scene.coordinator.patch(f"/v1/batches/{scene.batch_id}", {"number": "P-1"}, version=2),
        scene.coordinator.post("/v1/trips", make_trip(scene)),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "batch-cancelled")
    assert scene.rows()["trip"] == []
    assert len(list_events(scene)) == 2


def make_trip(scene: Scene) -> dict[str, Any]:
    """With nobody and nothing named that another trip could have."""
    identifier = str(scene.world.new_id())
    plan = make_plan(scene.world, start=scene.now, points=1) | {"contacts": None}
    number = f"T-{identifier[-6:]}"
    return plan | {"id": identifier, "batch_id": str(scene.batch_id), "number": number}


@pytest.mark.tables
@pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "x" * 1001}, {"why": "雪"}])
def test_a_reason_is_wanted(scene: Scene, body: Any) -> None:
    answer = scene.coordinator.post(f"/v1/batches/{scene.batch_id}/cancel", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert read(scene)["state"] == "open"


def test_its_trips_are_cancelled_or_closed_first(scene: Scene) -> None:
    closed, trip = scene.arrived(1), scene.open_trip(hours=48)
    numbers = {each: scene.trip(each)["number"] for each in (closed.trip, trip)}
    status, answer = cancel(scene)
    assert (status, answer["code"]) == (409, "trips-open")
    assert answer["facts"] == {"count": 2, "trips": sorted(numbers.values())}
    assert "、".join(sorted(numbers.values())) in answer["detail"]
    scene.hand_over(closed.trip, closed.passengers)
    scene.tell(closed.trip, "trip.closed")
    assert cancel(scene)[1]["facts"] == {"count": 1, "trips": [numbers[trip]]}
    scene.tell(trip, "trip.cancelled", reason="雪")
    assert cancel(scene)[0] == 200
    assert scene.trip(closed.trip)["state"] == "closed"


def test_of_many_open_trips_the_first_are_named(scene: Scene) -> None:
    for _ in range(11):
        scene.ok(scene.coordinator.post("/v1/trips", make_trip(scene)), 201)
    _, answer = cancel(scene)
    assert (answer["facts"]["count"], len(answer["facts"]["trips"])) == (11, 10)
    assert "等11趟。" in answer["detail"]


def test_the_reason_is_sealed_and_for_who_plans(scene: Scene) -> None:
    """It may name people."""
    trip = scene.open_trip()
    scene.tell(trip, "trip.cancelled", reason="雪")
    cancel(scene)
    for role in (Role.AUDITOR, Role.HEALTH_OFFICER, Role.DESTINATION_OFFICER):
        shown = read(scene, by=scene.world.client(role))
        assert (shown["state"], shown["cancelled_reason"]) == ("cancelled", None), role
    (listed,) = scene.ok(scene.coordinator.get("/v1/batches"))["items"]
    assert listed == read(scene)
    event = UUID(list_events(scene)[-1]["id"])
    with scene.world.context.reading(scene.world.console) as work:
        (part,) = open_parts(work.session, work.context.vault, work.county_code, [event])
        assert (part.name, part.content) == ("stream.note", {"reason": REASON})
        assert list_orphan_keys(work) == []


@pytest.mark.parametrize("role", [Role.ESCORT, Role.DESTINATION_OFFICER, Role.AUDITOR])
def test_who_may(scene: Scene, role: Role) -> None:
    client = scene.world.client(role)
    path = f"/v1/batches/{scene.batch_id}"
    for answer in (
        client.patch(path, {"number": "P-1"}, version=1),
        client.post(f"{path}/cancel", {"reason": REASON}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")


def test_another_countys_batch_is_none(scene: Scene) -> None:
    stranger = scene.world.client(county_code="211224")
    path = f"/v1/batches/{scene.batch_id}"
    for answer in (
        stranger.get(path),
        stranger.patch(path, {"number": "P-1"}, version=1),
        stranger.post(f"{path}/cancel", {"reason": REASON}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert read(scene)["version"] == 1


@pytest.mark.parametrize("number", [1, 3])
def test_reasons_cost_one_statement(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.batch_id = scene.open_batch()
        cancel(scene)
    with scene.world.counting() as sent:
        scene.ok(scene.coordinator.get("/v1/batches"))
    assert len(sent) == 2


def test_a_batch_is_cancelled_or_takes_the_trip(scene: Scene) -> None:
    """Whoever comes first: there is no open trip in a cancelled batch."""
    bodies = [make_trip(scene) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        opening = [pool.submit(scene.coordinator.post, "/v1/trips", each) for each in bodies]
        cancelled = pool.submit(cancel, scene).result()[0] == 200
        statuses = {each.result().status_code for each in opening}
    assert statuses <= {201, 409}
    assert cancelled == (statuses == {409})
    assert bool(scene.rows()["trip"]) != cancelled
