"""上次有、本次没有: who is listed, to whom, and that the reading is recorded."""

from typing import Any

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import World, make_name, make_phone
from tests.service.rosters.conftest import MakeSender, Sender, list_workers, make_rows
from tests.service.trips.scenes import Scene

ELSEWHERE = "211221101"


def list_absent(sender: Sender, import_id: str, **asked: Any) -> list[dict[str, Any]]:
    answer = sender.client.get(f"/v1/roster-imports/{import_id}/absent", **asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_the_list_follows_the_file(clerk: Sender) -> None:
    """Staged, half applied, applied; only of the villages that the file names; nobody is deleted."""
    clerk.send([*make_rows(1, 2, 3, 4), *make_rows(5, village="西沟村")])
    opened = clerk.open(3).json()
    clerk.stage(opened["id"], make_rows(1, 8), chunk=0)
    clerk.stage(opened["id"], make_rows(2, phone=make_phone(70)), chunk=1)
    wanted = [make_name(3), make_name(4)]
    assert (clerk.show(opened["id"])["absent"], names(list_absent(clerk, opened["id"]))) == (
        2, wanted,
    )  # fmt: skip
    clerk.apply(opened["id"], chunk=1)
    assert (clerk.show(opened["id"])["absent"], names(list_absent(clerk, opened["id"]))) == (
        None, wanted,
    )  # fmt: skip
    clerk.apply(opened["id"], chunk=0)
    assert (clerk.show(opened["id"])["absent"], names(list_absent(clerk, opened["id"]))) == (
        2, wanted,
    )  # fmt: skip
    assert len(list_workers(clerk.client)) == 6


def test_each_is_shown_with_what_has_become_of_them(world: World, clerk: Sender) -> None:
    clerk.send([*make_rows(1, 2), *make_rows(3, phone=None, emergency_phone=make_phone(9))])
    people = [worker["id"] for worker in list_workers(clerk.client)]
    scene = Scene(world)
    scene.assign(scene.open_trip(), [people[0]])
    event = scene.event("worker.withdrawn", reason="not_going")
    scene.ok(clerk.client.post(f"/v1/workers/{people[1]}/events", {"events": [event]}))
    import_id = clerk.bring(make_rows(7))
    shown = list_absent(clerk, import_id)
    assert [(each["demand"], each["withdrawn"]) for each in shown] == [
        ("assigned", False), ("cancelled", True), ("open", False),
    ]  # fmt: skip
    assert shown[2] == {
        "id": people[2],
        "name": make_name(3),
        "id_number_end": make_rows(3)[0]["id_number"][-4:],
        "phone": make_phone(9),
        "village": "东兴村",
        "demand": "open",
        "withdrawn": False,
    }


def test_a_reading_is_recorded_and_only_its_own_township_reads(
    world: World, make_sender: MakeSender
) -> None:
    ours = make_sender(world.client(Role.TOWNSHIP_CLERK))
    theirs = make_sender(world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    ours.send(make_rows(1, 2))
    import_id = ours.bring(make_rows(3))
    path = f"/v1/roster-imports/{import_id}/absent"
    assert theirs.client.get(path).status_code == 404
    assert world.client(Role.AUDITOR).get(path).status_code == 403
    assert len(list_absent(ours, import_id)) == 2
    list_absent(ours, import_id, export="逐人核实去向")
    account = ours.client.actor.account_id
    read = [
        (body["kind"], body["data"]["list_kind"], body["data"]["count"])
        for body in world.list_bodies(StreamKind.ACCOUNT, account)
        if body["kind"].startswith("access.")
    ]
    assert read == [
        ("access.listed", "township_workers", 2),
        ("access.exported", "township_workers", 2),
    ]


def test_the_countys_mixed_file_lists_each_township(world: World, make_sender: MakeSender) -> None:
    county = make_sender(world.client())
    rows = [*make_rows(1, 2, township="凡河镇"), *make_rows(3, 4, township="新台子镇")]
    county.send(rows, township=None)
    import_id = county.bring([rows[0], rows[2]], township=None)
    assert names(list_absent(county, import_id)) == [make_name(2), make_name(4)]
