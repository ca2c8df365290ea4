"""From what was typed on the command line to files that can be read."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cli.exits import CommandError, ExitCode
from cli.roster.texts import Text, get_text
from schemas.roster.codes import Language

STANDARD_INPUT: Final = "-"
_ENDINGS: Final = frozenset(
    {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".tsv", ".txt", ".zip"}
)
_LOCK_PREFIXES: Final = ("~$", ".~")


@dataclass(frozen=True)
class Source:
    """One file, or standard input when `path` is None. `read` raises OSError."""

    name: str
    path: Path | None

    def read(self) -> bytes:
        """The whole file, read anew each time; standard input can be read only once and is kept."""
        return _read_standard_input() if self.path is None else self.path.read_bytes()

    def is_open_elsewhere(self) -> bool:
        """Whether an office program left its lock file beside it."""
        if self.path is None:
            return False
        return any(self.path.with_name(f"{p}{self.name}").exists() for p in _LOCK_PREFIXES)


@cache
def _read_standard_input() -> bytes:
    return sys.stdin.buffer.read()


def find_sources(arguments: Sequence[str], language: Language) -> list[Source]:
    """Files as named; of a folder the files that look like rosters, by name, without lock files."""
    return [source for argument in arguments for source in _expand(argument, language)]


def _expand(argument: str, language: Language) -> Iterator[Source]:
    if argument == STANDARD_INPUT:
        yield Source(STANDARD_INPUT, None)
        return
    path = Path(argument)
    if not path.exists():
        message = get_text(Text.FILE_MISSING, language, path=argument)
        raise CommandError(message, ExitCode.USAGE)
    if not path.is_dir():
        yield Source(path.name, path)
        return
    files = [file for file in sorted(path.iterdir()) if _is_roster(file)]
    if not files:
        message = get_text(Text.FOLDER_EMPTY, language, path=argument)
        raise CommandError(message, ExitCode.USAGE)
    yield from (Source(file.name, file) for file in files)


def _is_roster(file: Path) -> bool:
    is_lock = file.name.startswith((*_LOCK_PREFIXES, "."))
    return file.is_file() and not is_lock and file.suffix.lower() in _ENDINGS
