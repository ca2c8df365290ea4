"""Headings as they are spoken, and columns whose meaning depends on the others."""

import pytest

from schemas.roster.columns import Field, find_field
from tests.schemas.roster_factories import check, make_id, make_phone, make_raw_sheet

PERSON = ("张三", make_id(1), make_phone(1))
REQUIRED = ("姓名", "身份证号", "手机号码")


@pytest.mark.parametrize(
    ("headings", "field"),
    [
        (
            "去向 去哪 去哪里 到哪打工 上哪打工 打工去哪 准备去哪里 务工去向 去哪个城市",
            Field.DESTINATION,
        ),
        ("厂子 厂子叫啥 厂名 哪个厂 在哪个厂 单位叫啥 工厂", Field.EMPLOYER),
        ("啥时候走 什么时候走 哪天走 几号走 走的时间 什么时候出发 出门时间", Field.DEPARTURE_DATE),
        ("所在村组 哪个村 家庭住址（村、组） 家庭住址(村组) 住址（村）", Field.VILLAGE),
        ("与户主关系 与户主的关系 户主关系", Field.RELATION),
        ("电话多少 手机号多少", Field.PHONE),
        ("身份证号多少", Field.ID_NUMBER),
    ],
)
def test_questions(headings: str, field: Field) -> None:
    assert {heading: find_field(heading) for heading in headings.split()} == dict.fromkeys(
        headings.split(), field
    )


@pytest.mark.parametrize(
    "heading",
    [
        "家庭住址",
        "住址",
        "地址",
        "厂址",
        "公司地址",
        "返乡时间",
        "回来时间",
        "去年务工地",
        "谁来接",
        "时间",
        "登记时间",
        "到岗时间",
    ],
)
def test_what_asks_for_something_else(heading: str) -> None:
    assert find_field(heading) is None


@pytest.mark.parametrize(
    ("headings", "mapping", "fields"),
    [
        (("时间",), {}, [Field.DEPARTURE_DATE]),
        (("日期",), {}, [Field.DEPARTURE_DATE]),
        (("时间", "出发日期"), {}, [None, Field.DEPARTURE_DATE]),
        (("时间", "日期"), {}, [None, None]),
        (("时间",), {"时间": "ignore"}, [None]),
        (("与户主关系", "时间"), {}, [Field.RELATION, Field.DEPARTURE_DATE]),
        (("与户主关系", "户主"), {}, [Field.RELATION, Field.HEAD_NAME]),
        (("与户主关系", "户主"), {"户主": "ignore"}, [Field.RELATION, None]),
        (("户主",), {}, [None]),
        (("务工地", "去向"), {}, [Field.DESTINATION, None]),
        (("去向",), {}, [Field.DESTINATION]),
        (("手机号码",), {}, [Field.OTHER_PHONES]),
        (("与户主关系", "手机号码"), {}, [Field.RELATION, Field.OTHER_PHONES]),
        (("其他电话",), {}, [Field.OTHER_PHONES]),
    ],
)
def test_what_other_columns_decide(
    headings: tuple[str, ...], mapping: dict[str, str], fields: list[Field | None]
) -> None:
    sheet = make_raw_sheet((*REQUIRED, *headings), (*PERSON, *("" for _ in headings)))
    columns = check(sheet, mapping=mapping).sheets[0].header.columns[3:]
    assert [column.field for column in columns] == fields


@pytest.mark.parametrize(
    ("first", "second", "phone", "others"),
    [
        (make_phone(1), make_phone(2), make_phone(1), (make_phone(2),)),
        ("", make_phone(2), make_phone(2), None),
        (make_phone(1), "", make_phone(1), None),
        (make_phone(1), make_phone(1), make_phone(1), None),
        ("024-74840000", make_phone(2), make_phone(2), ("024-74840000",)),
        ("", "", None, None),
    ],
)
def test_two_columns_of_phones(
    first: str, second: str, phone: str | None, others: tuple[str, ...] | None
) -> None:
    report = check(make_raw_sheet((*REQUIRED, "手机号码"), ("张三", make_id(1), first, second)))
    record = report.accepted[0].record
    assert (record.phone, tuple(record.other_phones or ()) or None) == (phone, others)


def test_three_equal_headings_are_refused_with_what_helps() -> None:
    error = check(make_raw_sheet((*REQUIRED, "手机号码", "手机号码"), (*PERSON, "", ""))).file_error
    assert error is not None
    assert "改成别的名称" in error.get_message()
    assert "ignore" not in error.get_message()
