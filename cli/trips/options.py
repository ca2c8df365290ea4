"""Options of the trip commands, read and refused with the next step."""

from pathlib import Path
from typing import Final
from uuid import UUID

from cli import output
from cli.exits import CommandError, ExitCode
from cli.trips.texts import TripText
from schemas.texts import choose, say
from schemas.trips import TRIP_STATE_NAMES, TripState

_PURPOSE_LENGTHS: Final = range(2, 201)


def read_id(text: str, *, otherwise: TripText = TripText.UUID_SHAPE) -> UUID:
    """`otherwise`: what to say of anything that is no id."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise CommandError(say(otherwise, text=text), ExitCode.USAGE) from error


def read_state(text: str) -> TripState:
    """As the API writes it, or as people say it: in_transit, 在途."""
    wanted = text.strip().lower()
    for state, names in TRIP_STATE_NAMES.items():
        if wanted in (state.value, *names):
            return state
    states = output.join_words(
        f"{state.value} {choose(*names)}" for state, names in TRIP_STATE_NAMES.items()
    )
    raise CommandError(say(TripText.NO_STATE, text=text, states=states), ExitCode.USAGE)


def read_purpose(text: str) -> str:
    """Before anything is asked of the server, which would refuse it in the words of a web form."""
    purpose = text.strip()
    if len(purpose) not in _PURPOSE_LENGTHS:
        raise CommandError(say(TripText.PURPOSE), ExitCode.USAGE)
    return purpose


def check_target(path: Path, *, force: bool) -> None:
    """Also before: an export is recorded, so it should not fail for a file's name."""
    if path.suffix.lower() != ".xlsx":
        raise CommandError(say(TripText.FILE_ENDING), ExitCode.USAGE)
    if path.exists() and not (force and path.is_file()):
        message = say(TripText.FILE_EXISTS, path=path)
        raise CommandError(message, ExitCode.USAGE)
