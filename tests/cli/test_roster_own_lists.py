"""Which error list is written over: an earlier one of the same roster that nobody touched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.roster_commands import person, run, write

LIST, SECOND = "a-错误清单.xlsx", "a-错误清单(2).xlsx"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.xlsx", person(1, name=""))
    return tmp_path


def list_written(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("a-*.xlsx")}


def _mend(folder: Path) -> None:
    path = folder / LIST
    path.write_bytes(path.read_bytes() + b"\n")


def _open(folder: Path) -> None:
    (folder / f".~{LIST}").touch()


def _replace(folder: Path) -> None:
    (folder / LIST).unlink()
    (folder / LIST).mkdir()


def _forget(_: Path) -> None:
    (Path(os.environ["FANGANG_CONFIG_DIR"]) / "error-lists.json").write_text("[", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "written"),
    [
        (None, {LIST}),
        (_mend, {LIST, SECOND}),
        (_open, {LIST, SECOND}),
        (_replace, {LIST, SECOND}),
        (_forget, {LIST, SECOND}),
    ],
)
def test_a_list_of_the_same_roster(
    folder: Path, change: Callable[[Path], None] | None, written: set[str]
) -> None:
    assert run("check", "a.xlsx") == 5
    if change is not None:
        change(folder)
    before = (folder / LIST).read_bytes() if (folder / LIST).is_file() else b""
    write(folder / "a.xlsx", person(1, name=""), person(2, number=""))
    for _ in range(3):
        assert run("check", "a.xlsx") == 5
    assert list_written(folder) == written
    is_new = (folder / LIST).is_file() and (folder / LIST).read_bytes() != before
    assert is_new is (change is None)


def test_what_was_there_before_stays(folder: Path) -> None:
    (folder / LIST).write_bytes(b"somebody's work")
    assert run("check", "a.xlsx") == 5
    assert ((folder / LIST).read_bytes(), list_written(folder)) == (
        b"somebody's work",
        {LIST, SECOND},
    )


def test_a_list_is_not_written_over_itself_nor_over_another_rosters(folder: Path) -> None:
    assert run("check", "a.xlsx") == 5
    before = (folder / LIST).read_bytes()
    assert run("check", LIST) == 5
    (folder / "a.et").write_bytes((folder / "a.xlsx").read_bytes())
    assert run("check", "a.et") == 5
    assert (folder / LIST).read_bytes() == before
    assert list_written(folder) == {LIST, SECOND, "a-错误清单(3).xlsx"}


def test_a_given_name_is_no_leave_to_write_over_anything(folder: Path) -> None:
    (folder / "总.xlsx").write_bytes(b"somebody's work")
    for _ in range(2):
        assert run("check", "a.xlsx", "--report", "总.xlsx") == 5
    assert (folder / "总.xlsx").read_bytes() == b"somebody's work"
    assert {path.name for path in folder.glob("总*")} == {"总.xlsx", "总(2).xlsx"}


def test_nothing_personal_is_kept(folder: Path) -> None:
    write(folder / "张三的花名册.xlsx", person(1, name=""))
    assert run("check", "张三的花名册.xlsx") == 5
    kept = Path(os.environ["FANGANG_CONFIG_DIR"], "error-lists.json").read_text(encoding="utf-8")
    assert ("张三" in kept, str(folder) in kept, len(kept) > 100) == (False, False, True)


def test_a_stick_that_cannot_be_written_spoils_no_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As root every folder can be written; one by the name of the list cannot be a file."""
    for name in (LIST, *(f"a-错误清单({n}).xlsx" for n in range(2, 100))):
        (folder / name).mkdir()
    assert run("check", "a.xlsx") == 5
    shown = capsys.readouterr()
    assert ("[name-missing]" in shown.out, shown.err.startswith("写不了文件：a-错误清单")) == (
        True,
        True,
    )
