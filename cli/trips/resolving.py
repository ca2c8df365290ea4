"""What was typed about an event, and what has to be asked of the server to make it whole."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.times import now
from cli.trips import payloads
from cli.trips.finding import (
    Trip,
    find_by_seat,
    find_passenger,
    find_point,
    find_seat,
    find_trip_id,
    find_vehicle_id,
    list_passengers,
)
from cli.trips.texts import Text, get_text
from schemas.events.kinds import EventKind, Source
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.trips import PassengerStatus, TripOut

_K = EventKind
NEW_PASSENGER: Final = frozenset({_K.PASSENGER_ASSIGNED, _K.PASSENGER_FOUND_ABOARD})
"""Kinds that make a passenger: its id comes from the sender."""
_NAMED: Final = {
    "from_trip_id": "trip",
    "replaces_passenger_id": "seat",
    "to_trip_id": "trip",
    "vehicle_id": "vehicle",
}
"""Fields whose ids nobody knows by heart, and what people say instead."""
_POINT_FIELDS: Final = ("point_id", "handover_point_id")


@dataclass(frozen=True, slots=True)
class EventOptions:
    """As typed. Empty texts: not given."""

    trip: str
    kind: str
    passenger: str = ""
    seat: str = ""
    name: str = ""
    point: str = ""
    pairs: Sequence[str] = ()
    signed_file: Path | None = None
    at: str = ""
    afterwards: bool = False
    source: Source = Source.CLI
    identifier: str = ""


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text.strip()))
    except ValueError:
        return False


def make_id() -> UUID:
    return make_uuid7(at=now(), randomness=secrets.token_bytes(RANDOM_BYTES))


class Resolver:
    """What has to be asked of the server to make the payload whole."""

    def __init__(self, api: Api, trip_id: UUID, kind: EventKind, options: EventOptions) -> None:
        self._api, self._kind, self._options = api, kind, options
        self._trip_id, self._trip = trip_id, Trip(trip_id, options.trip)

    def resolve(self, typed: dict[str, str]) -> dict[str, Any]:
        """Values beside the typed ones; `seat` is taken out of `typed`."""
        given: dict[str, Any] = self._find_named(typed)
        passenger = self._find_passenger(typed.get("passenger_id", ""))
        if passenger is not None:
            given["passenger_id"] = str(passenger)
        if payloads.SEAT in typed:
            given |= self._find_seat(typed.pop(payloads.SEAT))
        given |= self._find_point(typed)
        if self._kind is _K.HANDOVER_SIGNED and "passenger_ids" not in typed:
            given["passenger_ids"] = self._list_unsigned(typed.get("point_id") or given["point_id"])
        if self._options.signed_file is not None:
            payloads.check_fields(self._kind, ["file_hash"])
            given["file_hash"] = _hash_file(self._options.signed_file)
        return given

    def _find_named(self, typed: Mapping[str, str]) -> dict[str, str]:
        """Ids for what people call by a number, a plate or a seat; what is an id stays as it is."""
        named = {
            field: text for field, text in typed.items() if field in _NAMED and not _is_id(text)
        }
        return {field: str(self._find(_NAMED[field], text)) for field, text in named.items()}

    def _find(self, what: str, text: str) -> UUID:
        if what == "trip":
            return find_trip_id(self._api, text)
        if what == "vehicle":
            return find_vehicle_id(self._api, text)
        return find_by_seat(self._api, self._trip, text)

    def _find_passenger(self, typed: str) -> UUID | None:
        options = self._options
        if typed and (options.passenger or options.seat or options.name):
            raise CommandError(get_text(Text.ONE_PASSENGER), ExitCode.USAGE)
        found = find_passenger(
            self._api,
            self._trip,
            passenger=options.passenger or typed,
            seat=options.seat,
            name=options.name,
        )
        named = get_name(self._kind)
        if found is not None and not payloads.takes(self._kind, "passenger_id"):
            raise CommandError(get_text(Text.PASSENGER_UNUSED, kind=named), ExitCode.USAGE)
        if found is None and self._kind in NEW_PASSENGER:
            return make_id()
        if found is None and payloads.is_required(self._kind, "passenger_id"):
            raise CommandError(get_text(Text.PASSENGER_NEEDED, kind=named), ExitCode.USAGE)
        return found

    def _find_seat(self, text: str) -> dict[str, int]:
        trip = self._read_trip()
        row, column = find_seat(self._api, trip.vehicle_id, text)
        return {"seat_row": row, "seat_column": column}

    def _find_point(self, typed: dict[str, str]) -> dict[str, str]:
        """The point that was named; where one is needed and none named, the only one."""
        options = self._options
        fields = [each for each in _POINT_FIELDS if payloads.takes(self._kind, each)]
        if options.point and not fields:
            named = get_name(self._kind)
            raise CommandError(get_text(Text.POINT_UNUSED, kind=named), ExitCode.USAGE)
        needed = any(payloads.is_required(self._kind, each) for each in fields)
        if not (options.point or needed) or typed.keys() & set(fields):
            return {}
        return {fields[0]: str(find_point(self._read_trip().points, options.point))}

    def _list_unsigned(self, point_id: str) -> list[str]:
        """Whoever was received at this point; a second signature for somebody changes nothing."""
        received = [
            str(each.id)
            for each in list_passengers(self._api, self._trip_id)
            if each.status is PassengerStatus.RECEIVED and str(each.handover_point_id) == point_id
        ]
        if not received:
            raise CommandError(get_text(Text.NOBODY_TO_SIGN), ExitCode.USAGE)
        return received

    def _read_trip(self) -> TripOut:
        return TripOut.model_validate(self._api.get(f"/v1/trips/{self._trip_id}"))


def _hash_file(path: Path) -> str:
    """The scanned sheet stays here; the record keeps its hash."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        message = get_text(Text.FILE_MISSING, path=path)
        raise CommandError(message, ExitCode.USAGE) from error
