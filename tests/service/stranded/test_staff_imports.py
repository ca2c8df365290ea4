"""An enterprise's list: whom it meets in the registry, what it may change there, and what it costs."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories import World, make_phone
from tests.queries import list_statements
from tests.service.rosters.conftest import Sender, list_workers, make_rows
from tests.service.rosters.dumps import find_faults
from tests.service.stranded.conftest import NANYANG, Factory, make_staff

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

MARCH_20, MARCH_25 = date(2020, 3, 20), date(2020, 3, 25)


def _outcomes(answer: Any) -> list[tuple[str, str | None]]:
    return [(row["outcome"], row["code"]) for row in answer["rows"]]


def _demands(factory: Factory) -> list[tuple[Any, ...]]:
    items = factory.coordinator.get("/v1/demands").json()["items"]
    return [(d["employer"], d["enterprise_id"], d["window_from"], d["version"]) for d in items]


def test_known_people_are_merged_and_nobody_is_registered(factory: Factory, clerk: Sender) -> None:
    clerk.send([*make_rows(1), *make_rows(2, employer=None, departure_date=None)])
    said = [make_staff(n, phone=make_phone(70 + n)) for n in (1, 2, 3)]
    answer = factory.send(*said)
    assert _outcomes(answer) == [("updated", None), ("updated", None), ("unmatched", None)]
    assert [(row["notes"], row["changed"]) for row in answer["rows"]] == [
        (["employer-differs"], ["current_place"]),
        ([], ["current_place", "departure_date", "employer"]),
        ([], []),
    ]
    workers = list_workers(factory.coordinator)
    assert [worker["phone"] for worker in workers] == ["154****0001", "154****0002"]
    assert _demands(factory) == [
        ("合成电子有限公司", None, "2020-03-26", 1),
        (factory.name, str(factory.id), "2020-03-26", 2),
    ]


@ON_SQLITE
def test_a_demand_is_the_enterprises_that_its_employer_names(
    factory: Factory, clerk: Sender, world: World
) -> None:
    """Also where the enterprise was registered after the roster had named it."""
    clerk.send(make_rows(1, employer="苏州合成第2电子有限公司"))
    other = Factory(world, 2)
    assert _demands(factory) == [(other.name, None, "2020-03-26", 1)]
    factory.send(make_staff(1))
    assert _demands(factory) == [(other.name, None, "2020-03-26", 1)]
    other.send(make_staff(1))
    assert _demands(factory) == [(other.name, str(other.id), "2020-03-26", 2)]


@ON_SQLITE
def test_another_name_for_a_number_is_kept_for_the_county_to_ask(
    factory: Factory, clerk: Sender
) -> None:
    clerk.send(make_rows(1))
    answer = factory.send(make_staff(1, name="别人"))
    assert _outcomes(answer) == [("conflict", "id-name-conflict")]
    (person,) = factory.list()
    assert (person["name"], person["state"], person["name_differs"]) == ("别*", "matched", True)
    assert list_workers(factory.coordinator)[0]["name"] == "李**"


def test_the_newest_list_wins(factory: Factory) -> None:
    for as_of, number in ((MARCH_20, 71), (MARCH_25, 72), (MARCH_20, 73)):
        factory.send(make_staff(1, phone=make_phone(number)), as_of=as_of)
    (person,) = factory.list()
    assert (person["phone"], person["as_of"]) == ("154****0072", "2020-03-25")


@ON_SQLITE
def test_two_enterprises_may_expect_the_same_person(factory: Factory, world: World) -> None:
    other = Factory(world, 2)
    factory.send(make_staff(1))
    other.send(make_staff(1), make_staff(2))
    assert [person["enterprise"] for person in factory.list()] == [
        factory.name, other.name, other.name,
    ]  # fmt: skip
    assert len(factory.list(enterprise=str(factory.id))) == 1


def test_who_was_listed_before_is_registered_with_what_was_told(
    factory: Factory, clerk: Sender
) -> None:
    """And another name under the number tells nothing of them."""
    factory.send(make_staff(1), make_staff(2, name="别人"))
    bare = {"destination": None, "destination_code": None, "employer": None, "departure_date": None}
    clerk.send([*make_rows(1, **bare), *make_rows(2, **bare)])
    assert _demands(factory) == [(factory.name, str(factory.id), "2020-03-26", 1)]
    again = factory.send(make_staff(1), as_of=MARCH_25)
    assert _outcomes(again) == [("unchanged", None)]
    listed = [(person["township"], person["name_differs"]) for person in factory.list()]
    assert listed == [("凡河镇", False), ("凡河镇", True)]


def test_a_list_that_is_undone_was_never_said(
    world: World, factory: Factory, clerk: Sender
) -> None:
    """And the keys that sealed it are gone with it."""
    clerk.send(make_rows(1))
    sent = factory.send(make_staff(1, remark="厂里催"), make_staff(2))
    import_id = sent["receipt"]["stream"].removeprefix("import/")
    undone = factory.coordinator.post(f"/v1/roster-imports/{import_id}/undo", {"reason": "发错了"})
    assert (undone.status_code, undone.json()["restored"]) == (200, 1)
    assert factory.list() == []
    assert find_faults(world) == []
    shown = factory.coordinator.get(f"/v1/staff-imports/{import_id}").json()
    assert shown["state"] == "undone"
    again = factory.send(make_staff(1, remark="厂里催"), make_staff(2))
    assert _outcomes(again) == [("updated", None), ("unmatched", None)]


def test_a_trace_begins_with_the_enterprise_that_spoke_first(
    factory: Factory, clerk: Sender
) -> None:
    factory.send(make_staff(1))
    clerk.send(make_rows(1))
    (worker,) = list_workers(factory.coordinator)
    trace = factory.coordinator.get(f"/v1/workers/{worker['id']}/trace").json()
    assert [
        (each["feed"], each["enterprise"], each["township_code"], each["file"], each["row"])
        for each in trace["origins"]
    ] == [
        ("enterprise", factory.name, None, "滞留员工.xlsx", 2),
        ("township", None, "211221105", "张三家的花名册.xlsx", 4),
    ]


def test_a_list_costs_the_same_number_of_statements(factory: Factory, clerk: Sender) -> None:
    """Sent, read, and met by a roster afterwards: for four people as for forty."""
    few, many = (
        _count(factory, clerk, first=first, half=half) for first, half in ((0, 2), (9, 20))
    )
    assert few == many
    assert few["reading"] == 5


def _count(factory: Factory, clerk: Sender, *, first: int, half: int) -> dict[str, int]:
    known, unknown = range(first, first + half), range(first + half, first + 2 * half)
    clerk.send(make_rows(*known))
    people = [make_staff(each) for each in (*known, *unknown)]
    opened = factory.open(len(people)).json()
    with list_statements() as planning:
        factory.stage(opened["id"], people)
    with list_statements() as applying:
        factory.coordinator.post(f"/v1/staff-imports/{opened['id']}/apply", {"chunk": 0})
    with list_statements() as reading:
        factory.list(limit=200)
    import_id, _ = clerk.plan(make_rows(*unknown))
    with list_statements() as registering:
        clerk.apply(import_id)
    counted = {"planning": planning, "applying": applying, "reading": reading}
    return {name: len(sent) for name, sent in {**counted, "registering": registering}.items()}


def test_nothing_of_a_list_lies_in_clear(factory: Factory) -> None:
    said = make_staff(1, area=NANYANG, employer="跟李大军干活")
    factory.send(said)
    with factory.world.context.database.read(factory.world.console) as session:
        rows = session.execute(text("SELECT * FROM stranded_person")).all()
    (row,) = rows
    stored = b"\0".join(
        bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row
    )
    assert NANYANG.encode() in stored, "the search itself"
    secrets = [said[name] for name in ("name", "id_number", "phone", "current_place", "employer")]
    assert [secret for secret in secrets if secret.encode() in stored] == []


def _undo(factory: Factory, sent: Any, **wanted: Any) -> Any:
    import_id = sent["receipt"]["stream"].removeprefix("import/")
    return factory.coordinator.post(f"/v1/roster-imports/{import_id}/undo", wanted)


def _list_days(factory: Factory) -> list[tuple[str, str]]:
    return [(each["id"], each["planned_on"]) for each in factory.list()]


def test_undone_in_any_order_an_earlier_list_holds_again(world: World, factory: Factory) -> None:
    """Three lists of one person: the newest that was not taken back is what is said."""
    first, second, third = (f"2020-03-{day}" for day in (26, 27, 28))
    lists = [factory.send(make_staff(1, departure_date=day)) for day in (first, second, third)]
    (person,) = _list_days(factory)
    assert person[1] == third
    answer = _undo(factory, lists[1]).json()
    assert (answer["unlisted"], _list_days(factory)) == (0, [person])
    assert _undo(factory, lists[2]).json()["unlisted"] == 1
    assert _list_days(factory) == [(person[0], first)]
    assert _undo(factory, lists[0]).json()["unlisted"] == 1
    assert _list_days(factory) == []
    assert find_faults(world) == []


def test_who_was_telephoned_is_not_forgotten(factory: Factory) -> None:
    """The call was made: the list is taken back but for them, and only when that is wanted."""
    sent = factory.send(make_staff(1), make_staff(2))
    called, other = (each["id"] for each in factory.list())
    said = {
        "id": str(factory.world.new_id()),
        "result": "reached",
        "called_at": factory.world.clock.now.isoformat(),
    }
    answered = factory.coordinator.post(f"/v1/stranded-people/{called}/calls", said)
    assert answered.status_code == 200, answered.text
    refused = _undo(factory, sent)
    assert (refused.status_code, refused.json()["code"]) == (409, "undo-superseded")
    assert {each["id"] for each in factory.list()} == {called, other}
    undone = _undo(factory, sent, keep_changed=True).json()
    assert (undone["unlisted"], undone["kept"]) == (1, 1)
    assert [each["id"] for each in factory.list()] == [called]
