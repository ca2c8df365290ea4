"""What a clerk sees of rosters that are no plain list: the lines, the exit code, the error list and back."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from cli.sheets.opening import open_table
from schemas.identity import mask_label
from schemas.roster.cells import show
from tests.cli.roster_commands import HEADINGS, check_json, mend, person, run
from tests.cli.workbook_factories import make_raw_xlsx, make_sheet_xml, make_xlsx, make_zip
from tests.schemas.roster_factories import make_id, make_phone

WRONG = "211221197805123418"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_text(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_book(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    path.write_bytes(make_xlsx(sheets))
    return path


def read_list(path: Path, sheet: int = 1) -> list[dict[str, str]]:
    """The rows of an error list by heading."""
    page = list(open_table(path.read_bytes()).sheets)[sheet]
    headings, *rows = [[show(cell) for cell in cells] for _, cells in page.rows]
    return [dict(zip(headings, row, strict=False)) for row in rows]


def test_people_in_an_unused_column_end_with_5_until_confirmed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_id(9)
    rows = [[*HEADINGS, "配偶身份证号"], [*person(1), other]]
    path = write_book(folder / "花名册.xlsx", {"花名册": rows})
    assert run("check", path) == 5
    said = capsys.readouterr().out
    assert "E列“配偶身份证号”没有读，里面有 1 个身份证号" in said
    code, body = check_json(capsys, path)
    assert (code, body["file_warnings"]) == (
        5,
        [
            {
                "sheet": "花名册",
                "code": "people-unread",
                "column": "E",
                "heading": "配偶身份证号",
                "total": 1,
            }
        ],
    )
    assert other not in said + repr(body)
    assert run("check", path, "--map", "配偶身份证号=ignore") == 0


def test_a_sheet_of_people_without_a_header_ends_with_5(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = {
        "花名册": [HEADINGS, person(1)],
        "新立村": [["李四", make_id(2)], ["王五", make_id(3)]],
    }
    assert run("check", write_book(folder / "花名册.xlsx", sheets)) == 5
    assert "里面的 2 人没有读" in capsys.readouterr().out


def test_a_hidden_sheet_says_how_many_people_are_in_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_book(
        folder / "花名册.xlsx",
        {"花名册": [HEADINGS, person(1)], "旧": [HEADINGS, person(2), person(3)]},
    )
    hide(path, "旧")
    assert run("check", path) == 0
    assert "已跳过隐藏表“旧（2人）”" in capsys.readouterr().out


def hide(path: Path, sheet: str) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet].sheet_state = "hidden"
    book.save(path)


def test_an_error_list_has_the_columns_of_its_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ["身份证号码", "姓名", "联系电话", "村"]
    rows = [HEADINGS, person(1), other, [WRONG, "李四", make_phone(2), "东兴村"]]
    path = write_book(folder / "花名册.xlsx", {"花名册": rows})
    assert run("check", path) == 5
    (row,) = read_list(folder / "花名册-错误清单.xlsx")
    assert [row[heading] for heading in other] == rows[3]
    mend(folder / "花名册-错误清单.xlsx", {("花名册", "A2"): make_id(2)})
    code, body = check_json(capsys, "花名册-错误清单.xlsx")
    assert (code, body["accepted"][0]["village"]) == (0, "东兴村")


def test_a_table_without_phones_gets_the_column_in_the_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [HEADINGS, person(1), ["身份证号", "姓名"], [make_id(2), "李四"]]
    assert run("check", write_book(folder / "花名册.xlsx", {"花名册": rows})) == 5
    assert read_list(folder / "花名册-错误清单.xlsx")[0]["手机号码"] == ""
    code, body = check_json(capsys, "花名册-错误清单.xlsx")
    assert (code, body["counts"]["accepted"]) == (0, 1)


def test_a_ragged_row_comes_back_whole_and_is_not_taken_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = ["姓名", "身份证号", "手机号码", "务工地", "用工单位"]
    good = ["张三", make_id(1), make_phone(1), "苏州", "甲厂"]
    bad = ["李四", make_id(2), make_phone(2), "江苏", "苏州", "乙厂"]
    assert run("check", write_text(folder / "花名册.csv", heading, good, bad)) == 5
    (row,) = read_list(folder / "花名册-错误清单.xlsx")
    assert (row["原行内容"], row["务工地"]) == (" | ".join(bad), "")
    assert run("check", folder / "花名册-错误清单.xlsx") == 5
    cells = zip("ABCDE", [*bad[:3], "江苏苏州", "乙厂"], strict=True)
    changes = {("csv", f"{letter}2"): value for letter, value in cells}
    mend(folder / "花名册-错误清单.xlsx", changes)
    code, body = check_json(capsys, "花名册-错误清单.xlsx")
    assert (code, body["accepted"][0]["destination"]) == (0, "江苏苏州")


def test_what_came_from_above_goes_into_the_list(folder: Path) -> None:
    heading = ["姓名", "身份证号", "手机号码", "务工地"]
    rows = [
        heading,
        ["东兴村"],
        ["张三", make_id(1), make_phone(1), "苏州"],
        ["李四", WRONG, make_phone(2), "同上"],
        ["王五", make_id(1), make_phone(3), "同上"],
    ]
    run("check", write_book(folder / "花名册.xlsx", {"花名册": rows}))
    listed = read_list(folder / "花名册-错误清单.xlsx")
    assert {(row["务工地"], row["村(社区)"]) for row in listed} == {("苏州", "东兴村")}


def test_a_child_keeps_its_guardian_in_the_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ["姓名", "与户主关系", "身份证号", "手机号码"],
        ["张三", "户主", make_id(1), make_phone(1)],
        ["张小", "子女", "211221201503045671", ""],
    ]
    run("check", write_book(folder / "花名册.xlsx", {"花名册": rows}))
    child = make_id(5, born="20150304")
    mend(folder / "花名册-错误清单.xlsx", {("花名册", "C2"): child})
    capsys.readouterr()
    code, body = check_json(capsys, "花名册-错误清单.xlsx", "--include-ids")
    assert (code, body["accepted"][0]["guardian_id"]) == (0, make_id(1))


def test_a_household_member_is_refused_in_his_own_columns(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = ["姓名", "身份证号", "手机号码", "家庭成员1", "身份证号1"]
    rows = [heading, ["张三", make_id(1), make_phone(1), "李四", WRONG]]
    assert run("check", write_book(folder / "花名册.xlsx", {"花名册": rows})) == 5
    assert "E2 身份证号1" in capsys.readouterr().out
    (row,) = read_list(folder / "花名册-错误清单.xlsx")
    assert (row["姓名"], row["身份证号"], row["手机号码"]) == ("李四", WRONG, "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王国强211221197001101001", "王**211221********1001"),
        ("东兴村-211221197001101001.xlsx", "***-211221********1001.xlsx"),
        ("15400001234李四", "154****1234**"),
        ("花名册20200324", "花名册20200324"),
        ("凡河镇3月24日（123人）", "凡河镇3月24日（123人）"),
        ("东兴村", "东兴村"),
        ("微信图片_20200324153012", "微信图片_20200324153012"),
    ],
)
def test_labels(text: str, shown: str) -> None:
    assert mask_label(text).replace("东", "*") == shown.replace("东", "*")


def test_numbers_in_names_of_files_sheets_and_headings_are_masked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number, phone = make_id(7), make_phone(7)
    sheets = {
        f"李四{number}": [[*HEADINGS, f"王五{number}"], [*person(1), "x"], ["李四", WRONG, "", ""]],
        f"李五{number}": [HEADINGS, person(2)],
    }
    path = write_book(folder / f"李四{phone}.xlsx", sheets)
    code, body = check_json(capsys, path, "--include-ids")
    run("check", path)
    shown = capsys.readouterr()
    assert code == 5
    assert len(set(body["sheets_read"])) == 2
    for text in (shown.out, shown.err, repr(body)):
        assert (number in text, phone in text, "李四2" in text) == (False, False, False)


@pytest.mark.parametrize(
    "start",
    ["<center><h3>花名册</h3><table>", "<b>x</b>", "&nbsp;<table>", "花名册\n<TABLE border=1>"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_beginning_of_html_is_html(
    folder: Path, capsys: pytest.CaptureFixture[str], start: str, encoding: str
) -> None:
    path = folder / "花名册.xls"
    path.write_bytes(f"{start}<tr><td>姓名</td></tr></table>".encode(encoding))
    assert run("check", path) == 3
    assert "网页" in capsys.readouterr().out


def test_phonetic_guides_of_a_wide_sheet_are_no_text(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guided = (
        '<c r="A2" t="inlineStr"><is><t>王国强</t><rPh sb="0" eb="3"><t>ワン</t></rPh></is></c>'
    )
    texts = [("B2", make_id(1)), ("C2", make_phone(1))]
    heads = [("A1", "姓名"), ("B1", "身份证号"), ("C1", "手机号码")]
    write = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = (
        "".join(write.format(*each) for each in heads),
        guided + "".join(write.format(*each) for each in texts),
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    body = [f'<row r="{n}">{cells}</row>' for n, cells in enumerate(rows, 1)]
    path = folder / "花名册.xlsx"
    path.write_bytes(make_raw_xlsx(make_sheet_xml(*body, far)))
    _, answer = check_json(capsys, path)
    assert [row["name"] for row in answer["accepted"]] == ["王国强"]


def test_backslashes_in_a_zip_are_slashes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(make_xlsx({"花名册": [HEADINGS, person(1)]})))
    parts = {name.replace("/", "\\"): archive.read(name) for name in archive.namelist()}
    path = folder / "花名册.xlsx"
    path.write_bytes(make_zip(parts))
    code, body = check_json(capsys, path)
    assert (code, body["counts"]["accepted"]) == (0, 1)


def test_only_the_member_without_a_phone_is_left_out_where_phones_are_required(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = ["姓名", "身份证号", "手机号码", "家庭成员1", "身份证号1"]
    rows = [heading, ["张三", make_id(1), make_phone(1), "李四", make_id(2)]]
    path = write_book(folder / "花名册.xlsx", {"花名册": rows})
    code, body = check_json(capsys, path, "--require-phone", "--report", "清单.xlsx")
    assert (code, [row["name"] for row in body["accepted"]]) == (5, ["张三"])
    assert [row["姓名"] for row in read_list(folder / "清单.xlsx")] == ["李四"]
