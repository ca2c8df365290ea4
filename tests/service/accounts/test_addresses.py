"""Wrong logins from one address: somebody who tries one password on every name is stopped too."""

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.errors import ErrorCode
from service.accounts.sessions import MOMENT, WINDOW, AddressLimit
from service.errors import DomainError
from service.settings import Settings
from tests.factories import PASSWORD, START, World
from tests.service.accounts.test_login import make_account

HERE, THERE = "203.0.113.7", "203.0.113.8"


@contextmanager
def sitting_at(world: World, address: str) -> Iterator[TestClient]:
    with TestClient(world.http.app, client=(address, 50_000)) as client:
        yield client


def try_name(client: TestClient, username: str, password: str = "wrong-password") -> int:
    body = {"username": username, "password": password}
    status: int = client.post("/v1/login", json=body).status_code
    return status


@pytest.fixture
def narrow(settings: Settings) -> Iterator[World]:
    world = World(settings.model_copy(update={"login_failures_per_address": 4}))
    make_account(world)
    yield world
    world.close()


def test_one_address_is_stopped_and_another_is_not(narrow: World) -> None:
    with sitting_at(narrow, HERE) as here, sitting_at(narrow, THERE) as there:
        tried = [try_name(here, f"name{number}") for number in range(6)]
        assert tried == [401] * 4 + [429] * 2
        assert try_name(here, "fanhe-clerk", PASSWORD) == 429
        assert try_name(there, "fanhe-clerk", PASSWORD) == 200
        refused = here.post("/v1/login", json={"username": "x", "password": "y"})
        assert refused.json()["code"] == "too-many-attempts"
        assert refused.headers["retry-after"] == str(int(WINDOW.total_seconds()))
        narrow.clock.advance(minutes=15)
        assert try_name(here, "fanhe-clerk", PASSWORD) == 200


def test_right_logins_and_locked_names_do_not_count(settings: Settings) -> None:
    """A whole office comes from one address, and one of them may have forgotten the password."""
    world = World(settings.model_copy(update={"login_failures_per_address": 7}))
    make_account(world)
    with sitting_at(world, HERE) as here:
        assert [try_name(here, "fanhe-clerk", PASSWORD) for _ in range(9)] == [200] * 9
        assert [try_name(here, "locked") for _ in range(8)] == [401] * 5 + [429] * 3
        assert [try_name(here, f"name{number}") for number in range(3)] == [401, 401, 429]
    world.close()


def test_many_at_once_do_not_slip_past(narrow: World) -> None:
    with sitting_at(narrow, HERE) as here, ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(lambda number: try_name(here, f"name{number}"), range(12)))
    assert sorted(tried) == [401] * 4 + [429] * 8


def take(limit: AddressLimit, *addresses: str | None) -> list[bool]:
    """Whether each was let through, all in one moment and all of them wrong."""
    return [_passes(limit, each) for each in addresses]


def _passes(limit: AddressLimit, address: str | None) -> bool:
    try:
        fail(limit, address, at=START)
    except DomainError:
        return False
    return True


def fail(limit: AddressLimit, address: str | None, *, at: datetime) -> None:
    limit.settle(limit.take(address, at=at), wrong=True, at=at)


def get_wait(limit: AddressLimit, *, at: datetime) -> Any:
    with pytest.raises(DomainError) as refused:
        limit.take(HERE, at=at)
    assert refused.value.code is ErrorCode.TOO_MANY_ATTEMPTS
    return (refused.value.facts or {})["retry_after_seconds"]


@pytest.mark.parametrize(
    ("addresses", "passed"),
    [
        ((HERE, HERE, HERE), [True, True, False]),
        ((HERE, THERE, HERE), [True, True, True]),
        (("127.0.0.1",) * 3, [True] * 3),
        (("::1",) * 3, [True] * 3),
        ((None, None, None), [True] * 3),
        (("2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"), [True, True, False]),
        (("2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"), [True] * 3),
        ((HERE, f"::ffff:{HERE}", HERE), [True, True, False]),
        (("::ffff:127.0.0.1",) * 3, [True] * 3),
        (("::ffff:7f00:1",) * 3, [True] * 3),
        (("somewhere",) * 3, [True, True, False]),
        (("x" * 70_000, "x" * 60_000, "x" * 50_000), [True, True, False]),
        (("fe80::1%" + "x" * 70_000, "fe80::2%y", "fe80::3"), [True, True, False]),
    ],
    ids=str,
)
def test_what_counts_as_one_address(addresses: tuple[str | None, ...], passed: list[bool]) -> None:
    assert take(AddressLimit(allowed=2), *addresses) == passed


def test_no_limit() -> None:
    assert take(AddressLimit(allowed=0), *[HERE] * 50) == [True] * 50


def test_only_so_many_addresses_are_remembered() -> None:
    limit = AddressLimit(allowed=1, remembered=3)
    others = [f"198.51.100.{number}" for number in range(3)]
    assert take(limit, HERE, HERE, *others, HERE, others[2]) == [
        *(True, False),
        *[True] * 3,
        *(True, False),
    ]


def test_what_is_no_address_is_not_kept_whole() -> None:
    limit = AddressLimit(allowed=2)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(10):
            take(limit, f"{number}" * 70_000, f"fe80::{number}%" + "y" * 70_000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 70_000


def test_the_window_begins_with_the_first_wrong_one() -> None:
    limit = AddressLimit(allowed=1)
    first = START + timedelta(minutes=5)
    limit.settle(limit.take(HERE, at=START), wrong=False, at=START)
    fail(limit, HERE, at=first)
    assert get_wait(limit, at=first + timedelta(minutes=14, seconds=59.5)) == 1
    limit.take(HERE, at=first + WINDOW)


def test_who_is_still_being_judged_is_waited_for_only_a_moment() -> None:
    """Thirty right ones at once from one office, then one more."""
    limit = AddressLimit(allowed=30)
    judged = [limit.take(HERE, at=START) for _ in range(30)]
    assert get_wait(limit, at=START) == int(MOMENT.total_seconds())
    for each in judged:
        limit.settle(each, wrong=False, at=START)
    fail(limit, HERE, at=START)
    judged = [limit.take(HERE, at=START) for _ in range(29)]
    assert get_wait(limit, at=START) == int(MOMENT.total_seconds())
    for each in judged:
        limit.settle(each, wrong=True, at=START)
    assert get_wait(limit, at=START) == int(WINDOW.total_seconds())


def test_a_new_window_still_knows_who_is_being_judged() -> None:
    limit = AddressLimit(allowed=2)
    fail(limit, HERE, at=START)
    slow, later = limit.take(HERE, at=START), START + WINDOW
    limit.take(HERE, at=later)
    assert get_wait(limit, at=later) == int(MOMENT.total_seconds())
    limit.settle(slow, wrong=True, at=later)
    assert get_wait(limit, at=later + timedelta(minutes=1)) == int(MOMENT.total_seconds())
