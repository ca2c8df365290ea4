"""Running commands that speak to a server, as somebody who is logged in."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cli.main import run_command
from tests.cli.workbook_factories import make_xlsx
from tests.factories import Client
from tests.registry import make_values

DAY = "2020-03-24"
COLUMNS = {
    "姓名": "name",
    "身份证号": "id_number",
    "手机号码": "phone",
    "村(社区)": "village",
    "务工地": "destination",
    "用工单位": "employer",
    "拟出发日期": "departure_date",
    "紧急联系电话": "emergency_phone",
    "返岗情况": "return_status",
    "人员类型": "person_role",
    "监护人身份证号": "guardian_id",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command answered: exit code, standard output, messages."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Desk:
    """A person's machine: environment, folder and console."""

    server: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        variables = {
            "FANGANG_CONFIG_DIR": str(self.folder / "config"),
            "FANGANG_SERVER": self.server,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.delenv("FANGANG_LANG", raising=False)
        self.monkeypatch.chdir(self.folder)

    def sit_down(self, client: Client) -> None:
        """From here on commands are this account's."""
        self.monkeypatch.setenv("FANGANG_TOKEN", client.token)

    def run(self, *arguments: str | Path, typed: str = "") -> Shown:
        self.capsys.readouterr()
        with self._typing(typed):
            code = run_command([str(each) for each in arguments])
        shown = self.capsys.readouterr()
        return Shown(code, shown.out, shown.err)

    def run_at_terminal(self, *arguments: str | Path, typed: str) -> Shown:
        """With somebody who sees the messages and answers them; no colours."""
        self.capsys.readouterr()
        messages = Terminal()
        with self.monkeypatch.context() as patch:
            patch.setenv("NO_COLOR", "1")
            patch.setattr(sys, "stdin", Terminal(typed))
            patch.setattr(sys, "stderr", messages)
            code = run_command([str(each) for each in arguments])
        return Shown(code, self.capsys.readouterr().out, messages.getvalue())

    def roster(self, name: str, *more: str | Path, typed: str = "") -> Shown:
        return self.run("roster", "import", name, "--as-of", DAY, *more, typed=typed)

    @contextmanager
    def _typing(self, text: str) -> Iterator[None]:
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(text))
            yield


def make_line(number: int, **given: Any) -> dict[str, Any]:
    """A row of a roster as a clerk would write it."""
    return {"emergency_phone": "", "return_status": "", **make_values(number, **given)}


def write_roster(path: Path, sheets: dict[str, list[dict[str, Any]]]) -> Path:
    """With a title above the heading, as villages do; a sheet's name is the village."""
    tables = {
        name: [
            [f"{name}花名册"],
            list(COLUMNS),
            *([line.get(field, "") for field in COLUMNS.values()] for line in lines),
        ]
        for name, lines in sheets.items()
    }
    path.write_bytes(make_xlsx(tables))
    return path
