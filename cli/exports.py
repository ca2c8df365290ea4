"""Workbooks that leave the program: every cell is text, formulas made harmless, cut at 32,767 characters;
files written whole or not at all, readable by the user only; free and clean file names.

The only place that writes a text into a cell; a guard of the architecture sees to that.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter

from cli.exits import CommandError, ExitCode
from schemas.formulas import neutralise

_MAX_CELL: Final = 32_767
_HEADING: Final = {"bold": True, "bg_color": "#D9E1F2"}
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


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of texts, whose first line is its heading. Widths in characters, one a column."""

    name: str
    widths: Sequence[int]
    lines: Sequence[Sequence[str]]


def make_workbook(*tables: Table) -> bytes:
    """In memory: a temporary file would stay behind where a program is killed."""
    buffer = BytesIO()
    with open_workbook(buffer) as book:
        plain = {"num_format": "@", "text_wrap": True, "valign": "top"}
        text, bold = book.add_format(plain), book.add_format({**plain, **_HEADING})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            for place, width in enumerate(table.widths):
                sheet.set_column(place, place, width, text)
            for number, line in enumerate(table.lines):
                for place, value in enumerate(line):
                    write_text(sheet, number, place, value, text if number else bold)
            sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def find_free(path: Path) -> Path:
    """清单.xlsx → 清单(2).xlsx, the first that does not exist."""
    numbered = (path.with_name(f"{path.stem}({n}){path.suffix}") for n in count(2))
    return next(candidate for candidate in numbered if not candidate.exists())


def clean_name(text: str) -> str:
    """As a part of a file's name, on Windows too: what came from elsewhere leads into no folder."""
    return _NOT_IN_NAMES.sub("_", text)


_PREFIX: Final = ".fangang-"


class PaperFile:
    """A place that was reserved before the server was asked; `write` puts the file there."""

    def __init__(self, path: Path, waiting: Path, unwritable: str) -> None:
        self._path, self._waiting, self._unwritable = path, waiting, unwritable

    def write(self, data: bytes) -> None:
        """Raises CommandError, for instance while the old file is open in WPS."""
        try:
            self._waiting.write_bytes(data)
            self._waiting.replace(self._path)
        except OSError as error:
            raise CommandError(self._unwritable, ExitCode.USAGE) from error


@contextmanager
def reserve_file(path: Path, *, unwritable: str) -> Iterator[PaperFile]:
    """An empty file beside it (0600), which becomes the file or goes away again.

    `unwritable` is the message of the CommandError that is raised where nothing can be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise CommandError(unwritable, ExitCode.USAGE) from error
    os.close(descriptor)
    waiting = Path(name)
    try:
        yield PaperFile(path, waiting, unwritable)
    finally:
        waiting.unlink(missing_ok=True)
