"""A worker's own sign-up: believed before all, once, and within the scope of who forwards it."""

from datetime import date
from typing import Any

import pytest

from schemas.permissions import Role
from tests.factories import Client, World, make_id_number, make_phone
from tests.queries import list_statements
from tests.registry import make_values
from tests.service.rosters.conftest import MakeSender, Sender, list_workers, make_rows

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ELSEWHERE = "211221101"


def _form(world: World, number: int, **given: Any) -> dict[str, Any]:
    values = make_values(number)
    form = {
        "id": str(world.new_id()),
        "signed_on": "2020-03-24",
        "name": values["name"],
        "id_number": values["id_number"],
        "phone": values["phone"],
        "township": "凡河镇",
        **given,
    }
    return {name: value for name, value in form.items() if value is not None}


def _sign(client: Client, form: dict[str, Any]) -> Any:
    return client.post("/v1/sign-ups", form)


def test_somebody_new_is_registered_with_a_demand(world: World) -> None:
    coordinator = world.client()
    answer = _sign(coordinator, _form(world, 1, destination="苏州", departure_date="2020-03-30"))
    (worker,) = list_workers(coordinator)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "new")
    assert answer.json()["worker_id"] == worker["id"]
    assert (worker["township"], worker["gender"]) == ("凡河镇", make_values(1)["gender"])
    (demand,) = coordinator.get("/v1/demands").json()["items"]
    assert (demand["destination_code"], demand["window_from"], demand["source"]) == (
        "320500", "2020-03-30", "own",
    )  # fmt: skip
    trace = coordinator.get(f"/v1/workers/{worker['id']}/trace").json()
    assert [(each["feed"], each["file"], each["township_code"]) for each in trace["origins"]] == [
        ("own", "本人登记", "211221105")
    ]


def test_the_own_word_stands_over_the_rosters(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    answer = _sign(clerk.client, _form(world, 1, phone=make_phone(77), township=None))
    assert (answer.json()["outcome"], answer.json()["changed"]) == ("updated", ["phone"])
    clerk.send(make_rows(1, phone=make_phone(78), remark="外出"), as_of=date(2020, 3, 25))
    assert list_workers(clerk.client)[0]["phone"] == "154****0077"


def test_repeats_change_nothing(world: World) -> None:
    """By id the same answer; by content nothing new; and what was said before may be said again."""
    coordinator = world.client()
    form = _form(world, 1)
    first = _sign(coordinator, form).json()
    world.clock.advance(days=1)
    assert _sign(coordinator, form).json() == first
    again = _sign(coordinator, {**form, "id": str(world.new_id())}).json()
    assert (again["outcome"], again["worker_id"]) == ("unchanged", first["worker_id"])
    other = _sign(coordinator, {**form, "phone": make_phone(9)})
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    for number in (2, 1):
        news = {**form, "id": str(world.new_id()), "phone": make_phone(number)}
        assert _sign(coordinator, news).json()["outcome"] == "updated"
    (worker,) = list_workers(coordinator)
    assert (worker["phone"], worker["version"]) == ("154****0001", 3)


REFUSALS: dict[str, tuple[dict[str, Any], int, str]] = {
    "no township for somebody new": ({"township": None}, 422, "township-unknown"),
    "a township that does not exist": ({"township": "不存在镇"}, 422, "township-unknown"),
    "a day to come": ({"signed_on": "2020-03-26"}, 422, "field-invalid"),
    "a child": (
        {"id_number": make_id_number(birth="2008-01-01", sequence=1)}, 422, "field-invalid",
    ),
    "a wrong number": ({"id_number": "211221197805120014"}, 422, "request-invalid"),
}  # fmt: skip


@ON_SQLITE
def test_what_is_refused_leaves_nothing(world: World) -> None:
    """So that the same id may be sent again, mended."""
    coordinator = world.client()
    form = _form(world, 1)
    for name, (given, status, code) in REFUSALS.items():
        answer = _sign(coordinator, {**_form(world, 1, **given), "id": form["id"]})
        assert (answer.status_code, answer.json()["code"]) == (status, code), name
        assert list_workers(coordinator) == []
    assert _sign(coordinator, form).json()["outcome"] == "new"


@ON_SQLITE
def test_what_contradicts_the_registry_is_refused(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    name = _sign(clerk.client, _form(world, 1, name="别人"))
    assert (name.status_code, name.json()["code"]) == (409, "id-name-conflict")
    _sign(clerk.client, _form(world, 1))
    older = _sign(clerk.client, _form(world, 1, signed_on="2020-03-20", phone=make_phone(5)))
    assert (older.status_code, older.json()["code"]) == (409, "older-source")
    assert list_workers(clerk.client)[0]["phone"] == "154****0001"


def test_a_clerk_forwards_for_the_own_township(world: World, make_sender: MakeSender) -> None:
    ours = make_sender(world.client(Role.TOWNSHIP_CLERK))
    theirs = make_sender(world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    ours.send(make_rows(1))
    for form in (
        _form(world, 2, township="凡河镇"),
        _form(world, 1, township=None, phone=make_phone(66)),
        _form(world, 1, township="新台子镇", phone=make_phone(66)),
    ):
        answer = _sign(theirs.client, form)
        assert (answer.status_code, answer.json()["code"]) == (403, "township-out-of-scope")
    assert list_workers(ours.client)[0]["phone"] == "154****0001"
    said = _form(world, 1, phone=make_phone(66))
    assert _sign(ours.client, said).status_code == 200
    copied = {name: value for name, value in said.items() if name != "township"}
    again = _sign(theirs.client, {**copied, "id": str(world.new_id())})
    assert (again.status_code, again.json()["code"]) == (403, "township-out-of-scope")
    mine = _sign(theirs.client, _form(world, 3, township=None))
    assert mine.json()["outcome"] == "new"
    assert [worker["township"] for worker in list_workers(theirs.client)] == ["新台子镇"]


@ON_SQLITE
def test_others_forward_nothing(world: World) -> None:
    forwarding = {Role.COUNTY_COORDINATOR, Role.TOWNSHIP_CLERK}
    answers = [_sign(world.client(role), _form(world, 1)) for role in set(Role) - forwarding]
    assert {answer.status_code for answer in answers} == {403}


def test_a_sign_up_does_not_cost_more_the_more_there_are(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(*range(10, 40)))
    counts = []
    for number in (1, 2):
        with list_statements() as sent:
            _sign(clerk.client, _form(world, number))
        counts.append(len(sent))
        clerk.send(make_rows(*range(40, 60)))
    assert counts[0] == counts[1] < 70
