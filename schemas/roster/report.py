"""The report of a check and its JSON form: errors and warnings with cells, masked values, details of refusals,
two or missing columns and their cures, the version of the rules (RULES_VERSION).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from schemas import identity
from schemas.roster.cells import RawCell, Row, letter_column, show
from schemas.roster.codes import Detail, FileCode, IgnoredReason, RowCode, WarningCode, get_message
from schemas.roster.columns import REQUIRED, Field, get_heading, normalise_heading
from schemas.roster.headers import (
    Column,
    Header,
    find_rivals,
    propose,
    propose_header,
    split_by_typing,
    write_options,
)
from schemas.roster.records import RosterRecord, count_years, record_to_json
from schemas.texts import Text, choose, say

_DETAILS: Final[Mapping[Detail, tuple[str, str]]] = MappingProxyType(
    {
        Detail.ARCHIVE: (
            "这是压缩文件，里面没有能读的表格。请先解压，",
            "This archive holds no workbook that can be read. Unpack it. ",
        ),
        Detail.BAD_QUOTES: ("（引号不成对，无法分清单元格）", " (its quotes do not pair)"),
        Detail.BEFORE_97: (
            "这是Excel 5.0/95格式的旧.xls，里面的汉字读不准，",
            "This is an .xls of Excel 5.0/95, whose Chinese cannot be read safely. ",
        ),
        Detail.CELL_EXTENT: (
            "（很远的地方有零散内容，范围超出限制）",
            " (stray cells far away span too large an area)",
        ),
        Detail.FILE_SIZE: ("（超过大小限制）", " (over the size limit)"),
        Detail.HTML: ("这是网页文件，不是真正的表格，", "This is a web page, not a workbook. "),
        Detail.INFLATED_SIZE: ("（解压后超过限制）", " (over the limit once inflated)"),
        Detail.NO_FILE: ("这是管道或设备，不是文件，", "This is a pipe or a device, no file. "),
        Detail.OTHER: ("这不是表格文件，", "This is no workbook. "),
        Detail.OTHER_HEADING: (
            "或用 --map '列名=ignore' 不读其中一列",
            "or leave one out with --map 'heading=ignore'",
        ),
        Detail.PDF: ("这是PDF文件，", "This is a PDF file. "),
        Detail.PICTURE: (
            "这是图片，请向村里要表格原件，或重新录入，",
            "This is a picture. Ask the village for the workbook. ",
        ),
        Detail.PRESENTATION: ("这是演示文稿，", "This is a presentation. "),
        Detail.ROWS: ("（行数超过限制）", " (over the limit of rows)"),
        Detail.SAME_HEADING: (
            "或在WPS中把其中一列的表头改成别的名称",
            "or give one of them another heading",
        ),
        Detail.TRUNCATED: ("（内容不全）", " (truncated)"),
        Detail.UNSAFE: ("（含有不安全的内容）", " (unsafe content)"),
        Detail.WORD: ("这是Word文档，", "This is a Word document. "),
        Detail.XLSB: ("这是二进制.xlsb表格，", "This is a binary .xlsb workbook. "),
    }
)


class _Said(Text):
    ALIKE = ("“{heading}”可能就是“{label}”", "“{heading}” may be {label}")
    ALIKE_AT = (
        "{column}列“{heading}”可能就是“{label}”",
        "column {column} “{heading}” may be {label}",
    )
    HIDDEN_ID = (
        "号码被遮盖（带 *），不能导入。请对照身份证填写完整的18位号码。",
        "The number is masked (with *). Write all 18 characters from the card.",
    )
    NOTHING = ("空", "empty")
    OTHER_ROW = ("第{row}行", "row {row}")
    OTHER_SHEET = ("“{sheet}”第{row}行", "row {row} of {sheet}")
    PROPOSED = (
        "表中{alike}。如果是，请加上 {options} 再试一次，或把表头改成后面的名称。",
        "In the sheet {alike}. If so, add {options} and try again, or rename the headings.",
    )
    RENAMED = (
        "表中{alike}。如果是，请在WPS中把表头改成后面的名称，再试一次。",
        "In the sheet {alike}. If so, rename the headings in WPS and try again.",
    )


def get_hidden_id_message() -> str:
    """Instead of what is said about any other number in a wrong form."""
    return say(_Said.HIDDEN_ID)


def get_detail(detail: Detail | None) -> str:
    return "" if detail is None else choose(*_DETAILS[detail])


_LONGEST_SHOWN: Final = 40
_CURES: Final[Mapping[FileCode, tuple[str, str]]] = MappingProxyType(
    {
        FileCode.HEADER_NOT_FOUND: ("请在表格上方补上表头行。", "Add a header row."),
        FileCode.REQUIRED_COLUMN_MISSING: (
            "请补上该列，或用 --map '列名={example}' 指明是哪一列。",
            "Add the column, or name it with --map 'heading={example}'.",
        ),
    }
)


def get_field_label(name: Field) -> str:
    """A heading of a roster in Chinese, the field's own name in English."""
    return choose(get_heading(name), name.value)


