"""Why a file is not read, and how far a file may go."""

from typing import Final

from schemas.roster.codes import Detail, FileCode
from schemas.roster.report import FileError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_INFLATED_BYTES: Final = 256 * 1024 * 1024
# A sheet of formatted blank rows reaches about 60; only what is made to hurt goes beyond this.
MAX_INFLATE_RATIO: Final = 200
MIN_RATIO_BYTES: Final = 16 * 1024 * 1024
MAX_ENTRIES: Final = 5_000
# No roster has a column beyond this; what stands further right is a stray.
MAX_COLUMNS: Final = 1_024
# Every one becomes an object, and a few bytes name one.
MAX_MERGED: Final = 200_000
# What a few bytes may repeat.
MAX_COPIES: Final = 1_000_000
MAX_COPIED_CHARACTERS: Final = 16_000_000
# A dense reader reserves every cell of the used rectangle.
MAX_DENSE_CELLS: Final = 20_000_000
FREE_DENSE_CELLS: Final = 4_000_000
MAX_EMPTY_SHARE: Final = 4


class FileRefusedError(Exception):
    """Nothing of the file is taken; `error` has the code and the message for the reader."""

    def __init__(self, code: FileCode, detail: Detail | None = None) -> None:
        super().__init__(code.value)
        self.error = FileError(code, detail)


def check_rectangle(rows: int, columns: int, cells: int) -> None:
    """Refuse a used rectangle that is too large, or large and nearly empty."""
    if is_sparse(rows, columns, cells) or rows * columns > MAX_DENSE_CELLS:
        raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.CELL_EXTENT)


def check_merged(count: int) -> None:
    if count > MAX_MERGED:
        raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.CELL_EXTENT)


def is_sparse(rows: int, columns: int, cells: int) -> bool:
    dense = rows * columns
    return dense > FREE_DENSE_CELLS and dense > MAX_EMPTY_SHARE * cells
