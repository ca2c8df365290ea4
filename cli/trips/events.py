"""`fangang trip event`: what may be named instead of an id, people of a signature, the hash of a signed file,
files uploaded with it, the departure while nobody is aboard or somebody's result is open asked about, sending
again, outcome and open exceptions shown.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from cli import output
from cli.api import Api, ApiError, describe_in_full, make_id
from cli.exits import CommandError, ExitCode
from cli.names import get_name, join_names, read_named
from cli.times import now, read_time, show_clock, show_time
from cli.trips import payloads
from cli.trips.attachments import read_file, upload
from cli.trips.finding import (
    Trip,
    find_by_seat,
    find_passenger,
    find_point,
    find_seat,
    find_trip_id,
    find_vehicle_id,
    get_visible,
    list_passengers,
    name_passenger,
    name_person,
    read_id,
)
from cli.trips.following import order_following
from cli.trips.sending import make_event, post_events
from cli.trips.signing import Signing, choose_signed
from cli.trips.texts import TripText, colon
from schemas.events.envelope import Outcome, OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind, ExceptionCode, Source
from schemas.events.payloads_trips import SignatureMethod
from schemas.texts import say
from schemas.tracing import TraceOut
from schemas.trips import PassengerStatus, TripOut

_K = EventKind
NEW_PASSENGER: Final = frozenset({_K.PASSENGER_ASSIGNED, _K.PASSENGER_FOUND_ABOARD})
"""Kinds that make a passenger: its id comes from the sender."""
_NAMED: Final = {
    "companion_id": "seat",
    "from_trip_id": "trip",
    "replaces_passenger_id": "seat",
    "to_trip_id": "trip",
    "vehicle_id": "vehicle",
}
"""Fields that hold an id, and how the thing can be named instead."""
_POINT_FIELDS: Final = ("point_id", "handover_point_id")


@dataclass(frozen=True, slots=True)
class EventOptions:
    """As typed. Empty texts: not given."""

    trip: str
    kind: str
    passenger: Sequence[str] = ()
    seat: Sequence[str] = ()
    name: Sequence[str] = ()
    point: str = ""
    pairs: Sequence[str] = ()
    signed_file: Path | None = None
    attached: Sequence[Path] = ()
    at: str = ""
    afterwards: bool = False
    source: Source = Source.CLI
    identifier: str = ""
    yes: bool = False

    def list_named(self) -> list[tuple[str, str]]:
        """By which option, and the text of it."""
        options = {"passenger": self.passenger, "seat": self.seat, "name": self.name}
        return [(by, text) for by, texts in options.items() for text in texts if text]


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text.strip()))
    except ValueError:
        return False


class Resolver:
    """What has to be asked of the server to make the payload whole."""

    def __init__(self, api: Api, trip_id: UUID, kind: EventKind, options: EventOptions) -> None:
        self._api, self._kind, self._options = api, kind, options
        self.trip = Trip(api, trip_id, options.trip)
        self.signing: Signing | None = None

    def resolve(self, typed: dict[str, str]) -> dict[str, Any]:
        """Values beside the typed ones; `seat` is taken out of `typed`."""
        given: dict[str, Any] = self._find_named(typed)
        signs = self._kind is _K.HANDOVER_SIGNED
        passenger = None if signs else self._find_passenger(typed.get("passenger_id", ""))
        if passenger is not None:
            given["passenger_id"] = str(passenger)
        if payloads.SEAT in typed:
            given |= self._find_seat(typed.pop(payloads.SEAT))
        given |= self._find_point(typed)
        if signs:
            self._check_paper(typed)
            self.signing = self._find_signed(typed, typed.get("point_id") or given["point_id"])
            given["passenger_ids"] = list(self.signing.people)
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
        return find_by_seat(self.trip, text)

    def _find_passenger(self, typed: str) -> UUID | None:
        given = [*self._options.list_named(), *([("passenger", typed)] if typed else [])]
        if len(given) > 1:
            raise CommandError(say(TripText.ONE_PASSENGER), ExitCode.USAGE)
        ids = [find_passenger(self.trip, by=by, text=text) for by, text in given]
        found = ids[0] if ids else None
        named = get_name(self._kind)
        if found is not None and not payloads.takes(self._kind, "passenger_id"):
            raise CommandError(say(TripText.PASSENGER_UNUSED, kind=named), ExitCode.USAGE)
        if found is None and self._kind in NEW_PASSENGER:
            return make_id()
        if found is None and payloads.is_required(self._kind, "passenger_id"):
            raise CommandError(say(TripText.PASSENGER_NEEDED, kind=named), ExitCode.USAGE)
        return found

    def _find_seat(self, text: str) -> dict[str, int]:
        vehicle_id = _find_vehicle(self.trip.shown, self._options)
        row, column = find_seat(self.trip, vehicle_id, text)
        return {"seat_row": row, "seat_column": column}

    def _find_point(self, typed: dict[str, str]) -> dict[str, str]:
        """The point that was named; where one is needed and none named, the only one."""
        options = self._options
        fields = [each for each in _POINT_FIELDS if payloads.takes(self._kind, each)]
        if options.point and not fields:
            named = get_name(self._kind)
            raise CommandError(say(TripText.POINT_UNUSED, kind=named), ExitCode.USAGE)
        needed = any(payloads.is_required(self._kind, each) for each in fields)
        if not (options.point or needed) or typed.keys() & set(fields):
            return {}
        return {fields[0]: str(find_point(self.trip.shown.points, options.point))}

    def _check_paper(self, typed: Mapping[str, str]) -> None:
        options = self._options
        shown = options.signed_file is not None or options.attached or "file_hash" in typed
        method = read_named(SignatureMethod, typed.get("method", ""))
        if method == SignatureMethod.PAPER and not shown:
            raise CommandError(say(TripText.PAPER_NEEDED), ExitCode.USAGE)

    def _find_signed(self, typed: Mapping[str, str], point_id: str) -> Signing:
        """Passengers of a signature at this point: ids from the options or from `passenger_ids`; without either
        those whom `choose_signed` takes."""
        named = payloads.read_list(typed["passenger_ids"]) if "passenger_ids" in typed else None
        if named == []:
            raise CommandError(say(TripText.SIGNED_EMPTY), ExitCode.USAGE)
        if named is not None and self._options.list_named():
            raise CommandError(say(TripText.PEOPLE_TWICE), ExitCode.USAGE)
        return choose_signed(
            self.trip.passengers,
            self.trip.shown.points,
            point_id=point_id,
            named=self._find_people() if named is None else named,
            again=bool(self._options.identifier),
        )

    def _find_people(self) -> list[str]:
        """Everybody named by an option, once each."""
        named = self._options.list_named()
        found = (find_passenger(self.trip, by=by, text=text) for by, text in named)
        return list(dict.fromkeys(map(str, found)))


def _find_vehicle(trip: TripOut, options: EventOptions) -> UUID | None:
    """The one in use at the time that was typed; else the one in use."""
    if not options.at:
        return trip.vehicle_id
    at = read_time(options.at)
    begun = [run for run in trip.vehicles if run.from_at is None or run.from_at <= at]
    return begun[-1].vehicle_id if begun else trip.vehicle_id


def _hash_file(path: Path) -> str:
    """The scanned sheet stays here; the record keeps its hash."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        message = say(TripText.FILE_MISSING, path=path)
        raise CommandError(message, ExitCode.USAGE) from error


