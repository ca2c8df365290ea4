"""`fangang worker consent`: the township's clerk types it in; trip check, manifest and receive show it."""

import json
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook

from schemas.events.payloads_passengers import PersonRole
from schemas.permissions import Role
from tests.cli.client_commands import DAY, Desk, make_line, write_roster
from tests.factories import TOWNSHIP, make_id_number
from tests.pictures import PHONE_JPEG
from tests.registry import enter_workers, make_values
from tests.service.trips.scenes import CONSENT, Ride, Scene

TYPED = "\n".join(CONSENT.values()) + "\n"
WHO = f"{CONSENT['receiver']} {CONSENT['receiver_phone']}"


WAY_ON = "编入趟次后用 fangang worker consent 登记书面同意"
UNFIT = {
    "": "没有输入监护人姓名，",
    "王守田\n": "没有输入监护人电话，",
    "王守田\n12\n": "监护人电话不对：不是有效的手机或座机号码。",
    "王守田\n15400000901\n李9\n": "接收人姓名不对：不是有效的姓名。",
    "王守田\n15400000901\n李四海\n": "没有输入接收人电话，",
}


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "同意书.jpg"
    path.write_bytes(PHONE_JPEG)
    return path


def ride_with_child(scene: Scene) -> tuple[Ride, UUID]:
    ride = scene.listed(2)
    (child,) = scene.make_workers(role=PersonRole.CHILD, birth_date="2010-05-12")
    scene.assign(ride.trip, [child])
    return ride, child


def test_from_the_clerk_to_the_receiver(built_scene: Scene, desk: Desk, paper: Path) -> None:
    scene = built_scene
    ride, child = ride_with_child(scene)
    number = scene.trip(ride.trip)["number"]
    desk.sit_down(scene.coordinator)
    checked = desk.run("trip", "check", number)
    assert checked.code == 7
    assert "未满14周岁，监护人不在本趟名册上" in checked.out
    assert "fangang worker consent 编号 --paper 同意书.jpg" in checked.out
    desk.sit_down(scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP))
    told = ("worker", "consent", str(child), "--paper", paper)
    companion = ("--companion", str(ride.workers[0]), "--at", f"{scene.now:%Y-%m-%dT%H:%M}")
    shown = desk.run(*told, *companion, typed=TYPED)
    assert shown.code == 0, shown.err
    assert "监护人同意" in shown.out
    assert not any(secret in shown.out + shown.err for secret in CONSENT.values())
    desk.sit_down(scene.coordinator)
    assert "未满14周岁" not in desk.run("trip", "check", number).out
    out = paper.with_name("登记表.xlsx")
    printed = desk.run("trip", "manifest", number, "--output", out, "--purpose", "随车携带")
    assert printed.code == 0, printed.err
    text = read_book(out)
    assert f"只交给{WHO}" in text
    assert "儿童 由1 " in text


def read_book(path: Path) -> str:
    book = load_workbook(BytesIO(path.read_bytes()))
    return "\n".join(str(cell.value or "") for sheet in book for row in sheet for cell in row)


def test_receiving_everybody_leaves_the_child(built_scene: Scene, desk: Desk) -> None:
    """Only by name; the others are received."""
    scene = built_scene
    ride, child = ride_with_child(scene)
    (passenger,) = (
        i for i, line in scene.people(ride.trip).items() if line["worker_id"] == str(child)
    )
    scene.consent(ride.trip, UUID(passenger))
    scene.tell(ride.trip, "manifest.locked")
    scene.tell(ride.trip, "trip.boarding_opened")
    scene.board(ride.trip, [*ride.passengers, UUID(passenger)])
    scene.tell(ride.trip, "trip.departed", aboard=3)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    number = scene.trip(ride.trip)["number"]
    desk.sit_down(scene.coordinator)
    at = f"{scene.now:%Y-%m-%dT%H:%M}"
    shown = desk.run("trip", "receive", number, "--at", at)
    assert shown.code == 1
    assert "只能交给监护人同意书上写的接收人" in shown.err
    assert scene.trip(ride.trip)["aboard"] == 1
    named = ("--passenger", passenger, "--data", f"receiver={CONSENT['receiver']}")
    taken = desk.run("trip", "event", number, "接收", "--at", at, *named)
    assert taken.code == 0, taken.err
    assert scene.trip(ride.trip)["aboard"] == 0


