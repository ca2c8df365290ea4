"""Columns mapped by hand: kept for a township, used where the heading is, forgotten when asked."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli import settings
from tests.cli.roster_commands import check_json, person, run, write
from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import make_id, make_phone

MAP = ("--map", "联系方法=phone")
USED = "按以前 --map 记住的列读取：联系方法=phone。不再需要时：fangang roster forget-maps\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [["姓名", "身份证号", "联系方法"], person(1)[:3]]
    (tmp_path / "a.xlsx").write_bytes(make_xlsx({"花名册": rows}))
    write(tmp_path / "plain.xlsx", person(2))
    return tmp_path


def read_kept() -> Any:
    path = Path(os.environ["FANGANG_CONFIG_DIR"], "mappings.json")
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def test_a_mapping_is_used_again_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "a.xlsx", *MAP) == 0
    assert capsys.readouterr().err == ""
    assert run("check", "a.xlsx") == 0
    assert capsys.readouterr().err == USED
    assert run("check", "a.xlsx", *MAP) == 0
    assert capsys.readouterr().err == ""


def test_it_leaves_files_without_the_heading_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "a.xlsx", "plain.xlsx", *MAP) == 0
    capsys.readouterr()
    code, body = check_json(capsys, "plain.xlsx")
    assert (code, body["counts"]["accepted"]) == (0, 1)
    assert run("check", "plain.xlsx", "a.xlsx") == 0
    assert capsys.readouterr().err == USED


def test_the_newer_word_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["姓名", "身份证号", "联系方法", "手机号码"], [*person(1)[:3], make_phone(7)]]
    (folder / "b.xlsx").write_bytes(make_xlsx({"花名册": rows}))
    assert run("check", "a.xlsx", *MAP) == 0
    _, body = check_json(capsys, "b.xlsx", "--map", "联 系方法=ignore", "--include-ids")
    assert body["accepted"][0]["phone"] == make_phone(7)
    assert read_kept() == {"": {"联 系方法": "ignore"}}


def test_what_is_in_no_file_is_not_kept() -> None:
    assert run("check", "a.xlsx", *MAP, "--map", "电话薄=remark") == 0
    assert read_kept() == {"": {"联系方法": "phone"}}


def test_a_refused_file_says_what_was_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "a.xlsx", *MAP) == 0
    rows = [["姓名", "联系方法"], ["张三", make_phone(1)]]
    (folder / "b.xlsx").write_bytes(make_xlsx({"花名册": rows}))
    capsys.readouterr()
    assert run("check", "b.xlsx") == 3
    assert capsys.readouterr().err == USED


@pytest.mark.parametrize(
    ("account", "township", "key"),
    [
        (("", ""), (), ""),
        (("211221", "211221105"), (), "211221105"),
        (("211221", "211221105"), ("--township", "211221100"), "211221100"),
        (("211221", ""), ("--township", "凡河镇"), "211221105"),
        (("", ""), ("--township", "凡河镇"), "凡河镇"),
    ],
)
def test_each_township_has_its_own(
    capsys: pytest.CaptureFixture[str],
    account: tuple[str, str],
    township: tuple[str, ...],
    key: str,
) -> None:
    settings.remember_account(*account)
    assert run("check", "a.xlsx", *MAP, *township) == 0
    assert read_kept() == {key: {"联系方法": "phone"}}
    assert run("check", "a.xlsx", "--township", "211221101") == 3
    assert run("check", "a.xlsx", *township) == 0
    capsys.readouterr()
    assert run("forget-maps", *township) == 0
    assert run("forget-maps", *township) == 0
    assert capsys.readouterr().err == "已忘记：联系方法=phone\n没有记住的列对应。\n"
    assert run("check", "a.xlsx", *township) == 3


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"": 3}', '{"": {"联系方法": "telephone", "姓名": []}}']
)
def test_a_spoiled_file_is_nothing(content: str) -> None:
    path = Path(os.environ["FANGANG_CONFIG_DIR"], "mappings.json")
    path.write_text(content, encoding="utf-8")
    assert run("check", "plain.xlsx") == 0
    assert run("check", "a.xlsx", *MAP) == 0
    assert run("check", "a.xlsx") == 0


# --- --require-phone -----------------------------------------------------------------------------
def test_phones_may_be_required(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = (person(1), person(2, phone="无"), person(3, phone="同上"))
    write(folder / "b.xlsx", *people)
    code, body = check_json(capsys, "b.xlsx")
    assert (code, body["counts"]["rejected"]) == (0, 0)
    code, body = check_json(capsys, "b.xlsx", "--require-phone")
    assert (code, body["counts"]) == (5, {"accepted": 1, "rejected": 2, "ignored": 0})
    codes = [
        (row["row"], row["errors"][0]["cell"], row["errors"][0]["code"]) for row in body["rejected"]
    ]
    assert codes == [(3, "C3", "phone-missing"), (4, "C4", "phone-invalid")]
    assert [row for row in body["warnings"] if row["row"] in (3, 4)] == []
    assert run("check", "b.xlsx", "--require-phone") == 5
    assert (folder / "b-错误清单.xlsx").exists()
    assert make_id(2) not in capsys.readouterr().out
