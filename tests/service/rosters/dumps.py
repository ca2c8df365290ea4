"""The registry as it is stored, to compare before and after."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from service.demand.models import TravelDemand
from service.demand.queries import DEMAND, open_wish
from service.manage.verify import verify
from service.registry.columns import open_values
from service.registry.queries import WORKER
from service.trips.actions.rebuild import check_derived
from service.workers.rebuild import check_workers
from tests.factories import COUNTY, World

_MOVING = frozenset({"version", "updated_at"})
Rows = dict[UUID, Any]


def dump_rows(world: World) -> dict[str, Rows]:
    """Every byte of workers and demands but version and time of change, which go on rising."""
    return {table.name: _read(world, table, leave_out=_MOVING) for table in (WORKER, DEMAND)}


def read_versions(world: World) -> dict[UUID, int]:
    return {key: row["version"] for key, row in _read(world, WORKER).items()}


def _read(world: World, table: Table, *, leave_out: frozenset[str] = frozenset()) -> Rows:
    statement = select(table).where(table.c.county_code == COUNTY).order_by(table.c.id)
    with world.context.database.read(world.console) as session:
        rows = session.execute(statement).mappings().all()
    return {
        row["id"]: {name: value for name, value in row.items() if name not in leave_out}
        for row in rows
    }


def tell_registry(world: World) -> list[Any]:
    """What the registry says, in plain values and without ids: equal for two that were filled in
    different ways.
    """
    workers, demands = _read(world, WORKER), _read(world, DEMAND)
    with world.context.database.read(world.console) as session:
        keyring = world.context.vault.open_keyring(session, COUNTY, workers)
    values = {key: open_values(keyring, row) for key, row in workers.items()}
    numbers = {key: each["id_number"] for key, each in values.items()}
    same = {"id", "guardian_worker_id", "identity_sealed", "contact_sealed", "detail_sealed"}
    same |= {"created_at", "number", *_MOVING}
    return sorted(
        (
            numbers[key],
            sorted(values[key].items(), key=lambda item: item[0]),
            numbers.get(row["guardian_worker_id"]),
            [(name, row[name]) for name in sorted(row.keys() - same)],
            [
                (each["state"], each["destination_code"], each["window_from"], each["source"],
                 each["employer_name_key"], open_wish(keyring, TravelDemand(**each)))
                for each in demands.values()
                if each["worker_id"] == key
            ],
        )
        for key, row in workers.items()
    )  # fmt: skip


def find_faults(world: World) -> list[Any]:
    """Of the ledger, of derived state, and of keys without an owner."""
    with world.context.reading(world.console) as work:
        session, found = work.session, verify(work)
        return [
            *found.faults,
            *found.orphan_keys,
            *found.unerased_keys,
            *check_derived(session, COUNTY),
            *check_workers(session, COUNTY),
        ]
