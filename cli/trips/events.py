"""`fangang trip event`: one statement through the door, as it came by telephone or on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api, ApiError
from cli.exits import ExitCode
from cli.names import get_name, join_names
from cli.times import now, read_time, show_clock, show_time
from cli.trips import payloads
from cli.trips.finding import (
    find_trip_id,
    list_passengers,
    name_passenger,
)
from cli.trips.options import read_id
from cli.trips.resolving import NEW_PASSENGER, EventOptions, Resolver, make_id
from cli.trips.texts import Text, colon, get_text
from schemas.events.envelope import Outcome, OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind, ExceptionCode, Mode
from schemas.texts import get_language
from schemas.trips import TripOut

_SHOWN_HASH: Final = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """One event ready to be sent, and in words who it is about."""

    trip_id: UUID
    event: dict[str, Any]
    who: str
    has_typed_time: bool


def prepare(api: Api, options: EventOptions) -> Statement:
    """Everything that was typed, checked and resolved. Raises CommandError; records nothing but
    the reading of the manifest where somebody is looked for by name.
    """
    kind = payloads.read_kind(options.kind)
    typed = payloads.read_pairs(options.pairs)
    payloads.check_fields(kind, list(typed))
    occurred_at = read_time(options.at) if options.at else now()
    identifier = read_id(options.identifier) if options.identifier else make_id()
    trip_id = find_trip_id(api, options.trip)
    given = Resolver(api, trip_id, kind, options).resolve(typed)
    event = {
        "id": str(identifier),
        "kind": kind.value,
        "occurred_at": occurred_at.isoformat(),
        "mode": (Mode.AFTERWARDS if options.afterwards else Mode.LIVE).value,
        "source": options.source.value,
        "data": payloads.make_payload(kind, typed, given),
    }
    who = _name(api, trip_id, given.get("passenger_id"), kind)
    return Statement(trip_id, event, who, bool(options.at))


def _name(api: Api, trip_id: UUID, passenger_id: str | None, kind: EventKind) -> str:
    if passenger_id is None:
        return get_text(Text.WHOLE_TRIP)
    if kind in NEW_PASSENGER:
        return ""
    people = {str(each.id): each for each in list_passengers(api, trip_id)}
    found = people.get(passenger_id)
    return name_passenger(found) if found else passenger_id


def send(api: Api, statement: Statement) -> OutcomesOut:
    """A time that was typed comes from a person's watch: only a time of this computer's own clock
    is sent together with that clock, so that the server can correct it.
    """
    body: dict[str, Any] = {"events": [statement.event]}
    if not statement.has_typed_time:
        body["sent_at"] = now().isoformat()
    try:
        answer = api.post(f"/v1/trips/{statement.trip_id}/events", body)
    except ApiError as error:
        if error.problem is None:
            output.say(_explain_resending(statement))
        raise
    return OutcomesOut.model_validate(answer)


def _explain_resending(statement: Statement) -> str:
    event = statement.event
    return get_text(Text.EVENT_RESEND, id=event["id"], at=event["occurred_at"])


def list_open_exceptions(
    api: Api, statement: Statement, answer: OutcomesOut
) -> list[ExceptionCode]:
    """What now stands open of whom the event was about: more than the outcome tells, because some
    of it follows from several events together. Nothing where it cannot be read: the event itself is
    recorded, and the command must not seem to have failed.
    """
    outcome = answer.outcomes[0]
    if outcome.status is OutcomeStatus.REFUSED:
        return outcome.exceptions
    passenger = statement.event["data"].get("passenger_id")
    try:
        if passenger is None:
            path = f"/v1/trips/{statement.trip_id}"
            return TripOut.model_validate(api.get(path)).exceptions
        people = list_passengers(api, statement.trip_id)
    except ApiError:
        return outcome.exceptions
    return next((each.exceptions for each in people if str(each.id) == passenger), [])


def show(
    statement: Statement,
    answer: OutcomesOut,
    exceptions: Sequence[ExceptionCode],
) -> None:
    outcome = answer.outcomes[0]
    for line in _describe(statement, outcome):
        output.write_line(line)
    if exceptions:
        names = join_names(exceptions)
        output.write_line(get_text(Text.EVENT_EXCEPTIONS, names=names))
    if outcome.problem is not None:
        problem = outcome.problem
        joint = ", " if get_language() == "en" else "，"
        output.say_error(f"{problem.title}{joint}{problem.detail}[{problem.code}]")
    following = join_names(answer.may_follow)
    if following:
        output.write_line(f"{get_text(Text.FOLLOW)}{colon()}{following}")


def _describe(statement: Statement, outcome: Outcome) -> Iterator[str]:
    kind = EventKind(statement.event["kind"])
    yield get_text(
        Text.EVENT_STATUS,
        status=get_name(outcome.status),
        kind=get_name(kind),
        who=statement.who,
        at=show_time(datetime.fromisoformat(statement.event["occurred_at"])),
    )
    if outcome.receipt is not None:
        receipt = outcome.receipt
        if receipt.kind is not kind:
            yield get_text(Text.EVENT_KEPT, kind=get_name(receipt.kind))
        yield get_text(
            Text.EVENT_RECEIPT,
            id=receipt.event_id,
            sequence=receipt.sequence,
            at=show_clock(receipt.recorded_at),
            hash=receipt.hash[:_SHOWN_HASH],
        )


def choose_exit(answer: OutcomesOut) -> ExitCode:
    """1 for a refusal, also for one that was kept: what was told did not happen."""
    refused = answer.outcomes[0].status is OutcomeStatus.REFUSED
    return ExitCode.UNEXPECTED if refused else ExitCode.OK
