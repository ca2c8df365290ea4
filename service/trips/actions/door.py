"""The trips' side of the one door: events in, outcomes out, and what the system does on its own."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events import EventKind, EventsIn, Outcome, OutcomesOut, OutcomeStatus
from schemas.permissions import Role
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import make_command, trip_stream
from service.recording.door import take_events
from service.trips.actions import consequences
from service.trips.queries.states import load_views
from service.trips.rules import following, scopes
from service.trips.rules.overview import TripView


def record_events(
    session: Session, actor: Actor, *, context: Context, trip_id: UUID, body: EventsIn
) -> OutcomesOut:
    """Each event for itself, in order. What was refused says why and what to do. Raises not-found
    for a trip that does not exist for this actor: then nothing is kept.
    """
    stream = trip_stream(trip_id)
    recorded = take_events(
        session,
        actor,
        body=body,
        stream=stream,
        recorder=context.recorder,
        now=context.now(),
        language=context.language,
    )
    view: TripView | None = recorded.states.get(stream) or _get_view(session, actor, trip_id)
    if view is None or not _may_know(actor, view, recorded.outcomes, now=context.now()):
        raise DomainError(ErrorCode.NOT_FOUND)
    view = consequences.draw(session, actor, context=context, view=view, outcomes=recorded.outcomes)
    return OutcomesOut(outcomes=recorded.outcomes, may_follow=following.may_follow(view, actor))


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
