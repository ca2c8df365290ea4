"""The door of trips: what one request says is recorded together with others, long lists in pieces; people named
by card are looked up; who may know of the trip; what could not be read is kept for a sender who may.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import EventsIn, Outcome, OutcomesOut
from schemas.events.fields import PersonalClass
from schemas.events.payloads_passengers import (
    PassengerFoundAboard,
    PassengerLinked,
    PassengerRemark,
)
from schemas.events.payloads_records import ListKind
from schemas.permissions import Role
from schemas.policies import PolicyMisfit, tell_misfit
from schemas.texts import Language, get_language, speaking
from service.accounts import access
from service.auth import Actor
from service.context import Context, Work
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey
from service.recording.commands import Said, read_events, trip_stream
from service.recording.group_commit import PIECE_EVENTS, Piece
from service.recording.handlers import GATE, Command, Request
from service.recording.unread import Arrival, keep_unread
from service.registry import queries
from service.registry.columns import WorkerIndex
from service.trips.actions.events import CAUSES, draw, get_view, list_own_workers
from service.trips.actions.fever import show_next_steps
from service.trips.queries.unregistered import SEALED_ANEW, open_known
from service.trips.rules import scopes
from service.trips.rules.overview import TripView
from service.trips.rules.told import POLICY_MISFITS

_IDENTITY: Final = PersonalClass.IDENTITY


@dataclass(slots=True)
class Known:
    """Of one request: whether its account may know of the trip, by what any of its pieces said."""

    of_trip: bool = False


@dataclass(frozen=True, slots=True)
class TripEvents:
    """Events of one trip, as one account sent them. `language` is that of the answer.

    Of a long list the body holds a piece: `first` is the place of its first event in the request, and
    `known` is shared by all pieces.
    """

    context: Context
    actor: Actor
    trip_id: UUID
    body: EventsIn
    language: Language = field(default_factory=get_language)
    first: int = 0
    known: Known | None = None


async def take_events(
    actor: Actor, context: Context, *, trip_id: UUID, body: EventsIn
) -> OutcomesOut:
    """Records the events together with those of other requests that wait at the same moment, a long list in
    pieces, and answers after the commit. Each event is for itself, in order; what was refused says why and
    what to do. Raises not-found for a trip that does not exist for this account, server-busy where it would
    have to wait too long; nothing is kept then.
    """
    language, known = get_language(), Known()
    if len(body.events) <= PIECE_EVENTS:
        whole = TripEvents(context, actor, trip_id, body, language)
        pieces = [Piece(whole, len(body.events))]
    else:
        pieces = [
            Piece(
                TripEvents(context, actor, trip_id, part, language, first, known), len(part.events)
            )
            for first, part in _cut(body)
        ]
    answers = await context.group_commit.run(actor, pieces, record=record_group)
    if len(answers) == 1:
        return answers[0]
    if not known.of_trip:
        raise DomainError(ErrorCode.NOT_FOUND)
    outcomes = [each for answer in answers for each in answer.outcomes]
    steps = [each for answer in answers for each in answer.next_steps]
    return OutcomesOut.model_construct(
        outcomes=outcomes, may_follow=answers[-1].may_follow, next_steps=steps
    )


def _cut(body: EventsIn) -> Iterator[tuple[int, EventsIn]]:
    """Pieces, each with the place of its first event."""
    for start in range(0, len(body.events), PIECE_EVENTS):
        some = body.events[start : start + PIECE_EVENTS]
        yield start, EventsIn.model_construct(sent_at=body.sent_at, events=some)


# --- people named by card ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LookUp:
    """The workers whom one request named by card; None where number and name do not both fit."""

    work: Work
    trip_id: UUID
    found: tuple[UUID | None, ...]


def find_people(work: Work, commands: Sequence[Command]) -> list[Command]:
    """The commands with the worker's id where both number and name fit; as they were where not.
    Two reads at most, whatever their number.

    Kept by position, not by id: one id may come twice with two cards, and the recorder has to see that
    they differ.
    """
    cards = {place: card for place, each in enumerate(commands) if (card := _read_card(each))}
    if not cards:
        return list(commands)
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    digests = {index.id_number(number) for number, _ in cards.values()}
    heads = queries.list_named_numbers(work.session, work.county_code, digests=digests)
    named = {place: heads.get(index.id_number(number)) for place, (number, _) in cards.items()}
    strange = [
        p for p, head in named.items() if head and head.name_index != index.name(cards[p][1])
    ]
    told = _list_told(work, [commands[place].id for place in cards])
    for place in strange:
        head = named[place]
        if head is not None and told.get(commands[place].id) != head.id:
            named[place] = None
    for place in cards:
        if told.get(commands[place].id, place) is None:  # recorded as in no registry, and a repeat
            named[place] = None
    return [
        _with_worker(each, head.id if (head := named[place]) else None) if place in named else each
        for place, each in enumerate(commands)
    ]


def _list_told(work: Work, ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
    """Event → worker of whom it was recorded: a repeat names the same worker, also when the registry's
    name was corrected since."""
    rows = ledger.list_events_by_id(work.session, work.county_code, ids) if ids else []
    return {row.id: row.worker_id for row in rows}


def list_found(sent: Iterable[Command], named: Iterable[Command]) -> tuple[UUID | None, ...]:
    """Who was looked for by card; `named`: the same commands after the look-up."""
    return tuple(
        after.payload.worker_id
        for before, after in zip(sent, named, strict=True)
        if isinstance(after.payload, PassengerFoundAboard) and _read_card(before) is not None
    )


def record_look_ups(look_ups: Iterable[LookUp]) -> None:
    """One access event for each request that named people by card. In the order of account ids, so that two
    groups lock the accounts' streams in one order."""
    for each in sorted(look_ups, key=lambda look_up: look_up.work.actor.account_id):
        if each.found:
            access.record_listing(
                each.work,
                list_kind=ListKind.PERSON_BY_CARD,
                trip_id=each.trip_id,
                shown=[{"worker_id": worker} for worker in each.found],
                people=each.found,
            )