def describe_cure(code: FileCode, proposal: Mapping[Column, Field], **values: object) -> str:
    """What to do about columns that were not found: the ready options where they can be guessed and
    typed.
    """
    if not proposal:
        return choose(*_CURES[code]).format_map(values) if code in _CURES else ""
    cures = [
        say(text, alike=describe_alike(part), options=write_options(part))
        for text, part in zip(
            (_Said.PROPOSED, _Said.RENAMED), split_by_typing(proposal), strict=True
        )
        if part
    ]
    return choose("", " ").join(cures)


def describe_alike(proposal: Mapping[Column, Field]) -> str:
    """With its place where a heading cannot be typed, each once."""
    typed, _ = split_by_typing(proposal)
    said = (
        say(
            _Said.ALIKE if column in typed else _Said.ALIKE_AT,
            column=letter_column(column.place),
            heading=shorten_heading(column.heading),
            label=get_field_label(field),
        )
        for column, field in proposal.items()
    )
    return choose("，", ", ").join(dict.fromkeys(said))


def shorten_heading(heading: str) -> str:
    """A cell may hold 32,767 characters; what the beginning says is enough to find it. Numbers of people
    are masked.
    """
    shown = identity.mask_label(heading)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


# A change of any rule changes this: it is part of the key of an import.
RULES_VERSION: Final = 2
# The detail of a number that was copied from where numbers are masked.
HIDDEN: Final = "*"


