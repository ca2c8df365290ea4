"""The handover sheet: one sheet for each point, boxes to tick, and the sum."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it has no types
from python_calamine import CalamineWorkbook

from cli.trips.handover import make_handover
from schemas.passengers import HandoverPoint
from schemas.texts import speaking
from tests.cli.paper_factories import (
    CANTEEN,
    DIGEST,
    FACTORY,
    POINTS,
    PRINTED_AT,
    make_balance,
    make_handover_line,
    make_handover_out,
    make_point,
)

LINES = [
    make_handover_line(1, status="received", signed="paper"),
    make_handover_line(2, status="left", end="given_on"),
    make_handover_line(3),
    make_handover_line(4, status="stand_by", seat_label=None),
]


def make_factory_point(**given: Any) -> HandoverPoint:
    values = {
        "point": POINTS[1],
        "code": "12345678",
        "balance": make_balance(received=1, given_on=1, unaccounted=1),
        "signed": 2,
        "difference": 1,
        "counted": 3,
        "line": "签收2 = 接收1 + 差1；到达清点3",
        "lines": LINES,
        **given,
    }
    return HandoverPoint.model_validate(values)


def write(points: list[HandoverPoint], **given: Any) -> bytes:
    handover = make_handover_out(points, **given)
    return make_handover(handover, printed_at=PRINTED_AT)


def read_rows(data: bytes) -> list[list[str]]:
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row if cell != ""] for row in rows]


def test_the_sheet_of_one_point_from_top_to_bottom() -> None:
    person = ["341X", "合成电子有限公司"]
    assert read_rows(write([make_factory_point()])) == [
        ["人员交接单"],
        ["趟次：P20200324-01", "车牌：辽M12345  车型：大客车", "交接码：12345678"],
        [
            "交接点：1. 合成电子有限公司3号门",
            "计划时间：2020-03-24 22:30",
            "名册第 3 版",
        ],
        ["承运单位：铁岭示例客运有限公司", f"名册哈希：{DIGEST}"],
        [
            *("序号", "座位", "姓名", "证件末四位", "联系电话", "用工单位", "状态"),
            *("接收", "未接收", "途中移交", "其他", "体温", "签名", "已签收", "备注"),
        ],
        [
            *("1", "1", "李国强", person[0], "15400000001", person[1]),
            *("已接收", "√", "□", "□", "□", "纸质签字"),
        ],
        [
            *("2", "2", "张国强", person[0], "15400000002", person[1]),
            *("途中离开", "□", "□", "√", "□"),
        ],
        [
            *("3", "3", "刘国强", person[0], "15400000003", person[1]),
            *("已上车", "□", "□", "□", "□"),
        ],
        ["以下人员未随车"],
        ["1", "陈国强", person[0], "15400000004", person[1], "候补"],
        ["名单 4 人：候补 1，已上车 1，途中离开 1，已接收 1"],
        ["本点：上车3 = 接收1；未平1", "全车：上车3 = 接收2；未平1"],
        ["签收：签收2 = 接收1 + 差1；到达清点3"],
        ["本趟例外：已签收但未登记接收"],
        ["应交 ______ 人    实交 ______ 人    相差 ______ 人    差额说明："],
        [
            "移交人（领队）：______________  时间：____________",
            "驾驶员签字：______________  时间：____________",
            "接收人（单位盖章）：______________  时间：____________",
        ],
    ]


def test_each_point_has_a_sheet_of_its_own_with_its_own_code() -> None:
    names = ["合成[电子]有限公司", "合成[电子]有限公司", "甲" * 40]
    points = [
        make_factory_point(point=make_point(FACTORY, "handover", n + 1, name), code=f"{n}" * 8)
        for n, name in enumerate(names)
    ]
    book = load_workbook(BytesIO(write(points)))
    assert book.sheetnames == ["合成_电子_有限公司", "2.合成_电子_有限公司", "3." + "甲" * 29]
    codes = [cell.value for sheet in book for cell in sheet[2] if cell.value][2::3]
    assert codes == ["交接码：00000000", "交接码：11111111", "交接码：22222222"]
    assert {sheet.print_title_rows for sheet in book} == {"$5:$5"}
    assert {sheet.page_setup.orientation for sheet in book} == {"landscape"}
    assert {sheet.oddFooter.left.text for sheet in book} == {f"名册第 3 版 {DIGEST}"}


def test_names_that_look_like_formulas_stay_text() -> None:
    lines = [make_handover_line(n, name=name) for n, name in enumerate(["=1", "+1", "@A", "-1"])]
    sheet = load_workbook(BytesIO(write([make_factory_point(lines=lines)]))).worksheets[0]
    assert [sheet.cell(row, 3).value for row in range(6, 10)] == ["'=1", "'+1", "'@A", "'-1"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


@pytest.mark.parametrize(("seen", "remark"), [(None, None), (True, None), (False, "未见签字件")])
def test_a_signed_paper_that_nobody_has_seen_is_remarked(
    *, seen: bool | None, remark: str | None
) -> None:
    line = make_handover_line(1, signed="paper", paper_seen=seen)
    sheet = load_workbook(BytesIO(write([make_factory_point(lines=[line])]))).worksheets[0]
    assert [sheet.cell(6, column).value for column in (14, 15)] == ["纸质签字", remark]


def test_nobody_at_a_point() -> None:
    rows = read_rows(write([make_factory_point(lines=[], balance=make_balance())]))
    assert rows[5] == ["名单 0 人：0"]


def test_in_english_the_sum_is_english_too() -> None:
    points = [make_factory_point(point=make_point(CANTEEN, "handover", 2, "Synthetic Foods"))]
    with speaking("en"):
        rows = read_rows(write(points))
    assert rows[0] == ["Handover sheet"]
    assert rows[11] == [
        "this point: carried 3 = received 1 + given on 1; open 1",
        "whole trip: carried 3 = received 2; open 1",
    ]


def test_a_railway_carriage_has_a_designation_instead_of_a_plate() -> None:
    given = {"plate": "K54次7车", "vehicle_kind": "carriage"}
    made = make_handover(make_handover_out([make_factory_point()], **given), printed_at=PRINTED_AT)
    assert read_rows(made)[1][1] == "车厢：K54次7车  车型：列车车厢"
