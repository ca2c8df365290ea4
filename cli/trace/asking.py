"""`fangang trace`: ask the API for a trace and for what the ids in it are called."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.papers.marks import show_seat
from cli.trace.facts import Known, shorten_id
from cli.trace.texts import Text, get_text
from cli.trace.timeline import describe_trace
from cli.trips.finding import find_trip_id, get_visible
from cli.trips.options import read_id
from schemas.fleets import VehicleListed
from schemas.passengers import PassengerOut
from schemas.tracing import TraceOut
from schemas.trips import TripOut

_RECORDS: Final[Mapping[str, tuple[str, str]]] = {
    "driver_id": ("drivers", "name"),
    "driver_ids": ("drivers", "name"),
    "enterprise_id": ("enterprises", "name"),
    "from_trip_id": ("trips", "number"),
    "replaces_driver_id": ("drivers", "name"),
    "to_trip_id": ("trips", "number"),
    "vehicle_id": ("vehicles", "plate"),
}
"""Field of an event → where its id is looked up, and what it is called there."""


def trace_worker(api: Api, worker: str, *, reason: str, as_json: bool) -> None:
    """With a reason the sealed details come too, and that is recorded."""
    path = f"/v1/workers/{read_id(worker)}/trace"
    answer = api.post(path, {"reason": reason}) if reason else api.get(path)
    trips = _list_trip_ids(TraceOut.model_validate(answer))
    _show(api, answer, trips, as_json=as_json, with_trips=True)
    if not reason and not as_json:
        output.say(get_text(Text.SEALED))


def trace_trip(api: Api, trip: str, *, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    answer = api.get(f"/v1/trips/{trip_id}/trace")
    _show(api, answer, [trip_id], as_json=as_json, with_trips=False)


def trace_vehicle(api: Api, vehicle: str, *, as_json: bool) -> None:
    answer = api.get(f"/v1/vehicles/{_find_vehicle_id(api, vehicle)}/trace")
    trips = _list_trip_ids(TraceOut.model_validate(answer))
    _show(api, answer, trips, as_json=as_json, with_trips=True)


def _find_vehicle_id(api: Api, text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        found = api.get_list("/v1/vehicles", plate=text.strip())
    if not found:
        raise CommandError(get_text(Text.NO_PLATE, text=text), ExitCode.USAGE)
    return VehicleListed.model_validate(found[0]).id


def _list_trip_ids(trace: TraceOut) -> list[UUID]:
    streams = (item.stream.partition("/") for item in trace.items)
    found = dict.fromkeys(stream for kind, _, stream in streams if kind == "trip")
    return [UUID(stream) for stream in found]


def _show(
    api: Api,
    answer: Any,
    trips: Iterable[UUID],
    *,
    as_json: bool,
    with_trips: bool,
) -> None:
    if as_json:
        output.write_json(answer)
        return
    trace = TraceOut.model_validate(answer)
    if not trace.items and not trace.origins:
        output.say(get_text(Text.NOTHING))
        return
    names = _name_trips(api, trips, with_people=not with_trips)
    known = Known(names | _name_records(api, trace, names))
    for line in describe_trace(trace, known, with_trips=with_trips):
        output.write_line(line)


def _name_trips(api: Api, trips: Iterable[UUID], *, with_people: bool) -> dict[str, str]:
    """Numbers of trips, names of points, masked people. What this account may not see stays an
    id: a clerk sees a worker's trace and no trips.
    """
    names: dict[str, str] = {}
    for trip_id in trips:
        shown = get_visible(api, f"/v1/trips/{trip_id}")
        if shown is None:
            continue
        trip = TripOut.model_validate(shown)
        names[str(trip.id)] = trip.number
        names |= {str(point.id): point.name for point in trip.points}
        people = get_visible(api, f"/v1/trips/{trip_id}/passengers") if with_people else None
        for line in people or ():
            passenger = PassengerOut.model_validate(line)
            names[str(passenger.id)] = _name_passenger(passenger)
    return names


def _name_passenger(passenger: PassengerOut) -> str:
    """张*（17号座）: in a row of facts a bare 17 would be read as a count."""
    name = passenger.name or shorten_id(str(passenger.id))
    seat = show_seat(passenger.seat_label, passenger.seat_row, passenger.seat_column)
    return get_text(Text.SEATED, name=name, seat=seat) if seat else name


def _name_records(api: Api, trace: TraceOut, known: Mapping[str, str]) -> dict[str, str]:
    """What else the events name: plates, enterprises, other trips, drivers (masked)."""
    found: dict[str, str] = {}
    for field, identifier in _list_ids(trace):
        if identifier not in known and identifier not in found:
            resource, name = _RECORDS[field]
            record = get_visible(api, f"/v1/{resource}/{identifier}") or {}
            found[identifier] = record.get(name) or shorten_id(identifier)
    return found


def _list_ids(trace: TraceOut) -> Iterator[tuple[str, str]]:
    """Every field that can be looked up, with its id or each of its ids."""
    for item in trace.items:
        values = {**item.data, **item.decided}
        for field in _RECORDS.keys() & values.keys():
            value = values[field]
            yield from ((field, each) for each in (value if isinstance(value, list) else [value]))
