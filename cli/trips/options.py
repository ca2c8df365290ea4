"""Options of the trip commands, read and refused with the next step."""

from pathlib import Path
from typing import Final
from uuid import UUID

from cli.exits import CommandError, ExitCode
from cli.trips.texts import Text, comma, get_text
from schemas.texts import choose
from schemas.trips import TRIP_STATE_NAMES, TripState

_PURPOSE_LENGTHS: Final = range(2, 201)


def read_id(text: str, *, otherwise: Text = Text.UUID_SHAPE) -> UUID:
    """`otherwise`: what to say of anything that is no id."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise CommandError(get_text(otherwise, text=text), ExitCode.USAGE) from error


def read_state(text: str) -> TripState:
    """As the API writes it, or as people say it: in_transit, 在途."""
    wanted = text.strip().lower()
    for state, names in TRIP_STATE_NAMES.items():
        if wanted in (state.value, *names):
            return state
    states = comma().join(
        f"{state.value} {choose(*names)}" for state, names in TRIP_STATE_NAMES.items()
    )
    raise CommandError(get_text(Text.NO_STATE, text=text, states=states), ExitCode.USAGE)


def read_purpose(text: str) -> str:
    """Before anything is asked of the server, which would refuse it in the words of a web form."""
    purpose = text.strip()
    if len(purpose) not in _PURPOSE_LENGTHS:
        raise CommandError(get_text(Text.PURPOSE), ExitCode.USAGE)
    return purpose


def check_target(path: Path, *, force: bool) -> None:
    """Also before: an export is recorded, so it should not fail for a file's name."""
    if path.suffix.lower() != ".xlsx":
        raise CommandError(get_text(Text.FILE_ENDING), ExitCode.USAGE)
    if path.exists() and not (force and path.is_file()):
        message = get_text(Text.FILE_EXISTS, path=path)
        raise CommandError(message, ExitCode.USAGE)
