"""Workbooks that leave the program. Whatever stands in a cell is text: no formula, link or number.

The only place that writes a text into a cell; a guard of the architecture sees to that.
"""

import re
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter

from schemas.formulas import neutralise

_MAX_CELL: Final = 32_767
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def open_workbook(target: str | BinaryIO) -> xlsxwriter.Workbook:
    """A path, or a buffer: then all of it stays in memory, where no temporary file is left behind."""
    options = {
        "in_memory": not isinstance(target, str),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    return xlsxwriter.Workbook(target, options)


def write_text(sheet: Any, line: int, place: int, text: str, form: Any = None) -> None:
    """`line` and `place` from 0; cut to what a cell takes."""
    sheet.write_string(line, place, neutralise(text)[:_MAX_CELL], form)


def find_free(path: Path) -> Path:
    """清单.xlsx → 清单(2).xlsx, the first that does not exist."""
    numbered = (path.with_name(f"{path.stem}({n}){path.suffix}") for n in count(2))
    return next(candidate for candidate in numbered if not candidate.exists())


def clean_name(text: str) -> str:
    """As a part of a file's name, on Windows too: what came from elsewhere leads into no folder."""
    return _NOT_IN_NAMES.sub("_", text)
