"""A table of measurements or declarations: its heading (identity number, and what was measured or asked) in the
first 20 rows, a person a row; what is said about a row that cannot be read. Nothing is guessed or repaired.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from cli.exits import CommandError, ExitCode
from cli.health.entries import choose_questions, find_field, make_content
from cli.sheets.opening import open_table
from cli.sheets.refusals import FileRefusedError
from cli.times import CHINA, read_time
from schemas.health_notes import NoteWhat
from schemas.identity import find_problem, normalise_id
from schemas.ids import derive_id
from schemas.measures import MEASURES
from schemas.roster.cells import Row
from schemas.roster.columns import Field
from schemas.roster.columns import find_field as find_column
from schemas.texts import Text, say

_AT: Final = frozenset({"时间", "测量时间", "申报时间", "询问时间", "time", "at"})
_TABLED: Final = (NoteWhat.MEASURED, NoteWhat.DECLARED)
_HEADING_ROWS: Final = 20


class TableText(Text):
    NO_HEADING = (
        (
            "表格里没有找到表头：须有“身份证号”，和至少一列测量（如 体温、收缩压、脉搏）"
            "或申报的问题（问1、问2…，或问题原文）。没有登记。"
        ),
        (
            "No heading found: an identity number, and a column such as pulse, or a question (问1, or its "
            "words). Nothing was recorded."
        ),
    )
    NO_TIME = (
        "没有写时间：请加一列“时间”，或用 --at 写明",
        "no time: add a column “time”, or say it with --at",
    )
    NUMBER_WRONG = (
        "身份证号读不出或校验不对，请把该列设为文本后重新录入",
        "the identity number cannot be read: make its column text and type it again",
    )
    UNREADABLE = (
        "文件“{file}”打不开：{reason}",
        "The file “{file}” cannot be opened: {reason}",
    )


@dataclass(frozen=True, slots=True)
class RowOfTable:
    """One person's measurements, or answers."""

    row: int
    id_number: str
    content: dict[str, Any]
    at: datetime

    def make_id(self, worker_id: UUID) -> UUID:
        """Follows from person, time and content."""
        text = json.dumps(self.content, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return derive_id(worker_id, "health", self.at.isoformat(), digest)


class Refusal(NamedTuple):
    """Why a row is not recorded."""

    row: int
    problem: str


def read_table(file: Path, at: datetime | None) -> list[RowOfTable | Refusal]:
    """The rows of its first sheet with a heading. `at`: when it was measured, where a row does not say. Raises
    CommandError."""
    try:
        for sheet in open_table(file.read_bytes()).sheets:
            found = _read_sheet(list(sheet.rows), at)
            if found is not None:
                return found
    except FileRefusedError as refused:
        raise CommandError(_refuse(file, refused.error.get_message()), ExitCode.USAGE) from refused
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CommandError(_refuse(file, reason), ExitCode.USAGE) from error
    raise CommandError(say(TableText.NO_HEADING), ExitCode.USAGE)


def _refuse(file: Path, reason: str) -> str:
    return say(TableText.UNREADABLE, file=file.name, reason=reason)


def _read_sheet(rows: Sequence[Row], at: datetime | None) -> list[RowOfTable | Refusal] | None:
    for place, (_, cells) in enumerate(rows[:_HEADING_ROWS]):
        headings = {what: [_read_heading(cell, what) for cell in cells] for what in _TABLED}
        told = {
            what: heading
            for what, heading in headings.items()
            if Field.ID_NUMBER in heading and any(_tells(what, each) for each in heading)
        }
        if told:
            return list(_read_rows(rows[place + 1 :], told, at))
    return None


def _tells(what: NoteWhat, column: str | None) -> bool:
    """Whether it is what a note of this sort is made for: a measurement, the answer to a question."""
    if what is NoteWhat.MEASURED:
        return column in MEASURES
    return column in choose_questions().codes


def _read_heading(cell: Any, what: NoteWhat) -> str | None:
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text in _AT:
        return "at"
    if find_column(text) is Field.ID_NUMBER:
        return Field.ID_NUMBER
    return None if text.isdecimal() else find_field(text, what)


def _read_rows(
    rows: Sequence[Row], headings: Mapping[NoteWhat, Sequence[str | None]], at: datetime | None
) -> Iterator[RowOfTable | Refusal]:
    for number, cells in rows:
        for what, heading in headings.items():
            named = {
                name: _show(cell)
                for name, cell in zip(heading, cells, strict=False)
                if name is not None and _show(cell)
            }
            if any(_tells(what, name) for name in named):
                yield _read_row(number, what, named, at)


def _read_row(
    number: int, what: NoteWhat, named: dict[str, str], at: datetime | None
) -> RowOfTable | Refusal:
    id_number = normalise_id(named.pop(Field.ID_NUMBER, ""))
    if find_problem(id_number) is not None:
        return Refusal(number, say(TableText.NUMBER_WRONG))
    told = named.pop("at", None)
    try:
        moment = read_time(told) if told else at
        if moment is None:
            return Refusal(number, say(TableText.NO_TIME))
        return RowOfTable(number, id_number, make_content(what, named), moment)
    except CommandError as error:
        return Refusal(number, " ".join(error.message.split()))


def _show(cell: Any) -> str:
    """As it would be typed: 36.5 as it stands, whole numbers without a fraction, moments in China's zone."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=cell.tzinfo or CHINA).isoformat()
    if isinstance(cell, date):
        return datetime.combine(cell, time(0), CHINA).isoformat()
    return cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)
