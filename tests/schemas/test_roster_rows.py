from datetime import date
from typing import Any

import pytest

from schemas.roster.cells import CellError, CellKind, RawCell
from schemas.roster.report import report_to_json
from tests.schemas.roster_factories import (
    AS_OF,
    check,
    check_people,
    get_codes,
    make_id,
    make_person,
    make_phone,
    make_sheet,
)

LOST = CellError(CellKind.FORMULA)
WRONG = CellError(CellKind.ERROR, "#N/A")
CHILD = make_id(4, born="20120601")
TEEN = make_id(4, born="20050501")


def get_values(**cells: RawCell) -> dict[str, Any]:
    """What one row becomes, without what every row has."""
    report = check_people(make_person(1, **cells))
    (row,) = report_to_json(report, include_ids=True)["accepted"]
    common = {"sheet", "row", "name", "id_number", "phone", "gender", "birth_date"}
    return {name: value for name, value in row.items() if name not in common - {*cells}}


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ({"民族": "汉"}, {"ethnicity": "汉族"}),
        ({"民族": "满族"}, {"ethnicity": "满族"}),
        ({"民族": "穿青人"}, {"ethnicity": "穿青人"}),
        ({"乡镇": " 凡河 镇"}, {"township": "凡河镇"}),
        ({"村": "东兴\u200b村"}, {"village": "东兴村"}),
        ({"务工地": "辽宁省大连市"}, {"destination": "辽宁省大连市", "destination_code": "210200"}),
        (
            {"务工地": "大连", "务工地代码": 210200.0},
            {"destination": "大连", "destination_code": "210200"},
        ),
        (
            {"务工地": "某工地", "务工地代码": "２１０２００"},
            {"destination": "某工地", "destination_code": "210200"},
        ),
        ({"务工地": "某工地"}, {"destination": "某工地"}),
        (
            {"务工省份": "辽宁省", "务工市": "大连市"},
            {"destination": "辽宁省大连市", "destination_code": "210200"},
        ),
        ({"用工单位": " 合成食品\n有限公司 "}, {"employer": "合成食品\n有限公司"}),
        ({"工种": "焊工"}, {"occupation": "焊工"}),
        ({"拟出发日期": "2020.3.28"}, {"departure_date": "2020-03-28"}),
        ({"拟出发日期": "待定"}, {"departure_text": "待定"}),
        ({"健康状况": "正常"}, {"health": "正常"}),
        ({"紧急联系电话": 15400005678.0}, {"emergency_phone": "15400005678"}),
        ({"返岗情况": " 已返岗 "}, {"return_status": "已返岗"}),
        ({"未返岗原因": "照顾老人"}, {"not_returned_reason": "照顾老人"}),
        ({"人员类型": "务工"}, {"person_role": "worker"}),
        ({"人员类型": "随行家属"}, {"person_role": "family"}),
        ({"人员类型": "子女"}, {"person_role": "child"}),
        ({"人员类型": "脱贫户"}, {}),
        ({"监护人身份证号": make_id(9)}, {"guardian_id": make_id(9)}),
        ({"监护人身份证号": "无"}, {}),
        ({"监护人身份证号": "2112"}, {}),
        ({"备注": "第一行\r\n第二行"}, {"remark": "第一行\n第二行"}),
        ({"备注": "  "}, {}),
        ({"备注": 12.0}, {"remark": "12"}),
        ({"备注": "'=1+1"}, {"remark": "=1+1"}),
        ({"座右铭": "天道酬勤"}, {}),
        ({"年龄": "四十"}, {}),
        ({"序号": LOST}, {}),
        ({"年龄": WRONG}, {}),
    ],
)
def test_what_a_cell_becomes(cells: dict[str, RawCell], values: dict[str, Any]) -> None:
    assert get_values(**cells) == values