@dataclass(frozen=True, slots=True)
class FileError:
    """Why nothing of the file is taken. `fields`: those that it is about; `proposal`:
    columns that may be what is missing.
    """

    code: FileCode
    detail: Detail | None = None
    fields: tuple[Field, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    proposal: Mapping[Column, Field] = field(default_factory=dict)

    def get_message(self) -> str:
        names = "、".join(get_field_label(name) for name in self.fields)
        return get_message(
            self.code,
            **dict(self.values),
            detail=get_detail(self.detail),
            field=names,
            fields=names,
            cure=describe_cure(self.code, self.proposal, **dict(self.values)),
        )


class FileWarning(NamedTuple):
    sheet: str
    code: WarningCode


class ColumnWarning(NamedTuple):
    """Said once of a sheet, or of one column of it (its letter, `heading` and `field`): how often it is
    so, or how many people.
    """

    sheet: str
    code: WarningCode
    column: str = ""
    heading: str = ""
    field: str = ""
    total: int = 0


SheetWarning: TypeAlias = FileWarning | ColumnWarning


class Unread(NamedTuple):
    """People outside of what was read, as many as valid identity numbers that nobody read has.

    `place`: hidden-sheet, sheet (no list in it, or none that has a header), column, heading (in a
    heading or above it) or ignored-row; `column` with its letter, `row` of the first.
    """

    sheet: str
    place: str
    people: int
    column: str = ""
    heading: str = ""
    row: int = 0

    @property
    def is_loud(self) -> bool:
        """A hidden sheet was put away by somebody."""
        return self.place != HIDDEN_SHEET


HIDDEN_SHEET: Final = "hidden-sheet"
WHOLE_SHEET: Final = "sheet"
UNUSED_COLUMN: Final = "column"
HEADING: Final = "heading"
IGNORED: Final = "ignored-row"


@dataclass(frozen=True, slots=True)
class RowError:
    """One wrong cell. `found` is masked; `differing` are the fields in which a double differs."""

    field: Field
    column: str
    cell: str
    code: RowCode
    found: str = ""
    detail: str = ""
    other_sheet: str = ""
    other_row: int = 0
    differing: tuple[Field, ...] = ()
    about: FileError | None = None

    def get_message(self) -> str:
        if self.code is RowCode.ID_FORMAT and self.detail == HIDDEN:
            return get_hidden_id_message()
        return get_message(
            self.code,
            found=self.found or say(_Said.NOTHING),
            detail=self.detail if self.about is None else self.about.get_message(),
            other=self._name_other(),
            fields="、".join(get_field_label(name) for name in self.differing),
        )

    def _name_other(self) -> str:
        text = _Said.OTHER_SHEET if self.other_sheet else _Said.OTHER_ROW
        return say(text, row=self.other_row, sheet=self.other_sheet)


class RowWarning(NamedTuple):
    sheet: str
    row: int
    field: Field
    column: str
    cell: str
    code: WarningCode


class AcceptedRow(NamedTuple):
    sheet: str
    row: int
    record: RosterRecord


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What was understood of a table: a sheet is one, or several below or beside each other.

    `village` is the one taken from the sheet's name, if any; `part`: the how manieth of those that
    share their rows (0 for the first).
    """

    name: str
    own_name: str
    header: Header
    village: str | None = None
    counts_from_1904: bool = False
    part: int = 0


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """`cells` are the raw cells, with the values of merged ranges and from above; None where they
    were not kept.

    They are kept for every row found wrong on reading, and not for the first of two rows that only
    turned out later to contradict each other: of those the `record` is. `facts`: the table in which
    it stands; `village`: of its section; `guardian_id`: of a child, by its household.
    """

    sheet: str
    row: int
    errors: tuple[RowError, ...]
    cells: Sequence[RawCell] | None = None
    record: RosterRecord | None = None
    facts: SheetFacts | None = None
    village: str | None = None
    guardian_id: str | None = None


class IgnoredRow(NamedTuple):
    sheet: str
    row: int
    reason: IgnoredReason


@dataclass(slots=True)
class RosterReport:
    """The outcome for every row: accepted + rejected + ignored = rows read. `sheets`: every table."""

    as_of: date
    file_error: FileError | None = None
    file_warnings: list[SheetWarning] = field(default_factory=list)
    sheets: list[SheetFacts] = field(default_factory=list)
    accepted: list[AcceptedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    unread: tuple[Unread, ...] = ()

    @property
    def sheets_read(self) -> list[str]:
        return list(dict.fromkeys(sheet.name for sheet in self.sheets))

    @property
    def is_silent_about_people(self) -> bool:
        """Whether some are neither accepted nor rejected, and nobody put them away."""
        return any(each.is_loud for each in self.unread)


def report_to_json(report: RosterReport, *, include_ids: bool = False) -> dict[str, Any]:
    """The shape of one case of the contract. The caller adds `file` and `sha256`.

    Messages are masked whatever `include_ids` says.
    """
    streamed = stream_report(report, include_ids=include_ids)
    return {
        name: list(value) if isinstance(value, Iterator) else value
        for name, value in streamed.items()
    }


def stream_report(report: RosterReport, *, include_ids: bool) -> dict[str, Any]:
    """The same with an iterator for every list of rows: each row is made as it is asked for."""
    error = report.file_error
    return {
        "as_of": report.as_of.isoformat(),
        "file_error": error and {"code": error.code, "message": error.get_message()},
        "file_warnings": [_drop_empty(warning) for warning in report.file_warnings],
        "sheets_read": report.sheets_read,
        "counts": {
            "accepted": len(report.accepted),
            "rejected": len(report.rejected),
            "ignored": len(report.ignored),
        },
        "accepted": (
            {"sheet": sheet, "row": row, **record_to_json(record, include_ids=include_ids)}
            for sheet, row, record in report.accepted
        ),
        "rejected": (
            {
                "sheet": rejected.sheet,
                "row": rejected.row,
                "errors": [_error_to_json(error) for error in rejected.errors],
            }
            for rejected in report.rejected
        ),
        "ignored": (ignored._asdict() for ignored in report.ignored),
        "warnings": (warning._asdict() for warning in report.warnings),
        **({"unread": [_drop_empty(each) for each in report.unread]} if report.unread else {}),
    }


def _drop_empty(row: SheetWarning | Unread) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if value}


def _error_to_json(error: RowError) -> dict[str, str]:
    return {
        "field": error.field,
        "column": error.column,
        "cell": error.cell,
        "code": error.code,
        "message": error.get_message(),
    }


def name_cell(field: Field, header: Header, row: int) -> tuple[str, str, int]:
    """Heading, cell such as D17, and place. A field without a column is shown at the id's."""
    place = header.places.get(field)
    if place is None:
        place = header.places.get(Field.ID_NUMBER, 0)
        return get_heading(field), f"{letter_column(place)}{row}", place
    return shorten_heading(header.columns[place].heading), f"{letter_column(place)}{row}", place


def make_cell_error(
    finding: tuple[Field, RowCode | WarningCode],
    header: Header,
    row: int,
    cells: Sequence[RawCell],
    as_of: date,
) -> RowError:
    field, code = finding[0], RowCode(finding[1].value)
    column, cell, place = name_cell(field, header, row)
    text = show(cells[place]) if place < len(cells) else ""
    found, detail = _describe(code, text, as_of)
    return RowError(field, column, cell, code, found=found, detail=detail)


def _describe(code: RowCode, text: str, as_of: date) -> tuple[str, str]:
    """What was found, masked, and the code's own detail."""
    if code is RowCode.NUMBER_PRECISION_LOST and "E" in text.upper():
        return text, ""
    if code in (RowCode.NAME_INVALID, RowCode.CELL_ERROR):
        return identity.mask_text(text), ""
    number = identity.normalise_id(text)
    masked = identity.mask_id(number)
    if code is RowCode.ID_15_DIGIT:
        digits = number.partition(".")[0]
        return identity.mask_id(digits), identity.mask_id(identity.expand_15(digits))
    if code is RowCode.ID_FORMAT:
        return masked, HIDDEN if HIDDEN in number else str(len(number))
    if code is RowCode.UNDER_AGE:
        born = identity.get_birth_date(number)
        return str(count_years(born, as_of)) if born else "", ""
    return masked, ""


def name_columns(columns: Iterable[Column]) -> str:
    return "、".join(f"{letter_column(c.place)}列“{shorten_heading(c.heading)}”" for c in columns)


def make_header_error(rows: Sequence[Row]) -> FileError:
    """No header in these rows, and which of them could be meant for one."""
    return FileError(FileCode.HEADER_NOT_FOUND, proposal=propose_header(rows))


def find_header_error(sheet: str, header: Header) -> FileError | None:
    """Two columns of one meaning, or a required one missing."""
    rivals = find_rivals(header)
    if rivals is not None:
        field, columns = rivals
        headings = {normalise_heading(column.heading) for column in columns}
        return FileError(
            FileCode.DUPLICATE_COLUMN,
            Detail.OTHER_HEADING if len(headings) == len(columns) else Detail.SAME_HEADING,
            fields=(field,),
            values={"sheet": sheet, "columns": name_columns(columns)},
        )
    missing = tuple(field for field in REQUIRED if field not in header.places)
    if not missing:
        return None
    return FileError(
        FileCode.REQUIRED_COLUMN_MISSING,
        fields=missing,
        values={"sheet": sheet, "row": header.row, "example": missing[0].value},
        proposal=propose(header.get_columns(None), missing),
    )
