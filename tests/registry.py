"""Workers put into the registry without an import, for tests of what comes after it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from schemas.events.payloads_passengers import PersonRole
from schemas.identity import get_birth_date, get_sex
from service.demand.actions import Demand, write_demands
from service.registry.actions import Entry, make_keyring, write_workers
from service.registry.columns import WorkerIndex
from tests.factories import TOWNSHIP, World, make_id_number, make_name, make_phone


def make_values(number: int, **given: Any) -> dict[str, Any]:
    """All fields of one worker; None takes a field away."""
    id_number = given.get("id_number", make_id_number(sequence=number % 1000))
    born = get_birth_date(id_number)
    values = {
        "name": make_name(number),
        "id_number": id_number,
        "gender": get_sex(id_number),
        "birth_date": born.isoformat() if born else None,
        "phone": make_phone(number),
        "village": "东兴村",
        "destination": "江苏省苏州市",
        "destination_code": "320500",
        "employer": "合成电子有限公司",
        "departure_date": "2020-03-26",
        **given,
    }
    return {name: value for name, value in values.items() if value is not None}


def enter_workers(
    world: World,
    people: Sequence[Mapping[str, Any]],
    *,
    township: str | None = TOWNSHIP,
    role: PersonRole = PersonRole.WORKER,
    guardian_worker_id: UUID | None = None,
) -> list[UUID]:
    """Registered as if the township had listed them; without demands."""
    entries = [
        Entry(
            id=world.new_id(),
            version=1,
            created_at=world.clock.now,
            township_code=township,
            person_role=role,
            values=values,
            origins={},
            source_macs={},
            guardian_worker_id=guardian_worker_id,
        )
        for values in people
    ]
    context, county_code = world.context, world.settings.county_code
    index = WorkerIndex(context.vault.indexes, county_code)
    with context.database.write(world.console) as session:
        keyring = make_keyring(session, context.vault, county_code, [each.id for each in entries])
        write_workers(
            session, county_code, entries, keyring=keyring, index=index, now=world.clock.now
        )
    return [entry.id for entry in entries]


def enter_demands(
    world: World,
    worker_ids: Sequence[UUID],
    *,
    township: str | None = TOWNSHIP,
    destination_code: str | None = "320500",
    destination: str | None = "江苏省苏州市",
    employer: str | None = "合成电子有限公司",
    window: tuple[date, date] | None = (date(2020, 3, 26), date(2020, 3, 26)),
) -> list[UUID]:
    """One open demand for each worker."""
    demands = [
        Demand(
            id=world.new_id(),
            worker_id=worker_id,
            township_code=township,
            created_at=world.clock.now,
            destination_code=destination_code,
            destination=destination,
            employer=employer,
            window_from=window[0] if window else None,
            window_to=window[1] if window else None,
        )
        for worker_id in worker_ids
    ]
    context, county_code = world.context, world.settings.county_code
    index = WorkerIndex(context.vault.indexes, county_code)
    with context.database.write(world.console) as session:
        keyring = make_keyring(session, context.vault, county_code, worker_ids)
        write_demands(
            session, county_code, demands, keyring=keyring, index=index, now=world.clock.now
        )
    return [demand.id for demand in demands]
