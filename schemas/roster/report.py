"""What a check found, and its one JSON form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from schemas.roster.cells import RawCell
from schemas.roster.codes import (
    Detail,
    FileCode,
    IgnoredReason,
    Language,
    RowCode,
    WarningCode,
)
from schemas.roster.columns import Field
from schemas.roster.details import (
    describe_cure,
    get_detail,
    get_field_label,
    get_hidden_id_message,
)
from schemas.roster.headers import Column, Header
from schemas.roster.messages import get_message
from schemas.roster.records import RosterRecord, record_to_json

# A change of any rule changes this: it is part of the key of an import.
RULES_VERSION: Final = 1
# The detail of a number that was copied from where numbers are masked.
HIDDEN: Final = "*"


@dataclass(frozen=True, slots=True)
class FileError:
    """Why nothing of the file is taken. `fields` are named in the reader's language; `proposal`:
    columns that may be what is missing.
    """

    code: FileCode
    detail: Detail | None = None
    fields: tuple[Field, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    proposal: Mapping[Column, Field] = field(default_factory=dict)

    def get_message(self, language: Language = "zh") -> str:
        names = "、".join(get_field_label(name, language) for name in self.fields)
        return get_message(
            self.code,
            language,
            **dict(self.values),
            detail=get_detail(self.detail, language),
            field=names,
            fields=names,
            cure=describe_cure(self.code, self.proposal, language, **dict(self.values)),
        )


class FileWarning(NamedTuple):
    sheet: str
    code: WarningCode


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

    def get_message(self, language: Language = "zh") -> str:
        if self.code is RowCode.ID_FORMAT and self.detail == HIDDEN:
            return get_hidden_id_message(language)
        return get_message(
            self.code,
            language,
            found=self.found or ("empty" if language == "en" else "空"),
            detail=self.detail,
            other=self._name_other(language),
            fields="、".join(get_field_label(name, language) for name in self.differing),
        )

    def _name_other(self, language: Language) -> str:
        if language == "en":
            return f"row {self.other_row}" + (f" of {self.other_sheet}" if self.other_sheet else "")
        return (f"“{self.other_sheet}”" if self.other_sheet else "") + f"第{self.other_row}行"


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
class RejectedRow:
    """`cells` are the raw cells, merged values filled in; None where they were not kept.

    They are kept for every row found wrong on reading, and not for the first of two rows that
    only turned out later to contradict each other.
    """

    sheet: str
    row: int
    errors: tuple[RowError, ...]
    cells: Sequence[RawCell] | None = None


class IgnoredRow(NamedTuple):
    sheet: str
    row: int
    reason: IgnoredReason


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What was understood of a sheet. `village` is the one taken from its name, if any."""

    name: str
    own_name: str
    header: Header
    village: str | None = None
    counts_from_1904: bool = False


@dataclass(slots=True)
class RosterReport:
    """The outcome for every row: accepted + rejected + ignored = rows read. `headless`: sheets that
    were passed over for want of a header, and hold identity numbers.
    """

    as_of: date
    file_error: FileError | None = None
    file_warnings: list[FileWarning] = field(default_factory=list)
    sheets: list[SheetFacts] = field(default_factory=list)
    accepted: list[AcceptedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    ignored: list[IgnoredRow] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    headless: tuple[str, ...] = ()

    @property
    def sheets_read(self) -> list[str]:
        return [sheet.name for sheet in self.sheets]


def report_to_json(
    report: RosterReport, *, include_ids: bool = False, language: Language = "zh"
) -> dict[str, Any]:
    """The shape of one case of the contract. The caller adds `file` and `sha256`.

    Messages are masked whatever `include_ids` says.
    """
    error = report.file_error
    return {
        "as_of": report.as_of.isoformat(),
        "file_error": error and {"code": error.code, "message": error.get_message(language)},
        "file_warnings": [w._asdict() for w in report.file_warnings],
        "sheets_read": report.sheets_read,
        "counts": {
            "accepted": len(report.accepted),
            "rejected": len(report.rejected),
            "ignored": len(report.ignored),
        },
        "accepted": [
            {"sheet": sheet, "row": row, **record_to_json(record, include_ids=include_ids)}
            for sheet, row, record in report.accepted
        ],
        "rejected": [
            {
                "sheet": rejected.sheet,
                "row": rejected.row,
                "errors": [_error_to_json(error, language) for error in rejected.errors],
            }
            for rejected in report.rejected
        ],
        "ignored": [ignored._asdict() for ignored in report.ignored],
        "warnings": [warning._asdict() for warning in report.warnings],
    }


def _error_to_json(error: RowError, language: Language) -> dict[str, str]:
    return {
        "field": error.field,
        "column": error.column,
        "cell": error.cell,
        "code": error.code,
        "message": error.get_message(language),
    }
