"""`fangang roster check`: check files, show what is wrong, write the error list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cli import output
from cli.exits import CommandError, ExitCode
from cli.roster import mappings
from cli.roster.checking import CheckedFile, check_source
from cli.roster.console import describe, describe_total
from cli.roster.error_list import choose_path, write_error_list
from cli.roster.phones import require_phones
from cli.roster.sources import find_sources
from cli.roster.texts import Text, get_text
from schemas.texts import get_language


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """`error_list` is the path asked for; `wants_error_list` is False for --no-report.

    `mapping` is what --map says; it is kept for the `township` (as typed) or the enterprise, whose
    kept columns are used besides. No township: neither, for a check that was settled before.
    `known`: headings that a list of this kind has beyond a roster's.
    """

    as_of: date
    mapping: Mapping[str, str]
    township: str | None = ""
    enterprise_id: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    require_phone: bool = False
    error_list: Path | None = None
    wants_error_list: bool = True


def check_files(arguments: Sequence[str], options: CheckOptions) -> list[CheckedFile]:
    sources = find_sources(arguments)
    key = _choose_key(options)
    saved = {} if key is None else mappings.get_saved(key)
    label = get_text(Text.CHECKING)
    progress = output.Progress(label, len(sources))
    checked = []
    for source in sources:
        mapping = {**options.known, **saved, **options.mapping}
        file = check_source(source, as_of=options.as_of, mapping=mapping)
        checked.append(require_phones(file) if options.require_phone else file)
        progress.advance()
    progress.close()
    _tell_mapping(checked, saved, options)
    if key is not None and options.mapping:
        mappings.save(key, _choose_kept(checked, options))
    return checked


def _choose_key(options: CheckOptions) -> str | None:
    if options.township is None:
        return None
    return options.enterprise_id or mappings.choose_key(options.township)


def _tell_mapping(
    checked: list[CheckedFile], saved: Mapping[str, str], options: CheckOptions
) -> None:
    """What was used without being asked for this time."""
    used = {heading for file in checked for heading in file.mapping}
    if any(file.report.file_error is not None for file in checked):
        used |= saved.keys()  # may be why
    silent = {h: name for h, name in saved.items() if h in used and h not in options.mapping}
    if silent:
        group = "enterprise staff" if options.enterprise_id else "roster"
        pairs = _join_pairs(silent)
        output.say(get_text(Text.MAP_USED, pairs=pairs, group=group))


def forget_columns(key: str) -> None:
    """What was mapped by hand for one township or enterprise."""
    gone = mappings.forget(key)
    text = Text.MAPS_FORGOTTEN if gone else Text.MAPS_NONE
    output.say(get_text(text, pairs=_join_pairs(gone)))


def _join_pairs(mapping: Mapping[str, str]) -> str:
    joint = ", " if get_language() == "en" else "、"
    return joint.join(f"{heading}={name}" for heading, name in mapping.items())


def _choose_kept(checked: list[CheckedFile], options: CheckOptions) -> dict[str, str]:
    """Of what --map says, that whose heading was met: a slip of the pen is not kept."""
    met = {heading for file in checked for heading in file.mapping}
    return {heading: name for heading, name in options.mapping.items() if heading in met}


def show_json(checked: list[CheckedFile], options: CheckOptions, *, include_ids: bool) -> None:
    """One object for one file, a list for several. An error list only where one was asked for."""
    if options.error_list is not None and _has_rejected(checked):
        write_error_list(options.error_list, checked)
    bodies = [file.to_json(include_ids=include_ids) for file in checked]
    output.write_json(bodies[0] if len(bodies) == 1 else bodies)


def show_text(checked: list[CheckedFile], options: CheckOptions) -> None:
    """Every file in its turn, with its error list beside it, or one list for all."""
    common = None
    if options.error_list is not None and _has_rejected(checked):
        common = write_error_list(options.error_list, checked)
    for file in checked:
        path = common if _has_rejected([file]) else None
        if path is None:
            path = _write_own_list(file, options)
        for line in describe(file, error_list=path):
            output.write_line(line)
    if len(checked) > 1:
        output.write_line(describe_total(checked))


def _write_own_list(file: CheckedFile, options: CheckOptions) -> Path | None:
    is_wanted = options.wants_error_list and options.error_list is None
    if not is_wanted or file.source.path is None or not file.report.rejected:
        return None
    try:
        return write_error_list(choose_path(file), [file])
    except CommandError as refused:
        # Nobody asked for it; on a read-only stick the check itself is what matters.
        output.say(refused.message)
        return None


def _has_rejected(checked: list[CheckedFile]) -> bool:
    return any(file.report.rejected for file in checked)


def choose_exit(checked: list[CheckedFile]) -> ExitCode:
    """The gravest of all files: refused before rejected before fine."""
    if any(file.report.file_error is not None for file in checked):
        return ExitCode.FILE_REFUSED
    return ExitCode.ROWS_REJECTED if _has_rejected(checked) else ExitCode.OK
