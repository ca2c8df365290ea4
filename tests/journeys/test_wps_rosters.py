"""The rosters of 李千户镇 as WPS saves them: scenarios 1, 3, 4, 5, 21 and 24 of the field, through the
command line and the API only. (2, 22 and 23 are in test_roster_to_demand.py.)
"""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter

from schemas.identity import expand_15, find_problem, mask_id
from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client, World, make_id_number, make_name, make_phone

LIQIANHU = "211221109"
VILLAGES = ("东兴村", "西沟村", "红旗村")
HEADINGS = ("序号", "姓 名", "身   份 证", "联系电话", "村(社区)", "务工地点", "拟返岗复工时间")
SHORT = ("姓名", "身份证号", "手机号码")
Row = Sequence[Any]


@pytest.fixture
def clerk(world: World, desk: Desk) -> Client:
    client = world.client(Role.TOWNSHIP_CLERK, township=LIQIANHU)
    desk.sit_down(client)
    return client


def list_people(client: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/workers", limit=200).json()["items"]
    return items


def make_villager(number: int, village: str) -> Row:
    person = (make_name(number), make_id_number(sequence=number), make_phone(number))
    return (number, *person, village, "苏州", "2020/3/26")


def write_wps_book(people: dict[str, list[Row]]) -> bytes:
    """A sheet for each village: merged title, the village written once and merged, sums and names of
    who filled it in below.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for village, rows in people.items():
            page = book.add_worksheet(village)
            page.merge_range(0, 0, 0, 6, f"李千户镇{village}务工人员返岗花名册")
            page.merge_range(1, 0, 1, 6, "填报单位：李千户镇人社所    2020年3月24日")
            page.write_row(2, 0, HEADINGS)
            for place, row in enumerate(rows, start=3):
                page.write_row(place, 0, row)
            page.merge_range(3, 4, 2 + len(rows), 4, village)
            page.write_row(3 + len(rows), 0, ["合计", len(rows)])
            page.write_row(4 + len(rows), 0, ["填表人：", "", "", "审核人："])
    return buffer.getvalue()


def write_wps_text(people: dict[str, list[Row]]) -> bytes:
    """All villages in one table, in GBK."""
    rows: list[Row] = [["李千户镇务工人员返岗花名册"], HEADINGS]
    rows += [row for village in people.values() for row in village]
    lines = (",".join(map(str, [*row, *[""] * (7 - len(row))])) for row in rows)
    return "\r\n".join([*lines, ""]).encode("gbk")


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("first", ["花名册.xlsx", "花名册.csv"])
def test_scenario_1_three_villages_tried_imported_and_again(
    desk: Desk, clerk: Client, first: str
) -> None:
    """先试跑看结果再提交，同一文件再导一次，人数不变；另一种格式存的同一份也不变。"""
    people = {
        village: [make_villager(place * 10 + n, village) for n in range(1, 5)]
        for place, village in enumerate(VILLAGES)
    }
    (desk.folder / "花名册.xlsx").write_bytes(write_wps_book(people))
    (desk.folder / "花名册.csv").write_bytes(write_wps_text(people))
    (second,) = {"花名册.xlsx", "花名册.csv"} - {first}

    tried = desk.roster(first, "--dry-run")
    assert (tried.code, list_people(clerk)) == (0, [])
    assert "共 12 人  可导入 12  有误 0  提醒 0" in tried.out
    assert desk.roster(first, "--yes").code == 0
    before = list_people(clerk)
    assert sorted(each["village"] for each in before) == sorted(VILLAGES * 4)

    again = desk.roster(first, "--yes")
    assert (again.code, "已导入过，无变化" in again.out) == (0, True)
    other = desk.roster(second, "--yes")
    assert (other.code, "新增 0  更新 0  无变化 12" in other.out) == (0, True)
    assert list_people(clerk) == before


def test_scenario_3_a_number_of_15_digits_is_shown_with_18(desk: Desk, clerk: Client) -> None:
    """15位身份证不替人改：退回，显示18位样子供核对；照身份证改好后与库里同一个人合并。"""
    full = make_id_number(birth="1968-11-02", sequence=12)
    old = full[:6] + full[8:17]
    assert expand_15(old) == full
    person = ["王秀英", full, make_phone(3)]
    (desk.folder / "去年.xlsx").write_bytes(make_xlsx({"东兴村": [SHORT, person]}))
    assert desk.roster("去年.xlsx", "--yes").code == 0
    registered = list_people(clerk)

    others = [
        [make_name(n), make_id_number(sequence=500 + n), make_phone(500 + n)] for n in range(5)
    ]
    rows = [SHORT, ["王秀英", old, make_phone(3)], *others]
    (desk.folder / "今年.xlsx").write_bytes(make_xlsx({"东兴村": rows}))
    sent_back = desk.roster("今年.xlsx", "--yes")
    assert sent_back.code == 5
    (line,) = [each for each in sent_back.out.splitlines() if "[id-15-digit]" in each]
    assert ("东兴村 第2行 B2" in line, mask_id(old) in line, mask_id(full) in line) == (True,) * 3
    assert [number for number in (old, full) if number in sent_back.out] == []
    assert len(list_people(clerk)) == len(registered) + len(others)

    rows[1] = ["王秀英", full, make_phone(3)]
    (desk.folder / "今年.xlsx").write_bytes(make_xlsx({"东兴村": rows}))
    mended = desk.roster("今年.xlsx", "--yes")
    assert (mended.code, "新增 0  更新 0  无变化 6" in mended.out) == (0, True)
    assert registered[0] in list_people(clerk)


def test_scenario_4_codes_of_divisions_do_not_stop_anybody(desk: Desk, clerk: Client) -> None:
    """1978年出生、211221开头的能导入；412723等已撤销代码不拦；查不到的代码只提示。"""
    areas = ("211221", "412723", "211299")
    rows = [
        [make_name(n), make_id_number(birth="1978-05-12", sequence=n + 1, area=area), make_phone(n)]
        for n, area in enumerate(areas)
    ]
    (desk.folder / "村.xlsx").write_bytes(make_xlsx({"东兴村": [SHORT, *rows]}))
    done = desk.roster("村.xlsx", "--yes", "--json")
    assert (done.code, done.json["counts"]["accepted"]) == (0, 3)
    warnings = [(each["cell"], each["code"]) for each in done.json["warnings"]]
    assert warnings == [("B4", "id-area-unknown")]
    assert len(list_people(clerk)) == 3


def test_scenario_5_one_person_whatever_the_dot(world: World, desk: Desk, clerk: Client) -> None:
    """圆点写法不同的同一人在两份名册里只算一人；名字有“𠮷”字不变乱码。"""
    dotted, rare = make_id_number(sequence=2), make_id_number(sequence=3)
    rows = [
        SHORT,
        ["阿依古丽•买买提", dotted, make_phone(1)],
        ["𠮷桂兰", rare, make_phone(2)],
    ]
    (desk.folder / "一.xlsx").write_bytes(make_xlsx({"东兴村": rows}))
    assert desk.roster("一.xlsx", "--yes").code == 0
    again = [
        [*SHORT, "村"],
        ["阿依古丽・买买提", dotted, make_phone(1), "东兴村"],
        ["𠮷 桂兰", rare, make_phone(2), "东兴村"],
    ]
    text = "\r\n".join(",".join(row) for row in again)
    (desk.folder / "二.csv").write_bytes(text.encode("gb18030"))
    second = desk.roster("二.csv", "--yes")
    assert (second.code, "新增 0  更新 0  无变化 2" in second.out) == (0, True)

    coordinator = world.client()
    shown = [
        coordinator.post(
            f"/v1/workers/{each['id']}/reveal", {"fields": ["name"], "reason": "核对姓名"}
        ).json()["fields"]["name"]
        for each in list_people(clerk)
    ]
    assert sorted(shown) == ["阿依古丽·买买提", "𠮷桂兰"]


def test_scenario_21_a_number_cell_has_lost_its_end(desk: Desk, clerk: Client) -> None:
    """身份证被Excel变成2.11221E+17：退回，说清楚要设文本重录，即使校验位碰巧正确。"""
    numbers = (make_id_number(sequence=n) for n in range(1_000))
    lucky = next(n for n in numbers if n.isdigit() and str(int(float(n))) == n)
    assert find_problem(lucky) is None
    good = [[make_name(n), make_id_number(sequence=n), make_phone(n)] for n in range(990, 999)]
    lost = [["张三", float(lucky), make_phone(1)], ["李四", "2.11221E+17", make_phone(2)]]
    (desk.folder / "村.xlsx").write_bytes(make_xlsx({"东兴村": [SHORT, *lost, *good]}))
    done = desk.roster("村.xlsx", "--yes")
    assert (done.code, len(list_people(clerk))) == (5, len(good))
    lines = [each for each in done.out.splitlines() if "[number-precision-lost]" in each]
    assert [row for row in (2, 3) if f"东兴村 第{row}行 B{row} 身份证号" in lines[row - 2]] == [
        2,
        3,
    ]
    assert all("2.11221E+17" in line and "设为“文本”" in line for line in lines)
    assert clerk.post("/v1/workers/search", {"id_number": lucky}).json()["items"] == []


def test_scenario_24_fifteen_is_no_worker(desk: Desk, clerk: Client) -> None:
    """15岁的人填成务工人员：退回；改为随行家属并填监护人可以。"""
    guardian, child = make_id_number(sequence=8), make_id_number(birth="2004-08-01", sequence=9)
    headings = [*SHORT, "人员类型", "监护人身份证号"]
    good = [["张建军", guardian, make_phone(1), "务工人员", ""]]
    good += [
        [make_name(n), make_id_number(sequence=n), make_phone(n), "务工", ""] for n in range(20, 25)
    ]
    young = ["张小春", child, make_phone(2), "务工人员", ""]
    (desk.folder / "村.xlsx").write_bytes(make_xlsx({"东兴村": [headings, *good, young]}))
    done = desk.roster("村.xlsx", "--yes")
    assert (done.code, len(list_people(clerk))) == (5, len(good))
    (line,) = [each for each in done.out.splitlines() if "[under-age]" in each]
    assert ("第8行 B8" in line, "15岁" in line, child in line) == (True, True, False)

    accompanying = [*young[:3], "随行家属", guardian]
    (desk.folder / "改.xlsx").write_bytes(make_xlsx({"东兴村": [headings, *good, accompanying]}))
    mended = desk.roster("改.xlsx", "--yes")
    assert (mended.code, "新增 1" in mended.out) == (0, True)
    (found,) = clerk.post("/v1/workers/search", {"id_number": child}).json()["items"]
    assert (found["person_role"], found["sixteen_on"]) == ("family", "2020-08-01")
