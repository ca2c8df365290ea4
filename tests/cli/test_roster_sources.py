"""What is no file, or more than one: refused at once, never waited for."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from cli.sheets.refusals import MAX_FILE_BYTES
from tests.cli.roster_commands import AS_OF, mend, person, run, write
from tests.cli.workbook_factories import make_biff_text, make_xls

ROOT = Path(__file__).parents[2]
_SECONDS = 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """In a process of its own, which is ended when it hangs."""
    return subprocess.run(
        [sys.executable, "-m", "cli", "roster", "check", *arguments, *AS_OF],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
    )


def test_pipes_and_devices_are_refused_at_once(folder: Path) -> None:
    os.mkfifo(folder / "pipe.xlsx")
    done = check("/dev/zero", "pipe.xlsx", "/dev/null")
    assert (done.returncode, done.stderr) == (3, b"")
    lines = done.stdout.decode().splitlines()
    assert lines[3:] == ["合计：3 个文件，共 0 人  可导入 0  有误 0  未读取 3 个文件"]
    assert lines[1] == (
        "未读取：pipe.xlsx：这是管道或设备，不是文件，请把表格复制到WPS表格，另存为.xlsx。"
        "[file-type-unsupported]"
    )


def test_a_file_over_the_limit_is_not_read_to_its_end(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "a.csv").open("wb") as file:
        file.truncate(100 * MAX_FILE_BYTES)
    assert run("check", "a.csv") == 3
    assert capsys.readouterr().out.endswith("[file-too-large]\n")


def test_a_file_that_fails_while_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "/proc/self/mem") == 3
    assert capsys.readouterr().out.endswith("[file-in-use]\n")


@pytest.mark.parametrize("name", ["loop", "x" * 300, "a\0b", "no/where.xlsx"])
def test_what_cannot_be_there(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (folder / "loop").symlink_to("loop")
    assert run("check", name) == 2
    assert capsys.readouterr().err.startswith("找不到文件：")


def test_a_folder_gives_its_rosters_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = folder / "各村"
    inside.mkdir()
    for name in ("甲.xlsx", "乙.XLSX", "~$甲.xlsx", ".~甲.xlsx", ".隐.xlsx", "说明.docx"):
        write(inside / name, person(1))
    (inside / "里面.xlsx").mkdir()
    (inside / "圈.xlsx").symlink_to("圈.xlsx")
    (inside / "上.xlsx").symlink_to(folder)
    os.mkfifo(inside / "管.xlsx")
    assert run("check", "各村") == 0
    shown = capsys.readouterr()
    assert list_read(shown.out) == ["乙.XLSX", "甲.xlsx"]
    assert shown.err == "各村 里还有不是表格的文件，没有检查：说明.docx\n"


def list_read(shown: str) -> list[str]:
    lines = [line for line in shown.splitlines() if line.startswith("读取：")]
    return [line.split("：")[1].split("（")[0] for line in lines]


def test_a_folder_again_makes_no_lists_of_lists(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that somebody worked on is a roster like the others."""
    inside = folder / "各村"
    inside.mkdir()
    write(inside / "甲.xlsx", person(1, name=""))
    names = ["甲-错误清单.xlsx", "甲.xlsx"]
    for _ in range(3):
        assert run("check", "各村") == 5
        assert list_read(capsys.readouterr().out) == ["甲.xlsx"]
    assert sorted(path.name for path in inside.iterdir()) == names
    mend(inside / names[0], {("花名册", "A2"): "张三"})
    assert run("check", "各村") == 5
    assert list_read(capsys.readouterr().out) == names


def test_a_panic_of_the_reader_is_a_corrupt_file_without_a_trace(folder: Path) -> None:
    """The records are cut short; the Rust reader reaches beyond their end."""
    for record in (0x17, 0x18, 0x42):
        short = struct.pack("<HH", record, 0)
        book = make_xls(make_biff_text(0, 0, "姓名"), before_sheets=short)
        (folder / f"{record}.xls").write_bytes(book)
    done = check(".")
    assert (done.returncode, done.stderr) == (3, b"")
    assert done.stdout.decode().count("[file-corrupt]\n") == 3


# --- completion ----------------------------------------------------------------------------------
def test_bash_completes() -> None:
    """With the script that `fangang --show-completion` gives, in a real bash."""
    script = """
        eval "$(fangang --show-completion)"
        complete_words() {
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _fangang_completion fangang
            echo "${COMPREPLY[@]}"
        }
        complete_words fangang ro
        complete_words fangang roster ch
        complete_words fangang roster check --req
    """
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("roster\ncheck\n--require-phone\n", "")
