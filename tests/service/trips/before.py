"""Events of the kinds that no door takes any more, recorded as the version before recorded them."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.events.specs import EVENT_SPECS
from service.app.composition import compose_features
from service.ledger.bodies import StreamKey
from service.recording.commands import make_command
from service.recording.handlers import SimpleHandler
from service.recording.recorder import Recorder
from service.workers.events import about_worker, worker_wants
from tests.factories import Client, World

_K = EventKind
OF_BEFORE: Final = sorted(kind for kind, spec in EVENT_SPECS.items() if spec.use is not None)


def record_before(
    world: World, by: Client, stream: StreamKey, kind: EventKind, **data: Any
) -> UUID:
    """The event's id. Judged by what judged it then: a passenger's as a leaving, a worker's as about them."""
    features = compose_features()
    own = SimpleHandler(about_worker, worker_wants)
    leaving = features.handlers[_K.PASSENGER_LEFT]
    judges = {each: own if each.startswith("worker.") else leaving for each in OF_BEFORE}
    handlers = {**features.handlers, **judges}
    recorder = Recorder(replace(features, handlers=handlers), world.context.vault)
    command = make_command(
        EVENT_SPECS[kind].payload.model_validate(data),
        identifier=world.new_id(),
        kind=kind,
        stream=stream,
        now=world.clock.now,
        occurred_at=world.clock.now,
    )
    with world.context.writing(by.actor) as work:
        (outcome,) = recorder.record(work.session, work.actor, [command], now=world.clock.now)
    assert outcome.problem is None, outcome
    return command.id
