"""Running roster commands in a folder of their own."""

import json
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # it has no types
import pytest

from cli.main import run_command
from tests.cli.workbook_factories import make_xlsx
from tests.schemas.roster_factories import make_id, make_phone

HEADINGS = ["姓名", "身份证号", "手机号码", "备注"]
WRONG = "211221197805123418"
AS_OF = ("--as-of", "2020-03-24")


def person(sequence: int = 1, **changes: Any) -> list[Any]:
    cells = {
        "name": "张三",
        "number": make_id(sequence),
        "phone": make_phone(sequence),
        "remark": "",
    } | changes
    return list(cells.values())


def write(path: Path, *people: list[Any], sheet: str = "花名册") -> Path:
    path.write_bytes(make_xlsx({sheet: [HEADINGS, *people]}))
    return path


def run(*arguments: str | Path) -> int:
    return run_command(
        ["roster", *map(str, arguments), *(AS_OF if arguments[0] == "check" else ())]
    )


def check_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    """Exit code and answer of a check; whatever was shown before is dropped."""
    capsys.readouterr()
    code = run("check", *arguments, "--json")
    shown = capsys.readouterr()
    assert shown.err == ""
    return code, json.loads(shown.out)


def mend(path: Path, changes: dict[tuple[str, str], str]) -> None:
    """As somebody does it in WPS: sheet and cell to text."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in changes.items():
        book[sheet][cell].value = value
    book.save(path)
    book.close()
