"""Every SELECT of stranded people: who is matched by the registry, whom the county has to telephone itself,
whom a letter names, counts by bureau; what enterprises told of a number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.stranded import OPEN_RESULTS, StrandedState
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.errors import DomainError
from service.registry.models import Worker
from service.rest import Cursor
from service.stranded.models import StrandedPerson
from service.stranded.rules import Told, make_source
from service.vault.vault import Keyring

STRANDED = table_of(StrandedPerson)
_SAME_PERSON = sa.and_(
    col(Worker.county_code) == StrandedPerson.county_code,
    col(Worker.id_number_index) == StrandedPerson.id_number_index,
)
_UNMATCHED = col(Worker.id).is_(None)
_NAME_DIFFERS = sa.and_(
    col(Worker.id).is_not(None), col(Worker.name_index) != StrandedPerson.name_index
)

_LISTED: tuple[Any, ...] = (StrandedPerson, Worker.id, Worker.township_code, _NAME_DIFFERS)


class Listed(NamedTuple):
    """A person with what the registry knows under the same number; `name_differs` is null where it
    knows nobody.
    """

    person: StrandedPerson
    worker_id: UUID | None
    township_code: str | None
    name_differs: bool | None


# --- lists ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StrandedFilter:
    """What narrows a list; None does not. `home_prefix`: 2, 4 or 6 digits."""

    state: StrandedState | None = None
    home_prefix: str | None = None
    enterprise_id: UUID | None = None


def list_stranded(work: Work, *, cursor: Cursor, wanted: StrandedFilter) -> list[Listed]:
    """One page and a row more, in the order in which they were first told."""
    statement = _page(_of_county(work.actor), cursor)
    if wanted.state is not None:
        is_unmatched = wanted.state is StrandedState.UNMATCHED
        statement = statement.where(_UNMATCHED if is_unmatched else col(Worker.id).is_not(None))
    if wanted.home_prefix is not None:
        home = col(StrandedPerson.home_code)
        statement = statement.where(home.startswith(wanted.home_prefix, autoescape=True))
    if wanted.enterprise_id is not None:
        statement = statement.where(col(StrandedPerson.enterprise_id) == wanted.enterprise_id)
    return _read(work.session, statement)


def list_chase(work: Work, *, cursor: Cursor) -> list[Listed]:
    """One page and a row more of those whom the county has to telephone itself: not in the registry
    and nobody to write to, or in it under another name; until a call has settled it.
    """
    result, bureau = col(StrandedPerson.call_result), col(StrandedPerson.bureau_code)
    waits = sa.or_(result.is_(None), result.in_(sorted(OPEN_RESULTS)))
    ours = sa.and_(_UNMATCHED, bureau.is_(None))
    statement = _of_county(work.actor).where(waits, sa.or_(ours, _NAME_DIFFERS))
    return _read(work.session, _page(statement, cursor))


def find_stranded(work: Work, *, stranded_id: UUID) -> Listed:
    """Raises not-found."""
    found = _read(work.session, _of_county(work.actor).where(col(StrandedPerson.id) == stranded_id))
    if not found:
        raise DomainError(ErrorCode.NOT_FOUND)
    return found[0]


class BureauCount(NamedTuple):
    """`fresh`: named in no letter yet."""

    bureau_code: str
    people: int
    fresh: int


def count_bureaus(work: Work) -> list[BureauCount]:
    """Of the people whom the registry does not know."""
    people, asked = sa.func.count(), sa.func.count(col(StrandedPerson.letter_id))
    bureau = col(StrandedPerson.bureau_code)
    statement = (
        sa.select(bureau, people, people - asked)
        .join_from(StrandedPerson, Worker, _SAME_PERSON, isouter=True)
        .where(col(StrandedPerson.county_code) == work.county_code)
        .where(_UNMATCHED, bureau.is_not(None))
        .group_by(bureau)
        .order_by(bureau)
    )
    return [BureauCount(*row) for row in work.session.execute(statement)]


def list_of_letter(work: Work, *, letter_id: UUID) -> list[Listed]:
    """Whom a letter named, as far as no later one did."""
    statement = _of_county(work.actor).where(col(StrandedPerson.letter_id) == letter_id)
    return _read(work.session, statement.order_by(col(StrandedPerson.id)))


def lock_for_letter(work: Work, *, bureau_code: str, again: bool) -> list[Listed]:
    """Whom a letter to this bureau shall name; nobody else takes them until the transaction ends."""
    statement = _of_county(work.actor).where(
        _UNMATCHED, col(StrandedPerson.bureau_code) == bureau_code
    )
    if not again:
        statement = statement.where(col(StrandedPerson.letter_id).is_(None))
    statement = statement.order_by(col(StrandedPerson.id)).with_for_update(of=StrandedPerson)
    return _read(work.session, statement)


def _of_county(actor: Actor) -> sa.Select[Any]:
    return (
        sa.select(*_LISTED)
        .join_from(StrandedPerson, Worker, _SAME_PERSON, isouter=True)
        .where(col(StrandedPerson.county_code) == actor.county_code)
    )


def _page(statement: sa.Select[Any], cursor: Cursor) -> sa.Select[Any]:
    if cursor.after_id is not None:
        statement = statement.where(col(StrandedPerson.id) > cursor.after_id)
    return statement.order_by(col(StrandedPerson.id)).limit(cursor.limit + 1)


def _read(session: Session, statement: sa.Select[Any]) -> list[Listed]:
    return [Listed(*row) for row in session.execute(statement)]


# --- what an import writes, reads and takes back --------------------------------------------------
class StrandedRow(NamedTuple):
    """A row of stranded_person, by its columns."""

    county_code: str
    id: UUID
    enterprise_id: UUID
    id_number_index: bytes
    name_index: bytes
    home_code: str | None
    bureau_code: str | None
    statement_sealed: bytes
    content_mac: bytes
    as_of: date
    import_id: UUID
    sheet: int
    row_number: int
    call_result: str | None
    called_at: datetime | None
    letter_id: UUID | None
    requested_at: datetime | None
    requested_by: UUID | None
    created_at: datetime
    updated_at: datetime
    previous: dict[str, Any] | None


def list_by_number(
    session: Session, county_code: str, *, digests: Iterable[bytes], lock: bool = False
) -> list[StrandedRow]:
    """What all enterprises say of these numbers."""
    return load_rows(
        session,
        StrandedRow,
        STRANDED,
        county_code=county_code,
        column="id_number_index",
        keys=digests,
        lock=lock,
    )


def lock_of_import(session: Session, county_code: str, *, import_id: UUID) -> list[StrandedRow]:
    """Whom this list was the last to name."""
    statement = sa.select(STRANDED).where(STRANDED.c.county_code == county_code)
    statement = statement.where(STRANDED.c.import_id == import_id).order_by(STRANDED.c.id)
    return read_rows(StrandedRow, session.execute(statement.with_for_update()))


def list_told(work: Work, *, digests: Iterable[bytes]) -> Mapping[bytes, Sequence[Told]]:
    """Digest of a number → what enterprises said of it, the oldest first. One read, and one of keys
    where there is anything.
    """
    rows = list_by_number(work.session, work.county_code, digests=digests)
    if not rows:
        return {}
    ids = [row.id for row in rows]
    keyring = work.context.vault.open_keyring(work.session, work.county_code, ids)
    found: dict[bytes, list[Told]] = {}
    for row in sorted(rows, key=lambda each: (each.as_of, each.enterprise_id)):
        values = open_statement(keyring, row)
        if values:
            source = make_source(row.enterprise_id, row.as_of)
            told = Told(source, row.name_index, row.content_mac, values)
            found.setdefault(row.id_number_index, []).append(told)
    return found


def open_statement(keyring: Keyring, person: StrandedPerson | StrandedRow) -> dict[str, Any]:
    """What the enterprise said; empty where the keys were destroyed (erased)."""
    place = sealing_place(person.id)
    sealed = person.statement_sealed
    return keyring.open(person.id, PersonalClass.IDENTITY, sealed, place=place) or {}


def sealing_place(stranded_id: UUID) -> str:
    return f"stranded_person/{stranded_id}/statement_sealed"
