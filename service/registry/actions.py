"""Writing workers, sealed and indexed, many at once; short numbers for them and others; linking children to
their guardians' households.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from schemas.events.payloads_passengers import PersonRole
from schemas.numbers import NumberKind
from service.days import local_date
from service.db.bulk import write_many
from service.registry import queries
from service.registry.columns import CLASS_FIELDS, Values, WorkerIndex, derive_columns, seal_values
from service.vault.vault import Keyring, Vault

Row = Mapping[str, Any]
_FIRST_VERSION: Final = 1
_NOTHING: Final[Mapping[UUID, Row]] = MappingProxyType({})


# Entries, demands and verdicts are made by the thousand and not frozen: that would cost ten times as much.
@dataclass(slots=True)
class Entry:
    """One worker as it is to be written. `values` hold all fields of all classes, as after merging;
    `household_key` is given for a child whose guardian is known, else it follows from the values.
    """

    id: UUID
    version: int
    created_at: datetime
    township_code: str | None
    person_role: PersonRole
    values: Values
    origins: Mapping[str, str]
    source_macs: Mapping[str, str]
    guardian_worker_id: UUID | None = None
    household_key: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Ward:
    """A child with the guardian to point to; None where the guardian is no longer registered."""

    worker_id: UUID
    guardian_worker_id: UUID | None
    household_key: str | None


_find_day = lru_cache(maxsize=8)(local_date)
"""Those who come together come on one day."""


def make_keyring(
    session: Session, vault: Vault, county_code: str, worker_ids: Iterable[UUID]
) -> Keyring:
    """The keys under which these workers are sealed, made for those who have none yet."""
    return vault.make_keyring(session, county_code, worker_ids, classes=CLASS_FIELDS)


def draw_keyring(vault: Vault, county_code: str, worker_ids: Iterable[UUID]) -> Keyring:
    """Keys for workers who are not registered yet; `vault.store_keyring` stores them."""
    return vault.draw_keyring(county_code, worker_ids, classes=CLASS_FIELDS)


def write_workers(
    session: Session,
    county_code: str,
    entries: Sequence[Entry],
    *,
    keyring: Keyring,
    index: WorkerIndex,
    now: datetime,
    prepared: Mapping[UUID, Row] = _NOTHING,
) -> None:
    """Insert or overwrite whole rows. Those that exist must be locked; where all are in their first version,
    none is looked for. `prepared`: worker → what `prepare_worker` made of the entry before.
    """
    common = {"county_code": county_code, "updated_at": now}
    rows = [
        {**common, **(prepared.get(entry.id) or prepare_worker(entry, index, keyring))}
        for entry in entries
    ]
    # In one order, so that two imports of the same people wait for each other and never in a ring.
    rows.sort(key=itemgetter("id_number_index"))
    are_new = all(entry.version == _FIRST_VERSION for entry in entries)
    write_many(session, queries.WORKER, rows, conflict="refuse" if are_new else "overwrite")


def prepare_worker(entry: Entry, index: WorkerIndex, keyring: Keyring) -> dict[str, Any]:
    """The row of an entry, sealed and indexed, without its county and the time of writing."""
    derived = derive_columns(
        entry.values,
        township_code=entry.township_code,
        index=index,
        entered_on=_find_day(entry.created_at),
    )
    return {
        "id": entry.id,
        "version": entry.version,
        "created_at": entry.created_at,
        "township_code": entry.township_code,
        "person_role": str(entry.person_role),
        "guardian_worker_id": entry.guardian_worker_id,
        "number": entry.number,
        "source_macs": dict(entry.source_macs),
        "origins": dict(entry.origins),
        **derived,
        "household_key": entry.household_key or derived["household_key"],
        **seal_values(keyring, entry.id, entry.values),
    }


def take_numbers(session: Session, county_code: str, kind: NumberKind, count: int) -> int:
    """The first of so many short numbers in a row, given once; 0 for none. Another transaction that takes some
    waits until this one has committed: so it comes late in a transaction, and nothing is locked after it.
    """
    if not count:
        return 0
    counter = {"county_code": county_code, "kind": str(kind)}
    place = [queries.COUNTER.c[name] == value for name, value in counter.items()]
    grow = update(queries.COUNTER).where(*place).values(taken=queries.COUNTER.c.taken + count)
    if not session.connection().execute(grow).rowcount:
        write_many(session, queries.COUNTER, [{**counter, "taken": 0}], conflict="ignore")
        session.execute(grow)
    taken: int = session.execute(select(queries.COUNTER.c.taken).where(*place)).scalar_one()
    return taken - count + 1


def link_wards(session: Session, county_code: str, wards: Sequence[Ward]) -> None:
    """Point children to their guardians and move them to those households, when a guardian is entered
    after the child or moves. No new version: nothing that the child's own sources say has changed.
    """
    if not wards:
        return
    table = queries.WORKER
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.id == bindparam("ward"))
        .values(guardian_worker_id=bindparam("guardian"), household_key=bindparam("household"))
    )
    session.execute(
        statement,
        [
            {
                "ward": ward.worker_id,
                "guardian": ward.guardian_worker_id,
                "household": ward.household_key,
            }
            for ward in wards
        ],
    )
