"""`fangang roster check`: check files, show what is wrong, write the error list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli import output
from cli.exits import ExitCode
from cli.roster.checking import CheckedFile, check_source
from cli.roster.console import describe
from cli.roster.error_list import choose_path, write_error_list
from cli.roster.sources import find_sources
from schemas.roster import Language


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """`error_list` is the path asked for; `wants_error_list` is False for --no-report."""

    as_of: date
    mapping: Mapping[str, str]
    language: Language = "zh"
    error_list: Path | None = None
    wants_error_list: bool = True


def check_files(arguments: Sequence[str], options: CheckOptions) -> list[CheckedFile]:
    sources = find_sources(arguments, options.language)
    progress = output.Progress("检查", len(sources))
    checked = []
    for source in sources:
        checked.append(check_source(source, as_of=options.as_of, mapping=options.mapping))
        progress.advance()
    progress.close()
    return checked


def show_json(checked: list[CheckedFile], options: CheckOptions, *, include_ids: bool) -> None:
    """One object for one file, a list for several. An error list only where one was asked for."""
    if options.error_list is not None and _has_rejected(checked):
        write_error_list(options.error_list, checked, options.language)
    bodies = [file.to_json(include_ids=include_ids, language=options.language) for file in checked]
    output.write_json(bodies[0] if len(bodies) == 1 else bodies)


def show_text(checked: list[CheckedFile], options: CheckOptions) -> None:
    """Every file in its turn, with its error list beside it, or one list for all."""
    common = None
    if options.error_list is not None and _has_rejected(checked):
        common = write_error_list(options.error_list, checked, options.language)
    for file in checked:
        path = common if _has_rejected([file]) else None
        if path is None:
            path = _write_own_list(file, options)
        for line in describe(file, error_list=path, language=options.language):
            output.write_line(line)


def _write_own_list(file: CheckedFile, options: CheckOptions) -> Path | None:
    is_wanted = options.wants_error_list and options.error_list is None
    if not is_wanted or file.source.path is None or not file.report.rejected:
        return None
    path = choose_path(file, options.language)
    return write_error_list(path, [file], options.language)


def _has_rejected(checked: list[CheckedFile]) -> bool:
    return any(file.report.rejected for file in checked)


def choose_exit(checked: list[CheckedFile]) -> ExitCode:
    """The gravest of all files: refused before rejected before fine."""
    if any(file.report.file_error is not None for file in checked):
        return ExitCode.FILE_REFUSED
    return ExitCode.ROWS_REJECTED if _has_rejected(checked) else ExitCode.OK
