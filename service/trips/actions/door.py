"""The trips' side of the one door: events in, outcomes out, and what the system does on its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.envelope import EventsIn, Outcome, OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind
from schemas.permissions import Role
from schemas.texts import Language, get_language, speaking
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import make_command, trip_stream
from service.recording.door import Said, read_events
from service.recording.values import Command, Request
from service.trips.actions import consequences, identifying
from service.trips.queries.states import load_views
from service.trips.rules import following, scopes
from service.trips.rules.overview import TripView


@dataclass(frozen=True, slots=True)
class TripEvents:
    """One request at the door of a trip; `language` is its sender's."""

    context: Context
    actor: Actor
    trip_id: UUID
    body: EventsIn
    language: Language = field(default_factory=get_language)


def record_events(
    session: Session, requests: Sequence[TripEvents]
) -> list[OutcomesOut | DomainError]:
    """Each event for itself, in order; what was refused says why and what to do. Requests of one
    county, recorded together; for a trip that does not exist for its actor a request is answered
    by not-found, and nothing of it is kept.
    """
    context, now = requests[0].context, requests[0].context.now()
    said = [_read(each, now=now) for each in requests]
    readable = [
        (place, part) for place, part in enumerate(said) if not isinstance(part, DomainError)
    ]
    answers: list[OutcomesOut | DomainError | None] = [
        part if isinstance(part, DomainError) else None for part in said
    ]
    named = _name_people(session, requests, readable)
    recorded = context.recorder.run_together(
        session,
        [
            Request(requests[place].actor, commands, requests[place].language)
            for (place, _), commands in zip(readable, named, strict=True)
        ],
        now=now,
    )
    identifying.record_look_ups(
        session,
        context,
        [
            identifying.LookUp(
                requests[place].actor, requests[place].trip_id, identifying.list_found(commands)
            )
            for (place, _), commands in zip(readable, named, strict=True)
        ],
    )
    views = _Views(session, recorded[0].states if recorded else {})
    for (place, part), each in zip(readable, recorded, strict=True):
        answers[place] = _conclude(session, requests[place], part.merge(each.outcomes), views)
    return [answer for answer in answers if answer is not None]


def _read(request: TripEvents, *, now: datetime) -> Said | DomainError:
    try:
        with speaking(request.language):
            return read_events(
                request.actor,
                body=request.body,
                stream=trip_stream(request.trip_id),
                now=now,
            )
    except DomainError as error:
        return error


def _name_people(
    session: Session, requests: Sequence[TripEvents], readable: Sequence[tuple[int, Said]]
) -> list[list[Command]]:
    """The commands of each request, with the people found that were named by card."""
    context, county_code = requests[0].context, requests[0].actor.county_code
    every = [command for _, part in readable for command in part.commands]
    found = iter(identifying.find_people(session, context, county_code, every))
    return [[next(found) for _ in part.commands] for _, part in readable]


class _Views:
    """The trips as the group leaves them; consequences that were drawn are seen by the next."""

    def __init__(self, session: Session, states: Mapping[StreamKey, Any]) -> None:
        self._session = session
        self._views: dict[UUID, TripView] = {
            key.id: state for key, state in states.items() if isinstance(state, TripView)
        }

    def get(self, actor: Actor, trip_id: UUID) -> TripView | None:
        """Loaded where no command of the group named it (all of them could not be read)."""
        return self._views.get(trip_id) or _get_view(self._session, actor, trip_id)

    def put(self, view: TripView) -> None:
        self._views[view.id] = view


def _conclude(
    session: Session, request: TripEvents, outcomes: list[Outcome], views: _Views
) -> OutcomesOut | DomainError:
    actor, context = request.actor, request.context
    view = views.get(actor, request.trip_id)
    if view is None or not _may_know(actor, view, outcomes, now=context.now()):
        unknown = DomainError(ErrorCode.NOT_FOUND)
        if any(each.receipt is not None for each in outcomes):
            raise unknown  # whatever was recorded of it is rolled back
        return unknown
    view = consequences.draw(session, actor, context=context, view=view, outcomes=outcomes)
    views.put(view)
    return OutcomesOut(outcomes=outcomes, may_follow=following.may_follow(view, actor))


def _get_view(session: Session, actor: Actor, trip_id: UUID) -> TripView | None:
    return load_views(session, actor.county_code, [trip_id]).get(trip_id)


def _may_know(actor: Actor, view: TripView, outcomes: list[Outcome], *, now: datetime) -> bool:
    """A clerk knows of the trips on which own people are, by what they may tell of them."""
    if actor.role is Role.TOWNSHIP_CLERK:
        return any(_was_judged(each) for each in outcomes)
    return scopes.may_send_late(actor, view, now=now)


def _was_judged(outcome: Outcome) -> bool:
    return outcome.problem is None or outcome.problem.code is ErrorCode.STATE_FORBIDS


def record_one(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    payload: Input,
    identifier: UUID,
    kind: EventKind,
    stream: StreamKey,
) -> TripView | None:
    """One statement of the system's own; a refusal is raised. The trip as it is now, if it is one."""
    now = context.now()
    command = make_command(payload, identifier=identifier, kind=kind, stream=stream, now=now)
    recorded = context.recorder.run(session, actor, [command], now=now)
    outcome = recorded.outcomes[0]
    if outcome.status is OutcomeStatus.REFUSED and outcome.problem is not None:
        raise DomainError(outcome.problem.code, facts=outcome.problem.facts)
    view: TripView | None = recorded.states.get(stream)
    return view


def find_view(session: Session, actor: Actor, *, trip_id: UUID, now: datetime) -> TripView:
    """The trip, if it is in the actor's scope; else not-found."""
    view = _get_view(session, actor, trip_id)
    if view is None or not scopes.sees_trip(actor, view, now=now):
        raise DomainError(ErrorCode.NOT_FOUND)
    return view