_SHOWN_HASH: Final = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """One event ready to be sent, and in words who it is about."""

    trip_id: UUID
    event: dict[str, Any]
    who: str
    has_typed_time: bool
    signing: Signing | None = None


def prepare(api: Api, options: EventOptions) -> Statement:
    """Everything that was typed, checked and resolved, a departure without anybody confirmed, and files
    uploaded. Raises CommandError; records nothing but the reading of the manifest where a passenger is looked
    for by name.
    """
    kind = payloads.read_kind(options.kind)
    typed = payloads.read_pairs(options.pairs, kind)
    payloads.check_fields(kind, list(typed))
    occurred_at = read_time(options.at) if options.at else now()
    identifier = read_id(options.identifier) if options.identifier else make_id()
    trip_id = find_trip_id(api, options.trip)
    resolver = Resolver(api, trip_id, kind, options)
    given = resolver.resolve(typed)
    event = make_event(
        kind,
        payloads.make_payload(kind, typed, given),
        identifier=identifier,
        occurred_at=occurred_at,
        afterwards=options.afterwards,
        source=options.source,
    )
    if kind is _K.TRIP_DEPARTED and not (options.afterwards or options.yes):
        _confirm_departure(resolver.trip)
    who = _name(api, trip_id, given.get("passenger_id"), kind)
    if kind is _K.EVENT_REVERSED:
        who = _name_of_event(api, trip_id, typed.get("event_id", ""))
    if resolver.signing is not None:
        who = say(TripText.SIGNED_FOR, count=len(resolver.signing.people))
    if options.attached:  # last: nothing is uploaded for an event that cannot be sent
        contents = [read_file(path) for path in options.attached]
        event["attachments"] = [str(upload(api, trip_id, each).id) for each in contents]
    return Statement(trip_id, event, who, bool(options.at), resolver.signing)


_UNDECIDED: Final = frozenset({PassengerStatus.LISTED, PassengerStatus.CHECKED_IN})


