"""The roster: columns, rules and report, shared by the township client and the server.

Pure: no file, no clock. The client reads a file into RawSheets and calls `parse_rows`; the server
calls `check_records` on what arrives.
"""

from schemas.roster.cells import CellError, CellKind, MergedRange, RawCell, RawSheet, Row
from schemas.roster.checking import check_record, check_records
from schemas.roster.codes import (
    Detail,
    FileCode,
    IgnoredReason,
    Language,
    RowCode,
    WarningCode,
)
from schemas.roster.columns import Field
from schemas.roster.messages import get_group_message, get_message
from schemas.roster.parsing import iter_filled_rows, parse_rows
from schemas.roster.records import PersonRole, RosterRecord
from schemas.roster.report import (
    RULES_VERSION,
    AcceptedRow,
    FileError,
    FileWarning,
    RejectedRow,
    RosterReport,
    RowError,
    RowWarning,
    SheetFacts,
    report_to_json,
)

__all__ = [
    "RULES_VERSION",
    "AcceptedRow",
    "CellError",
    "CellKind",
    "Detail",
    "Field",
    "FileCode",
    "FileError",
    "FileWarning",
    "IgnoredReason",
    "Language",
    "MergedRange",
    "PersonRole",
    "RawCell",
    "RawSheet",
    "RejectedRow",
    "RosterRecord",
    "RosterReport",
    "Row",
    "RowCode",
    "RowError",
    "RowWarning",
    "SheetFacts",
    "WarningCode",
    "check_record",
    "check_records",
    "get_group_message",
    "get_message",
    "iter_filled_rows",
    "parse_rows",
    "report_to_json",
]