def _read_card(command: Command) -> tuple[str, str] | None:
    payload = command.payload
    if not isinstance(payload, PassengerFoundAboard):
        return None
    if payload.unregistered or payload.id_number is None or payload.name is None:
        return None
    return payload.id_number, payload.name


def _with_worker(command: Command, worker_id: UUID | None) -> Command:
    """The command with the worker's id and without the card. Where number and name do not both fit: a live one
    without the card, which the handler refuses; one told afterwards as unregistered, with the card."""
    if worker_id is None and not command.live:
        return replace(
            command,
            payload=command.payload.model_copy(update={"unregistered": True}),
            public=command.public | {"unregistered": True},
        )
    kept = {key: part for key, part in command.personal.items() if key[1] is not _IDENTITY}
    if worker_id is None:
        return replace(command, personal=kept)
    return replace(
        command,
        payload=command.payload.model_copy(update={"worker_id": worker_id}),
        public=command.public | {"worker_id": str(worker_id)},
        personal=kept,
    )


# --- a group -------------------------------------------------------------------------------------
class _Taken:
    """One request of a group on its way to its answer."""

    def __init__(self, session: Session, request: TripEvents, *, now: datetime) -> None:
        self.work = Work(session, request.actor, request.context)
        self.trip_id = request.trip_id
        self.language = request.language
        self.known = request.known
        self.said = Said([])
        self.commands: list[Command] = []
        self.answer: OutcomesOut | DomainError | None = None
        try:
            with speaking(request.language):
                self.said = read_events(
                    request.actor,
                    body=request.body,
                    stream=trip_stream(request.trip_id),
                    now=now,
                    first=request.first,
                )
            self.commands = self.said.commands
        except DomainError as error:
            self.answer = error

    @property
    def request(self) -> Request:
        return Request(self.work.actor, self.commands, self.language)

    @property
    def look_up(self) -> LookUp:
        return LookUp(self.work, self.trip_id, list_found(self.said.commands, self.commands))


def record_group(
    session: Session, requests: Sequence[TripEvents]
) -> list[OutcomesOut | DomainError]:
    """The answers of requests of one county, in order: read, named by card, recorded, concluded."""
    context, now = requests[0].context, requests[0].context.now()
    taken = [_Taken(session, each, now=now) for each in requests]
    live = [each for each in taken if each.answer is None]
    _name_people(live)
    recorded = context.recorder.run_together(session, [each.request for each in live], now=now)
    record_look_ups(each.look_up for each in live)
    trips = _Trips(recorded[0].states if recorded else {})
    for each, done in zip(live, recorded, strict=True):
        with speaking(each.language):
            each.answer = _conclude(each, each.said.merge(done.outcomes), trips)
    _keep_unread(session, live, now=now)
    return [each.answer for each in taken if each.answer is not None]


def _name_people(taken: Sequence[_Taken]) -> None:
    """Puts the worker's id into commands with a card: one look-up for the group. Links get what is known of
    the person, also by what is said before them in this group."""
    if not taken:
        return
    every = [command for each in taken for command in each.commands]
    found = iter(find_people(taken[0].work, every))
    told: _Told = {}
    for each in taken:
        each.commands = [next(found) for _ in each.commands]
        _note_told(each.commands, told)
        each.commands = _seal_anew(each.work, each.commands, told)


_Told = dict[tuple[StreamKey, UUID], dict[PersonalClass, dict[str, Any]]]
"""Trip and passenger → what a `passenger.found_aboard` of the group says of them, by class."""


def _note_told(commands: Iterable[Command], told: _Told) -> None:
    for each in commands:
        if isinstance(each.payload, PassengerFoundAboard):
            parts = {of: content for (_, of), content in each.personal.items()}
            told.setdefault((each.stream, each.payload.passenger_id), parts)


