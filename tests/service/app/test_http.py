"""What HTTP promises: undocumented parameters refused, HEAD, Allow, content types, Location."""

from typing import Any

import httpx2
import pytest

from schemas.permissions import Role
from service.app.create import ROUTERS
from service.rest import StrictRoute
from tests.factories import World, make_phone
from tests.service.trips.scenes import Scene
from tests.serving import serve

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["field"], each["message"]) for each in answer.json()["errors"]]


UNKNOWN = "没有这一项，请删去或核对名称"
QUERIES: list[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]] = [
    ("/v1/demands", [("town", "211221105")], [("query.town", UNKNOWN)]),
    ("/v1/trips", [("stat", "locked"), ("limit", "5")], [("query.stat", UNKNOWN)]),
    ("/v1/trips", [("张三", "1")], [("query.?", UNKNOWN)]),
    ("/v1/trips", [("211221197805123417", "")], [("query.?", UNKNOWN)]),
    ("/v1/trips", [("limit", "5"), ("limit", "6")], [("query.limit", "只能写一次")]),
    ("/v1/trips", [("x", "1"), ("y", "2")], [("query.x", UNKNOWN), ("query.y", UNKNOWN)]),
    ("/v1/me", [("verbose", "1")], [("query.verbose", UNKNOWN)]),
    ("/v1/trips", [("on", "0")], [("query.on", "应为日期，如 2020-03-24")]),
    ("/v1/trips", [("on", "1585008000")], [("query.on", "应为日期，如 2020-03-24")]),
    ("/v1/trips", [("on", "2020-03-24T00:00:00")], [("query.on", "应为日期，如 2020-03-24")]),
    ("/v1/trips", [("open", "maybe")], [("query.open", "应为 true 或 false")]),
]


@pytest.mark.parametrize(("path", "query", "wanted"), QUERIES)
def test_queries(
    world: World, path: str, query: list[tuple[str, str]], wanted: list[tuple[str, str]]
) -> None:
    coordinator = world.client(Role.COUNTY_COORDINATOR)
    assert problems(coordinator.request("GET", path, params=query)) == wanted


def test_a_list_may_be_given_several_times(world: World) -> None:
    coordinator = world.client(Role.COUNTY_COORDINATOR)
    query = [("state", "locked"), ("state", "boarding")]
    assert coordinator.request("GET", "/v1/trips", params=query).status_code == 200


def test_english(world: World) -> None:
    headers = {"Accept-Language": "en"}
    coordinator = world.client(Role.COUNTY_COORDINATOR)
    query = [("x", "1"), ("limit", "1"), ("limit", "2")]
    answer = coordinator.request("GET", "/v1/trips", params=query, headers=headers)
    assert problems(answer) == [
        ("query.x", "Extra inputs are not permitted"),
        ("query.limit", "Given more than once"),
    ]


def test_a_time_is_no_number(world: World) -> None:
    scene = Scene(world)
    path = f"/v1/trips/{scene.open_trip()}/aboard"
    for at in ("0", "1585008000", "2020-03-24", "2020-03-24T08:00:00"):
        assert problems(scene.coordinator.get(path, at=at))[0][0] == "query.at"
    assert scene.coordinator.get(path, at="2020-03-24T08:00:00+08:00").status_code == 200


@pytest.mark.usefixtures("settings")
def test_every_route_is_strict() -> None:
    loose = [
        route.path
        for router in ROUTERS
        for route in _flatten(router)
        if not isinstance(route, StrictRoute)
    ]
    assert loose == []


def _flatten(router: Any) -> list[Any]:
    found = []
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        found += _flatten(inner) if inner is not None else [route]
    return found


HEADS = ["/v1/me", "/v1/trips", "/healthz", "/openapi.json", "/docs"]


