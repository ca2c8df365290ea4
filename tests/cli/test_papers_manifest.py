"""The passenger list as a file: what stands in which cell, and that nothing in it is a formula."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types
from python_calamine import CalamineWorkbook

from cli.trips.manifest import Carriage, make_manifest
from schemas.passengers import ManifestOut
from schemas.texts import speaking
from tests.cli.paper_factories import (
    DIGEST,
    PRINTED_AT,
    make_manifest_line,
    make_manifest_out,
    make_stand_by,
)
from tests.factories import make_id_number

CARRIAGE = Carriage("P20200324", "铁岭县人社局", "江苏省苏州市")
EMPTY = "____________"
ABOARD_LINE = "实点 ______ 人    未到 ______ 人    候补顶替 ______ 人    发车时车上 ______ 人"


def write(manifest: ManifestOut) -> bytes:
    return make_manifest(manifest, CARRIAGE, printed_at=PRINTED_AT)


def read_rows(data: bytes) -> list[list[str]]:
    """The filled cells of each row, as a reader of workbooks sees them."""
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row if cell != ""] for row in rows]


def read_sheet(data: bytes) -> Any:
    return load_workbook(BytesIO(data)).worksheets[0]


def test_the_paper_from_top_to_bottom() -> None:
    lines = [make_manifest_line(1), make_manifest_line(2, role="child"), make_stand_by(3)]
    assert read_rows(write(make_manifest_out(lines))) == [
        ["乘客信息登记表"],
        [f"名册第 3 版    名册哈希：{DIGEST}"],
        ["趟次：P20200324-01", "车牌：辽M12345", "车型：大客车  核定载客：47"],
        ["批次：P20200324", "组织方：铁岭县人社局", "目的地：江苏省苏州市"],
        ["承运单位：铁岭示例客运有限公司", "包车标志牌号：辽M-0324", f"通行证号：{EMPTY}"],
        [
            "计划发车：2020-03-24 07:30",
            "计划到达：2020-03-24 22:30",
            "路线：铁岭—沈阳—苏州",
        ],
        [
            "上车点：铁岭县客运站 2020-03-24 22:30",
            "交接点：合成电子有限公司3号门 2020-03-24 22:30；合成食品有限公司 2020-03-24 22:30",
            "值班电话：024-74840000",
        ],
        [
            "驾驶员：李永福 15400000001；王德胜 15400000002",
            "领队：周长山 15400000003",
            "输入地接站：钱主任 0512-65001234",
        ],
        [
            *("序号", "座位", "姓名", "性别", "身份证号", "联系电话", "乡镇、村", "用工单位"),
            *("交接点", "核验", "点名", "体温", "证件", "签名", "备注"),
        ],
        [
            *("1", "1", "李国强", "男", make_id_number(sequence=3), "15400000001"),
            *("凡河镇 东兴村", "合成电子有限公司", "合成电子有限公司3号门", "通过"),
        ],
        [
            *("2", "2", "张国强", "男", make_id_number(sequence=5), "15400000002"),
            *("凡河镇 东兴村", "合成电子有限公司", "合成电子有限公司3号门", "通过", "儿童"),
        ],
        ["候补人员（有人未到时，按此顺序顶替）"],
        [
            *("1", "刘国强", "男", make_id_number(sequence=7), "15400000003"),
            *("凡河镇 东兴村", "合成电子有限公司", "合成电子有限公司3号门", "通过"),
        ],
        [
            "乘车 2 人，候补 1 人（名册第 3 版）    " + ABOARD_LINE,
        ],
        [
            "驾驶员签字：______________  时间：____________",
            "组织方签字：______________  时间：____________",
            "接收方签字：______________  时间：____________",
        ],
    ]


def test_it_prints_on_a4_landscape_one_page_wide_with_headings_on_each_page() -> None:
    sheet = read_sheet(write(make_manifest_out([make_manifest_line(1)])))
    page = sheet.page_setup
    assert (page.orientation, page.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert (page.fitToWidth, page.fitToHeight) == (None, 0)  # not said: one page wide
    assert sheet.print_title_rows == "$9:$9"
    assert sheet.print_area == "'乘客信息登记表'!$A$1:$O$12"
    header, footer = sheet.oddHeader, sheet.oddFooter
    assert [header.left.text, header.center.text, header.right.text] == [
        "P20200324-01 辽M12345",
        "乘客信息登记表",
        "名册第 3 版",
    ]
    assert [footer.left.text, footer.center.text, footer.right.text] == [
        f"名册第 3 版 {DIGEST}",
        "第 &P 页 共 &N 页",
        "打印 2020-03-23 18:05",
    ]


@pytest.mark.parametrize(
    "name", ["=1+1", "+HYPERLINK(1)", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://x.invalid"]
)
def test_text_that_looks_like_a_formula_stays_text(name: str) -> None:
    data = write(make_manifest_out([make_manifest_line(1, name=name, employer=name)]))
    sheet = read_sheet(data)
    expected = name if name.startswith("http") else f"'{name}"
    assert (sheet["C10"].value, sheet["H10"].value) == (expected, expected)
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.has_style]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert sheet["C10"].hyperlink is None


def test_an_ampersand_in_a_trip_number_is_no_command_of_the_margin() -> None:
    manifest = make_manifest_out([], number="A&B&P")
    assert "A&amp;&amp;B&amp;&amp;P" in _read_part(write(manifest), "xl/worksheets/sheet1.xml")


def _read_part(data: bytes, part: str) -> str:
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(part).decode()


@pytest.mark.parametrize("state", ["draft", "ready", "filed"])
def test_a_list_that_is_not_locked_says_so_and_shows_no_hash(state: str) -> None:
    data = write(make_manifest_out([make_manifest_line(1)], state=state))
    assert read_rows(data)[1] == ["名册尚未锁定，仅供核对，不得据此组织上车。"]
    assert DIGEST not in _read_part(data, "xl/worksheets/sheet1.xml")
    assert DIGEST not in _read_part(data, "xl/sharedStrings.xml")
    assert read_sheet(data).oddHeader.right.text == "名册未锁定"


def test_the_familys_phone_stands_in_only_for_a_missing_one() -> None:
    lines = [make_manifest_line(1, phone=None), make_manifest_line(2, phone=None)]
    lines[1] = lines[1].model_copy(update={"emergency_phone": None})
    sheet = read_sheet(write(make_manifest_out(lines)))
    assert (sheet["F10"].value, sheet["F11"].value) == ("15400000901（家人）", None)


@pytest.mark.parametrize(("label", "explained"), [(None, True), ("17", False)])
def test_a_seat_that_the_vehicle_lacks_is_explained(label: str | None, *, explained: bool) -> None:
    line = make_manifest_line(1, seat_label=label, seat_row=9, seat_column=5)
    rows = read_rows(write(make_manifest_out([line])))
    said = "座位带“?”的（如 9-5?，即第9排第5座）：车上没有这个座位，请核对。"
    assert ([said] in rows, "9-5?" in str(rows[-3:])) == (explained, explained)


def test_a_long_text_gets_a_higher_row() -> None:
    lines = [make_manifest_line(1), make_manifest_line(2, employer="合成电子有限公司" * 6)]
    sheet = read_sheet(write(make_manifest_out(lines)))
    heights = [sheet.row_dimensions[row].height for row in (10, 11)]
    assert heights == [31.5, 85.5]


def test_in_english() -> None:
    with speaking("en"):
        rows = read_rows(write(make_manifest_out([make_stand_by(1)])))
    assert rows[0] == ["Passenger list"]
    assert rows[8] == [
        *("no.", "seat", "name", "sex", "id number", "phone", "township, village", "employer"),
        *("handover point", "cleared", "present", "temp.", "identity", "signature"),
        "remarks",
    ]
    assert rows[9] == ["Stand-bys (in this order, when somebody does not come)"]


@pytest.mark.parametrize(
    ("verdict", "let_pass", "shown"),
    [
        ("cleared", False, "通过"),
        ("held", False, "未通过"),
        ("missing", False, "缺材料"),
        ("held", True, "破例放行"),
        (None, True, "破例放行"),
    ],
)
def test_the_clearance_has_a_column(verdict: str | None, shown: str, *, let_pass: bool) -> None:
    line = make_manifest_line(1, verdict=verdict, let_pass=let_pass)
    assert shown in read_rows(write(make_manifest_out([line])))[9]
