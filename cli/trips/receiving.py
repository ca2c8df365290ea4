"""`fangang trip receive`: one request with `passenger.received` for each passenger aboard for one handover
point; prints the counts, each refusal with its reason, and who of the point is still aboard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cli import output
from cli.api import Api, ApiError, describe_in_full, make_id
from cli.exits import CommandError, ExitCode
from cli.names import join_names
from cli.times import now, read_time, show_time
from cli.trips.finding import Trip, find_point, find_trip_id, list_passengers, name_passenger
from cli.trips.sending import make_event, post_events
from cli.trips.signing import list_people_at
from cli.trips.texts import TripText
from schemas.events.envelope import OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind, Source
from schemas.events.payloads_passengers import PassengerReceived
from schemas.passengers import PassengerOut
from schemas.texts import say
from schemas.trips import PassengerStatus, PointOut


@dataclass(frozen=True, slots=True)
class ReceivingOptions:
    """As typed. Empty texts: not given."""

    trip: str
    point: str = ""
    at: str = ""
    afterwards: bool = False
    source: Source = Source.CLI


@dataclass(frozen=True, slots=True)
class Receiving:
    """Ready to be sent: `events` in the order of `people`."""

    trip_id: UUID
    points: tuple[PointOut, ...]
    point: PointOut
    people: tuple[PassengerOut, ...]
    events: tuple[dict[str, Any], ...]
    occurred_at: datetime
    has_typed_time: bool


def prepare(api: Api, options: ReceivingOptions) -> Receiving:
    """Reads trip and passengers and makes the events; sends none. Raises CommandError (usage) where the point
    has no passenger aboard."""
    occurred_at = read_time(options.at) if options.at else now()
    trip = Trip(api, find_trip_id(api, options.trip), options.trip)
    points = tuple(trip.shown.points)
    point_id = find_point(points, options.point)
    point = next(each for each in points if each.id == point_id)
    here = list_people_at(trip.passengers, points, point_id=str(point_id))
    people = _list_aboard(here)
    if not people:
        received = sum(each.status is PassengerStatus.RECEIVED for each in here)
        message = say(TripText.NOBODY_TO_RECEIVE, point=point.name, received=received)
        raise CommandError(message, ExitCode.USAGE)
    events = (
        make_event(
            EventKind.PASSENGER_RECEIVED,
            _make_payload(each, point_id),
            identifier=make_id(),
            occurred_at=occurred_at,
            afterwards=options.afterwards,
            source=options.source,
        )
        for each in people
    )
    return Receiving(
        trip.id, points, point, tuple(people), tuple(events), occurred_at, bool(options.at)
    )


def _list_aboard(people: Sequence[PassengerOut]) -> list[PassengerOut]:
    return [each for each in people if each.status is PassengerStatus.BOARDED]


def _make_payload(passenger: PassengerOut, point_id: UUID) -> dict[str, Any]:
    payload = PassengerReceived(passenger_id=passenger.id, point_id=point_id)
    return payload.model_dump(mode="json", exclude_none=True)


def send(api: Api, receiving: Receiving) -> OutcomesOut:
    """A lost answer needs no ids to send the same again: who was received is no longer aboard."""
    try:
        return post_events(
            api,
            receiving.trip_id,
            receiving.events,
            has_typed_time=receiving.has_typed_time,
        )
    except ApiError as error:
        if error.problem is None:
            at = receiving.occurred_at.isoformat()
            output.tell(say(TripText.RECEIVE_RESEND, at=at))
        raise


def list_left(api: Api, receiving: Receiving) -> list[PassengerOut] | None:
    """Who is aboard for this point by now. None where it cannot be read: the events are recorded, and the
    command must not seem to have failed.
    """
    try:
        passengers = list_passengers(api, receiving.trip_id)
    except ApiError:
        return None
    point_id = str(receiving.point.id)
    return _list_aboard(list_people_at(passengers, receiving.points, point_id=point_id))


def show(receiving: Receiving, answer: OutcomesOut, left: Sequence[PassengerOut] | None) -> None:
    """`left` None: nobody knows."""
    answered = zip(receiving.people, answer.outcomes, strict=False)
    refused = [each for each in answered if each[1].status is OutcomeStatus.REFUSED]
    output.write_line(
        say(
            TripText.RECEIVED_COUNT,
            point=receiving.point.name,
            at=show_time(receiving.occurred_at),
            recorded=len(answer.outcomes) - len(refused),
            refused=len(refused),
        )
    )
    exceptions = dict.fromkeys(code for each in answer.outcomes for code in each.exceptions)
    if exceptions:
        output.write_line(say(TripText.EVENT_EXCEPTIONS, names=join_names(list(exceptions))))
    for person, outcome in refused:
        problem = describe_in_full(outcome.problem) if outcome.problem is not None else ""
        output.tell_error(say(TripText.NOT_RECEIVED, who=name_passenger(person), problem=problem))
    if left is not None:
        people = output.join_words(map(name_passenger, left)) or say(TripText.NONE)
        output.write_line(say(TripText.LEFT_ABOARD, count=len(left), people=people))
