"""A heading is a stranger's text: what is printed to be pasted must be a word to every shell."""

import shlex
import string

import pytest

from cli.roster.check import read_mapping
from schemas.roster.columns import Field
from schemas.roster.headers import Column, split_by_typing, write_options
from schemas.roster.report import shorten_heading
from tests.schemas.roster_factories import check, make_raw_sheet

_PERSON = ("张三", "211221197805123417", "15400000001")


def _propose(heading: str) -> dict[Column, Field]:
    return {Column(2, heading, None): Field.PHONE}


@pytest.mark.parametrize(
    ("heading", "typed"),
    [
        ("联系方法", "联系方法"),
        ("联系 方　法\n", "联系方法"),
        ("联系方法(本人)", "联系方法（本人）"),
        ("联系方法/Phone_2", "联系方法/Phone_2"),
        ("①联系方法、手机—电话·", "①联系方法、手机—电话·"),
        ("〇".rjust(40, "话"), "〇".rjust(40, "话")),
    ],
)
def test_harmless_headings_are_typed(heading: str, typed: str) -> None:
    option = write_options(_propose(heading))
    assert option == f"--map '{typed}=phone'"
    _, pair = shlex.split(option)
    rows = [("姓名", "身份证号", heading), _PERSON]
    for handed_on in (pair, f"'{pair}'"):  # by sh, and by cmd.exe
        report = check(make_raw_sheet(*rows), mapping=read_mapping([handed_on]))
        assert report.accepted[0].record.phone == _PERSON[2]


@pytest.mark.parametrize(
    "heading",
    [
        *(f"手机{char}号码" for char in sorted(set(string.punctuation) - set("()_-./:"))),
        "手机号码;id;'", "手机号码&calc&", "身份证号\x1b[31m", "手机\x00号码", "手机\x7f号码",
        "手机\u202e号码", "手机\u200b号码", "手机\ufe0f号码", "手机‘号码’", "手机“号码”",
        "手机＇号码", "手机＆号码", "手机＝号码", "手机\u02bc号码", "手机\u02c8号码", "手机ǃ号码",
        "手机\ue000号码", "手机\U0001f4f1号码", "手机\ud800号码", "话" * 41,
    ],
    ids=ascii,
)  # fmt: skip
def test_others_are_not(heading: str) -> None:
    proposal = _propose(heading)
    assert split_by_typing(proposal) == ({}, proposal)
    assert write_options(proposal) == ""


_RENAME = "如果是，请在WPS中把表头改成后面的名称，再试一次。"


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (("姓名", "身份证号", "手机号码;id;'"),
         "缺少：手机号码。表中C列“手机号码;id;'”可能就是“手机号码”。" + _RENAME),
        (("姓名", "身份证号", "手机号码&calc&"),
         "缺少：手机号码。表中C列“手机号码&calc&”可能就是“手机号码”。" + _RENAME),
        (("姓名", "身份证号$1", "联系方法"),
         ("缺少：身份证号、手机号码。表中“联系方法”可能就是“手机号码”。如果是，请加上 "
          "--map '联系方法=phone' 再试一次，或把表头改成后面的名称。"
          "表中B列“身份证号$1”可能就是“身份证号”。") + _RENAME),
        (("姓名", "身份证号", "联系方法（" + "注" * 9000 + "）"),
         "缺少：手机号码。表中C列“联系方法（" + "注" * 35 + "…”可能就是“手机号码”。" + _RENAME),
    ],
    ids=["sh", "cmd", "both", "long"],
)  # fmt: skip
def test_the_message_names_the_column_instead(headings: tuple[str, ...], message: str) -> None:
    rows = [(*headings, "民族", "备注"), (*_PERSON, "汉族", "")]
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert error.get_message().endswith(message)


def test_two_long_columns_of_one_meaning_are_named_shortly() -> None:
    rows = [("姓名", "身份证号", "手机号码", "手机号码（" + "注" * 9000 + "）"), (*_PERSON, "")]
    error = check(make_raw_sheet(*rows)).file_error
    assert error is not None
    assert "D列“手机号码（" + "注" * 35 + "…”" in error.get_message()


def test_a_wrong_cell_names_its_column_shortly() -> None:
    rows = [("姓名", "身份证号（" + "注" * 9000 + "）", "手机号码"), ("张三", "2112", "")]
    (rejected,) = check(make_raw_sheet(*rows)).rejected
    assert [error.column for error in rejected.errors] == ["身份证号（" + "注" * 35 + "…"]


@pytest.mark.parametrize(("length", "shown"), [(40, "话" * 40), (41, "话" * 40 + "…")])
def test_what_is_long_is_cut(length: int, shown: str) -> None:
    assert shorten_heading("话" * length) == shown
