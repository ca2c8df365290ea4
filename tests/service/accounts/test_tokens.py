"""When a token ends."""

import pytest
from sqlalchemy import select

from schemas.permissions import Role
from service.accounts import actions, passwords, queries
from service.context import Work
from tests.factories import COUNTY, PASSWORD, Client, World


def outcome(client: Client) -> tuple[int, str]:
    answer = client.get("/v1/me")
    return answer.status_code, answer.json().get("code", "")


ALIVE = (200, "")
ENDED = (401, "token-invalid")


def test_absolute_end(strict_world: World) -> None:
    client = strict_world.client()
    for _ in range(65):  # 715 of 720 hours, used every eleven
        strict_world.clock.advance(hours=11)
        assert outcome(client) == ALIVE
    strict_world.clock.advance(hours=4, minutes=59)
    assert outcome(client) == ALIVE
    strict_world.clock.advance(minutes=1)
    assert outcome(client) == ENDED


def test_idle_end(strict_world: World) -> None:
    client = strict_world.client()
    strict_world.clock.advance(hours=11, minutes=59)
    assert outcome(client) == ALIVE
    strict_world.clock.advance(hours=11, minutes=59)
    assert outcome(client) == ALIVE
    strict_world.clock.advance(hours=12)
    assert outcome(client) == ENDED


def test_last_use_is_written_once_a_minute(strict_world: World) -> None:
    client = strict_world.client()
    writes = []
    for seconds in (0, 59, 1, 30, 29, 1):
        strict_world.clock.advance(minutes=seconds / 60)
        with strict_world.counting() as statements:
            client.get("/v1/me")
        writes.append(sum(each.startswith("UPDATE token") for each in statements))
    assert writes == [0, 0, 1, 0, 0, 1]
    table = queries.TOKEN
    with strict_world.context.database.read(strict_world.console) as session:
        statement = select(table.c.last_used_at).where(table.c.county_code == "211221")
        assert session.execute(statement).scalar_one() == strict_world.clock.now


def test_logout_ends_this_token_only(strict_world: World) -> None:
    first = strict_world.client()
    second = strict_world.another_token(first)
    assert first.post("/v1/logout").status_code == 204
    assert (outcome(first), outcome(second)) == (ENDED, ALIVE)
    assert first.post("/v1/logout").status_code == 401


@pytest.mark.parametrize("change", ["another password", "disabled", None])
def test_what_changed_while_the_password_was_checked(
    strict_world: World, monkeypatch: pytest.MonkeyPatch, change: str | None
) -> None:
    """Between the two transactions of a login the account may end: no token then."""
    context, console = strict_world.context, strict_world.console
    account_id = strict_world.client().actor.account_id
    old, new = (passwords.hash_password(each) for each in (PASSWORD, "spring-sowing-43"))

    def give(work: Work, password_hash: str) -> None:
        actions.change_password(work, account_id=account_id, password_hash=password_hash)

    with context.writing(console) as work:
        give(work, old)
        username = queries.find_account(work.session, COUNTY, account_id).username
    fits = passwords.fits

    def fits_meanwhile(password: str, password_hash: str | None) -> bool:
        with context.writing(console) as work:
            if change == "disabled":
                actions.disable_account(work, account_id=account_id)
            elif change:
                give(work, new)
        return fits(password, password_hash)

    monkeypatch.setattr(passwords, "fits", fits_meanwhile)
    answer = strict_world.http.post("/v1/login", json={"username": username, "password": PASSWORD})
    expected = (401, "credentials-wrong") if change else (200, None)
    assert (answer.status_code, answer.json().get("code")) == expected


def test_disabling_ends_every_token(strict_world: World) -> None:
    administrator = strict_world.client(Role.ADMINISTRATOR)
    first = strict_world.client()
    second = strict_world.another_token(first)
    answer = administrator.post(f"/v1/accounts/{first.actor.account_id}/disable")
    assert (answer.status_code, answer.json()["active"]) == (200, False)
    assert (outcome(first), outcome(second), outcome(administrator)) == (ENDED, ENDED, ALIVE)


def test_token_of_another_county(strict_world: World) -> None:
    """A token names its county: with another county's code in it, it is nobody's."""
    here = strict_world.client()
    there = strict_world.client(county_code="211224")
    assert there.get("/v1/me").json()["county_code"] == "211224"
    assert here.get("/v1/me").json()["county_code"] == "211221"
    moved = here.token.replace("fg_211221_", "fg_211224_")
    answer = strict_world.http.get("/v1/me", headers={"Authorization": f"Bearer {moved}"})
    assert (answer.status_code, answer.json()["code"]) == ENDED


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not-logged-in"),
        ("", "not-logged-in"),
        ("Basic ZmFuaGU6eA==", "not-logged-in"),
        ("Bearer", "not-logged-in"),
        ("Bearer x", "token-invalid"),
        ("Bearer fg_211221_" + "A" * 43, "token-invalid"),
        ("Bearer fg_999999_" + "A" * 43, "token-invalid"),
        ("Bearer fg_211221_' OR 1=1 --", "token-invalid"),
        ("Bearer " + "x" * 5000, "token-invalid"),
    ],
)
def test_what_is_no_token(strict_world: World, header: str | None, code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = strict_world.http.get("/v1/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_problems_in_both_languages(strict_world: World) -> None:
    titles = {
        language: strict_world.http.get(
            "/v1/me", headers={"Authorization": "Bearer x", "Accept-Language": language}
        ).json()["title"]
        for language in ("zh", "en")
    }
    assert titles == {"zh": "登录已失效", "en": "the login has ended"}
