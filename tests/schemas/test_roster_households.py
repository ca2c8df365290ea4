"""与户主关系: children with the guardian of their household."""

import pytest

from schemas.roster.records import is_child_of, is_head
from schemas.roster.report import RosterReport
from tests.schemas.roster_factories import check, make_id, make_phone, make_raw_sheet

HEADINGS = ("户主", "姓名", "与户主关系", "身份证号", "手机号码", "户主身份证号")
HEAD, OTHER_HEAD = make_id(1), make_id(3)
CHILDREN = "子 女 儿子 女儿 长子 次女 三女 独生子女 孩子 孙子 外孙女 之子 小孩"
GROWN = "配偶 妻子 丈夫 父亲 儿媳 女婿 本人 户主 父子 母女 岳父 弟弟"
CHILD = make_id(5, born="20150304")


def read(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> RosterReport:
    return check(make_raw_sheet(headings, *rows))


def head(name: str, number: str, relation: str = "户主") -> tuple[str, ...]:
    return (name, name, relation, number, make_phone(1), "")


@pytest.mark.parametrize(
    ("rows", "guardian"),
    [
        ((head("张三", HEAD), ("", "张小", "子女", CHILD, "", "")), HEAD),
        ((head("张三", HEAD, "本人"), ("", "张小", "长子", CHILD, "", "")), HEAD),
        ((head("张三", HEAD), ("张三", "张小", "孙女", CHILD, "", "")), HEAD),
        ((head("张三", HEAD), ("", "张小", "女儿", CHILD, "", OTHER_HEAD)), OTHER_HEAD),
        ((head("张三", HEAD), ("李四", "李小", "子女", CHILD, "", "")), None),
        ((head("张三", "2112"), ("", "张小", "子女", CHILD, "", "")), None),
        ((head("张三", HEAD), head("李四", "2112"), ("", "李小", "子女", CHILD, "", "")), None),
        ((("", "张小", "子女", CHILD, "", ""), head("张三", HEAD)), None),
    ],
)
def test_the_guardian_is_the_head_of_the_household(
    rows: tuple[tuple[str, ...], ...], guardian: str | None
) -> None:
    report = read(*rows)
    found = [r.record.guardian_id for r in report.accepted if r.record.person_role == "child"]
    if guardian is not None:
        assert found == [guardian]
    else:
        codes = [error.code for row in report.rejected for error in row.errors]
        assert (found, "guardian-missing" in codes) == ([], True)


def test_a_grown_child_is_a_worker() -> None:
    report = read(head("张三", HEAD), ("", "张大", "儿子", make_id(7, born="19950101"), "", ""))
    assert [row.record.person_role for row in report.accepted] == [None, None]


def test_a_young_brother_is_no_child_of_the_household() -> None:
    (rejected,) = read(head("张三", HEAD), ("", "张小", "弟弟", CHILD, "", "")).rejected
    assert [error.code for error in rejected.errors] == ["under-age"]


def test_without_the_column_the_head_is_nothing() -> None:
    report = read(
        ("张三", "张三", HEAD, make_phone(1), ""), headings=(*HEADINGS[:2], *HEADINGS[3:])
    )
    assert report.sheets[0].header.unused == ("户主", "户主身份证号")


@pytest.mark.parametrize(
    "text",
    [
        "子",
        "女",
        "儿子",
        "女儿",
        "长子",
        "次女",
        "三女",
        "独生子女",
        "孩子",
        "孙子",
        "外孙女",
        "之子",
        "小孩",
    ],
)
def test_children(text: str) -> None:
    assert is_child_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "配偶",
        "妻子",
        "丈夫",
        "父亲",
        "儿媳",
        "女婿",
        "本人",
        "户主",
        "父子",
        "母女",
        "岳父",
        "弟弟",
    ],
)
def test_no_children(text: str) -> None:
    assert not is_child_of(text)


def test_heads() -> None:
    assert [is_head(text) for text in ("户主", " 本人 ", "配偶", "")] == [True, True, False, False]