@pytest.mark.parametrize("path", HEADS)
def test_head_is_get_without_its_body(world: World, path: str) -> None:
    coordinator = world.client(Role.COUNTY_COORDINATOR)
    got, head = coordinator.get(path), coordinator.request("HEAD", path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    same = ("content-type", "content-length", "cache-control", "etag")
    assert [head.headers.get(each) for each in same] == [got.headers.get(each) for each in same]


ALLOWED = {
    ("PUT", "/v1/trips"): "GET, HEAD, POST",
    ("DELETE", "/v1/me"): "GET, HEAD",
    ("GET", "/v1/login"): "POST",
    ("HEAD", "/v1/login"): "POST",
    ("DELETE", "/v1/vehicles/0190cf8e-0000-7000-8000-000000000001"): "GET, HEAD, PATCH",
    ("PUT", "/v1/trips/0190cf8e-0000-7000-8000-000000000001/passengers"): "GET, HEAD, POST",
}


@pytest.mark.parametrize(("asked", "wanted"), ALLOWED.items())
def test_allow_names_every_method(world: World, asked: tuple[str, str], wanted: str) -> None:
    answer = world.client().request(*asked)
    assert (answer.status_code, answer.headers["allow"]) == (405, wanted)


TYPES = {
    "application/json": 422,
    "application/json; charset=utf-8": 422,
    "application/merge-patch+json": 422,
    "text/plain": 415,
    "application/x-www-form-urlencoded": 415,
    "": 415,
}


@pytest.mark.parametrize(("content_type", "status"), TYPES.items())
@pytest.mark.parametrize("path", ["/v1/batches", "/v1/trips/{id}/events", "/v1/workers/search"])
def test_a_body_says_that_it_is_json(
    world: World, path: str, content_type: str, status: int
) -> None:
    coordinator = world.client(Role.COUNTY_COORDINATOR)
    headers = {"Authorization": f"Bearer {coordinator.token}"}
    headers |= {"Content-Type": content_type} if content_type else {}
    answer = coordinator.http.post(
        path.format(id=world.new_id()), content=b'{"x": 1}', headers=headers
    )
    assert answer.status_code == status, answer.text
    if status == 415:
        assert answer.json()["code"] == "media-type-unsupported"


def test_a_new_thing_is_read_where_the_answer_says(world: World) -> None:
    scene, desk = Scene(world), world.client(Role.COUNTY_COORDINATOR)
    bodies = {
        "/v1/batches": {
            "number": "P-HTTP",
            "destination_code": "320500",
            "window_from": "2020-03-24",
            "window_to": "2020-03-27",
        },
        "/v1/trips": {"batch_id": str(scene.batch_id), "number": "T-HTTP"},
        "/v1/enterprises": {"name": "合成厂", "kind": "site", "division_code": "320500"},
        "/v1/carriers": {"name": "合成客运"},
        "/v1/drivers": {
            "carrier_id": str(scene.carrier_id),
            "name": "王合成",
            "phone": make_phone(7),
            "licence_class": "A1",
        },
    }
    for path, body in bodies.items():
        identifier = str(world.new_id())
        made = desk.post(path, {"id": identifier, **body})
        assert made.status_code == 201, made.text
        assert (made.status_code, made.headers["location"]) == (201, f"{path}/{identifier}"), (
            made.text
        )
        assert desk.get(made.headers["location"]).json()["id"] == identifier
    administrator = world.client(Role.ADMINISTRATOR)
    account = {
        "id": str(world.new_id()),
        "username": "http-1",
        "password": "autumn-harvest-77",
        "role": "auditor",
        "name": "李合成",
    }
    made = administrator.post("/v1/accounts", account)
    assert made.status_code == 201, made.text
    assert administrator.get(made.headers["location"]).json()["id"] == account["id"]


def test_a_change_without_its_version_is_told_so_before_its_body_is_looked_at(
    world: World,
) -> None:
    scene = Scene(world)
    paths = [f"/v1/trips/{scene.open_trip()}", f"/v1/vehicles/{scene.vehicle_id}"]
    paths += [f"/v1/workers/{scene.make_workers()[0]}"]
    for path in paths:
        answer = scene.coordinator.patch(path, {"nonsense": 1})
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition-required"), path


def test_a_server_on_a_line_answers_head_without_an_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The server counts the bytes that it sends by the request as it came."""
    with serve(world) as address, httpx2.Client(base_url=address) as line:
        answers = [line.head(path) for path in ("/healthz", "/docs", "/v1/trips")]
    assert [each.status_code for each in answers] == [200, 200, 401]
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []
