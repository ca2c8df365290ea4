import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.roster_commands import AS_OF, HEADINGS, WRONG, check_json, person, run, write
from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import make_id, make_phone


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FANGANG_LANG", raising=False)
    return tmp_path


def test_a_good_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "凡河镇.xlsx", person(1), person(2, phone="无"))
    assert run("check", "凡河镇.xlsx") == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (
        (
            "读取：凡河镇.xlsx（xlsx，1 张表）\n"
            "识别表头：第 1 行，4 列中 4 列对应\n"
            "检查：共 2 人  可导入 2  有误 0  提醒 1  忽略 0 行\n"
            "  提醒：没有电话，1 处（C3）[phone-missing]\n"
        ),
        "",
    )
    assert [path.name for path in folder.iterdir()] == ["凡河镇.xlsx"]


def test_what_is_wrong_is_shown_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ["凡河镇花名册"],
        [*HEADINGS, "座右铭"],
        [*person(1), "勤"],
        [],
        person(2, number=2.11221197805123e17),
        person(3, number=WRONG),
        ["合计", "3人"],
    ]
    (folder / "凡河镇.xlsx").write_bytes(make_xlsx({"东兴村": rows, "说明": [["x"]]}))
    assert run("check", "凡河镇.xlsx") == 5
    assert capsys.readouterr().out == (
        "读取：凡河镇.xlsx（xlsx，2 张表；已跳过没有表头的表“说明”）\n"
        "识别表头：第 2 行，5 列中 4 列对应，未用 1 列（座右铭）\n"
        "检查：共 3 人  可导入 1  有误 2  提醒 0  忽略 2 行（空行、合计）\n"
        "  东兴村 第5行 B5 身份证号：被存成了数字，末三位已丢失（显示为 2.11221E+17）。"
        "请先把该列设为“文本”，再按身份证重新输入（只改格式不能恢复）。[number-precision-lost]\n"
        "  东兴村 第6行 B6 身份证号：有误（校验码不符），多为录错一位，请对照证件核对"
        "（211221********3418）。[id-check-digit]\n"
        "  错误清单：凡河镇-错误清单.xlsx（改好后直接再次导入此清单即可；清单里只有有误的行）\n"
    )


def test_headings_that_are_not_read_are_shown_as_far_as_needed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cell's worth of text is cut; an option is proposed only where it can be typed."""
    headings = ["座右铭" * 10_000, "拟走日期", "出生$年月日"]
    rows = [[*HEADINGS, *headings], [*person(1), "", "", ""]]
    (folder / "a.xlsx").write_bytes(make_xlsx({"花名册": rows}))
    assert run("check", "a.xlsx") == 0
    assert capsys.readouterr().out.splitlines()[1:4] == [
        f"识别表头：第 1 行，7 列中 4 列对应，未用 3 列（{'座右铭' * 13}座…、拟走日期、出生$年月日）",
        (
            "  提示：没有读取的“拟走日期”可能就是“拟出发日期”。如果是，请加上 --map "
            "'拟走日期=departure_date' 再试一次。"
        ),
        (
            "  提示：没有读取的G列“出生$年月日”可能就是“出生日期”。如果是，请在WPS中把表头改成"
            "后面的名称，再试一次。"
        ),
    ]


def test_ten_of_a_kind_are_one_message_and_twenty_are_listed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = [person(n, number=2.11221197805123e17) for n in range(1, 13)]
    wrong = [person(n, name="王", number="") for n in range(21, 30)]
    more = [person(n, name="李(妻)", number="2112") for n in range(31, 40)]
    last = [person(n, number=WRONG) for n in range(41, 46)]
    write(folder / "a.xlsx", *lost, *wrong, *more, *last, person(50))
    assert run("check", "a.xlsx", "--no-report") == 5
    lines = capsys.readouterr().out.splitlines()[3:]
    assert lines[0] == (
        "  花名册 B列有12个身份证号被存成数字，末三位已丢失，本表无法恢复；请向村里要原始文件"
        "[number-precision-lost]"
    )
    assert lines[1].startswith("  花名册 A列（姓名）有18处同样的问题，如第14行：“王”不像姓名")
    assert len(lines) == 21
    assert lines[20] == "  其余 5 处未列出；用 --report 文件名.xlsx 写出错误清单。"


def test_english(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "a.xlsx", person(1), person(1, name="李四"))
    assert run("check", "a.xlsx", "--lang", "en") == 5
    assert capsys.readouterr().out.splitlines()[2:4] == [
        "Checked: 2 people  accepted 0  rejected 2  warnings 0  ignored 0 rows",
        (
            "  花名册 row 2 B2 身份证号: The same identity number (211221********0013) has different "
            "names, see row 3. None of them is imported: compare with the card. [id-name-conflict]"
        ),
    ]
    assert (folder / "a-errors.xlsx").exists()


def test_the_language_may_come_from_the_environment(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANGANG_LANG", "en")
    write(folder / "a.xlsx", person(1))
    assert run("check", "a.xlsx") == 0
    assert capsys.readouterr().out.startswith("Read: a.xlsx (xlsx, 1 sheets)")


# --- JSON ----------------------------------------------------------------------------------------
def test_json_is_masked_unless_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "a.xlsx", person(1), person(2, number=WRONG))
    code, body = check_json(capsys, "a.xlsx")
    assert (code, body["file"], body["counts"]) == (
        5,
        "a.xlsx",
        {"accepted": 1, "rejected": 1, "ignored": 0},
    )
    assert body["accepted"][0]["id_number"] == "211221********0013"
    assert (make_id(1) in json.dumps(body), WRONG in json.dumps(body)) == (False, False)
    _, whole = check_json(capsys, "a.xlsx", "--include-ids")
    assert whole["accepted"][0]["id_number"] == make_id(1)
    assert WRONG not in json.dumps(whole)
    assert [path.name for path in folder.iterdir()] == ["a.xlsx"]


def test_several_files_and_folders_are_a_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    villages = folder / "各村"
    villages.mkdir()
    for name in ("b.xlsx", "~$b.xlsx", ".~b.xlsx", ".hidden.xlsx", "读我.md"):
        write(villages / name, person(1))
    write(villages / "a.XLSX", person(2))
    write(folder / "c.xlsx", person(3))
    code, bodies = check_json(capsys, "各村", "c.xlsx")
    assert (code, [body["file"] for body in bodies]) == (0, ["a.XLSX", "b.xlsx", "c.xlsx"])


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ([[person(1)]], 0),
        ([[person(1)], [person(2, number="")]], 5),
        ([[person(2, number="")], []], 3),
    ],
)
def test_the_gravest_file_decides_the_exit_code(
    folder: Path, contents: list[list[list[Any]]], code: int
) -> None:
    paths = [write(folder / f"{n}.xlsx", *rows) for n, rows in enumerate(contents)]
    assert run("check", *paths, "--no-report") == code


def test_standard_input() -> None:
    rows = "姓名,身份证号,手机号码\n" + f"张三,{make_id(1)},{make_phone(1)}\n"
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from cli.main import run; run()",
            "roster",
            "check",
            "-",
            *AS_OF,
            "--json",
        ],
        input=rows.encode("gbk"),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    body = json.loads(ended.stdout)
    assert (body["file"], body["counts"]["accepted"]) == ("-", 1)


def test_a_gbk_console_with_a_rare_name() -> None:
    rows = "姓名,身份证号,手机号码\n" + f"刘𬍛(妻),{make_id(1)},{make_phone(1)}\n"
    environment = os.environ | {"PYTHONIOENCODING": "gbk", "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from cli.main import run; run()", "roster", "check", "-"]
    options = {"input": rows.encode(), "capture_output": True, "env": environment}
    shown = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, **options)  # type: ignore[call-overload]  # options of run
    assert shown.returncode == 5
    assert "“刘?(妻)”不像姓名" in shown.stdout.decode("gbk")
    body = subprocess.run(
        [*command, "--json"],
        cwd=Path(__file__).parents[2],
        check=False,
        **options,  # type: ignore[call-overload]  # options of run
    )
    error = json.loads(body.stdout.decode("gbk"))["rejected"][0]["errors"][0]
    assert "刘𬍛(妻)" in error["message"]