def _seal_anew(work: Work, commands: list[Command], told: _Told) -> list[Command]:
    """Links with what is known of the person, so that it is sealed with them under the worker's keys."""
    linked = [each for each in commands if isinstance(each.payload, PassengerLinked)]
    if not linked:
        return commands
    ids = {each.id: UUID(each.public["passenger_id"]) for each in linked}
    stream = linked[0].stream
    known = {who: parts for (trip, who), parts in told.items() if trip == stream}
    known |= open_known(work, stream=stream, passenger_ids=set(ids.values()))
    return [
        replace(
            each,
            personal={
                (GATE, of): content
                for of, content in known.get(ids[each.id], {}).items()
                if of in SEALED_ANEW and content
            },
        )
        if each.id in ids
        else each
        for each in commands
    ]


def _keep_unread(session: Session, taken: Iterable[_Taken], *, now: datetime) -> None:
    """Of requests whose sender may know of the trip, what could not be read; for the group at once."""
    known = [
        (each, each.answer)
        for each in taken
        if isinstance(each.answer, OutcomesOut) and each.said.unread
    ]
    if not known:
        return
    work = known[0][0].work
    arrivals = [
        Arrival(each.work.actor.account_id, trip_stream(each.trip_id), each.said.unread)
        for each, _ in known
    ]
    kept = keep_unread(
        session, work.county_code, arrivals=arrivals, vault=work.context.vault, now=now
    )
    for (each, answer), places in zip(known, kept, strict=True):
        with speaking(each.language):
            outcomes = each.said.tell_not_kept(answer.outcomes, places)
        each.answer = answer.model_copy(update={"outcomes": outcomes})


class _Trips:
    """The trips as the group leaves them; consequences that were drawn are seen by the next request."""

    def __init__(self, states: Mapping[StreamKey, Any]) -> None:
        self._views: dict[UUID, TripView] = {
            key.id: state for key, state in states.items() if isinstance(state, TripView)
        }

    def get(self, work: Work, trip_id: UUID) -> TripView | None:
        """Loaded where no command of the group named it (none of them could be read)."""
        return self._views.get(trip_id) or get_view(work, trip_id)

    def put(self, view: TripView) -> None:
        self._views[view.id] = view


def _conclude(taken: _Taken, outcomes: list[Outcome], trips: _Trips) -> OutcomesOut | DomainError:
    """The answer, after the consequences. Raises not-found where something was recorded that the
    account may not know of, so that the transaction takes it back."""
    work = taken.work
    view = trips.get(work, taken.trip_id)
    if view is None or not (_is_known(taken.known) or _may_know(work, view, outcomes)):
        unknown = DomainError(ErrorCode.NOT_FOUND)
        if any(each.receipt is not None for each in outcomes):
            raise unknown
        # A piece of a list may say nothing of the account's own people where others do.
        return unknown if taken.known is None else OutcomesOut(outcomes=outcomes)
    if taken.known is not None:
        taken.known.of_trip = True
    if not CAUSES.isdisjoint([each.receipt.kind for each in outcomes if each.receipt]):
        view = draw(work, view=view, outcomes=outcomes)
        trips.put(view)
    ill = [each for each in taken.commands if each.told("what") is PassengerRemark.FEVER]
    return OutcomesOut(
        outcomes=[_warn(each) if POLICY_MISFITS in each.decided else each for each in outcomes],
        may_follow=scopes.may_follow(view, work.actor),
        next_steps=show_next_steps(view, ill) if ill else [],
    )


def _warn(outcome: Outcome) -> Outcome:
    """With what is odd about it, in words."""
    misfits = outcome.decided[POLICY_MISFITS]
    warnings = [tell_misfit(PolicyMisfit(each)) for each in misfits]
    return outcome.model_copy(update={"warnings": warnings})


def _is_known(known: Known | None) -> bool:
    return known is not None and known.of_trip


def _may_know(work: Work, view: TripView, outcomes: Iterable[Outcome]) -> bool:
    """A clerk knows of the trips on which own people are, by what they may tell of them; who tells
    only what cannot be read or is wrong in itself, by the people themselves."""
    if work.actor.role is not Role.TOWNSHIP_CLERK:
        return scopes.may_send_late(work.actor, view, now=work.now())
    problems = [each.problem for each in outcomes]
    if not _SAID_OF_OWN.isdisjoint(each.code if each else None for each in problems):
        return True
    wrong = (each for each in problems if each is not None)
    named = any(each.errors or each.code is ErrorCode.EVENT_UNREADABLE for each in wrong)
    return named and bool(list_own_workers(work, view))


_SAID_OF_OWN = frozenset(
    {None, ErrorCode.ATTACHMENT_UNKNOWN, ErrorCode.CONSENT_UNPROVED, ErrorCode.STATE_FORBIDS}
)
"""Recorded, or refused after it was checked whose passenger it is."""
