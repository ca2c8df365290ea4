"""What lies on the clerk's computer: kept states that somebody spoiled, and names of new files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import exports, settings, times
from cli.enterprise import letters
from cli.exits import CommandError, ExitCode
from cli.roster import remembered
from cli.roster.importing import ResumeState, keep_state, read_state
from schemas.stranded import BureauOut

RECEIPT = "R-20200324-7F3A"
STATE = ResumeState(
    receipt=RECEIPT,
    path="花名册.xlsx",
    sha256="ab" * 32,
    as_of="2020-03-24",
    mapping={"电话": "phone"},
    township="",
    require_phone=False,
    accept_partial=False,
    confirmed=True,
)


@pytest.mark.parametrize(
    "changed",
    [
        {"path": 5},
        {"as_of": "昨天"},
        {"as_of": 5},
        {"mapping": [1]},
        {"mapping": {"电话": {"phone": 1}}},
    ],
)
def test_a_spoiled_state_is_none(changed: dict[str, Any]) -> None:
    keep_state(STATE)
    assert read_state(RECEIPT) == STATE
    (path,) = (settings.get_folder() / "imports").iterdir()
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed))
    with pytest.raises(CommandError) as refused:
        read_state(RECEIPT)
    assert refused.value.exit_code == ExitCode.USAGE


def test_what_is_nested_without_end_is_none() -> None:
    keep_state(STATE)
    (path,) = (settings.get_folder() / "imports").iterdir()
    for spoiled in (path, settings.get_folder() / "mappings.json"):
        spoiled.write_text("[" * 100_000)
    with pytest.raises(CommandError):
        read_state(RECEIPT)
    assert remembered.get_mapping("") == {}


def test_a_letter_stays_in_its_folder_and_overwrites_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "now", lambda: datetime(2020, 3, 24, tzinfo=UTC))
    options = letters.LetterOptions(
        folder=tmp_path, purpose="", again=True, contact="", phone="", as_json=False
    )
    bureau = BureauOut(code="411302", name="../../南阳:市\n", people=1, fresh=1)
    path = letters._choose_path(bureau, options)
    assert path == tmp_path / "协助函-.._.._南阳_市_-20200324.xlsx"
    path.touch()
    for number in range(2, 120):
        exports.find_free(path).touch()
        assert path.with_name(f"{path.stem}({number}){path.suffix}").exists()
