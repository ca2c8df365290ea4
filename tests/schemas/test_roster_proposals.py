"""What is proposed where a column was not understood: the options ready to be typed, and no more."""

import pytest

from schemas.roster.codes import FileCode
from schemas.roster.columns import Field
from schemas.roster.headers import Column, propose, propose_unused, write_options
from tests.schemas.roster_factories import check, make_raw_sheet

_PERSON = ("张三", "211221197805123417", "15400000001")


def _place(headings: list[str]) -> list[Column]:
    return [Column(place, heading, None) for place, heading in enumerate(headings)]


def _name(proposal: dict[Column, Field]) -> dict[str, Field]:
    return {column.heading: field for column, field in proposal.items()}


@pytest.mark.parametrize(
    ("headings", "wanted", "proposed"),
    [
        (["联系方法"], [Field.PHONE], {"联系方法": Field.PHONE}),
        (["证件号码号", "联系方法"], [Field.ID_NUMBER, Field.PHONE],
         {"证件号码号": Field.ID_NUMBER, "联系方法": Field.PHONE}),
        (["电话号1", "电话号2"], [Field.PHONE], {"电话号1": Field.PHONE}),
        (["姓名拼音"], [Field.NAME, Field.PHONE], {"姓名拼音": Field.NAME}),
        (["监护人姓名", "家属的电话"], [Field.NAME, Field.PHONE], {}),
        (["座右铭", ""], [Field.NAME, Field.PHONE], {}),
    ],
)  # fmt: skip
def test_headings_that_are_alike(
    headings: list[str], wanted: list[Field], proposed: dict[str, Field]
) -> None:
    assert _name(propose(_place(headings), wanted)) == proposed


@pytest.mark.parametrize(
    ("heading", "proposed"),
    [
        ("拟走日期", {"拟走日期": Field.DEPARTURE_DATE}),
        ("紧急联系人", {}),
        ("座右铭", {}),
        ("本人的联系电话", {}),  # there is a phone already
    ],
)
def test_columns_that_are_not_read(heading: str, proposed: dict[str, Field]) -> None:
    used = [Field.NAME, Field.ID_NUMBER, Field.PHONE]
    assert _name(propose_unused(_place([heading]), used)) == proposed


def test_options_are_ready_to_be_typed() -> None:
    columns = _place(["联系 方法", "证件", "联系方法"])
    fields = (Field.PHONE, Field.ID_NUMBER, Field.PHONE)
    assert write_options(dict(zip(columns, fields, strict=True))) == (
        "--map '联系方法=phone' --map '证件=id_number'"
    )


_NONE = "前20行里没有找到表头（至少要有姓名、身份证号、手机号码）。"


@pytest.mark.parametrize(
    ("rows", "code", "message"),
    [
        ([("姓名", "身份证号", "联系方法"), _PERSON], FileCode.REQUIRED_COLUMN_MISSING,
         ("表“花名册”第1行表头缺少：手机号码。表中“联系方法”可能就是“手机号码”。"
          "如果是，请加上 --map '联系方法=phone' 再试一次，或把表头改成后面的名称。")),
        ([("身份证号", "手机号码", "监护人姓名"), _PERSON], FileCode.REQUIRED_COLUMN_MISSING,
         "表“花名册”第1行表头缺少：姓名。请补上该列，或用 --map '列名=name' 指明是哪一列。"),
        ([("花名册",), ("人员的姓名", "证件的号码", "联系方法"), _PERSON], FileCode.HEADER_NOT_FOUND,
         _NONE + "表中“人员的姓名”可能就是“姓名”，“证件的号码”可能就是“身份证号”，"
         "“联系方法”可能就是“手机号码”。如果是，请加上 --map '人员的姓名=name' "
         "--map '证件的号码=id_number' --map '联系方法=phone' 再试一次，或把表头改成后面的名称。"),
        ([_PERSON, ("李四", "211221197805123417", "15400000002")], FileCode.HEADER_NOT_FOUND,
         _NONE + "请在表格上方补上表头行。"),
        ([("村", "人数", "电话"), ("东兴村", "12", "15400000001")], FileCode.HEADER_NOT_FOUND,
         _NONE + "请在表格上方补上表头行。"),
    ],
)  # fmt: skip
def test_the_message_has_the_proposal(
    rows: list[tuple[str, ...]], code: FileCode, message: str
) -> None:
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert (error.code, error.get_message()) == (code, message)


def test_what_is_proposed_works() -> None:
    rows = [("人员的姓名", "证件的号码", "联系方法"), _PERSON]
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    mapping = {column.heading: field.value for column, field in error.proposal.items()}
    assert len(check(make_raw_sheet(*rows), mapping=mapping).accepted) == 1
