"""Making, listing and disabling accounts, and an escort's trips."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import PASSWORD, Client, World
from tests.service.trips.scenes import Scene


def make_body(world: World, **changes: Any) -> dict[str, Any]:
    body = {
        "id": str(world.new_id()),
        "username": "fanhe-clerk",
        "name": "王经办",
        "phone": "15400001234",
        "password": PASSWORD,
        "role": "township_clerk",
        "division_prefix": "211221105",
    }
    return body | changes


def test_a_new_account(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    body = make_body(world)
    answer = administrator.post("/v1/accounts", body)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": body["id"],
        "username": "fanhe-clerk",
        "name": "王**",
        "phone": "154****1234",
        "role": "township_clerk",
        "scope": {
            "division_prefix": "211221105",
            "enterprise_id": None,
            "carrier_id": None,
            "trip_ids": None,
        },
        "active": True,
        "version": 1,
        "created_at": "2020-03-24T00:00:00Z",
    }
    login = {"username": "fanhe-clerk", "password": PASSWORD}
    assert world.http.post("/v1/login", json=login).status_code == 200
    (created, logged_in) = world.list_bodies(StreamKind.ACCOUNT, UUID(body["id"]))
    assert (created["kind"], created["actor"], created["data"], list(created["commit"])) == (
        "account.created",
        str(administrator.actor.account_id),
        {"role": "township_clerk", "division_prefix": "211221105"},
        ["stream.contact"],
    )
    assert logged_in["actor"] == body["id"]


def test_repeats(world: World) -> None:
    """The same again gives the same answer and writes nothing; anything else is refused."""
    administrator = world.client(Role.ADMINISTRATOR)
    body = make_body(world)
    first = administrator.post("/v1/accounts", body)
    second = administrator.post("/v1/accounts", body)
    assert (second.status_code, second.json()) == (201, first.json())
    assert len(world.list_bodies(StreamKind.ACCOUNT, UUID(body["id"]))) == 1
    for change in (
        {"password": PASSWORD + "x"},
        {"name": "王经理"},
        {"phone": None},
        {"username": "other-clerk"},
        {"division_prefix": "211221102"},
        {"role": "auditor", "division_prefix": None},
    ):
        answer = administrator.post("/v1/accounts", body | change)
        assert (answer.status_code, answer.json()["code"]) == (409, "id-reused"), change


def test_a_name_is_given_once_in_a_county(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    assert administrator.post("/v1/accounts", make_body(world)).status_code == 201
    again = administrator.post("/v1/accounts", make_body(world, username="FANHE-clerk"))
    assert (again.status_code, again.json()["code"]) == (409, "account-exists")
    elsewhere = world.client(Role.ADMINISTRATOR, county_code="211224")
    there = make_body(world, division_prefix="211224101")
    assert elsewhere.post("/v1/accounts", there).status_code == 201


def test_one_name_asked_for_by_many_at_once(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    bodies = [make_body(world) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: administrator.post("/v1/accounts", body), bodies))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 5
    assert {each.json().get("code") for each in answers} == {None, "account-exists"}


@pytest.mark.parametrize(
    ("changes", "status", "code", "fields"),
    [
        ({"password": "short-words"}, 422, "password-weak", None),
        ({"password": "password12345"}, 422, "password-weak", None),
        ({"password": "x" * 2000}, 422, "request-invalid", ["body.password"]),
        ({"username": "x"}, 422, "request-invalid", ["body.username"]),
        ({"username": "-rf"}, 422, "request-invalid", ["body.username"]),
        ({"username": "a b"}, 422, "request-invalid", ["body.username"]),
        ({"username": "a\0b"}, 422, "request-invalid", ["body.username"]),
        ({"name": "1"}, 422, "request-invalid", ["body.name"]),
        ({"phone": "12"}, 422, "request-invalid", ["body.phone"]),
        ({"role": "king"}, 422, "request-invalid", ["body.role"]),
        ({"active": False}, 422, "request-invalid", ["body.active"]),
        ({"division_prefix": None}, 422, "field-invalid", ["division_prefix"]),
        ({"division_prefix": "211221"}, 422, "field-invalid", ["division_prefix"]),
        ({"division_prefix": "21122"}, 422, "request-invalid", ["body.division_prefix"]),
        ({"division_prefix": "211224101"}, 422, "field-invalid", ["division_prefix"]),
        ({"trip_ids": []}, 422, "field-invalid", ["trip_ids"]),
        ({"role": "administrator"}, 422, "field-invalid", ["division_prefix"]),
        (
            {"role": "carrier", "trip_ids": []},
            422,
            "field-invalid",
            ["division_prefix", "carrier_id", "trip_ids"],
        ),
    ],
)
def test_what_is_refused(
    world: World, changes: dict[str, Any], status: int, code: str, fields: list[str] | None
) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    answer = administrator.post("/v1/accounts", make_body(world, **changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    errors = answer.json().get("errors")
    assert (errors and [each["field"] for each in errors]) == fields
    assert [each["username"] for each in list_all(administrator)] == ["administrator-1"]


def list_all(client: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/accounts").json()["items"]
    return items


@pytest.mark.parametrize("count", [1, 3])
def test_list_masks_and_needs_the_same_statements(world: World, count: int) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    for _ in range(count - 1):
        world.client(Role.TOWNSHIP_CLERK)
    with world.counting() as statements:
        items = list_all(administrator)
    assert len(statements) == 1
    assert [each["username"] for each in items] == [
        "administrator-1",
        "township_clerk-2",
        "township_clerk-3",
    ][:count]
    assert [each["name"] for each in items] == ["李**", "张**", "刘**"][:count]
    assert [each["phone"] for each in items] == ["154****0001", "154****0002", "154****0003"][
        :count
    ]


def test_list_is_paged_and_filtered(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    for role in (Role.ESCORT, Role.AUDITOR, Role.ESCORT):
        world.client(role)
    pages: list[list[str]] = []
    after: dict[str, str] = {}
    while True:
        page = administrator.get("/v1/accounts", limit=3, **after).json()
        pages.append([each["username"] for each in page["items"]])
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert pages == [["administrator-1", "escort-2", "auditor-3"], ["escort-4"]]
    escorts = administrator.get("/v1/accounts", role="escort").json()["items"]
    assert [each["username"] for each in escorts] == ["escort-2", "escort-4"]
    broken = administrator.get("/v1/accounts", after="%%%")
    assert (broken.status_code, broken.json()["code"]) == (422, "request-invalid")


def test_disabling(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    path = f"/v1/accounts/{clerk.actor.account_id}/disable"
    first, second = administrator.post(path), administrator.post(path)
    assert (first.json()["active"], first.json()["version"]) == (False, 2)
    assert (second.status_code, second.json()) == (200, first.json())
    kinds = [b["kind"] for b in world.list_bodies(StreamKind.ACCOUNT, clerk.actor.account_id)]
    assert kinds == ["account.created", "account.disabled"]
    unknown = administrator.post(f"/v1/accounts/{world.new_id()}/disable")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    own = administrator.post(f"/v1/accounts/{administrator.actor.account_id}/disable")
    assert (own.status_code, own.json()["code"]) == (403, "permission-denied")
    elsewhere = world.client(Role.ADMINISTRATOR, county_code="211224")
    foreign = elsewhere.post(path)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not-found")


def test_trips_of_an_escort(world: World, built_scene: Scene) -> None:
    coordinator = built_scene.coordinator
    escort = world.client(Role.ESCORT)
    assert escort.get("/v1/me").json()["scope"]["trip_ids"] == []
    first, second = sorted([built_scene.open_trip(), built_scene.open_trip(hours=24)])
    path = f"/v1/accounts/{escort.actor.account_id}/trips"
    answer = coordinator.post(path, {"trip_ids": [str(second), str(first), str(first)]})
    assert answer.status_code == 200
    assert answer.json()["scope"]["trip_ids"] == [str(first), str(second)]
    assert world.authenticate(escort.token).scope.trip_ids == frozenset({first, second})
    coordinator.post(path, {"trip_ids": [str(first), str(second)]})  # nothing new: no event
    assert coordinator.post(path, {"trip_ids": []}).json()["scope"]["trip_ids"] == []
    changes = [
        body["data"]["trip_ids"]
        for body in world.list_bodies(StreamKind.ACCOUNT, escort.actor.account_id)
        if body["kind"] == "account.scope_changed"
    ]
    assert changes == [[str(first), str(second)], []]


def test_only_some_roles_take_trips(world: World) -> None:
    coordinator = world.client()
    clerk = world.client(Role.TOWNSHIP_CLERK)
    body = {"trip_ids": [str(world.new_id())]}
    answer = coordinator.post(f"/v1/accounts/{clerk.actor.account_id}/trips", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "field-invalid")
    assert world.authenticate(clerk.token).scope.trip_ids is None
    unknown = coordinator.post(f"/v1/accounts/{world.new_id()}/trips", body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


def test_a_coordinator_finds_escorts_only(world: World) -> None:
    coordinator = world.client()
    world.client(Role.ESCORT)
    world.client(Role.AUDITOR)
    items = coordinator.get("/v1/escorts").json()["items"]
    assert [each["username"] for each in items] == ["escort-2"]


def test_a_new_password(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    administrator.post("/v1/accounts", make_body(world))
    login = {"username": "fanhe-clerk", "password": PASSWORD}
    token = world.http.post("/v1/login", json=login).json()["token"]
    clerk = Client(world.authenticate(token), token, world.http)
    wrong = clerk.post("/v1/me/password", {"old": "x", "new": "winter-journey-43"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "credentials-wrong")
    weak = clerk.post("/v1/me/password", {"old": PASSWORD, "new": "fanhe-clerk-1"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password-weak")
    changed = clerk.post("/v1/me/password", {"old": PASSWORD, "new": "winter-journey-43"})
    assert changed.status_code == 204
    assert clerk.get("/v1/me").status_code == 401
    assert world.http.post("/v1/login", json=login).status_code == 401
    login["password"] = "winter-journey-43"
    assert world.http.post("/v1/login", json=login).status_code == 200
    stream = world.list_bodies(StreamKind.ACCOUNT, clerk.actor.account_id)
    assert [body["kind"].removeprefix("account.") for body in stream] == [
        "created",
        "logged_in",
        "login_failed",
        "password_changed",
        "login_failed",
        "logged_in",
    ]


def test_guessing_the_old_password_is_locked_too(world: World) -> None:
    administrator = world.client(Role.ADMINISTRATOR)
    body = {"old": "x", "new": "winter-journey-43"}
    answers = [administrator.post("/v1/me/password", body).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
