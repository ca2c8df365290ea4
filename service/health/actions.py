"""What is said about one worker: through the one door, into the worker's own stream."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.envelope import EventsIn, Outcome, OutcomesOut
from schemas.events.kinds import EventKind
from service.auth import Actor
from service.context import Context
from service.health.events import DEMAND_STATE
from service.health.queries import find_worker
from service.recording.commands import worker_stream
from service.recording.door import take_events


def record_events(
    session: Session, actor: Actor, *, context: Context, worker_id: UUID, body: EventsIn
) -> OutcomesOut:
    """Each event for itself, in order. Raises not-found for a worker out of the actor's scope."""
    find_worker(session, actor, worker_id=worker_id)
    recorded = take_events(
        session,
        actor,
        body=body,
        stream=worker_stream(worker_id),
        recorder=context.recorder,
        now=context.now(),
    )
    return OutcomesOut(outcomes=recorded.outcomes, may_follow=_list_next(recorded.outcomes))


def _list_next(outcomes: Iterable[Outcome]) -> list[EventKind]:
    """Whoever was withdrawn with a seat has to be taken off the list by the coordinator."""
    seated = any(each.decided.get(DEMAND_STATE) == DemandState.ASSIGNED for each in outcomes)
    return [EventKind.PASSENGER_UNASSIGNED] if seated else []
