"""What lies on the clerk's computer: kept states that somebody spoiled, and names of new files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from cli import exports, settings, times
from cli.enterprise import letters
from cli.exits import CommandError, ExitCode
from cli.roster import remembered
from cli.roster.importing import ResumeState, keep_state, read_state
from schemas.stranded import BureauOut, LetterLine
from tests.factories import make_id_number

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


class Bureaus:
    """A server that names a bureau as no server should."""

    bureau = BureauOut(code="411302", name="../../南阳:市\n", people=1, fresh=1)

    def get_list(self, _path: str) -> list[Any]:
        return [self.bureau.model_dump()]

    def post(self, _path: str, form: Any) -> Any:
        line = dict.fromkeys(LetterLine.model_fields) | {"id": form["id"], "name": "张三"}
        return {
            "id": form["id"],
            "bureau": self.bureau.model_dump(),
            "sender_code": "211221",
            "sender": "辽宁省铁岭市铁岭县",
            "requested_at": "2020-03-24T08:00:00+08:00",
            "lines": [line | {"id_number": make_id_number()}],
        }


def test_a_letter_stays_in_its_folder_and_overwrites_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(times, "now", lambda: datetime(2020, 3, 24, tzinfo=UTC))
    folder = tmp_path / "letters"
    options = letters.LetterOptions(
        folder=folder, purpose="", again=True, contact="王", phone="", as_json=False
    )
    for _ in range(2):
        letters.write_letters(cast("Any", Bureaus()), options)
    name = "协助函-.._.._南阳_市_-20200324"
    assert {each.name for each in folder.iterdir()} == {f"{name}.xlsx", f"{name}(2).xlsx"}
    assert [each.name for each in tmp_path.iterdir()] == ["letters"]


def test_free_names_go_on(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.touch()
    for number in range(2, 120):
        exports.find_free(path).touch()
        assert path.with_name(f"{path.stem}({number}){path.suffix}").exists()
