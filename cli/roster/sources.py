"""From what was typed on the command line to files that can be read."""

import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cli import output
from cli.exits import CommandError, ExitCode
from cli.roster.locks import LOCK_PREFIXES, is_open
from cli.roster.own_lists import is_untouched
from cli.roster.texts import Text, get_text
from cli.sheets.refusals import MAX_FILE_BYTES, FileRefusedError
from schemas.roster.codes import Detail, FileCode
from schemas.texts import get_language

STANDARD_INPUT: Final = "-"
_UNREADABLE: Final = frozenset(
    {".7z", ".doc", ".docx", ".jpeg", ".jpg", ".pdf", ".png", ".rar", ".wps", ".xlsb"}
)
_ENDINGS: Final = frozenset(
    {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt", ".zip"}
)


@dataclass(frozen=True)
class Source:
    """One file, or standard input when `path` is None."""

    name: str
    path: Path | None

    def read(self) -> bytes:
        """The whole file, read anew each time; standard input can be read only once and is kept.

        Raises OSError, and FileRefusedError for what is too large or no file: a device has no end,
        and a pipe has none before somebody writes.
        """
        data = _read_standard_input() if self.path is None else _read_file(self.path)
        if len(data) > MAX_FILE_BYTES:
            raise FileRefusedError(FileCode.FILE_TOO_LARGE, Detail.FILE_SIZE)
        return data

    def is_open_elsewhere(self) -> bool:
        """Whether an office program left its lock file beside it."""
        return self.path is not None and is_open(self.path)


@cache
def _read_standard_input() -> bytes:
    return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)


def _read_file(path: Path) -> bytes:
    """At most a byte more than is allowed, whatever the file says of its size."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise FileRefusedError(FileCode.FILE_TYPE_UNSUPPORTED, Detail.NO_FILE)
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def find_sources(arguments: Sequence[str]) -> list[Source]:
    """Files as named; of a folder the files that look like rosters, by name, without lock files."""
    return [source for argument in arguments for source in _expand(argument)]


def _expand(argument: str) -> Iterator[Source]:
    if argument == STANDARD_INPUT:
        yield Source(STANDARD_INPUT, None)
        return
    path = Path(argument)
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path.resolve(strict=True)]
    except (OSError, RuntimeError, ValueError) as error:
        # Not there, not ours to open, a link that leads to itself, no possible name.
        message = get_text(Text.FILE_MISSING, path=argument)
        raise CommandError(message, ExitCode.USAGE) from error
    if not path.is_dir():
        yield Source(path.name, path)
        return
    rosters = [file for file in files if _is_roster(file)]
    if others := [file.name for file in files if _may_hold_people(file)]:
        joint = ", " if get_language() == "en" else "、"
        output.say(get_text(Text.NOT_CHECKED, path=argument, names=joint.join(others)))
    if not rosters:
        message = get_text(Text.FOLDER_EMPTY, path=argument)
        raise CommandError(message, ExitCode.USAGE)
    yield from (Source(file.name, file) for file in rosters)


def _is_roster(file: Path) -> bool:
    """Of an earlier check's error lists only those that somebody worked on: else each check of a
    folder would add a list of a list.
    """
    is_lock = file.name.startswith((*LOCK_PREFIXES, "."))
    is_table = file.is_file() and not is_lock and file.suffix.lower() in _ENDINGS
    return is_table and not is_untouched(file)


def _may_hold_people(file: Path) -> bool:
    """A village may have sent its roster as a document or a picture."""
    return file.suffix.lower() in _UNREADABLE and not file.name.startswith((*LOCK_PREFIXES, "."))
