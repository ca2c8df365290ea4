"""From typed words to ids: trip number, state, seat, name or last four of the id, point, plate; limits of a
purpose (2 to 200 characters); .xlsx and `--force` for files; what the account may not see.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api, ApiError
from cli.exits import CommandError, ExitCode
from cli.names import shorten_id
from cli.papers import show_seat
from cli.trips.texts import TripText
from schemas.errors import ErrorCode
from schemas.fleets import VehicleListed
from schemas.passengers import AboardLine, ManifestLine, ManifestOut, PassengerOut
from schemas.texts import Text, choose, say
from schemas.trips import (
    TRIP_STATE_NAMES,
    BetweenOut,
    PassengerStatus,
    PointOut,
    TripOut,
    TripRow,
    TripState,
    VehicleSeats,
)

_PURPOSE_LENGTHS: Final = range(2, 201)


def read_id(text: str, *, otherwise: Text = TripText.UUID_SHAPE) -> UUID:
    """`otherwise`: what to say of anything that is no id."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise CommandError(say(otherwise, text=text), ExitCode.USAGE) from error


def read_batch(text: str) -> dict[str, str]:
    """As a filter of trips: a batch by its id or its number; nothing for an empty text."""
    wanted = text.strip()
    if not wanted:
        return {}
    try:
        return {"batch_id": str(UUID(wanted))}
    except ValueError:
        return {"batch": wanted}


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


def read_purpose(text: str, *, otherwise: Text = TripText.PURPOSE) -> str:
    """Before anything is asked of the server, which would refuse it in the words of a web form."""
    purpose = text.strip()
    if len(purpose) not in _PURPOSE_LENGTHS:
        raise CommandError(say(otherwise), ExitCode.USAGE)
    return purpose


def check_target(
    path: Path,
    *,
    force: bool,
    ending: Text = TripText.FILE_ENDING,
    exists: Text = TripText.FILE_EXISTS,
) -> None:
    """Also before: an export is recorded, so it should not fail for a file's name."""
    if path.suffix.lower() != ".xlsx":
        raise CommandError(say(ending), ExitCode.USAGE)
    if path.exists() and not (force and path.is_file()):
        message = say(exists, path=path)
        raise CommandError(message, ExitCode.USAGE)


PAGE: Final = 200
_S = PassengerStatus
_OFF_LIST: Final = frozenset({_S.REMOVED, _S.EXPECTED, _S.NO_SHOW, _S.MOVED, _S.DENIED})
_ID_END: Final = 4
_HIDDEN: Final = frozenset({ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED})


def find_trip_id(api: Api, text: str) -> UUID:
    """An id as it is; a trip's number by one request, in any case: as it is typed, else the first."""
    wanted = text.strip()
    try:
        return UUID(wanted)
    except ValueError:
        found = api.get_list("/v1/trips", number=wanted) if wanted else []
    if not found:
        raise CommandError(say(TripText.NO_TRIP, text=text), ExitCode.USAGE)
    rows = [TripRow.model_validate(each) for each in found]
    return next((row.id for row in rows if row.number == wanted), rows[0].id)


def list_passengers(api: Api, trip_id: UUID) -> list[PassengerOut]:
    lines = api.iterate(f"/v1/trips/{trip_id}/passengers", limit=PAGE)
    return [PassengerOut.model_validate(line) for line in lines]


def list_seats(api: Api, trip_id: UUID) -> list[VehicleSeats]:
    """Of the vehicles that the trip has or had, the last of which is in use."""
    found = api.get_list(f"/v1/trips/{trip_id}/seats")
    return [VehicleSeats.model_validate(each) for each in found]


def name_passenger(passenger: PassengerOut) -> str:
    """17 张*: the seat and the masked name."""
    seat = show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    return f"{seat} {name_person(passenger)}".strip()


def name_person(person: PassengerOut | AboardLine | BetweenOut) -> str:
    """The masked name (张*). Without a name: for somebody in no registry 未登记人员 and the last eight digits
    of the passenger's id, for a worker an empty text.
    """
    if person.name or person.worker_id is not None:
        return person.name or ""
    passenger_id = person.id if isinstance(person, PassengerOut) else person.passenger_id
    return say(TripText.UNREGISTERED, id=shorten_id(str(passenger_id)))


