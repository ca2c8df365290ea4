"""The board of trips and one trip in full, as rows and lines of text."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from cli.names import get_name, join_names, show_balance
from cli.papers.marks import show_version
from cli.times import show_time
from cli.trips.finding import name_passenger
from cli.trips.texts import Text, colon, comma, get_text
from schemas.divisions.table import full_name
from schemas.passengers import PassengerOut
from schemas.trips import PassengerStatus, PointOut, TripOut, TripRow, TripState

_BEFORE = frozenset(
    {TripState.DRAFT, TripState.READY, TripState.FILED, TripState.LOCKED}
    | {TripState.BOARDING, TripState.CANCELLED}
)
_CARRIED = frozenset(
    {PassengerStatus.BOARDED, PassengerStatus.LEFT, PassengerStatus.TRANSFERRED}
    | {PassengerStatus.MOVED, PassengerStatus.RECEIVED, PassengerStatus.REFUSED}
    | {PassengerStatus.MISSING, PassengerStatus.RETURNED}
)


def tabulate_trips(
    trips: Sequence[TripRow], plates: Mapping[UUID, str] | None
) -> tuple[list[str], list[list[str]]]:
    """Headings and rows. `plates` None: this account does not see vehicles."""
    headings = [Text.NUMBER, Text.STATE, Text.DEPARTURE]
    headings += [] if plates is None else [Text.PLATE]
    headings += [Text.TAKEN, Text.ABOARD, Text.EXCEPTIONS]
    rows = [list(_show_row(trip, plates)) for trip in trips]
    return [get_text(heading) for heading in headings], rows


def _show_row(trip: TripRow, plates: Mapping[UUID, str] | None) -> Iterator[str]:
    yield trip.number
    yield get_name(trip.state)
    yield show_time(trip.planned_departure_at)
    if plates is not None:
        yield plates.get(trip.vehicle_id, "") if trip.vehicle_id else ""
    yield show_people(trip)
    yield str(trip.aboard)
    yield str(trip.open_exceptions or "")


def show_people(trip: TripRow) -> str:
    """`24/27`: before departure who has a place, afterwards who was carried; of how many places."""
    carried = sum(trip.counts.get(status.value, 0) for status in _CARRIED)
    return f"{trip.taken if trip.state in _BEFORE else carried}/{trip.places}"


def describe_trip(
    trip: TripOut,
    *,
    batch: str | None,
    plate: str | None,
    passengers: Sequence[PassengerOut],
) -> Iterator[str]:
    """Plan, people, sums, exceptions, and what may come next."""
    version = show_version(trip.state, trip.list_version)
    yield f"{trip.number}  {get_name(trip.state)}  {version}"
    yield _fact(Text.ID, str(trip.id))
    yield from _describe_plan(trip, batch, plate)
    yield from _describe_course(trip)
    yield _fact(Text.PEOPLE, _count(trip))
    yield from _describe_balance(trip)
    yield from _describe_exceptions(trip, passengers)
    following = join_names(trip.may_follow) or get_text(Text.NONE)
    yield _fact(Text.FOLLOW, following)


def _fact(label: Text, value: str) -> str:
    return f"{get_text(label)}{colon()}{value}"


def _describe_plan(trip: TripOut, batch: str | None, plate: str | None) -> Iterator[str]:
    distance = get_text(Text.KM, km=trip.distance_km) if trip.distance_km else ""
    facts = {
        Text.BATCH: batch or str(trip.batch_id),
        Text.DESTINATION: name_division(trip.destination_code),
        Text.PLATE: plate or "",
        Text.CHARTER_SIGN: trip.charter_sign_number or "",
        Text.ROUTE: f"{trip.route or ''} {distance}".strip(),
        Text.BOARDING_POINTS: _join_points(trip.points, "boarding"),
        Text.HANDOVER_POINTS: _join_points(trip.points, "handover"),
        Text.TAKEN: show_people(trip),
    }
    for label, value in facts.items():
        if value:
            yield _fact(label, value)


def name_division(code: str) -> str:
    try:
        return full_name(code)
    except KeyError:
        return code


def _join_points(points: Sequence[PointOut], kind: str) -> str:
    chosen = sorted((each for each in points if each.kind == kind), key=lambda each: each.ordinal)
    return "  ".join(
        f"{each.ordinal}. {each.name} {show_time(each.planned_at)}".strip() for each in chosen
    )


def _describe_course(trip: TripOut) -> Iterator[str]:
    """Times: as planned, as expected, as they were."""
    times = {
        Text.DEPARTURE: trip.planned_departure_at,
        Text.FILED: trip.filed_at,
        Text.ACKNOWLEDGED: trip.acknowledged_at,
        Text.DEPARTED: trip.departed_at,
        Text.EXPECTED: trip.expected_at or trip.planned_arrival_at,
        Text.ARRIVED: trip.arrived_at,
    }
    for label, moment in times.items():
        if moment:
            yield _fact(label, show_time(moment))


def _count(trip: TripOut) -> str:
    counted = {status: trip.counts.get(status.value, 0) for status in PassengerStatus}
    named = [f"{get_name(status)} {n}" for status, n in counted.items() if n]
    return comma().join(named) or get_text(Text.NONE)


def _describe_balance(trip: TripOut) -> Iterator[str]:
    names: dict[UUID | None, str] = {point.id: point.name for point in trip.points}
    yield f"{get_text(Text.BALANCE)}{colon()}".rstrip()
    for each in trip.by_point:
        name = names.get(each.point_id) or get_text(Text.WITHOUT_POINT)
        yield f"  {name}{colon()}{show_balance(each.balance)}"
    whole = get_text(Text.WHOLE_TRIP)
    yield f"  {whole}{colon()}{show_balance(trip.balance)}"


def _describe_exceptions(trip: TripOut, passengers: Sequence[PassengerOut]) -> Iterator[str]:
    """Of the trip itself, then of each person; they block its closing."""
    yield _fact(Text.EXCEPTIONS, str(trip.open_exceptions))
    whose = [(get_text(Text.WHOLE_TRIP), trip.exceptions)]
    whose += [(name_passenger(each), each.exceptions) for each in passengers]
    for who, exceptions in whose:
        if exceptions:
            names = join_names(exceptions)
            yield get_text(Text.EXCEPTION_OF, who=who, names=names)
