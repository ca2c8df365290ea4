"""Limits of a roster file: 64 MB, inflated 256 MB and 200 times, 5,000 parts, 1,024 columns, 200,000 merged
ranges, 20 million cells, nearly empty areas, copied cells; and the refusal of a file.

A refusal is an exception with the error code and the detail that decide its message. The limits on
sizes hold for every format; those on rectangles and copies hold wherever a few bytes of a file can
ask a reader for much memory.
"""

from typing import Final

from schemas.roster.codes import Detail, FileCode
from schemas.roster.report import FileError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_INFLATED_BYTES: Final = 256 * 1024 * 1024
# A sheet of formatted blank rows inflates about 60 times; the ratio counts above 16 MB only.
MAX_INFLATE_RATIO: Final = 200
MIN_RATIO_BYTES: Final = 16 * 1024 * 1024
# Parts of a zip, or entries in the directory of a compound file.
MAX_ENTRIES: Final = 5_000
# Cells further right are dropped: no roster has as many columns.
MAX_COLUMNS: Final = 1_024
# Merged ranges of a sheet. Each becomes an object.
MAX_MERGED: Final = 200_000
# Cells of an .ods that exist only by repetition, and the characters in them.
MAX_COPIES: Final = 1_000_000
MAX_COPIED_CHARACTERS: Final = 16_000_000
# calamine reserves memory for every cell of the used rectangle, blank or not.
MAX_DENSE_CELLS: Final = 20_000_000
FREE_DENSE_CELLS: Final = 4_000_000
MAX_EMPTY_SHARE: Final = 4


class FileRefusedError(Exception):
    """Nothing of the file is taken. `error` has the code, and the message in either language."""

    def __init__(self, code: FileCode, detail: Detail | None = None) -> None:
        super().__init__(code.value)
        self.error = FileError(code, detail)


def corrupt(detail: Detail) -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_CORRUPT, detail)


def too_large(detail: Detail) -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_TOO_LARGE, detail)


def unsupported(detail: Detail) -> FileRefusedError:
    return FileRefusedError(FileCode.FILE_TYPE_UNSUPPORTED, detail)


def check_rectangle(rows: int, columns: int, cells: int) -> None:
    """Refuse a used rectangle that is too large, or large and nearly empty."""
    if is_sparse(rows, columns, cells) or rows * columns > MAX_DENSE_CELLS:
        raise too_large(Detail.CELL_EXTENT)


def check_merged(count: int) -> None:
    """Refuse a sheet with more merged ranges than MAX_MERGED."""
    if count > MAX_MERGED:
        raise too_large(Detail.CELL_EXTENT)


def is_sparse(rows: int, columns: int, cells: int) -> bool:
    """Whether a rectangle over 4 million cells is used for less than a quarter."""
    dense = rows * columns
    return dense > FREE_DENSE_CELLS and dense > MAX_EMPTY_SHARE * cells
