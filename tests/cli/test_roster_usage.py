import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run_command
from cli.roster.check import read_mapping
from tests.cli.roster_commands import person, run, write
from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import make_id


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FANGANG_LANG", raising=False)
    return tmp_path


# --- usage ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("没有.xlsx",), "找不到文件：没有.xlsx。请检查路径，或把文件拖到命令行窗口里。\n"),
        (("空",), "文件夹里没有花名册：空（.xlsx .xls .et .ods .csv .zip）。\n"),
        (("a.xlsx", "--map", "电话"), "--map 要写成 '列名=字段'，例如 --map '联系方法=phone'。\n"),
        (("a.xlsx", "--as-of", "三月"), "日期“三月”读不出来，请写成 2020-03-24。\n"),
    ],
)
def test_wrong_usage(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    (folder / "空").mkdir()
    write(folder / "a.xlsx", person(1))
    assert run_command(["roster", "check", *arguments]) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", message)


def test_an_unknown_field_is_named_with_the_known_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "a.xlsx", person(1))
    assert run("check", "a.xlsx", "--map", "备注=note") == 2
    assert capsys.readouterr().err.startswith(
        "--map 的字段“note”不存在。可用：name(姓名) id_number(身份证号) gender(性别)"
    )


def test_unknown_options_are_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["roster", "check", "--colour"]) == 2
    assert "--colour" in capsys.readouterr().err


def test_columns_mapped_by_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["姓名", "身份证号", "联系方法", "旧身份证号码"], person(1, remark="x")]
    (folder / "a.xlsx").write_bytes(make_xlsx({"a": rows}))
    assert run("check", "a.xlsx") == 3
    assert "请加上 --map '联系方法=phone' 再试一次" in capsys.readouterr().out
    assert run("check", "a.xlsx", "--map", "联系方法=phone") == 0


def test_a_file_that_cannot_be_read_is_in_use(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a.xlsx", person(1))

    def deny(path: Path, *_: object, **__: object) -> object:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "open", deny)
    assert run("check", "a.xlsx") == 3
    assert capsys.readouterr().out.endswith("[file-in-use]\n")


def test_a_file_that_is_open_in_wps_is_read_with_a_note(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "a.xlsx", person(1))
    (folder / ".~a.xlsx").touch()
    assert run("check", "a.xlsx") == 0
    assert capsys.readouterr().out.startswith(
        "注意：a.xlsx 正在WPS中打开，未保存的修改不会被读取。\n"
    )


def test_an_unexpected_error_shows_no_data(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "a.xlsx", person(1))

    def fail(path: Path, *_: object, **__: object) -> object:
        raise RuntimeError(make_id(1), path)

    monkeypatch.setattr(Path, "open", fail)
    assert run("check", "a.xlsx") == 1
    shown = capsys.readouterr()
    assert (shown.out, make_id(1) in shown.err, "RuntimeError" in shown.err) == ("", False, True)


def test_help_is_quick() -> None:
    lines = subprocess.run(
        [
            sys.executable,
            "-X",
            "importtime",
            "-c",
            "from cli.main import run; run()",
            "roster",
            "--help",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    heavy = ("python_calamine", "xlsxwriter", "httpx", "rich")
    modules = {line.rpartition("|")[2].strip() for line in lines.stderr.splitlines()}
    assert [name for name in heavy if name in modules] == []
    shared = {name for name in modules if name.split(".")[0] == "schemas"}
    assert shared == {"schemas", "schemas.texts"}
    assert "check" in lines.stdout


def test_a_template_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The clerk's roster may have the name that is asked for."""
    roster = folder / "花名册.xlsx"
    roster.write_bytes(b"somebody's work")
    assert run("template", "花名册.xlsx") == 0
    assert capsys.readouterr().err == "模板已写到：花名册(2).xlsx\n"
    assert roster.read_bytes() == b"somebody's work"
    assert run("template", "a.csv") == 2
    assert run("template", Path("none") / "a.xlsx") == 2
    assert "--report" not in capsys.readouterr().err


@pytest.mark.parametrize("field", ["phone", "联系电话", "手机号码"])
def test_a_column_is_mapped_by_any_name_of_the_field(field: str) -> None:
    assert read_mapping([f"找人打=  {field}"]) == {"找人打": "phone"}
