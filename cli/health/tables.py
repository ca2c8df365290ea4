"""A table of measurements: its heading (identity number, and what was measured) in the first 20 rows, a person
a row; what is said about a row that cannot be read. Nothing is guessed or repaired.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from cli.exits import CommandError, ExitCode
from cli.health.entries import find_field, make_content
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

_AT: Final = frozenset({"时间", "测量时间", "time", "at"})
_HEADING_ROWS: Final = 20


class TableText(Text):
    NO_HEADING = (
        "表格里没有找到表头：须有“身份证号”，和至少一列如 体温、收缩压、脉搏。没有登记。",
        "No heading found: an identity number, and a column such as pulse. Nothing was recorded.",
    )
    NO_TIME = (
        "没有写测量时间：请加一列“时间”，或用 --at 写明",
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
    """One person's measurements."""

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
        heading = [_read_heading(cell) for cell in cells]
        if Field.ID_NUMBER in heading and any(each in MEASURES for each in heading):
            return list(_read_rows(rows[place + 1 :], heading, at))
    return None


def _read_heading(cell: Any) -> str | None:
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text in _AT:
        return "at"
    if find_column(text) is Field.ID_NUMBER:
        return Field.ID_NUMBER
    return find_field(text, NoteWhat.MEASURED)


def _read_rows(
    rows: Sequence[Row], heading: Sequence[str | None], at: datetime | None
) -> Iterator[RowOfTable | Refusal]:
    for number, cells in rows:
        named = {
            name: _show(cell)
            for name, cell in zip(heading, cells, strict=False)
            if name is not None and _show(cell)
        }
        if not any(name in MEASURES for name in named):
            continue
        yield _read_row(number, named, at)


def _read_row(number: int, named: dict[str, str], at: datetime | None) -> RowOfTable | Refusal:
    id_number = normalise_id(named.pop(Field.ID_NUMBER, ""))
    if find_problem(id_number) is not None:
        return Refusal(number, say(TableText.NUMBER_WRONG))
    told = named.pop("at", None)
    try:
        moment = read_time(told) if told else at
        if moment is None:
            return Refusal(number, say(TableText.NO_TIME))
        return RowOfTable(number, id_number, make_content(NoteWhat.MEASURED, named), moment)
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
