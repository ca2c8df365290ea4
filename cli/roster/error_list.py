"""The error list of rejected rows, to be mended and imported again: file and sheet names, columns, colours,
what is overwritten; how lists of the client are recognised; identity numbers hidden but for the last four.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from cli.exits import CommandError, ExitCode
from cli.exports import open_workbook, write_text
from cli.roster.reading import CheckedFile, read_rejected_cells
from cli.roster.remembered import list_free, remember_list
from cli.roster.texts import RosterText
from schemas.roster.cells import RawCell, letter_column, show
from schemas.roster.codes import RowCode
from schemas.roster.columns import REQUIRED, Field, find_field, get_heading
from schemas.roster.days import read_date
from schemas.roster.filling import FILLED
from schemas.roster.headers import Column
from schemas.roster.readings import is_ditto
from schemas.roster.report import RejectedRow, SheetFacts
from schemas.texts import Language, say, speaking

ORIGINS: Final = (
    RosterText.ORIGIN_FILE,
    RosterText.ORIGIN_SHEET,
    RosterText.ORIGIN_ROW,
    RosterText.REASON,
    RosterText.CODE,
)
_MARKS: Final = (RosterText.ASK_AT, RosterText.PERSON_CODE)
_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_HIDDEN: Final = "*" * 14


def list_marks() -> list[str]:
    """The last headings of a list of people in the registry: a number to ask at, and their code."""
    return [say(text) for text in _MARKS]


def hide_id(end: str) -> str:
    """The last four of an identity number in its whole length, to be written over."""
    return _HIDDEN + end


def is_excerpt(checked: CheckedFile) -> bool:
    """Whether every sheet with a header is of such a list."""
    sheets = checked.report.sheets
    return bool(sheets) and all(map(_is_ours, sheets))


def _is_ours(facts: SheetFacts) -> bool:
    headings = {column.heading for column in facts.header.columns}
    for language in _LANGUAGES:
        with speaking(language):
            if any(headings.issuperset(map(say, texts)) for texts in (ORIGINS, _MARKS)):
                return True
    return False


_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_MAX_SHEET_NAME: Final = 31


@dataclass(frozen=True, slots=True)
class _Formats:
    text: Any
    wrong: Any
    heading: Any


def choose_path(checked: CheckedFile) -> Path:
    """Beside the roster, named after it; the list of a list is one of the same roster."""
    source = checked.source.path or Path("roster.xlsx")
    suffix = say(RosterText.ERROR_LIST)
    stem = source.stem.split(f"-{suffix}")[0]
    return source.with_name(f"{stem}-{suffix}.xlsx")


def write_error_list(path: Path, files: Sequence[CheckedFile]) -> Path:
    """Write the list and return where: with a number where `path` is not ours to take.

    Only an earlier list of the same files is overwritten, and only as it was written: one that is
    open or half mended stays, and so does whatever else has the name. Raises CommandError.
    """
    origins = [file.source.path for file in files]
    for target in list_free(path, origins):
        try:
            _write(target, files)
            target.chmod(0o600)  # it holds whole identity numbers
        except (OSError, xlsxwriter.exceptions.FileCreateError):
            continue
        remember_list(target, origins)
        return target
    raise CommandError(say(RosterText.UNWRITABLE, path=path), ExitCode.USAGE)


def _write(path: Path, files: Sequence[CheckedFile]) -> None:
    with open_workbook(str(path)) as book:
        formats = _Formats(
            text=book.add_format({"num_format": "@"}),
            wrong=book.add_format({"num_format": "@", "bg_color": "#FFC7CE"}),
            heading=book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E1F2"}),
        )
        names = _NameGiver(say(RosterText.EXPLANATION))
        _write_explanation(book.add_worksheet(names.first), files, formats)
        for file in files:
            cells = read_rejected_cells(file)
            tables = file.report.sheets
            for facts in tables:
                rows = [row for row in file.report.rejected if _find_table(row, tables) is facts]
                if rows:
                    sheet = book.add_worksheet(names.give(facts.own_name))
                    _SheetWriter(sheet, file, facts, formats).write(rows, cells)


def _find_table(row: RejectedRow, tables: Sequence[SheetFacts]) -> SheetFacts:
    """The table of a row: as it was read, else the last one of its sheet that begins above it."""
    if row.facts is not None:
        return row.facts
    own = [facts for facts in tables if facts.name == row.sheet and not facts.part]
    return max((f for f in own if f.header.row < row.row), key=lambda f: f.header.row)


class _NameGiver:
    """Sheet names that a spreadsheet takes: 31 characters, none of the forbidden ones, each once."""

    def __init__(self, first: str) -> None:
        self.first = first
        self._given = {first.casefold()}

    def give(self, wanted: str) -> str:
        clean = wanted.translate(_FORBIDDEN).strip("'")[:_MAX_SHEET_NAME] or "_"
        name, number = clean, 1
        while name.casefold() in self._given:
            number += 1
            ending = f"({number})"
            name = clean[: _MAX_SHEET_NAME - len(ending)] + ending
        self._given.add(name.casefold())
        return name


def _write_explanation(sheet: Any, files: Sequence[CheckedFile], formats: _Formats) -> None:
    errors = [error for file in files for row in file.report.rejected for error in row.errors]
    counts = Counter(error.code for error in errors)
    examples: dict[RowCode, str] = {}
    for error in errors:
        examples.setdefault(error.code, error.get_message())
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 100)
    write_text(sheet, 0, 0, say(RosterText.ERROR_LIST_TITLE), formats.heading)
    write_text(sheet, 1, 0, say(RosterText.ERROR_LIST_HOW), formats.text)
    for place, text in enumerate((RosterText.CODE, RosterText.COUNT, RosterText.CAUSE)):
        write_text(sheet, 3, place, say(text), formats.heading)
    for line, (code, count) in enumerate(counts.most_common(), start=4):
        for place, value in enumerate((code.value, str(count), examples[code])):
            write_text(sheet, line, place, value, formats.text)


class _SheetWriter:
    def __init__(
        self,
        sheet: Any,
        file: CheckedFile,
        facts: SheetFacts,
        formats: _Formats,
    ) -> None:
        self._sheet, self._file, self._facts = sheet, file, facts
        self._formats = formats
        self._columns = [column for column in facts.header.columns if column.heading]

    def write(
        self, rows: Sequence[RejectedRow], cells: Mapping[tuple[str, int], Sequence[RawCell]]
    ) -> None:
        sheet = self._sheet
        extras = self._list_extras(rows)
        headings = [*map(_name_column, self._columns), *extras, *(say(text) for text in ORIGINS)]
        for place, heading in enumerate(headings):
            write_text(sheet, 0, place, heading, self._formats.heading)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, 14, self._formats.text)
        for line, row in enumerate(rows, start=1):
            self._write_row(line, row, cells.get((row.sheet, row.row), ()), extras)

    def _list_extras(self, rows: Sequence[RejectedRow]) -> list[str]:
        """Headings that the table lacks: what is required, what was found outside of the row, and whole
        rows whose columns are in doubt.
        """
        places = self._facts.header.places
        known = {
            Field.VILLAGE: self._facts.village or any(map(_get_village, rows)),
            Field.GUARDIAN_ID: any(row.guardian_id for row in rows),
        }
        fields = [field for field in REQUIRED if field not in places]
        fields += [field for field, is_known in known.items() if is_known and field not in places]
        whole = [say(RosterText.WHOLE_ROW)] if any(map(_is_in_doubt, rows)) else []
        return [*map(get_heading, fields), *whole]

    def _write_row(
        self, line: int, row: RejectedRow, cells: Sequence[RawCell], extras: Sequence[str]
    ) -> None:
        wrong = {error.cell.rstrip("0123456789") for error in row.errors}
        is_in_doubt = _is_in_doubt(row)
        for place, column in enumerate(self._columns):
            is_wrong = letter_column(column.place) in wrong or is_in_doubt
            form = self._formats.wrong if is_wrong else self._formats.text
            value = "" if is_in_doubt else self._show(column, cells, row)
            write_text(self._sheet, line, place, value, form)
        known = {
            get_heading(Field.VILLAGE): _get_village(row) or self._facts.village or "",
            get_heading(Field.GUARDIAN_ID): row.guardian_id or "",
            say(RosterText.WHOLE_ROW): " | ".join(map(show, cells)) if is_in_doubt else "",
        }
        values = [*(known.get(heading, "") for heading in extras), *self._tell_origin(row)]
        for place, value in enumerate(values, start=len(self._columns)):
            write_text(self._sheet, line, place, value, self._formats.text)

    def _tell_origin(self, row: RejectedRow) -> Iterator[str]:
        yield self._file.source.name
        yield row.sheet
        yield str(row.row)
        yield "；".join(f"{error.column}：{error.get_message()}" for error in row.errors)
        yield " ".join(error.code for error in row.errors)

    def _show(self, column: Column, cells: Sequence[RawCell], row: RejectedRow) -> str:
        cell = cells[column.place] if column.place < len(cells) else None
        if row.record is not None and column.field in FILLED:
            text = show(cell)
            if not text or is_ditto(text):
                value = getattr(row.record, column.field.value)
                return "" if value is None else str(value)
        is_date = column.field in (Field.DEPARTURE_DATE, Field.BIRTH_DATE)
        if is_date and isinstance(cell, (int, float)):
            # A bare number means another day in a workbook that counts from 1904.
            day = read_date(cell, counts_from_1904=self._facts.counts_from_1904)
            return show(cell) if day is None else day.isoformat()
        return show(cell)


def _get_village(row: RejectedRow) -> str | None:
    """Of its section."""
    return row.village or (row.record.village if row.record is not None else None)


def _is_in_doubt(row: RejectedRow) -> bool:
    """Whether its values may stand in wrong columns: then they are written into none, so that the list,
    imported as it is, takes nobody with them.
    """
    return any(error.code is RowCode.ROW_RAGGED for error in row.errors)


def _name_column(column: Column) -> str:
    """A heading that will be understood as this column was, also when it was mapped by hand."""
    if find_field(column.heading) is column.field:
        return column.heading
    if column.field is None:
        return f"未用_{column.heading}"
    return get_heading(column.field)
