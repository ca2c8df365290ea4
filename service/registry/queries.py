"""Every SELECT of the registry: which workers an account sees, searching by number, phone or name (at most
50), people of villages, guardians and their children, opening people for work lists; workers for handlers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, select

from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PersonRole
from service.context import Work
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.errors import DomainError
from service.recording.handlers import Loader
from service.registry.merging import Household
from service.registry.models import NumberCounter, Worker, WorkerRow
from service.registry.people import Guardian, Person, StoredFacts, WorkerFacts, open_person
from service.rest import Cursor
from service.vault.vault import Vault

WORKER = table_of(Worker)
COUNTER = table_of(NumberCounter)
MAX_FOUND = 50
_SHOWN = tuple(WORKER.c[name] for name in WorkerRow._fields)
_STORED: Final = tuple(each.name for each in fields(StoredFacts))
_read_stored: Final = attrgetter(*_STORED)


# --- in the actor's scope -------------------------------------------------------------------------
def list_workers(
    work: Work, *, cursor: Cursor, township_code: str | None = None
) -> list[WorkerRow]:
    """One page and a row more, in the order of entry."""
    statement = select_rows(*_SHOWN).where(*list_conditions(work))
    if township_code is not None:
        statement = statement.where(WORKER.c.township_code == township_code)
    if cursor.after_id is not None:
        statement = statement.where(WORKER.c.id > cursor.after_id)
    statement = statement.order_by(WORKER.c.id).limit(cursor.limit + 1)
    return read_rows(WorkerRow, work.session.execute(statement))


def list_workers_by_index(work: Work, *, column: str, digest: bytes | int) -> list[WorkerRow]:
    """Those whose digest or short number is this one; at most 50 namesakes."""
    statement = select_rows(*_SHOWN).where(*list_conditions(work))
    statement = statement.where(WORKER.c[column] == digest).order_by(WORKER.c.id).limit(MAX_FOUND)
    return read_rows(WorkerRow, work.session.execute(statement))


def list_ids_of_villages(work: Work, *, village_keys: Iterable[str]) -> list[UUID]:
    """In the order of entry."""
    statement = select_rows(WORKER.c.id).where(*list_conditions(work))
    wanted = WORKER.c.village_key.in_(sorted(set(village_keys)))
    return list(work.session.execute(statement.where(wanted).order_by(WORKER.c.id)).scalars())


def find_worker(work: Work, *, worker_id: UUID, lock: bool = False) -> Worker:
    """Raises not-found for an unknown worker and for one outside of the actor's scope alike; `lock`
    until the transaction ends.
    """
    statement = select(Worker).where(*list_conditions(work), WORKER.c.id == worker_id)
    worker = work.session.exec(statement.with_for_update() if lock else statement).one_or_none()
    if worker is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return worker


def list_conditions(work: Work) -> list[ColumnElement[bool]]:
    """The actor's county and divisions; PostgreSQL's row-level security says the same again. An account
    that is narrowed to trips sees the people on those trips.
    """
    actor = work.actor
    conditions: list[ColumnElement[bool]] = [WORKER.c.county_code == actor.county_code]
    if actor.scope.trip_ids is not None:
        people = work.context.select_people(actor.county_code, actor.scope.trip_ids)
        conditions.append(WORKER.c.id.in_(people))
    if actor.division_prefix:
        prefix = actor.division_prefix
        conditions.append(WORKER.c.township_code.startswith(prefix, autoescape=True))
    return conditions


def list_in_scope(work: Work, *, worker_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the workers whom the actor sees; one read."""
    wanted = sorted(set(worker_ids))
    statement = select(WORKER.c.id).where(*list_conditions(work), WORKER.c.id.in_(wanted))
    return set(work.session.execute(statement).scalars()) if wanted else set()


# --- whatever the township ------------------------------------------------------------------------
class NamedNumber(NamedTuple):
    """A worker by the digests of number and name."""

    id: UUID
    id_number_index: bytes
    name_index: bytes


def list_named_numbers(
    session: Session, county_code: str, *, digests: Iterable[bytes]
) -> dict[bytes, NamedNumber]:
    """Digest of the identity number → whose it is."""
    rows = load_rows(
        session,
        NamedNumber,
        WORKER,
        county_code=county_code,
        column="id_number_index",
        keys=digests,
    )
    return {row.id_number_index: row for row in rows}


def get_household(session: Session, county_code: str, *, digest: bytes) -> Household | None:
    """Of the worker with this number, as a guardian of others."""
    statement = select(Worker.id, Worker.household_key).where(Worker.county_code == county_code)
    found = session.exec(statement.where(Worker.id_number_index == digest)).one_or_none()
    return Household(*found) if found else None


def list_ward_ids(session: Session, county_code: str, *, guardian_digest: bytes) -> Sequence[UUID]:
    """The people who named this number as their guardian's."""
    statement = select(Worker.id).where(Worker.county_code == county_code)
    return session.exec(statement.where(Worker.guardian_index == guardian_digest)).all()


def count_workers_of_villages(
    session: Session, county_code: str, *, village_keys: Iterable[str]
) -> int:
    statement = (
        select_rows(func.count())
        .select_from(WORKER)
        .where(WORKER.c.county_code == county_code)
        .where(WORKER.c.village_key.in_(sorted(set(village_keys))))
    )
    count: int = session.execute(statement).scalar_one()
    return count


def list_worker_rows(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> list[WorkerRow]:
    """The rows that people are shown from. The caller has checked that they are in scope."""
    return load_rows(
        session, WorkerRow, WORKER, county_code=county_code, column="id", keys=worker_ids
    )


def open_people(
    session: Session, vault: Vault, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, Person]:
    """These workers in full, for a work list: whoever shows them records the access. Two reads,
    whatever their number. The caller has checked that they are in scope.
    """
    wanted = set(worker_ids)
    keyring = vault.open_keyring(session, county_code, wanted)
    rows = list_worker_rows(session, county_code, worker_ids=wanted)
    return {row.id: open_person(keyring, row) for row in rows}


# --- for handlers ---------------------------------------------------------------------------------
def load_worker_facts(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, WorkerFacts]:
    """Of the workers that exist. One statement, and one more for guardians who are not among them; of one whom
    the account may not read (another township's) the age is not known and taken for an adult's."""
    rows = _load_stored(session, county_code, ids)
    known = {row.id: row for row in rows}
    guardians = {each for row in rows if row.sixteen_on and (each := row.guardian_worker_id)}
    known |= {row.id: row for row in _load_stored(session, county_code, guardians - set(known))}
    return {row.id: _make_facts(row, known) for row in rows}


def _load_stored(session: Session, county_code: str, ids: Iterable[UUID]) -> list[StoredFacts]:
    return load_rows(session, StoredFacts, WORKER, county_code=county_code, column="id", keys=ids)


def _make_facts(row: StoredFacts, known: Mapping[UUID, StoredFacts]) -> WorkerFacts:
    guardian = None
    if row.sixteen_on and row.guardian_worker_id:
        found = known.get(row.guardian_worker_id)
        guardian = Guardian(row.guardian_worker_id, found.sixteen_on if found else None)
    told = dict(zip(_STORED, _read_stored(row), strict=True))
    return WorkerFacts(**told | {"person_role": PersonRole(row.person_role)}, guardian=guardian)


WORKERS: Final = Loader("worker", load_worker_facts)