def test_gender_and_birth_date_come_from_the_id() -> None:
    report = check_people(make_person(2, 姓名="李四"))
    record = report.accepted[0].record
    assert (record.gender, record.birth_date) == ("女", date(1978, 5, 12))


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"姓名": ""}, [("name", "name-missing")]),
        ({"姓名": None}, [("name", "name-missing")]),
        ({"姓名": " \u3000"}, [("name", "name-missing")]),
        ({"姓名": "王"}, [("name", "name-invalid")]),
        ({"姓名": "张三(妻)"}, [("name", "name-invalid")]),
        ({"姓名": 5.0}, [("name", "name-invalid")]),
        ({"姓名": WRONG}, [("name", "cell-error")]),
        ({"身份证号": ""}, [("id_number", "id-missing")]),
        ({"身份证号": "无"}, [("id_number", "id-missing")]),
        ({"身份证号": "211221780512341"}, [("id_number", "id-15-digit")]),
        ({"身份证号": 211221780512341.0}, [("id_number", "id-15-digit")]),
        ({"身份证号": "211221780512341.0"}, [("id_number", "id-15-digit")]),
        ({"身份证号": "21122119780512341"}, [("id_number", "id-format")]),
        ({"身份证号": "99" + make_id()[2:]}, [("id_number", "id-format")]),
        ({"身份证号": "2112-2119780512-0015"}, [("id_number", "id-format")]),
        ({"身份证号": date(2020, 3, 24)}, [("id_number", "id-format")]),
        ({"身份证号": True}, [("id_number", "id-format")]),
        ({"身份证号": 12345.0}, [("id_number", "id-format")]),
        ({"身份证号": "211221198513329178"}, [("id_number", "id-birth-date")]),
        ({"身份证号": make_id(born="20200325")}, [("id_number", "id-birth-date")]),
        ({"身份证号": make_id(born="18930101")}, [("id_number", "id-birth-date")]),
        ({"身份证号": "211221197805123418"}, [("id_number", "id-check-digit")]),
        ({"身份证号": 2.11221197805123e17}, [("id_number", "number-precision-lost")]),
        ({"身份证号": float(make_id())}, [("id_number", "number-precision-lost")]),
        ({"身份证号": int(make_id())}, [("id_number", "number-precision-lost")]),
        ({"身份证号": "2.11221E+17"}, [("id_number", "number-precision-lost")]),
        ({"身份证号": "2.11221e17"}, [("id_number", "number-precision-lost")]),
        ({"身份证号": f"{make_id()}.0"}, [("id_number", "number-precision-lost")]),
        ({"身份证号": WRONG}, [("id_number", "cell-error")]),
        ({"身份证号": LOST}, [("id_number", "cell-error")]),
        ({"身份证号": TEEN}, [("id_number", "under-age")]),
        ({"身份证号": TEEN, "人员类型": "脱贫户"}, [("id_number", "under-age")]),
        ({"身份证号": CHILD, "监护人身份证号": make_id(9)}, [("id_number", "under-age")]),
        ({"身份证号": CHILD, "人员类型": "儿童"}, [("guardian_id", "guardian-missing")]),
        ({"身份证号": CHILD, "人员类型": "家属"}, [("guardian_id", "guardian-missing")]),
        (
            {"身份证号": CHILD, "人员类型": "儿童", "监护人身份证号": ""},
            [("guardian_id", "guardian-missing")],
        ),
        (
            {"身份证号": CHILD, "人员类型": "儿童", "监护人身份证号": CHILD},
            [("guardian_id", "guardian-missing")],
        ),
        (
            {"身份证号": CHILD, "人员类型": "儿童", "监护人身份证号": 2.11221197805123e17},
            [("guardian_id", "number-precision-lost")],
        ),
        (
            {"身份证号": CHILD, "人员类型": "儿童", "监护人身份证号": "211221197805123418"},
            [("guardian_id", "id-check-digit")],
        ),
        ({"用工单位": WRONG}, [("employer", "cell-error")]),
        ({"村": LOST}, [("village", "cell-error")]),
        ({"拟出发日期": WRONG}, [("departure_date", "cell-error")]),
        ({"出生日期": LOST}, [("birth_date", "cell-error")]),
        ({"性别": WRONG}, [("gender", "cell-error")]),
        (
            {"姓名": "王", "身份证号": "", "用工单位": WRONG, "手机号码": "无"},
            [("name", "name-invalid"), ("id_number", "id-missing"), ("employer", "cell-error")],
        ),
    ],
)
def test_what_rejects_a_row(cells: dict[str, RawCell], codes: list[tuple[str, str]]) -> None:
    report = check_people(make_person(1, **cells))
    assert get_codes(report) == {2: codes}
    assert (len(report.accepted), report.warnings) == (0, [])


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"手机号码": ""}, [("phone", "phone-missing")]),
        ({"手机号码": "同上"}, [("phone", "phone-invalid")]),
        ({"手机号码": WRONG}, [("phone", "phone-invalid")]),
        ({"手机号码": LOST}, [("phone", "phone-invalid")]),
        ({"手机号码": "024-74840000"}, [("phone", "phone-landline")]),
        ({"手机号码": f"{make_phone(1)}/{make_phone(2)}"}, [("phone", "phone-several")]),
        ({"紧急联系电话": WRONG}, [("emergency_phone", "phone-invalid")]),
        ({"拟出发日期": "随时"}, [("departure_date", "date-unreadable")]),
        ({"性别": "女"}, [("gender", "gender-mismatch")]),
        ({"性别": 2.0}, [("gender", "gender-mismatch")]),
        ({"出生日期": "1970-01-01"}, [("birth_date", "birth-date-mismatch")]),
        ({"出生年月": "1978.06"}, [("birth_date", "birth-date-mismatch")]),
        ({"备注": "=HYPERLINK(1)"}, [("remark", "formula-like-text")]),
        ({"备注": "+86"}, [("remark", "formula-like-text")]),
        ({"备注": "＝1＋1"}, [("remark", "formula-like-text")]),
        ({"备注": "－", "用工单位": "—"}, []),
        ({"备注": "-2+3"}, [("remark", "formula-like-text")]),
        ({"用工单位": "@SUM(A1)"}, [("employer", "formula-like-text")]),
        ({"备注": "-"}, []),
        ({"性别": "男性"}, []),
        ({"性别": 1.0}, []),
        ({"性别": "不详"}, []),
        ({"出生日期": "1978.5.12"}, []),
        ({"出生年月": "1978年5月"}, []),
        ({"出生日期": "待查"}, []),
        ({"身份证号": make_id(1, area="211299")}, [("id_number", "id-area-unknown")]),
        ({"身份证号": "911124198108030024"}, []),
        ({"身份证号": "810000199408230021"}, []),
        ({"身份证号": "412723197501010016"}, []),
        ({"身份证号": make_id(1, born="20040324")}, []),
        ({"身份证号": TEEN, "人员类型": "儿童"}, []),
        ({"身份证号": TEEN, "人员类型": "家属"}, []),
        ({"身份证号": CHILD, "人员类型": "儿童", "监护人身份证号": make_id(9)}, []),
        (
            {"手机号码": "无", "性别": "女", "备注": "=1", "拟出发日期": "5/3"},
            [
                ("phone", "phone-missing"),
                ("gender", "gender-mismatch"),
                ("remark", "formula-like-text"),
                ("departure_date", "date-year-assumed"),
            ],
        ),
    ],
)
def test_what_is_doubtful_and_taken(
    cells: dict[str, RawCell], codes: list[tuple[str, str]]
) -> None:
    report = check_people(make_person(1, **cells))
    assert get_codes(report) == ({2: codes} if codes else {})
    assert len(report.accepted) == 1


