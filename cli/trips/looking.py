"""`fangang trip list`, `show`, `passengers`, `aboard`: ask the API, show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from cli import output
from cli.api import Api, ApiError
from cli.times import show_time
from cli.trips import board, people
from cli.trips.finding import PAGE, find_trip_id, get_visible, list_passengers
from cli.trips.texts import Text, get_text
from schemas.errors import ErrorCode
from schemas.fleets import VehicleListed
from schemas.passengers import AboardOut, PassengerOut
from schemas.trips import BatchOut, TripOut, TripRow


def show_list(api: Api, filters: Mapping[str, str | None], *, as_json: bool) -> None:
    """All pages at once; a county has some dozen trips a day."""
    rows = list(api.iterate("/v1/trips", limit=PAGE, **filters))
    if as_json:
        output.write_json({"items": rows, "next": None})
        return
    trips = [TripRow.model_validate(row) for row in rows]
    if not trips:
        output.say(get_text(Text.NO_TRIPS))
        return
    output.write_table(*board.tabulate_trips(trips, _find_plates(api, trips)))


def _find_plates(api: Api, trips: Sequence[TripRow]) -> dict[UUID, str] | None:
    """Of the vehicles in use; None where this account does not see vehicles."""
    wanted = {trip.vehicle_id for trip in trips if trip.vehicle_id is not None}
    plates: dict[UUID, str] = {}
    try:
        for item in api.iterate("/v1/vehicles", limit=PAGE) if wanted else ():
            vehicle = VehicleListed.model_validate(item)
            if vehicle.id in wanted:
                plates[vehicle.id] = vehicle.plate or vehicle.designation or ""
            if plates.keys() == wanted:
                break
    except ApiError as error:
        if error.code is ErrorCode.PERMISSION_DENIED:
            return None
        raise
    return plates


def show_trip(api: Api, trip: str, *, as_json: bool) -> None:
    answer = api.get(f"/v1/trips/{find_trip_id(api, trip)}")
    if as_json:
        output.write_json(answer)
        return
    shown = TripOut.model_validate(answer)
    plates = _find_plates(api, [shown])
    plate = plates.get(shown.vehicle_id) if plates and shown.vehicle_id else None
    # Only somebody with an exception is named, so the list is asked for only when there is one.
    has_more = shown.open_exceptions > len(shown.exceptions)
    passengers: list[PassengerOut] = list_passengers(api, shown.id) if has_more else []
    found = get_visible(api, f"/v1/batches/{shown.batch_id}")
    batch = BatchOut.model_validate(found).number if found is not None else None
    for line in board.describe_trip(shown, batch=batch, plate=plate, passengers=passengers):
        output.write_line(line)


def show_passengers(api: Api, trip: str, *, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    if as_json:
        output.write_json(api.get_list(f"/v1/trips/{trip_id}/passengers"))
        return
    passengers = list_passengers(api, trip_id)
    output.write_table(*people.tabulate_passengers(passengers))


def show_aboard(api: Api, trip: str, *, at: datetime, as_json: bool) -> None:
    trip_id = find_trip_id(api, trip)
    answer = api.get(f"/v1/trips/{trip_id}/aboard", at=at.isoformat())
    if as_json:
        output.write_json(answer)
        return
    aboard = AboardOut.model_validate(answer)
    count = len(aboard.people)
    output.write_line(get_text(Text.ABOARD_AT, at=show_time(aboard.at), count=count))
    if count:
        output.write_table(*people.tabulate_aboard(aboard))
