"""The context that endpoints and commands work with, and the registry of who handles which event."""

from schemas.events.kinds import EventKind, StreamKind
from service.accounts import events as account_events
from service.clock import Clock, system_clock
from service.context import Context
from service.corrections import events as correction_events
from service.db import Database
from service.demand.facts import DEMAND_SOURCE
from service.enterprises import events as enterprise_events
from service.fleets import events as fleet_events
from service.fleets.facts import DRIVER_SOURCE, VEHICLE_SOURCE
from service.health import events as health_events
from service.health.facts import CLEARANCE_SOURCE
from service.recording.grouping import GroupCommit
from service.recording.recorder import Recorder
from service.recording.registry import Aggregate, FactSource, Handler, Registry
from service.recording.reversals import ByStream
from service.rosters import events as roster_events
from service.settings import Settings
from service.stranded import events as stranded_events
from service.trips import events as trip_events
from service.trips.events.aggregate import JOURNEY_SOURCE, TRIP_SOURCE, TripAggregate
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault
from service.workers.facts import WORKER_SOURCE


def make_context(settings: Settings, *, clock: Clock = system_clock) -> Context:
    """Raises FileNotFoundError, naming the next step, where `migrate` has not run yet."""
    vault_keys = read_key_file(settings.key_file)
    database = Database(settings)
    vault = Vault(database, vault_keys)
    recorder = Recorder(compose_registry(), vault)
    return Context(settings, clock, database, vault, recorder, GroupCommit(database))


HANDLERS: tuple[dict[EventKind, Handler], ...] = (
    account_events.HANDLERS,
    enterprise_events.HANDLERS,
    fleet_events.HANDLERS,
    health_events.HANDLERS,
    correction_events.HANDLERS,
    stranded_events.HANDLERS,
    trip_events.HANDLERS,
    roster_events.HANDLERS,
)
REVERSALS: dict[StreamKind, Handler] = {
    StreamKind.TRIP: trip_events.REVERSAL,
    StreamKind.WORKER: health_events.REVERSAL,
}
"""One kind of event, judged by the owner of the stream that it lies in."""
AGGREGATES: dict[StreamKind, Aggregate] = {
    StreamKind.TRIP: TripAggregate(),
    StreamKind.WORKER: health_events.WorkerAggregate(),
}
SOURCES: tuple[FactSource, ...] = (
    VEHICLE_SOURCE,
    DRIVER_SOURCE,
    WORKER_SOURCE,
    CLEARANCE_SOURCE,
    DEMAND_SOURCE,
    TRIP_SOURCE,
    JOURNEY_SOURCE,
)
"""In floor order: what lies lower is loaded and saved first."""


def compose_registry() -> Registry:
    """Every kind has exactly one handler: a second one is a mistake in the composition."""
    handlers: dict[EventKind, Handler] = {}
    for feature in HANDLERS:
        twice = handlers.keys() & feature.keys()
        if twice:
            raise ValueError(f"two handlers for {sorted(twice)}")
        handlers |= feature
    handlers[EventKind.EVENT_REVERSED] = ByStream(REVERSALS)
    return Registry(handlers=handlers, aggregates=AGGREGATES, sources=SOURCES)
