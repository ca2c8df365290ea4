"""Every SELECT of the real-name registry, the opening of what is sealed there, and what handlers may ask."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.payloads_passengers import PersonRole
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.errors import DomainError
from service.recording.values import Loader
from service.registry.models import Worker
from service.registry.people import SEALED_COLUMNS, Person, WorkerFacts, make_person
from service.rest import Cursor
from service.vault.vault import Keyring, Vault

WORKER = table_of(Worker)
MAX_FOUND = 50
_HEAD = tuple(
    column.name for column in WORKER.columns if column.name not in SEALED_COLUMNS.values()
)


def list_workers(
    work: Work, *, cursor: Cursor, township_code: str | None = None
) -> list[RowMapping]:
    """One page and a row more, in the order of entry."""
    statement = _in_scope(work.actor).order_by(WORKER.c.id).limit(cursor.limit + 1)
    if township_code is not None:
        statement = statement.where(WORKER.c.township_code == township_code)
    if cursor.after_id is not None:
        statement = statement.where(WORKER.c.id > cursor.after_id)
    return list(work.session.execute(statement).mappings())


def list_workers_by_index(work: Work, *, column: str, digest: bytes) -> list[RowMapping]:
    """Those whose digest is this one; at most 50 namesakes."""
    statement = _in_scope(work.actor).where(WORKER.c[column] == digest)
    return list(work.session.execute(statement.order_by(WORKER.c.id).limit(MAX_FOUND)).mappings())


def find_worker(work: Work, *, worker_id: UUID, lock: bool = False) -> RowMapping:
    """Raises not-found for an unknown worker and for one outside of the actor's scope alike; `lock`
    until the transaction ends.
    """
    statement = _in_scope(work.actor).where(WORKER.c.id == worker_id)
    if lock:
        statement = statement.with_for_update()
    row = work.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def list_heads_by_id_number(
    session: Session, county_code: str, *, digests: Iterable[bytes], lock: bool = False
) -> list[RowMapping]:
    """All but what is sealed, whatever the township; `lock` until the transaction ends."""
    return load_many(
        session,
        WORKER,
        county_code=county_code,
        column="id_number_index",
        keys=digests,
        lock=lock,
        columns=_HEAD,
    )


def list_wards(
    session: Session, county_code: str, *, guardian_digests: Iterable[bytes]
) -> list[RowMapping]:
    """The people who named one of these numbers as their guardian's."""
    return load_many(
        session,
        WORKER,
        county_code=county_code,
        column="guardian_index",
        keys=guardian_digests,
        columns=("id", "version", "guardian_index", "guardian_worker_id", "household_key"),
    )


def count_workers_of_villages(
    session: Session, county_code: str, *, village_keys: Iterable[str]
) -> int:
    statement = (
        select(func.count())
        .select_from(WORKER)
        .where(WORKER.c.county_code == county_code)
        .where(WORKER.c.village_key.in_(sorted(set(village_keys))))
    )
    count: int = session.execute(statement).scalar_one()
    return count


def list_ids_of_villages(work: Work, *, village_keys: Iterable[str]) -> list[UUID]:
    """Those of them who are in the actor's scope, in the order of entry."""
    wanted = sorted(set(village_keys))
    statement = _in_scope(work.actor).with_only_columns(WORKER.c.id).order_by(WORKER.c.id)
    return list(work.session.execute(statement.where(WORKER.c.village_key.in_(wanted))).scalars())


def open_people(
    session: Session, vault: Vault, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, Person]:
    """These workers in full, for a work list: whoever shows them records the access. Two reads,
    whatever their number. The caller has checked that they are in scope.
    """
    wanted = set(worker_ids)
    keyring = vault.open_keyring(session, county_code, wanted)
    return open_people_with(session, keyring, county_code, worker_ids=wanted)


def open_people_with(
    session: Session, keyring: Keyring, county_code: str, *, worker_ids: Iterable[UUID]
) -> dict[UUID, Person]:
    """The same with keys that are open already."""
    rows = load_many(session, WORKER, county_code=county_code, column="id", keys=worker_ids)
    return open_rows(keyring, rows)


def open_rows(keyring: Keyring, rows: Sequence[RowMapping]) -> dict[UUID, Person]:
    return {row["id"]: make_person(row, open_values(keyring, row)) for row in rows}


def open_values(keyring: Keyring, row: Mapping[Any, Any]) -> dict[str, Any]:
    """The sealed fields of a row, without those whose key was destroyed."""
    values: dict[str, Any] = {}
    for personal_class, (column, place) in list_sealing_places(row["id"]).items():
        values |= keyring.open(row["id"], personal_class, row[column], place=place) or {}
    return values


def list_sealing_places(worker_id: UUID) -> dict[PersonalClass, tuple[str, str]]:
    """Class → the column in which it lies, and the place under which it is sealed."""
    row = f"worker/{worker_id}/"
    return {each: (column, row + column) for each, column in SEALED_COLUMNS.items()}


def _in_scope(actor: Actor) -> Select[Any]:
    """The actor's county and divisions; PostgreSQL's row-level security says the same again."""
    statement = select(WORKER).where(WORKER.c.county_code == actor.county_code)
    if actor.scope.trip_ids is not None:
        return statement.where(false())  # narrowed to trips: sees people on those trips only
    if actor.division_prefix:
        in_division = WORKER.c.township_code.startswith(actor.division_prefix, autoescape=True)
        statement = statement.where(in_division)
    return statement


_COLUMNS = tuple(WorkerFacts.__dataclass_fields__)


def load_worker_facts(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, WorkerFacts]:
    rows = load_many(
        session, WORKER, county_code=county_code, column="id", keys=ids, columns=_COLUMNS
    )
    return {
        row["id"]: WorkerFacts(**{**row, "person_role": PersonRole(row["person_role"])})
        for row in rows
    }


WORKERS: Final = Loader("worker", load_worker_facts)
