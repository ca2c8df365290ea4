"""The one door: events as sent, an outcome for each."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from schemas.errors import Language
from schemas.events import EventIn, EventsIn, Outcome, OutcomeStatus
from service.auth import Actor
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import clock_skew, read_command
from service.recording.recorder import Recorded, Recorder
from service.recording.values import Command


def take_events(
    session: Session,
    actor: Actor,
    *,
    body: EventsIn,
    stream: StreamKey,
    recorder: Recorder,
    now: datetime,
    language: Language,
) -> Recorded:
    """In the order of the request; each event for itself, also one that cannot even be read."""
    skew = clock_skew(body.sent_at, now)

    def read(event: EventIn) -> Command | Outcome:
        try:
            return read_command(
                event, actor=actor, stream=stream, now=now, skew=skew, language=language
            )
        except DomainError as error:
            problem = error.problem(language)
            return Outcome(id=event.id, status=OutcomeStatus.REFUSED, problem=problem)

    answers = [read(event) for event in body.events]
    commands = [each for each in answers if isinstance(each, Command)]
    recorded = recorder.run(session, actor, commands, now=now, language=language)
    outcomes = iter(recorded.outcomes)
    merged = [each if isinstance(each, Outcome) else next(outcomes) for each in answers]
    return replace(recorded, outcomes=merged)
