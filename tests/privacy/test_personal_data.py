"""What each route shows to each role about people is what docs/reference/personal-data.md says; whoever has
nothing to do with them is shown nothing.

On SQLite only: what a role is shown is decided above the database, and row-level security has tests of its own.
"""

import difflib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from httpx2 import Response as Answer

from schemas.permissions import Role
from service.registry import people
from tests.privacy.canaries import CANARIES, WORKERS, Found, Level, find
from tests.privacy.house import House
from tests.privacy.table import PAGE, Asked, Asking, asking, write_page

ANEW = "write it anew and read what changed: make docs (or .venv/bin/python -m tests.privacy.table)"
NOT_SEEN: set[str] = set()
"""Routes that answer nobody with success in this county. Keep it empty."""
MEANT_EMPTY = {
    f"GET /v1/health-{name}{more}"
    for name in ("follow-ups", "missing")
    for more in ("", " ?export=…")
}
"""In an ordinary year nobody is asked for. With a policy that asks: tests/service/health/test_lists.py."""
MEANT_REFUSALS = {
    "POST /v1/trips/{trip_id}/events at the gate": {4, 8},  # a seat that is taken, a card of nobody
    "POST /v1/trips/{trip_id}/events at the destination": {
        3
    },  # not closed while people are missing
}
SHOWN_OUTSIDE = {
    # The asker's own, and an administrator's own county.
    "GET /v1/me": {("account: name", "full"), ("account: user name", "full")},
    "GET /v1/accounts": {("account: name", "masked"), ("account: user name", "full")},
    # One list of enterprises for all townships of a county, masked.
    "GET /v1/enterprises": {
        ("enterprise's contact: name", "masked"),
        ("enterprise's contact: phone", "masked"),
        ("household: name", "masked"),
    },
    "GET /v1/enterprises/{enterprise_id}": {
        ("enterprise's contact: name", "masked"),
        ("enterprise's contact: phone", "masked"),
    },
    "GET /v1/enterprises/{enterprise_id} of a household": {("household: name", "masked")},
    # Who entered the vehicle into the county's list.
    "GET /v1/vehicles/{vehicle_id}/trace": {("account: user name", "full")},
}
ONE_WORKER = "GET /v1/workers/{worker_id}"


@pytest.fixture(scope="module")
def county() -> Iterator[tuple[House, Asking]]:
    with asking() as made:
        yield made


@pytest.fixture(scope="module")
def answers(county: tuple[House, Asking]) -> list[Asked]:
    house, asked = county
    return asked.ask(house.insiders)


def test_the_page_is_what_the_answers_say(answers: list[Asked]) -> None:
    kept, found = (each.splitlines() for each in (PAGE.read_text("utf-8"), write_page(answers)))
    changed = list(difflib.unified_diff(kept, found, "the page", "the answers", lineterm="", n=1))
    assert not changed, "\n".join(["personal data is shown differently;", ANEW, *changed])


def test_every_operation_has_a_row(county: tuple[House, Asking]) -> None:
    page = PAGE.read_text("utf-8")
    missing = [
        name
        for name in county[1].list_operations()
        if f"| **{name}**" not in page and f"| **{name} " not in page
    ]
    assert missing == [], ANEW
    assert county[1].unknown_calls == set(), "tests/privacy/calls.py names what is not there"


def test_every_route_was_seen(answers: list[Asked]) -> None:
    """With success, of lists not an empty one; of events each one recorded. Else tests/privacy/calls.py has
    to say how it is called."""
    silent: set[str] = set()
    empty: set[str] = set()
    refused: dict[str, set[int]] = {}
    for asked in answers:
        seen = [each for each in asked.answers.values() if each.is_success]
        if not seen:
            silent.add(asked.route)
        elif all(each.is_empty for each in seen):
            empty.add(asked.route)
        events = set().union(*(each.refused | each.recorded for each in seen))
        left = events.difference(*(each.recorded for each in seen))
        refused |= {asked.route: left} if left else {}
    assert (silent, empty, refused) == (NOT_SEEN, MEANT_EMPTY, MEANT_REFUSALS)


def test_others_are_shown_nothing(county: tuple[House, Asking]) -> None:
    """Another township's clerk, another enterprise, carrier, destination, trip; another county; no token."""
    house, asked = county
    shown: dict[str, set[tuple[str, str]]] = {}
    for each in asked.ask(house.outsiders | {"nobody": None}, unsaid=True):
        for answered in each.answers.values():
            for got in answered.found:
                shown.setdefault(each.route, set()).add((got.field, str(got.level)))
    assert shown == SHOWN_OUTSIDE


# --- controls -----------------------------------------------------------------------------------
def test_what_is_no_longer_masked_is_seen(
    county: tuple[House, Asking], answers: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mask that is left out, and one that hides less than it should."""
    house, asked = county
    monkeypatch.setattr(people, "mask_name", lambda name: name)
    monkeypatch.setattr(people, "mask_phone", lambda phone: f"{phone[:-4]}****")
    (one,) = asked.ask(house.insiders, only=[ONE_WORKER])
    (as_usual,) = (each for each in answers if each.route == ONE_WORKER)
    before, after = (each.answers[Role.AUDITOR].found for each in (as_usual, one))
    assert {(each.field, each.level) for each in before ^ after} == {
        ("worker: name", Level.FULL),
        ("worker: name", Level.MASKED),
        ("worker: phone", Level.MASKED),
        ("worker: phone", Level.PART),
    }
    assert write_page([one]) != write_page([as_usual])


def test_a_new_route_is_seen(county: tuple[House, Asking]) -> None:
    house, _ = county
    router = APIRouter(prefix="/v1/probe")

    @router.get("/{worker_id}")
    def read(worker_id: str) -> dict[str, str]:
        """Hands out somebody's telephone."""
        return {"note": f"{worker_id}: {WORKERS[0].phone}"}

    with added(house, router), closing(Asking(house)) as more:
        name = "GET /v1/probe/{worker_id}"
        assert name in more.list_operations()
        (one,) = more.ask(house.insiders, only=[name])
    assert {each.found for each in one.answers.values()} == {
        frozenset({Found("note", "worker: phone", Level.FULL)})
    }
    assert name not in PAGE.read_text("utf-8")


@contextmanager
def added(house: House, router: APIRouter) -> Iterator[None]:
    app: Any = house.world.http.app
    assert isinstance(app, FastAPI)
    before = len(app.router.routes)
    app.include_router(router, tags=["server"])
    app.openapi_schema = None
    yield
    del app.router.routes[before:]
    app.openapi_schema = None


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (WORKERS[0].id_number, {Level.FULL}),
        (f"身份证{WORKERS[0].id_number[:6]}********{WORKERS[0].id_number[-4:]}", {Level.MASKED}),
        (WORKERS[0].id_number[-4:], {Level.END}),
        (f"{WORKERS[0].id_number[:-4]}****", {Level.PART}),
        (WORKERS[0].id_number[:6], set()),
    ],
)
def test_each_form_is_told_apart(text: str, levels: set[Level]) -> None:
    found = find(Answer(200, json={"note": text}))
    assert {each.level for each in found} == levels


def test_what_was_planted_tells_whose_it_is() -> None:
    """No form of one kind of data lies within that of another kind."""
    forms = [(canary.field, form) for canary in CANARIES for form in canary.list_forms()]
    values = [(canary.field, canary.value) for canary in CANARIES]
    mixed = [
        (field, other)
        for field, form in forms
        for other, value in values
        if field != other and form in value
    ]
    assert mixed == []
    assert len({each.field for each in CANARIES}) > 60
