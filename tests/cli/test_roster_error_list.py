import io
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest
import xlsxwriter

from schemas.roster.cells import CellKind
from tests.cli.roster_commands import HEADINGS, WRONG, check_json, mend, person, run, write
from tests.cli.workbook_factories import (
    make_raw_xlsx,
    make_row_xml,
    make_sheet_xml,
    make_xlsx,
    make_zip,
)
from tests.schemas.roster_factories import make_id, make_phone


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FANGANG_LANG", raising=False)
    return tmp_path


# --- the error list ------------------------------------------------------------------------------
def read_list(path: Path, sheet: str = "花名册") -> list[list[str | None]]:
    book = openpyxl.load_workbook(path)
    rows = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    assert {cell.data_type for row in book[sheet].iter_rows() for cell in row} <= {"s", "n"}
    book.close()
    return rows


def test_an_error_list_is_mended_and_checked_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        folder / "a.xlsx",
        person(1),
        person(2, number=2.11221197805123e17, remark="=1+1"),
        person(3, name="", number=WRONG, phone=15400000003.0),
    )
    assert run("check", "a.xlsx") == 5
    path = folder / "a-错误清单.xlsx"
    rows = read_list(path)
    assert rows[0] == [*HEADINGS, "原文件", "原表", "原行号", "错误原因", "错误代码"]
    assert rows[1][:7] == ["张三", "2.11221E+17", make_phone(2), "'=1+1", "a.xlsx", "花名册", "3"]
    assert rows[2][:4] == ["", WRONG, make_phone(3), ""]
    assert rows[2][8] == "name-missing id-check-digit"
    assert run("check", path.name, "--no-report") == 5
    changes = {("花名册", "B2"): make_id(2), ("花名册", "A3"): "李四", ("花名册", "B3"): make_id(3)}
    mend(path, changes)
    code, body = check_json(capsys, path.name, "--include-ids")
    assert (code, body["counts"]) == (0, {"accepted": 2, "rejected": 0, "ignored": 0})
    assert [row["name"] for row in body["accepted"]] == ["张三", "李四"]
    assert body["accepted"][0]["remark"] == "=1+1"


def test_the_first_row_of_a_contradiction_is_read_again_for_the_list(folder: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, [*HEADINGS[:3], "村", "座右铭"])
        sheet.write_row(1, 0, [*person(1)[:3], "", "勤"])
        sheet.write_row(2, 0, [*person(1, name="李四")[:3], "", "俭"])
        sheet.merge_range(1, 3, 2, 3, "东兴村")
    (folder / "a.xlsx").write_bytes(buffer.getvalue())
    assert run("check", "a.xlsx") == 5
    rows = read_list(folder / "a-错误清单.xlsx")
    assert [row[:5] for row in rows[1:]] == [
        ["张三", make_id(1), make_phone(1), "东兴村", "勤"],
        ["李四", make_id(1), make_phone(1), "东兴村", "俭"],
    ]


def test_a_village_from_a_sheets_name_gets_a_column(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = make_xlsx({"东兴村": [HEADINGS, person(1, name="")]})
    (folder / "a.zip").write_bytes(make_zip({"甲.xlsx": book, "乙.xlsx": book}))
    assert run("check", "a.zip") == 5
    path = folder / "a-错误清单.xlsx"
    mend(path, {("东兴村", "A2"): "张三", ("东兴村(2)", "A2"): "张三"})
    code, body = check_json(capsys, path)
    assert (code, body["accepted"][0]["village"]) == (0, "东兴村")
    assert body["ignored"] == [{"sheet": "东兴村(2)", "row": 2, "reason": "same-row"}]


def test_columns_mapped_by_hand_are_understood_in_the_list(folder: Path) -> None:
    rows = [
        ["姓名", "身份证号", "联系方法", "身份证号码"],
        ["", make_id(1), make_phone(1), "旧号"],
    ]
    (folder / "a.xlsx").write_bytes(make_xlsx({"花名册": rows}))
    maps = ("--map", "联系方法=phone", "--map", "身份证号码=ignore")
    assert run("check", "a.xlsx", *maps) == 5
    path = folder / "a-错误清单.xlsx"
    assert read_list(path)[0][:4] == ["姓名", "身份证号", "手机号码", "未用_身份证号码"]
    mend(path, {("花名册", "A2"): "张三"})
    assert run("check", path) == 0


def test_a_date_of_1904_stays_the_same_day_in_the_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = '<c r="D2"><v>42456</v></c>'
    rows = (
        make_row_xml(1, "姓名", "身份证号", "手机号码", "出发日期"),
        make_row_xml(2, "", make_id(1), make_phone(1), number),
    )
    data = make_raw_xlsx(make_sheet_xml(*rows), workbook_attributes='date1904="1"')
    (folder / "a.xlsx").write_bytes(data)
    assert run("check", "a.xlsx") == 5
    path = folder / "a-错误清单.xlsx"
    mend(path, {("花名册", "A2"): "张三"})
    _, body = check_json(capsys, path)
    assert body["accepted"][0]["departure_date"] == "2020-03-28"


def test_a_list_under_a_given_name_for_several_files(folder: Path) -> None:
    write(folder / "a.xlsx", person(1, name=""))
    write(folder / "b.xlsx", person(2, name=""))
    assert run("check", "a.xlsx", "b.xlsx", "--report", "错.xlsx") == 5
    assert [row[4] for row in read_list(folder / "错.xlsx")[1:]] == ["a.xlsx"]
    assert [row[4] for row in read_list(folder / "错.xlsx", "花名册(2)")[1:]] == ["b.xlsx"]
    notes = read_list(folder / "错.xlsx", "说明")
    assert notes[4][:2] == ["name-missing", "2"]


def test_the_roster_itself_is_never_overwritten(folder: Path) -> None:
    before = write(folder / "a.xlsx", person(1, name="")).read_bytes()
    assert run("check", "a.xlsx", "--report", "a.xlsx") == 5
    assert (folder / "a.xlsx").read_bytes() == before
    assert (folder / "a(2).xlsx").exists()


def test_a_place_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "a.xlsx", person(1, name=""))
    assert run("check", "a.xlsx", "--report", "没有/错.xlsx") == 2
    assert capsys.readouterr().err.startswith("写不了文件：没有/错.xlsx")


# --- the template --------------------------------------------------------------------------------
def test_a_filled_template_is_understood(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("template", "模板.xlsx") == 0
    assert capsys.readouterr().err == "模板已写到：模板.xlsx\n"
    assert run("check", "模板.xlsx") == 3
    headings = [heading.strip("*") for heading in read_list(folder / "模板.xlsx")[0] if heading]
    values = {
        "姓名": "张三",
        "身份证号": make_id(1),
        "手机号码": make_phone(1),
        "村(社区)": "东兴村",
    }
    cells = {("花名册", f"{chr(65 + headings.index(h))}2"): v for h, v in values.items()}
    mend(folder / "模板.xlsx", cells)
    code, body = check_json(capsys, "模板.xlsx")
    assert (code, body["counts"]["accepted"], body["accepted"][0]["village"]) == (0, 1, "东兴村")


def test_every_kind_of_cell_has_a_name() -> None:
    assert set(CellKind) == {"blank", "date", "error", "formula", "number", "text"}
