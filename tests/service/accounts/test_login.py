"""Logging in: what is right, what is wrong, and what is tried too often."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response

from schemas.accounts import ScopeFields
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.accounts import actions
from service.accounts.actions import NewAccount
from service.accounts.passwords import hash_password
from service.auth import Scope
from tests.factories import PASSWORD, World

HASH = hash_password(PASSWORD)


def make_account(world: World, *, username: str = "fanhe-clerk") -> UUID:
    new = NewAccount(
        id=world.new_id(),
        username=username,
        name="王经办",
        phone=None,
        role=Role.TOWNSHIP_CLERK,
        scope=ScopeFields(division_prefix="211221105"),
        password=None,
        password_hash=HASH,
    )
    with world.context.writing(world.console) as work:
        actions.create_account(work, new=new)
    return new.id


def log_in(
    world: World, *, username: str = "fanhe-clerk", password: str = PASSWORD, **rest: Any
) -> Response:
    language = rest.pop("language", "zh")
    body = {"username": username, "password": password, **rest}
    return world.http.post("/v1/login", json=body, headers={"Accept-Language": language})


def outcome(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def kinds(world: World, account_id: UUID) -> list[str]:
    return [body["kind"] for body in world.list_bodies(StreamKind.ACCOUNT, account_id)]


def test_login_gives_a_token_with_the_scope(strict_world: World) -> None:
    account_id = make_account(strict_world)
    answer = log_in(strict_world, username=" Fanhe-Clerk ", device="凡河镇 2号机")
    assert answer.status_code == 200
    body = answer.json()
    token = body.pop("token")
    assert body == {
        "account_id": str(account_id),
        "county_code": "211221",
        "username": "fanhe-clerk",
        "role": "township_clerk",
        "expires_at": "2020-04-23T00:00:00Z",
    }
    assert answer.headers["cache-control"] == "no-store"
    actor = strict_world.authenticate(token)
    assert (actor.county_code, actor.account_id, actor.role) == (
        "211221",
        account_id,
        Role.TOWNSHIP_CLERK,
    )
    assert actor.scope == Scope(division_prefix="211221105")
    assert kinds(strict_world, account_id) == ["account.created", "account.logged_in"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "autumn-harvest-43"},
        {"password": ""},
        {"username": "nobody"},
        {"username": ""},
        {"username": "fanhe\0clerk"},
        {"county_code": "211224"},
    ],
    ids=str,
)
def test_every_wrong_login_answers_the_same(strict_world: World, wrong: dict[str, str]) -> None:
    make_account(strict_world)
    answer = log_in(strict_world, **wrong)
    assert answer.status_code == 401
    assert answer.json() == {
        "type": "urn:fangang:problem:credentials-wrong",
        "title": "账号或密码不正确",
        "status": 401,
        "detail": "请重新输入；忘记密码请联系县管理员。",
        "code": "credentials-wrong",
    }


def test_problems_are_read_in_english_too(strict_world: World) -> None:
    answer = log_in(strict_world, language="en-GB,en;q=0.9")
    assert (answer.json()["title"], answer.json()["detail"]) == (
        "user name or password is wrong",
        "Try again, or ask the county's administrator.",
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"username": "w", "password": "\\ud800"}', "body.password"),
        ('{"username": "w", "password": 5}', "body.password"),
        ('{"username": "w"}', "body.password"),
        ('{"username": "w", "password": "x", "county_code": "铁岭县"}', "body.county_code"),
        ('{"username": "w", "password": "x", "remember": true}', "body.remember"),
    ],
)
def test_shapes_that_are_refused(strict_world: World, body: str, field: str) -> None:
    answer = strict_world.http.post(
        "/v1/login", content=body, headers={"Content-Type": "application/json"}
    )
    assert outcome(answer) == (422, "request-invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_a_disabled_account_is_like_no_account(strict_world: World) -> None:
    account_id = make_account(strict_world)
    console = strict_world.console
    with strict_world.context.writing(console) as work:
        actions.disable_account(work, account_id=account_id)
    assert outcome(log_in(strict_world)) == (401, "credentials-wrong")


@pytest.mark.parametrize("username", ["fanhe-clerk", "nobody"])
def test_lock_after_failures(strict_world: World, username: str) -> None:
    """The same for names that exist and names that do not."""
    make_account(strict_world)
    wrong = [log_in(strict_world, username=username, password="x") for _ in range(6)]
    assert [outcome(each) for each in wrong] == [(401, "credentials-wrong")] * 5 + [
        (429, "too-many-attempts")
    ]
    assert wrong[5].headers["retry-after"] == "30"
    assert wrong[5].json()["facts"] == {"retry_after_seconds": 30}
    strict_world.clock.advance(minutes=29.5 / 60)
    still = log_in(strict_world, username=username)
    assert (outcome(still), still.headers["retry-after"]) == ((429, "too-many-attempts"), "1")
    strict_world.clock.advance(minutes=0.5 / 60)
    sixth = log_in(strict_world, username=username, password="x")
    assert outcome(sixth) == (401, "credentials-wrong")
    assert log_in(strict_world, username=username).headers["retry-after"] == "60"


def test_success_ends_the_counting(strict_world: World) -> None:
    account_id = make_account(strict_world)
    for _ in range(2):
        for _ in range(4):
            assert log_in(strict_world, password="x").status_code == 401
        assert log_in(strict_world).status_code == 200
    assert kinds(strict_world, account_id) == [
        "account.created",
        *(["account.login_failed"] * 4 + ["account.logged_in"]) * 2,
    ]


def test_the_right_password_waits_for_the_lock_too(strict_world: World) -> None:
    make_account(strict_world)
    for _ in range(5):
        log_in(strict_world, password="x")
    assert log_in(strict_world).status_code == 429
    strict_world.clock.advance(minutes=15)
    assert log_in(strict_world).status_code == 200


def test_old_attempts_are_forgotten(strict_world: World) -> None:
    make_account(strict_world)
    for _ in range(4):
        log_in(strict_world, password="x")
    strict_world.clock.advance(hours=2, minutes=1)
    assert [log_in(strict_world, password="x").status_code for _ in range(6)] == [401] * 5 + [429]


def test_many_at_once_do_not_slip_past_the_lock(strict_world: World) -> None:
    make_account(strict_world)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: log_in(strict_world, password="x"), range(12)))
    assert sorted(each.status_code for each in answers) == [401] * 5 + [429] * 7


def test_locks_are_apart(strict_world: World) -> None:
    make_account(strict_world)
    make_account(strict_world, username="aji-clerk")
    for _ in range(6):
        log_in(strict_world, password="x")
    assert log_in(strict_world, username="aji-clerk").status_code == 200
