"""Reading sheets whole, for comparison."""

from collections.abc import Callable
from typing import Any

import pytest

from cli.sheets.opening import open_table
from cli.sheets.refusals import FileRefusedError
from schemas.roster.cells import CellError, CellKind, RawSheet, is_blank
from schemas.roster.codes import Detail, FileCode

NOT_AVAILABLE = CellError(CellKind.ERROR, "#N/A")
VALUELESS = CellError(CellKind.FORMULA)


def make_table(*rows: str, name: str = "花名册", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def open_sheets(data: bytes) -> list[tuple[RawSheet, dict[int, list[Any]]]]:
    """Sheets with their rows by number, blanks left out."""
    found = []
    for sheet in open_table(data).sheets:
        rows = {
            number: [cell for cell in cells if not is_blank(cell)] for number, cells in sheet.rows
        }
        found.append((sheet, {number: cells for number, cells in rows.items() if cells}))
    return found


def read(data: bytes) -> dict[int, list[Any]]:
    ((_, rows),) = open_sheets(data)
    return rows


def refuse(open_it: Callable[[], object]) -> tuple[FileCode, Detail | None]:
    with pytest.raises(FileRefusedError) as caught:
        open_it()
    return caught.value.error.code, caught.value.error.detail