@dataclass(frozen=True)
class Trip:
    """One whose people are looked for; each answer of the server is read once, when it is first needed.
    `typed`: as the trip was named, for messages.
    """

    api: Api
    id: UUID
    typed: str

    @cached_property
    def shown(self) -> TripOut:
        return TripOut.model_validate(self.api.get(f"/v1/trips/{self.id}"))

    @cached_property
    def seats(self) -> list[VehicleSeats]:
        return list_seats(self.api, self.id)

    @cached_property
    def passengers(self) -> list[PassengerOut]:
        return list_passengers(self.api, self.id)

    @cached_property
    def manifest(self) -> ManifestOut:
        """The server records this reading."""
        return ManifestOut.model_validate(self.api.get(f"/v1/trips/{self.id}/manifest"))


def find_passenger(trip: Trip, *, by: str, text: str) -> UUID:
    """`by`: passenger (an id), seat, or name (the whole name or the last four of the identity number).
    Raises CommandError (usage) where nobody or more than one fits.
    """
    if by == "passenger":
        return read_id(text, otherwise=TripText.PASSENGER_SHAPE)
    return find_by_seat(trip, text) if by == "seat" else _find_by_name(trip, text)


def find_by_seat(trip: Trip, text: str) -> UUID:
    """The passenger on the list who has the seat; else one who had it and is off the list."""
    wanted = normalise_seat(text)
    fitting = [
        each
        for each in trip.passengers
        if wanted in (each.seat_label, f"{each.seat_row}-{each.seat_column}")
    ]
    on_list = [each for each in fitting if each.status not in _OFF_LIST]
    people = [(each.id, name_passenger(each)) for each in on_list or fitting]
    return _choose(people, text, trip)


def normalise_seat(text: str) -> str:
    return text.strip().removesuffix("号").strip().upper()


def _find_by_name(trip: Trip, text: str) -> UUID:
    wanted = text.strip().upper()
    people = [
        (line.passenger_id, _name_line(line))
        for line in trip.manifest.lines
        if wanted in ((line.name or "").upper(), _end_of_id(line))
    ]
    return _choose(people, text, trip)


def _end_of_id(line: ManifestLine) -> str | None:
    return line.id_number[-_ID_END:] if line.id_number else None


def _name_line(line: ManifestLine) -> str:
    seat = show_seat(line.seat_label, line.seat_row, line.seat_column)
    return f"{seat} {line.name or ''}".strip()


def _choose(people: Sequence[tuple[UUID, str]], text: str, trip: Trip) -> UUID:
    if not people:
        message = say(TripText.NO_PASSENGER, text=text, trip=trip.typed)
        raise CommandError(message, ExitCode.USAGE)
    if len(people) > 1:
        named = output.join_words(f"{name} {identifier}" for identifier, name in people)
        message = say(TripText.SEVERAL_PASSENGERS, text=text, count=len(people), people=named)
        raise CommandError(message, ExitCode.USAGE)
    return people[0][0]


def find_point(points: Iterable[PointOut], text: str) -> UUID:
    """A handover point by its ordinal or its name; without a text the only one there is."""
    handover = sorted((each for each in points if each.kind == "handover"), key=_ordinal)
    listed = output.join_words(f"{each.ordinal}. {each.name}" for each in handover)
    if not text and len(handover) > 1:
        raise CommandError(say(TripText.SEVERAL_POINTS, points=listed), ExitCode.USAGE)
    wanted = text.strip()
    for each in handover:
        if not wanted or wanted in (str(each.ordinal), each.name, str(each.id)):
            return each.id
    message = say(TripText.NO_POINT, text=text, points=listed)
    raise CommandError(message, ExitCode.USAGE)


def _ordinal(point: PointOut) -> int:
    return point.ordinal


def find_seat(trip: Trip, vehicle_id: UUID | None, text: str) -> tuple[int, int]:
    """Row and column of a painted label, in this vehicle of the trip."""
    wanted = normalise_seat(text)
    for seat in (
        seat for each in trip.seats if each.vehicle_id == vehicle_id for seat in each.seats
    ):
        if wanted in (seat.label.upper(), f"{seat.row}-{seat.column}"):
            return seat.row, seat.column
    raise CommandError(say(TripText.NO_SEAT, text=text), ExitCode.USAGE)


def find_vehicle_id(api: Api, text: str) -> UUID:
    """By its plate."""
    found = api.get_list("/v1/vehicles", plate=text.strip())
    if not found:
        raise CommandError(say(TripText.NO_VEHICLE, text=text), ExitCode.USAGE)
    return VehicleListed.model_validate(found[0]).id


def get_visible(api: Api, path: str, **params: Any) -> Any:
    """The answer, or None for what this account may not see."""
    try:
        return api.get(path, **params)
    except ApiError as error:
        if error.code in _HIDDEN:
            return None
        raise