def _confirm_departure(trip: Trip) -> None:
    """Confirms a `trip.departed` that may follow, for an empty vehicle and for people on the list who are
    neither aboard nor absent. Raises CommandError (usage) for a no, and without a terminal."""
    shown = trip.shown
    if _K.TRIP_DEPARTED not in shown.may_follow:
        return
    if not shown.aboard:
        _confirm(TripText.EMPTY_ASK, unasked=TripText.EMPTY_UNASKED, no=TripText.EMPTY_DECLINED)
    elif any(shown.counts.get(each.value) for each in _UNDECIDED):
        waiting = [each for each in trip.passengers if each.status in _UNDECIDED]
        seats = output.join_words(each.seat_label or name_person(each) for each in waiting)
        _confirm(
            TripText.UNDECIDED_ASK,
            unasked=TripText.UNDECIDED_UNASKED,
            no=TripText.UNDECIDED_DECLINED,
            count=len(waiting),
            seats=seats,
        )


def _confirm(ask: TripText, *, unasked: TripText, no: TripText, **told: Any) -> None:
    if not output.is_interactive():
        raise CommandError(say(unasked, **told), ExitCode.USAGE)
    if not output.confirm(say(ask, **told)):
        raise CommandError(say(no), ExitCode.USAGE)


def _name(
    api: Api, trip_id: UUID, passenger_id: str | None, kind: EventKind, *, named: bool = False
) -> str:
    """`named`: also one of whom this event is the first."""
    if passenger_id is None:
        return say(TripText.WHOLE_TRIP)
    if kind in NEW_PASSENGER and not named:
        return ""
    people = {str(each.id): each for each in list_passengers(api, trip_id)}
    found = people.get(passenger_id)
    return name_passenger(found) if found else passenger_id


def _name_of_event(api: Api, trip_id: UUID, event_id: str) -> str:
    """Whom the reversed event was about; empty where this account does not see the trip's trace."""
    found = get_visible(api, f"/v1/trips/{trip_id}/trace")
    items = TraceOut.model_validate(found).items if found is not None else []
    reversed_one = next((each for each in items if str(each.event_id) == event_id), None)
    if reversed_one is None:
        return ""
    about = reversed_one.passenger_id
    return _name(api, trip_id, str(about) if about else None, reversed_one.kind, named=True)


def send(api: Api, statement: Statement) -> OutcomesOut:
    """Says how to send the same again where the answer was lost. Raises ApiError."""
    events, has_typed_time = [statement.event], statement.has_typed_time
    try:
        return post_events(api, statement.trip_id, events, has_typed_time=has_typed_time)
    except ApiError as error:
        if error.problem is None:
            output.tell(_explain_resending(statement))
        raise


def _explain_resending(statement: Statement) -> str:
    """With the id and time of the event, and all passenger ids of a signature: a repeat has to be the same."""
    event = statement.event
    people = statement.signing.people if statement.signing is not None else ()
    named = f" --data passenger_ids={','.join(people)}" if people else ""
    return say(TripText.EVENT_RESEND, id=event["id"], at=event["occurred_at"] + named)


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
    if statement.signing is not None and outcome.status is not OutcomeStatus.REFUSED:
        for line in statement.signing.describe():
            output.write_line(line)
    if exceptions:
        names = join_names(exceptions)
        output.write_line(say(TripText.EVENT_EXCEPTIONS, names=names))
    for warning in outcome.warnings:
        output.write_line(warning)
    if outcome.problem is not None:
        output.tell_error(describe_in_full(outcome.problem))
    for step in (each for person in answer.next_steps for each in person.steps):
        done = say(TripText.STEP_DONE) if step.done else ""
        output.write_line(say(TripText.STEP, name=step.name, done=done, advice=step.advice))
    following = join_names(order_following(answer.may_follow))
    if following:
        output.write_line(f"{say(TripText.FOLLOW)}{colon()}{following}")


def _describe(statement: Statement, outcome: Outcome) -> Iterator[str]:
    kind = EventKind(statement.event["kind"])
    yield say(
        TripText.EVENT_STATUS,
        status=get_name(outcome.status),
        kind=get_name(kind),
        who=statement.who,
        at=show_time(datetime.fromisoformat(statement.event["occurred_at"])),
    )
    if named := statement.event.get("attachments"):
        yield f"{say(TripText.ATTACHMENTS)}{colon()}{output.join_words(named)}"
    if outcome.receipt is not None:
        receipt = outcome.receipt
        if receipt.kind is not kind:
            yield say(TripText.EVENT_KEPT, kind=get_name(receipt.kind))
        yield say(
            TripText.EVENT_RECEIPT,
            id=receipt.event_id,
            sequence=receipt.sequence,
            at=show_clock(receipt.recorded_at),
            hash=receipt.hash[:_SHOWN_HASH],
        )
