"""A clerk's week at the desk: what the villages left out is asked for and entered, rosters come
again, and somebody does not go after all.
"""

from typing import Any

from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.factories import Client, World, make_phone

NOW = "2020-03-24T08:00"


def _import(desk: Desk, as_of: str, *lines: dict[str, Any]) -> None:
    name = f"凡河镇-{as_of}.xlsx"
    write_roster(desk.folder / name, {"东兴村": list(lines)})
    done = desk.run("roster", "import", name, "--as-of", as_of, "--yes")
    assert done.code == 0, done.err


def _count_todo(desk: Desk) -> int:
    count: int = desk.run("roster", "todo", "--json").json["count"]
    return count


def _phone_of(client: Client, worker: str) -> str | None:
    phone: str | None = client.get(f"/v1/workers/{worker}").json()["phone"]
    return phone


def _count_open(desk: Desk) -> int:
    count: int = desk.run("demand", "summary", "--json").json["open"]
    return count


def test_gaps_are_filled_and_corrections_last_as_long_as_they_should(
    world: World, desk: Desk
) -> None:
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    people = [
        make_line(1, phone="无"),
        make_line(2, departure_date="月底"),
        make_line(3),
    ]
    _import(desk, "2020-03-24", *people)
    todo = desk.run("roster", "todo", "--json").json
    assert [item["missing"][0]["code"] for item in todo["items"]] == [
        "phone-missing",
        "date-unreadable",
    ]
    first = todo["items"][0]["id"]
    assert desk.run("worker", "set", first, typed=f"手机号码={make_phone(77)}\n").code == 0
    assert _count_todo(desk) == 1

    # The village sends the same again, and an older list with a number of its own: both stay out.
    _import(desk, "2020-03-25", *people)
    older = {**people[0], "phone": make_phone(66), "destination": "辽宁省大连市"}
    write_roster(desk.folder / "旧.xlsx", {"东兴村": [older]})
    assert desk.run("roster", "import", "旧.xlsx", "--as-of", "2020-03-23", "--yes").code in (0, 5)
    assert _phone_of(clerk, first) == "154****0077"
    # A list of a later day that has a number is believed.
    _import(desk, "2020-03-26", {**people[0], "phone": make_phone(88)}, *people[1:])
    assert _phone_of(clerk, first) == "154****0088"
    assert _count_todo(desk) == 1

    assert _count_open(desk) == 3
    assert desk.run("worker", "withdraw", first, "--at", NOW, "--reason", "已就近就业").code == 0
    assert _count_open(desk) == 2
    _import(desk, "2020-03-27", {**people[0], "phone": make_phone(88)}, *people[1:])
    assert _count_open(desk) == 2
    assert (
        desk.run("worker", "withdraw", first, "--at", NOW, "--undo", typed="记错了人\n").code == 0
    )
    assert _count_open(desk) == 3
    shown = desk.run("worker", "show", first).out
    assert "状态：正常" in shown
    assert shown.count("  东兴村") + shown.count("表“东兴村”") >= 3
