"""`fangang trip manifest` and `handover`: a file with whole numbers, a screen without."""

import stat
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from schemas.events.kinds import StreamKind
from tests.cli.client_commands import Desk, Shown
from tests.cli.trip_scenes import Coach, LoadedCoach, load_coach
from tests.factories import World, make_id_number, make_name
from tests.service.trips.scenes import Scene

PURPOSE = ("--purpose", "随车名册")


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


def count_exports(coach: Coach) -> int:
    account = coach.scene.coordinator.actor.account_id
    bodies = coach.scene.world.list_bodies(StreamKind.ACCOUNT, account)
    return sum(body["kind"] == "access.exported" for body in bodies)


def read_cells(path: Path) -> list[str]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [str(cell) for row in rows for cell in row if cell != ""]


def numbers_of(count: int) -> list[str]:
    return [
        make_id_number(birth=f"19{70 + place}-05-12", sequence=100 + place)
        for place in range(count)
    ]


def test_the_manifest_is_the_owners_file_and_a_recorded_export(coach: Coach) -> None:
    coach.scene.tell(coach.trip_id, "manifest.locked")
    shown = coach.run("manifest", "-o", "名册.xlsx", *PURPOSE)
    assert shown.code == 0
    assert shown.out == "乘客信息登记表已写到：名册.xlsx（乘车 3 人，候补 0 人，名册第 1 版）\n"
    assert shown.err == "文件里有完整身份证号，仅本人可读；用完请删除。本次导出已记录用途。\n"
    path = coach.desk.folder / "名册.xlsx"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    cells = read_cells(path)
    assert [cell for cell in cells if cell in numbers_of(3)] == numbers_of(3)
    trip = coach.scene.trip(coach.trip_id)
    assert cells[1] == f"名册第 1 版    名册哈希：{trip['list_hash']}"
    assert cells[4:9] == [
        "车型：大客车  核定载客：47",
        f"批次：P-{coach.scene.batch_id.hex[-6:]}",
        "组织方：铁岭县人社局",
        "目的地：江苏省苏州市",
        f"承运单位：合成客运{coach.scene.carrier_id.hex[-4:]}",
    ]
    assert count_exports(coach) == 1


def test_no_whole_number_reaches_the_screen(coach: Coach) -> None:
    shown = [
        coach.run("manifest", "-o", "名册.xlsx", *PURPOSE),
        coach.run("manifest", "-o", "名册2.xlsx", *PURPOSE, "--json"),
        coach.run("handover", "-o", "交接单.xlsx", *PURPOSE, "--json"),
        coach.run("passengers", "--json"),
    ]
    assert [each.code for each in shown] == [0, 0, 0, 0]
    texts = [each.out + each.err for each in shown]
    secrets = [*numbers_of(3), *(make_name(place) for place in range(3))]
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
    assert secrets[0] in read_cells(coach.desk.folder / "名册.xlsx")


def test_the_json_has_counts_only(coach: Coach) -> None:
    shown = coach.run("manifest", "-o", "名册.xlsx", *PURPOSE, "--json")
    assert shown.json == {
        "file": "名册.xlsx",
        "trip": coach.number,
        "list": None,
        "people": 3,
        "stand_bys": 0,
    }


def test_a_file_that_is_there_is_kept_unless_forced(coach: Coach) -> None:
    path = coach.desk.folder / "名册.xlsx"
    path.write_text("mine")
    kept = coach.run("manifest", "-o", "名册.xlsx", *PURPOSE)
    assert (kept.code, kept.out) == (2, "")
    assert kept.err == "文件已存在：名册.xlsx。请换一个文件名，或加 --force 覆盖。\n"
    assert (path.read_text(), count_exports(coach)) == ("mine", 0)
    assert coach.run("manifest", "-o", "名册.xlsx", *PURPOSE, "--force").code == 0
    assert (path.read_bytes()[:2], stat.S_IMODE(path.stat().st_mode)) == (b"PK", 0o600)


UNWRITABLE = {
    ("-o", "名册.xls", *PURPOSE): "文件名要以 .xlsx 结尾",
    ("-o", "没有/名册.xlsx", *PURPOSE): "写不了文件：没有/名册.xlsx。",
    ("-o", "名册.xlsx", "--purpose", " 看 "): "用途要写 2 到 200 个字",
}


def test_what_cannot_be_written_is_not_exported(coach: Coach) -> None:
    for arguments, message in UNWRITABLE.items():
        shown = coach.run("manifest", *arguments)
        assert (shown.code, shown.out, shown.err[: len(message)]) == (2, "", message)
    assert coach.run("manifest", "-o", "名册.xlsx").code == 2
    assert (count_exports(coach), list(coach.desk.folder.iterdir())) == (0, [])


def test_an_unknown_trip_leaves_no_file(coach: Coach) -> None:
    shown = coach.desk.run("trip", "manifest", "T-404", "-o", "名册.xlsx", *PURPOSE)
    gone = coach.desk.run("trip", "manifest", str(coach.passengers[0]), "-o", "名册.xlsx", *PURPOSE)
    assert (shown.code, gone.code) == (2, 2)
    assert list(coach.desk.folder.iterdir()) == []


def print_handover(coach: Coach) -> Shown:
    return coach.run("handover", "-o", "交接单.xlsx", "--purpose", "到厂交接")


def test_the_handover_sheet_carries_the_points_code(coach: Coach) -> None:
    coach.drive_off()
    shown = print_handover(coach)
    assert (shown.code, shown.out) == (
        0,
        "人员交接单已写到：交接单.xlsx（1 个交接点，3 人，名册第 1 版）\n",
    )
    cells = read_cells(coach.desk.folder / "交接单.xlsx")
    answer = coach.scene.ok(coach.scene.coordinator.get(f"/v1/trips/{coach.trip_id}/handover"))
    assert cells[3] == f"交接码：{answer['points'][0]['code']}"
    assert "本点：上车3 = 0；未平3" in cells
    assert [cell for cell in cells if cell in numbers_of(3)] == []
    assert count_exports(coach) == 1


def test_a_trip_without_a_point_has_no_handover_sheet(desk: Desk, world: World) -> None:
    coach = load_coach(Scene(world), people=0, handover_points=[]).seen_from(desk)
    shown = print_handover(coach)
    assert (shown.code, shown.err) == (2, "这趟车还没有交接点。请先在方案里填写交接点。\n")
    assert count_exports(coach) == 0


def test_an_escort_prints_kind_and_carrier_without_seeing_the_fleet(coach: Coach) -> None:
    coach.seat_escort()
    assert coach.run("manifest", "-o", "名册.xlsx", *PURPOSE).code == 0
    cells = read_cells(coach.desk.folder / "名册.xlsx")
    assert "车型：大客车  核定载客：47" in cells
    assert f"承运单位：合成客运{coach.scene.carrier_id.hex[-4:]}" in cells
