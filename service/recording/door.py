"""The one door: events as sent, an outcome for each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from schemas.events.envelope import EventIn, EventsIn, Outcome, OutcomeStatus
from service.auth import Actor
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import clock_skew, read_command
from service.recording.recorder import Recorded, Recorder
from service.recording.values import Command


@dataclass(frozen=True, slots=True)
class Said:
    """One body as read, in the order of the request; what could not be read is answered already."""

    parts: list[Command | Outcome]

    @property
    def commands(self) -> list[Command]:
        return [each for each in self.parts if isinstance(each, Command)]

    def merge(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """`outcomes` of the commands, in their order."""
        waiting = iter(outcomes)
        return [each if isinstance(each, Outcome) else next(waiting) for each in self.parts]


def read_events(actor: Actor, *, body: EventsIn, stream: StreamKey, now: datetime) -> Said:
    """Raises DomainError for a sending clock that is off by more than a day."""
    skew = clock_skew(body.sent_at, now)

    def read(event: EventIn) -> Command | Outcome:
        try:
            return read_command(event, actor=actor, stream=stream, now=now, skew=skew)
        except DomainError as error:
            problem = error.problem()
            return Outcome(id=event.id, status=OutcomeStatus.REFUSED, problem=problem)

    return Said([read(event) for event in body.events])


def take_events(
    session: Session,
    actor: Actor,
    *,
    body: EventsIn,
    stream: StreamKey,
    recorder: Recorder,
    now: datetime,
) -> Recorded:
    """In the order of the request; each event for itself, also one that cannot even be read."""
    said = read_events(actor, body=body, stream=stream, now=now)
    recorded = recorder.run(session, actor, said.commands, now=now)
    return replace(recorded, outcomes=said.merge(recorded.outcomes))