def test_sixteen_is_counted_on_the_day_of_reference() -> None:
    person = make_person(1, 身份证号=make_id(1, born="20040325"))
    assert get_codes(check_people(person)) == {2: [("id_number", "under-age")]}
    assert check(make_sheet(person), as_of=date(2020, 3, 25)).rejected == []


def test_a_short_row_has_blank_cells() -> None:
    sheet = make_sheet(make_person(1, 村="东兴村"))
    short = type(sheet)(sheet.name, [*sheet.rows, (3, ["2", "李四", make_id(2)])])
    assert get_codes(check(short)) == {3: [("phone", "phone-missing")]}


def test_a_number_is_never_taken_for_a_remembered_truth_value() -> None:
    report = check_people(
        make_person(1, 备注=True), make_person(2, 备注=1.0), make_person(3, 备注="1")
    )
    assert [row.record.remark for row in report.accepted] == ["TRUE", "1", "1"]


def test_a_workbook_that_counts_from_1904() -> None:
    person = make_person(1, 拟出发日期=42456.0)
    report = check(make_sheet(person, counts_from_1904=True))
    assert report.accepted[0].record.departure_date == date(2020, 3, 28)


def test_a_county_completes_its_townships() -> None:
    people = make_person(1, 乡镇="凡河"), make_person(2, 乡镇="某乡")
    report = check(make_sheet(*people), county_code="211221")
    assert [row.record.township for row in report.accepted] == ["凡河镇", "某乡"]


def test_the_day_of_reference_is_in_the_report() -> None:
    assert check_people(make_person(1)).as_of == AS_OF
