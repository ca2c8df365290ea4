"""Which handler, state and loader each kind of event gets; the order in which loaders run; the context that
endpoints and commands work with.
"""

from typing import Any

from schemas.events.kinds import EventKind, StreamKind
from service import records
from service.accounts.queries import ACCOUNTS
from service.attachments.queries import ATTACHMENTS
from service.auth import KnownTokens
from service.clock import Clock, system_clock
from service.context import Context, ListKnown
from service.db.database import Database
from service.demand.queries import DEMANDS
from service.enterprises.queries import list_enterprises
from service.fleets.queries import CARRIERS, DRIVERS, VEHICLES, list_known_carriers
from service.health import events as health_events
from service.policies.queries import POLICIES
from service.recording.group_commit import GroupCommit
from service.recording.handlers import Aggregate, ByStream, Features, Handler, Loader
from service.recording.recorder import Recorder
from service.registry.queries import WORKERS
from service.settings import Settings
from service.trips.events.aggregate import JOURNEYS, TRIPS, TripAggregate
from service.trips.events.approvals import CONFIRMATION as TRIP_CONFIRMATION
from service.trips.events.approvals import FILING_HANDLERS
from service.trips.events.captains import CAPTAIN_HANDLERS
from service.trips.events.passengers import ASSIGNMENT_HANDLERS, BOARDING_HANDLERS
from service.trips.events.plan import PLAN_HANDLERS
from service.trips.events.protecting import PROTECTING_HANDLERS
from service.trips.events.replacing import REPLACING_HANDLERS
from service.trips.events.reversals import REVERSAL as TRIP_REVERSAL
from service.trips.events.runs import DRIVER_RUNS, ESCORT_RUNS, VEHICLE_RUNS
from service.trips.events.trip import COURSE_HANDLERS, HANDOVER_HANDLERS
from service.trips.queries.lists import list_numbers, select_people
from service.vault.keyfile import read_key_file
from service.vault.vault import Vault
from service.workers import events as worker_events

HANDLERS: tuple[dict[EventKind, Handler], ...] = (
    records.HANDLERS,
    health_events.HANDLERS,
    worker_events.HANDLERS,
    PLAN_HANDLERS,
    COURSE_HANDLERS,
    ASSIGNMENT_HANDLERS,
    BOARDING_HANDLERS,
    HANDOVER_HANDLERS,
    FILING_HANDLERS,
    CAPTAIN_HANDLERS,
    PROTECTING_HANDLERS,
    REPLACING_HANDLERS,
)
REVERSALS: dict[StreamKind, Handler] = {
    StreamKind.TRIP: TRIP_REVERSAL,
    StreamKind.WORKER: worker_events.REVERSAL,
}
CONFIRMATIONS: dict[StreamKind, Handler] = {
    StreamKind.TRIP: TRIP_CONFIRMATION,
    StreamKind.WORKER: health_events.CONFIRMATION,
}
"""Two kinds of events, each judged by the owner of the stream that it lies in."""
AGGREGATES: dict[StreamKind, Aggregate] = {
    StreamKind.TRIP: TripAggregate(),
    StreamKind.WORKER: worker_events.WorkerAggregate(),
}
LOADERS: tuple[Loader[Any], ...] = (
    ACCOUNTS,
    POLICIES,
    CARRIERS,
    VEHICLES,
    DRIVERS,
    WORKERS,
    health_events.NOTED,
    health_events.HEALTH,
    ATTACHMENTS,
    DEMANDS,
    TRIPS,
    JOURNEYS,
    VEHICLE_RUNS,
    DRIVER_RUNS,
    ESCORT_RUNS,
)
"""In floor order: what lies lower is loaded and saved first."""


REFERENCES: dict[str, ListKnown] = {
    "carrier_id": list_known_carriers,
    "enterprise_id": list_enterprises,
    "trip_ids": list_numbers,
}
"""How to tell which ids of an account's scope there are, by the field that names them."""


def compose_features() -> Features:
    """Every kind has exactly one handler: a second one is a mistake in the composition."""
    handlers: dict[EventKind, Handler] = {}
    for feature in HANDLERS:
        twice = handlers.keys() & feature.keys()
        if twice:
            raise ValueError(f"two handlers for {sorted(twice)}")
        handlers |= feature
    handlers[EventKind.EVENT_REVERSED] = ByStream(REVERSALS)
    handlers[EventKind.APPROVAL_CONFIRMED] = ByStream(CONFIRMATIONS)
    return Features(
        handlers=handlers, aggregates=AGGREGATES, loaders=LOADERS, attachments=ATTACHMENTS
    )


def make_context(settings: Settings, *, clock: Clock = system_clock) -> Context:
    """Raises FileNotFoundError, naming the next step, where `migrate` has not run yet."""
    key_file = read_key_file(settings.key_file)
    database = Database(settings)
    vault = Vault(database, key_file)
    recorder = Recorder(compose_features(), vault)
    return Context(
        settings,
        clock,
        database,
        vault,
        recorder,
        GroupCommit(database),
        KnownTokens(),
        select_people,
        REFERENCES,
    )
