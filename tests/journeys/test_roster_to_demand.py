"""From the villages' files to who wants to go where: scenarios 1, 2, 22, 23 and 29 of the field,
through the command line and the API only.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, pool, text

from schemas.permissions import Role
from service.settings import Settings
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client, World, make_phone

VILLAGES = ("东兴村", "西沟村", "红旗村")
LIQIANHU = "211221109"


def _count(client: Client) -> int:
    return len(client.get("/v1/workers", limit=200).json()["items"])


def _write_csv(path: Path, people: list[dict[str, Any]]) -> None:
    """As WPS saves it: GB18030, comma-separated."""
    lines = ["姓名,身份证号,手机号码,村(社区),务工地"]
    lines += [
        ",".join(each[name] for name in ("name", "id_number", "phone", "village", "destination"))
        for each in people
    ]
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def test_three_villages_are_tried_imported_and_imported_again(world: World, desk: Desk) -> None:
    """Scenario 1, with a GBK file beside the workbook."""
    clerk = world.client(Role.TOWNSHIP_CLERK, township=LIQIANHU)
    desk.sit_down(clerk)
    sheets = {
        village: [make_line(place * 10 + number, village=village) for number in range(4)]
        for place, village in enumerate(VILLAGES)
    }
    write_roster(desk.folder / "李千户镇.xlsx", sheets)
    _write_csv(desk.folder / "榆树村.csv", [make_line(50, village="榆树村"), make_line(1)])
    for file, new, unchanged in (("李千户镇.xlsx", 12, 0), ("榆树村.csv", 1, 1)):
        before = _count(clerk)
        tried = desk.roster(file, "--dry-run")
        assert tried.code == 0
        assert f"新增 {new}  更新 0  无变化 {unchanged}" in tried.out
        assert _count(clerk) == before
        assert desk.roster(file, "--yes").code == 0
        assert _count(clerk) == before + new
    for file in ("李千户镇.xlsx", "榆树村.csv"):
        again = desk.roster(file, "--yes")
        assert (again.code, "已导入过，无变化" in again.out) == (0, True)
    next_day = desk.run("roster", "import", "李千户镇.xlsx", "--as-of", "2020-03-25", "--yes")
    assert "新增 0  更新 0  无变化 12" in next_day.out
    assert _count(clerk) == 13
    desk.sit_down(world.client())
    by_city = desk.run("demand", "summary")
    assert by_city.out.splitlines() == [
        "目的地        待安排  已编入",
        "江苏省苏州市  13      0",
        "合计          13      0",
    ]
    weeks = desk.run("demand", "summary", "--by", "week", "--json").json
    assert [(group["key"], group["open"]) for group in weeks["groups"]] == [
        ("2020-W13", 12),
        (None, 1),
    ]


def test_headings_are_known_as_villages_write_them(world: World, desk: Desk) -> None:
    """Scenario 2."""
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    line = make_line(1)
    rows = [
        ["铁岭县务工人员返岗花名册"],
        [
            "序号",
            "姓 名",
            "性       别",
            "身   份 证",
            "联系电话",
            "拟返岗复工时间",
            "务工地点",
            "座右铭",
        ],
        [
            1,
            line["name"],
            line["gender"],
            line["id_number"],
            line["phone"],
            "2020/3/26",
            "苏州",
            "勤",
        ],
    ]
    (desk.folder / "村.xlsx").write_bytes(make_xlsx({"东兴村": rows}))
    done = desk.roster("村.xlsx", "--yes")
    assert done.code == 0
    assert "8列中 7 列对应".replace("8列", "8 列") in done.out
    demand = clerk.get("/v1/demands").json()["items"][0]
    assert (demand["destination_code"], demand["window_from"]) == ("320500", "2020-03-26")


def test_a_wrong_digit_is_sent_back_and_not_mended(world: World, desk: Desk) -> None:
    """Scenario 22."""
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    lines = [make_line(number) for number in range(1, 7)]
    right = lines[2]["id_number"]
    lines[2]["id_number"] = right[:16] + str((int(right[16]) + 2) % 10) + right[17]
    write_roster(desk.folder / "村.xlsx", {"东兴村": lines})
    done = desk.roster("村.xlsx", "--yes")
    assert (done.code, _count(clerk)) == (5, 5)
    assert "东兴村 第5行 B5 身份证号：有误（校验码不符）" in done.out
    assert [number for number in (right, lines[2]["id_number"]) if number in done.out] == []
    found = clerk.post("/v1/workers/search", {"id_number": right}).json()
    assert found["items"] == []


def test_one_number_with_two_names_is_sent_back_twice(world: World, desk: Desk) -> None:
    """Scenario 23, within a file and between a file and the registry."""
    clerk = world.client(Role.TOWNSHIP_CLERK)
    desk.sit_down(clerk)
    lines = [make_line(number) for number in range(1, 12)]
    lines[5] = {**lines[5], "id_number": lines[1]["id_number"], "gender": lines[1]["gender"]}
    write_roster(desk.folder / "村.xlsx", {"东兴村": lines})
    done = desk.roster("村.xlsx", "--yes")
    assert (done.code, _count(clerk)) == (5, 9)
    for row, other in ((4, 8), (8, 4)):
        (line,) = [each for each in done.out.splitlines() if f"第{row}行 B{row} " in each]
        assert (line.endswith("[id-name-conflict]"), f"第{other}行" in line) == (True, True)
    coordinator = world.client()
    desk.sit_down(coordinator)
    stranger = {**make_line(1), "name": "无名氏"}
    write_roster(desk.folder / "外镇.xlsx", {"西沟村": [stranger]})
    refused = desk.roster("外镇.xlsx", "--yes", "--township", "新台子镇")
    assert (refused.code, "[id-name-conflict]" in refused.out) == (5, True)
    assert _count(coordinator) == 9


def test_another_township_sees_nobody(world: World, desk: Desk) -> None:
    """Scenario 29, its first part."""
    ours = world.client(Role.TOWNSHIP_CLERK)
    theirs = world.client(Role.TOWNSHIP_CLERK, township=LIQIANHU)
    desk.sit_down(ours)
    lines = [make_line(number) for number in range(1, 4)]
    write_roster(desk.folder / "村.xlsx", {"东兴村": lines})
    desk.roster("村.xlsx", "--yes")
    worker_id = ours.get("/v1/workers").json()["items"][0]["id"]
    assert (_count(ours), _count(theirs)) == (3, 0)
    assert theirs.get("/v1/demands").json()["items"] == []
    assert theirs.get("/v1/demands/summary").json()["groups"] == []
    assert theirs.get(f"/v1/workers/{worker_id}").status_code == 404
    desk.sit_down(theirs)
    for typed in (lines[0]["id_number"], lines[0]["phone"], lines[0]["name"]):
        nobody = desk.run("worker", "find", typed=f"{typed}\n")
        assert (nobody.code, nobody.out) == (0, "")
    desk.sit_down(ours)
    found = desk.run("worker", "find", typed=f"{lines[0]['phone']}\n")
    assert (found.code, "东兴村" in found.out, worker_id in found.out) == (0, True, True)
    assert [
        lines[0][name] for name in ("name", "id_number", "phone") if lines[0][name] in found.out
    ] == []


def test_nothing_of_an_import_lies_in_clear(world: World, desk: Desk) -> None:
    """Names, numbers, phones, villages and what was written about people: in no file, no column;
    while rows are staged, and after they were applied.
    """
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK))
    lines = [
        make_line(
            number,
            employer="跟李大军干活",
            emergency_phone=make_phone(7_000 + number),
            departure_date="",
            return_status="等孩子开学",
        )
        for number in range(1, 4)
    ]
    write_roster(desk.folder / "张铁柱的花名册.xlsx", {"王家窝棚村": lines})
    secrets = ["张铁柱", "王家窝棚", "跟李大军", "等孩子开学", "东兴村"]
    secrets += [
        line[name] for line in lines for name in ("name", "id_number", "phone", "emergency_phone")
    ]
    for option in ("--dry-run", "--yes"):
        assert desk.roster("张铁柱的花名册.xlsx", option).code == 0
        stored = _read_everything(world.settings)
        assert b"211221105" in stored, "the search itself"
        assert [secret for secret in secrets if secret.encode() in stored] == []
    assert "江苏省苏州市".encode() not in _read_everything(world.settings)


def _read_everything(settings: Settings) -> bytes:
    """Every byte of the database's files, or every value of every table."""
    url = settings.database_url.get_secret_value()
    if url.startswith("sqlite"):
        files = settings.key_file.parent.glob("fangang*")
        return b"".join(path.read_bytes() for path in sorted(files))
    return _read_tables(settings)


def _read_tables(settings: Settings) -> bytes:
    engine = create_engine(settings.migration_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT set_config('fangang.county', '211221', true)"))
        names = connection.execute(
            text(
                "SELECT table_schema || '.' || table_name FROM information_schema.tables"
                " WHERE table_schema IN ('public', 'vault')"
            )
        ).scalars()
        found = b""
        for name in sorted(names):
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                found += b"\0".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                )
    engine.dispose()
    return found