def test_a_child_who_was_moved_is_looked_for_on_the_other_coach(
    built_scene: Scene, desk: Desk, paper: Path
) -> None:
    scene = built_scene
    ride, child = ride_with_child(scene)
    (passenger,) = (
        i for i, line in scene.people(ride.trip).items() if line["worker_id"] == str(child)
    )
    scene.consent(ride.trip, UUID(passenger))
    scene.tell(ride.trip, "manifest.locked")
    scene.board(ride.trip, [*ride.passengers, UUID(passenger)])
    scene.tell(ride.trip, "trip.departed", aboard=3)
    other, found = scene.departed(1), scene.world.new_id()
    scene.tell(ride.trip, "passenger.moved", passenger_id=passenger, to_trip_id=other.trip)
    scene.tell(other.trip, "passenger.found_aboard", passenger_id=found, worker_id=child)
    desk.sit_down(scene.coordinator)
    at = ("--at", f"{scene.now:%Y-%m-%dT%H:%M}")
    shown = desk.run("worker", "consent", str(child), "--paper", paper, *at, typed=TYPED)
    assert shown.code == 0, shown.err
    assert len(scene.ok(scene.coordinator.get(f"/v1/trips/{other.trip}/attachments"))) == 1
    assert "未满14周岁" not in desk.run("trip", "check", scene.trip(other.trip)["number"]).out


def test_what_is_refused_before_anything_is_sent(
    built_scene: Scene, desk: Desk, paper: Path
) -> None:
    scene = built_scene
    ride, child = ride_with_child(scene)
    (at_home,) = scene.make_workers(role=PersonRole.CHILD, birth_date="2010-05-13")
    desk.sit_down(scene.coordinator)
    seatless = desk.run("worker", "consent", str(at_home), "--paper", paper, typed=TYPED)
    assert (seatless.code, "还没有编入专车" in seatless.err) == (2, True)
    other = scene.listed(1, hours=30)
    elsewhere = ("--companion", str(other.workers[0]))
    wrong = desk.run("worker", "consent", str(child), "--paper", paper, *elsewhere, typed=TYPED)
    assert (wrong.code, "不在同一趟车上" in wrong.err) == (2, True)
    for typed, said in UNFIT.items():
        half = desk.run("worker", "consent", str(child), "--paper", paper, typed=typed)
        assert (half.code, half.err) == (2, f"{said}没有登记。\n"), typed
    missing = desk.run("worker", "consent", str(child), "--paper", paper.with_name("没有.jpg"))
    assert missing.code == 2
    found = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/attachments"))
    assert found == []


def test_the_way_on_is_named_where_a_guardian_is_missed(built_scene: Scene, desk: Desk) -> None:
    """By the check of a roster, and by the list of what is missing."""
    child = {"id_number": make_id_number(birth="2010-05-12"), "person_role": "儿童"}
    roster = write_roster(desk.folder / "东兴村.xlsx", {"东兴村": [make_line(1, **child)]})
    checked = desk.run("roster", "check", roster, "--as-of", DAY, "--lang", "zh", "--json")
    assert f"也填其号码；{WAY_ON}" in json.dumps(checked.json, ensure_ascii=False)
    guardian = {"guardian_id": make_id_number(sequence=77)}
    enter_workers(built_scene.world, [make_values(2, **child, **guardian)], role=PersonRole.CHILD)
    desk.sit_down(built_scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP))
    shown = desk.run("roster", "todo").out
    assert "监护人没有登记，" in shown
    assert WAY_ON in shown
