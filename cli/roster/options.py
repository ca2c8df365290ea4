"""Options of the roster commands, read and refused with the next step."""

from collections.abc import Collection, Sequence
from datetime import date

from cli.exits import CommandError, ExitCode
from cli.roster.texts import Text, get_text
from schemas.roster.columns import IGNORE, Field, find_field, get_heading
from schemas.roster.records import RECORD_FIELDS


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        message = get_text(Text.DAY_SHAPE, day=text)
        raise CommandError(message, ExitCode.USAGE) from error


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`--map 列名=field` as heading → field."""
    mapping = {}
    known = {field.value for field in Field} | {IGNORE}
    for pair in pairs:
        # The console of Windows hands single quotes on.
        heading, _, field = pair.strip().strip("'\"").rpartition("=")
        if not heading.strip() or not field.strip():
            raise CommandError(get_text(Text.MAP_SHAPE), ExitCode.USAGE)
        mapping[heading.strip()] = _read_field(field.strip(), known)
    return mapping


def _read_field(text: str, known: Collection[str]) -> str:
    """By its name, or by any heading that is understood by itself."""
    if text in known:
        return text
    column = find_field(text)
    if column is None or column.value not in known:
        names = " ".join(
            f"{name}({get_heading(Field(name))})" for name in RECORD_FIELDS if name in known
        )
        message = get_text(Text.FIELD_UNKNOWN, field=text, fields=names)
        raise CommandError(message, ExitCode.USAGE)
    return column.value
