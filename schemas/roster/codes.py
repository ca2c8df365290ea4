"""Every code of a roster check. What is said about each stands in messages.py."""

from enum import StrEnum
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]


class FileCode(StrEnum):
    """Why a whole file is refused."""

    DUPLICATE_COLUMN = "duplicate-column"
    ENCODING_UNKNOWN = "encoding-unknown"
    FILE_CORRUPT = "file-corrupt"
    FILE_EMPTY = "file-empty"
    FILE_ENCRYPTED = "file-encrypted"
    FILE_IN_USE = "file-in-use"
    FILE_TOO_LARGE = "file-too-large"
    FILE_TYPE_UNSUPPORTED = "file-type-unsupported"
    HEADER_NOT_FOUND = "header-not-found"
    NO_DATA_ROWS = "no-data-rows"
    REQUIRED_COLUMN_MISSING = "required-column-missing"


class RowCode(StrEnum):
    """Why a row is refused."""

    CELL_ERROR = "cell-error"
    DUPLICATE_IN_FILE = "duplicate-in-file"
    GUARDIAN_MISSING = "guardian-missing"
    ID_15_DIGIT = "id-15-digit"
    ID_BIRTH_DATE = "id-birth-date"
    ID_CHECK_DIGIT = "id-check-digit"
    ID_FORMAT = "id-format"
    ID_MISSING = "id-missing"
    ID_NAME_CONFLICT = "id-name-conflict"
    NAME_INVALID = "name-invalid"
    NAME_MISSING = "name-missing"
    NUMBER_PRECISION_LOST = "number-precision-lost"
    UNDER_AGE = "under-age"


class WarningCode(StrEnum):
    """What is doubtful about a row or a file that is taken all the same."""

    BIRTH_DATE_MISMATCH = "birth-date-mismatch"
    DATE_UNREADABLE = "date-unreadable"
    ENTRY_IGNORED = "entry-ignored"
    FORMULA_LIKE_TEXT = "formula-like-text"
    GENDER_MISMATCH = "gender-mismatch"
    HIDDEN_SHEET_IGNORED = "hidden-sheet-ignored"
    ID_AREA_UNKNOWN = "id-area-unknown"
    PHONE_INVALID = "phone-invalid"
    PHONE_LANDLINE = "phone-landline"
    PHONE_MISSING = "phone-missing"
    PHONE_SEVERAL = "phone-several"
    PHONE_SHARED = "phone-shared"
    SHEET_IGNORED = "sheet-ignored"


class IgnoredReason(StrEnum):
    """Why a row is no person's row."""

    BLANK_ROW = "blank-row"
    FOOTER_ROW = "footer-row"
    REPEATED_HEADER = "repeated-header"
    SAME_ROW = "same-row"
    TOTAL_ROW = "total-row"


class Detail(StrEnum):
    """The part of a file's message that tells what exactly was met."""

    ARCHIVE = "archive"
    BAD_QUOTES = "bad-quotes"
    CELL_EXTENT = "cell-extent"
    FILE_SIZE = "file-size"
    HTML = "html"
    INFLATED_SIZE = "inflated-size"
    NO_FILE = "no-file"
    OTHER = "other"
    PDF = "pdf"
    PICTURE = "picture"
    PRESENTATION = "presentation"
    ROWS = "rows"
    TRUNCATED = "truncated"
    UNSAFE = "unsafe"
    WORD = "word"
    XLSB = "xlsb"


Code: TypeAlias = FileCode | RowCode | WarningCode | IgnoredReason
