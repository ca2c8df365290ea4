"""`fangang-server policy`: what is loaded, listed, shown and compared, and what a bad file is told."""

import tomllib
from pathlib import Path

import pytest

from schemas.policies import PolicyIn
from service.manage.console import ExitCode
from service.policies import files
from tests.service.manage.conftest import Program


def test_a_shipped_policy_is_loaded_once_and_listed(program: Program) -> None:
    for _ in range(2):
        done = program("policy", "load", "national-2020-02")
        assert (done.code, done.err) == (0, "")
        assert "211221 载入政策 national-2020-02" in done.out
    lines = program("--lang", "en", "policy", "list").out.splitlines()
    rows = {line.split()[0]: line.split()[1] for line in lines[1:] if line[:1].strip()}
    assert rows["ordinary-1"] == rows["national-2020-02"] == "loaded"
    assert rows["sichuan-2020-02-17"] == "not"
    elsewhere = program("policy", "list", "--county", "510823").out
    line = next(line for line in elsewhere.splitlines() if "national-2020-02" in line)
    assert line.split()[1] == "未载入"


def test_a_policy_that_is_over_is_told_so(program: Program) -> None:
    """By the computer's clock, which is past 2020 wherever this runs."""
    over = "已于2020-03-06截止，今后的趟次不会按它核验（可用 policy.switched）。\n"
    assert program("policy", "load", "national-2020-02").out.endswith(over)
    assert "截止" not in program("policy", "load", "from-2023-01").out


def test_what_is_shown_can_be_changed_and_loaded(program: Program, tmp_path: Path) -> None:
    for shipped in files.list_shipped():
        shown = program("policy", "show", shipped.version).out
        assert files.parse_file(shown.encode()) == shipped
    told = tomllib.loads(program("policy", "show", "national-2020-03").out)
    assert told["occupancy_by_risk"] == {"high": 50, "medium": 50}
    path = tmp_path / "本县.toml"
    text = program("policy", "show", "national-2020-03").out
    path.write_text(
        text.replace('"national-2020-03"', '"ours-1"\nregion = "211221"'), encoding="utf-8"
    )
    assert program("policy", "load", str(path)).code == 0
    differing = program("--lang", "en", "policy", "diff", "ours-1", "national-2020-03").out
    assert differing.split() == ["parameter", "ours-1", "national-2020-03"]


def test_tables_stand_in_the_order_of_the_model(program: Program) -> None:
    """Not in that of a set, which differs from one start of the program to the next."""
    lines = program("policy", "show", "spring-festival-2021").out.splitlines()
    heads = dict.fromkeys(line.strip("[]") for line in lines if line.startswith("["))
    assert list(heads) == [name for name in PolicyIn.model_fields if name in heads]
    assert len(heads) == 3


def test_differing_parameters_are_named_whole(program: Program) -> None:
    shown = program("policy", "diff", "national-2020-02", "national-2020-03").out
    assert "filing_acknowledgement_required" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('version = "a1"\ntitle = "甲"\noccupancy = 5\n', "occupancy: 没有这一项"),
        ('version = "a1"\ntitle = "甲"\nvalid_from = 2020-02-12\n', "已有另一项政策开始执行"),
        ('version = "national-2020-02"\ntitle = "甲"\n', "已用于另一份内容"),
        ('version = "a1"\nversion = "a2"\n', "TOML: "),
        (
            '[[areas]]\narea_code = "320500"\nlevel = "high"\nscheme = "2020"\n'
            "valid_from = 2020-03-01\n" * 2,
            "写了两个风险等级",
        ),
    ],
)
def test_a_bad_file_is_refused_whole(
    program: Program, tmp_path: Path, content: str, said: str
) -> None:
    assert program("policy", "load", "national-2020-02").code == 0
    before = program("policy", "list").out
    path = tmp_path / "政策.toml"
    path.write_text(content, encoding="utf-8")
    done = program("policy", "load", str(path))
    assert done.code == ExitCode.REFUSED
    assert said in done.err
    assert program("policy", "list").out == before


def test_what_is_neither_a_policy_nor_a_file(program: Program) -> None:
    done = program("--lang", "en", "policy", "load", "nowhere.toml")
    assert done.code == ExitCode.REFUSED
    assert "Shipped are: liaoning-2020-02" in done.err
    assert program("policy", "show", "nowhere").code == ExitCode.REFUSED


def test_levels_of_risk_are_loaded(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "风险等级.toml"
    path.write_text(
        '[[areas]]\narea_code = "320500"\nlevel = "high"\nscheme = "2020"\nvalid_from = 2020-03-01\n',
        encoding="utf-8",
    )
    done = program("policy", "load", str(path))
    assert (done.code, done.out) == (0, "已为 211221 载入 1 个地区的风险等级。\n")
    assert program("verify").code == 0
