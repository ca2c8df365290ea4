"""The trips' side of the one door: events in, outcomes out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events import (
    EventIn,
    EventKind,
    EventsIn,
    Outcome,
    OutcomesOut,
    OutcomeStatus,
    StreamKind,
)
from schemas.events.payloads_passengers import PassengerUnassigned
from schemas.ids import derive_id
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import clock_skew, make_command, read_command
from service.recording.values import Command
from service.trips.queries.states import load_views
from service.trips.rules import following, scopes
from service.trips.rules.overview import TripView


def record_events(
    session: Session, actor: Actor, *, context: Context, trip_id: UUID, body: EventsIn
) -> OutcomesOut:
    """Each event for itself, in order. What was refused says why and what to do."""
    now = context.now()
    stream = StreamKey(StreamKind.TRIP, trip_id)
    skew = clock_skew(body.sent_at, now)
    answers: list[Outcome | Command] = []
    for event in body.events:
        try:
            answers.append(read_command(event, actor=actor, stream=stream, now=now, skew=skew))
        except DomainError as error:
            answers.append(_refused(event, error, context))
    commands = [each for each in answers if isinstance(each, Command)]
    recorded = iter(
        context.recorder.record(session, actor, commands, now=now, language=context.language)
    )
    outcomes = [each if isinstance(each, Outcome) else next(recorded) for each in answers]
    _release_after_cancel(session, actor, context=context, stream=stream, outcomes=outcomes)
    view = load_views(session, actor.county_code, [trip_id]).get(trip_id)
    visible = view is not None and scopes.sees_trip(actor, view)
    kinds = following.may_follow(view, actor) if view is not None and visible else []
    return OutcomesOut(outcomes=outcomes, may_follow=kinds)


def _refused(event: EventIn, error: DomainError, context: Context) -> Outcome:
    return Outcome(
        id=event.id,
        status=OutcomeStatus.REFUSED,
        problem=error.problem(context.language),
    )


def _release_after_cancel(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    stream: StreamKey,
    outcomes: Sequence[Outcome],
) -> None:
    """A cancelled trip lets its people go: their demand is open again. Ids are derived from the
    cancelling event, so that a repeat releases nobody twice."""
    cancelled = [
        each.receipt
        for each in outcomes
        if each.receipt and each.receipt.kind is EventKind.TRIP_CANCELLED
    ]
    if not cancelled or outcomes[0].status is OutcomeStatus.REPEATED:
        return
    view = load_views(session, actor.county_code, [stream.id])[stream.id]
    commands = [
        make_command(
            PassengerUnassigned(passenger_id=each.id),
            identifier=derive_id(cancelled[0].event_id, each.id.hex),
            kind=EventKind.PASSENGER_UNASSIGNED,
            stream=stream,
            now=context.now(),
        )
        for each in view.passengers.values()
        if each.active
    ]
    if commands:
        context.recorder.record(session, actor, commands, now=context.now())


def record_one(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    payload: Input,
    identifier: UUID,
    kind: EventKind,
    stream: StreamKey,
    occurred_at: datetime | None = None,
) -> Outcome:
    """One statement of the system's own; a refusal is raised."""
    now = context.now()
    command = make_command(
        payload,
        identifier=identifier,
        kind=kind,
        stream=stream,
        now=now,
        occurred_at=occurred_at,
    )
    outcome = context.recorder.record(session, actor, [command], now=now)[0]
    if outcome.problem is not None:
        raise DomainError(outcome.problem.code, facts=outcome.problem.facts)
    return outcome


def find_view(session: Session, actor: Actor, *, trip_id: UUID) -> TripView:
    """The trip, if it is in the actor's scope; else not-found."""
    view = load_views(session, actor.county_code, [trip_id]).get(trip_id)
    if view is None or not scopes.sees_trip(actor, view):
        raise DomainError(ErrorCode.NOT_FOUND)
    return view
