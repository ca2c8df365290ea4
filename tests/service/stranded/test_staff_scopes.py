"""Whose list an account may send, and what an enterprise may not learn from sending it."""

from typing import Any

import pytest

from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from tests.factories import World, make_id_number
from tests.registry import make_values
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.stranded.conftest import Factory, make_staff

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

PATHS = ("", "/chase", "/bureaus")


def test_an_enterprise_sends_its_own_list_only(factory: Factory, world: World) -> None:
    other = Factory(world, 2)
    stolen = factory.open(1, by=other.account)
    assert (stolen.status_code, stolen.json()["code"]) == (404, "not-found")
    opened = factory.open(1, by=factory.account).json()
    path = f"/v1/staff-imports/{opened['id']}"
    for answer in (
        other.account.get(path),
        factory.stage(opened["id"], [make_staff(1)], by=other.account),
        other.account.post(f"{path}/apply", {"chunk": 0}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    found = other.account.get("/v1/staff-imports", receipt=opened["receipt"])
    assert found.json()["items"] == []
    same_key = other.open(1, by=other.account, key=opened["key"])
    assert (same_key.status_code, same_key.json()["code"]) == (409, "id-reused")


@ON_SQLITE
def test_a_roster_is_not_an_enterprises_to_see(factory: Factory, clerk: Sender) -> None:
    import_id, _ = clerk.plan(make_rows(1))
    for path in (f"/v1/staff-imports/{import_id}", f"/v1/roster-imports/{import_id}"):
        assert factory.account.get(path).status_code in {403, 404}
    assert factory.account.get(f"/v1/staff-imports/{import_id}").status_code == 404


@ON_SQLITE
def test_only_the_coordinator_sees_stranded_people(factory: Factory) -> None:
    """A clerk least of all: people of other townships and counties."""
    world, base = factory.world, "/v1/stranded-people"
    letter = {"id": str(world.new_id()), "bureau": "411302", "purpose": "函请协助"}
    call = {"id": str(world.new_id()), "result": "reached", "called_at": "2020-03-24T08:00:00Z"}
    sends = {}
    for role in set(Role) - {Role.COUNTY_COORDINATOR}:
        own = role is Role.ENTERPRISE_RECEIVER
        client = factory.account if own else world.client(role)
        answers = [client.get(base + path) for path in PATHS]
        answers += [client.post(f"{base}/letters", letter)]
        answers += [client.post(f"{base}/{world.new_id()}/calls", call)]
        assert {answer.status_code for answer in answers} == {403}, role
        sends[role] = factory.open(1, by=client).status_code
    assert {role for role, status in sends.items() if status == 200} == {Role.ENTERPRISE_RECEIVER}
    assert set(sends.values()) == {200, 403}


WRONG_FORMS: list[tuple[dict[str, Any], str]] = [
    ({"feed": "township", "enterprise_id": None}, "feed"),
    ({"feed": "own", "enterprise_id": None}, "feed"),
    ({"enterprise_id": None}, "enterprise_id"),
    ({"township": "211221105"}, "township"),
]


@ON_SQLITE
def test_this_door_takes_enterprises_lists_only(factory: Factory) -> None:
    for changed, field in WRONG_FORMS:
        answer = factory.open(1, **changed)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
        assert field in {each["field"] for each in answer.json()["errors"]}


@ON_SQLITE
def test_the_rosters_door_takes_no_enterprises_list(factory: Factory) -> None:
    form = factory.open(1).json()
    wanted = {
        "id": str(factory.world.new_id()), "key": "5" * 64, "feed": "enterprise",
        "enterprise_id": form["enterprise_id"], "file_name": "a.xlsx", "sha256": "ab" * 32,
        "rules_version": RULES_VERSION, "as_of": "2020-03-24", "sheets": ["a"], "accepted": 1,
    }  # fmt: skip
    answer = factory.coordinator.post("/v1/roster-imports", wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


def test_an_enterprise_does_not_learn_whom_the_registry_knows(
    factory: Factory, clerk: Sender
) -> None:
    """Known, changed, contradicted, unknown, on a newer list: each answer is the same."""
    clerk.send([*make_rows(1), *make_rows(2), *make_rows(3, village="东兴村")])
    factory.send(make_staff(5))
    people = {
        "known": make_staff(1),
        "another name": make_staff(2, name="别人"),
        "village": make_staff(3, village="东兴村", township="凡河镇"),
        "unknown": make_staff(4, village="东兴村", township="凡河镇"),
        "said before": make_staff(5),
        "elsewhere": make_staff(6, area="411302"),
    }
    seen = {name: _send_alone(factory, person) for name, person in people.items()}
    assert list(seen.values()) == [seen["unknown"]] * len(people)
    kept = {person["id_number"] for person in factory.list()}
    assert len(kept) == len(people)


def _send_alone(factory: Factory, person: dict[str, Any]) -> list[Any]:
    """Everything that its account is told of a list of one, without ids and hashes of its own."""
    world, account = factory.world, factory.account
    world.clock.advance(minutes=1)
    opened = factory.open(1, by=account)
    path = f"/v1/staff-imports/{opened.json()['id']}"
    answers = [
        opened,
        factory.stage(opened.json()["id"], [person], by=account),
        account.get(path),
        account.post(f"{path}/apply", {"chunk": 0}),
        account.post(f"{path}/apply", {"chunk": 0}),
        account.get(path),
        account.get("/v1/staff-imports", receipt=opened.json()["receipt"]),
    ]
    own = {"id", "key", "receipt", "number", "created_at", "expires_at", "applied_at"}
    told = [answer.json() for answer in answers]
    told[-1] = told[-1]["items"][0]
    return [
        (answer.status_code, {name: value for name, value in each.items() if name not in own})
        for answer, each in zip(answers, told, strict=True)
    ]


@ON_SQLITE
def test_the_coordinator_sees_what_the_enterprise_does_not(factory: Factory, clerk: Sender) -> None:
    """The control: the same import, looked at from the county."""
    clerk.send(make_rows(1))
    factory.send(make_staff(1), make_staff(4), by=factory.account)
    receipt = factory.open(2, key="7" * 64).json()["receipt"]
    assert factory.coordinator.get("/v1/staff-imports", receipt=receipt).status_code == 200
    states = [(person["state"], person["township"]) for person in factory.list()]
    assert states == [("matched", "凡河镇"), ("unmatched", None)]


@ON_SQLITE
def test_wrong_rows_are_refused_alike(factory: Factory) -> None:
    known = make_values(1)["id_number"]
    wrong = {**make_staff(1), "id_number": known[:-1] + ("1" if known[-1] != "1" else "2")}
    unknown = {**make_staff(1), "id_number": make_id_number(sequence=9)[:-1] + "A"}
    opened = factory.open(1, by=factory.account).json()
    codes = [
        factory.stage(opened["id"], [person], by=factory.account).json()["code"]
        for person in (wrong, unknown)
    ]
    assert codes == ["row-invalid"] * 2
