"""Every SELECT of stranded people, and the opening of what was said of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.stranded import OPEN_RESULTS, StrandedState
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.errors import DomainError
from service.registry.queries import WORKER
from service.rest import Cursor
from service.stranded.models import StrandedPerson
from service.vault.vault import Keyring

STRANDED = table_of(StrandedPerson)
_KNOWN = and_(
    WORKER.c.county_code == STRANDED.c.county_code,
    WORKER.c.id_number_index == STRANDED.c.id_number_index,
)
_UNMATCHED = WORKER.c.id.is_(None)
_NAME_DIFFERS = and_(WORKER.c.id.is_not(None), WORKER.c.name_index != STRANDED.c.name_index)
_JOINED = (
    STRANDED,
    WORKER.c.id.label("worker_id"),
    WORKER.c.township_code,
    _NAME_DIFFERS.label("name_differs"),
)


@dataclass(frozen=True, slots=True)
class StrandedFilter:
    """What narrows a list; None does not. `home_prefix`: 2, 4 or 6 digits."""

    state: StrandedState | None = None
    home_prefix: str | None = None
    enterprise_id: UUID | None = None


def list_stranded(work: Work, *, cursor: Cursor, wanted: StrandedFilter) -> list[RowMapping]:
    """One page and a row more, in the order in which they were first told."""
    statement = _page(_of_county(work.actor), cursor)
    if wanted.state is not None:
        is_unmatched = wanted.state is StrandedState.UNMATCHED
        statement = statement.where(_UNMATCHED if is_unmatched else WORKER.c.id.is_not(None))
    if wanted.home_prefix is not None:
        prefix = wanted.home_prefix
        statement = statement.where(STRANDED.c.home_code.startswith(prefix, autoescape=True))
    if wanted.enterprise_id is not None:
        statement = statement.where(STRANDED.c.enterprise_id == wanted.enterprise_id)
    return list(work.session.execute(statement).mappings())


def list_chase(work: Work, *, cursor: Cursor) -> list[RowMapping]:
    """One page and a row more of those whom the county has to telephone itself: not in the registry
    and nobody to write to, or in it under another name; until a call has settled it.
    """
    waits = or_(STRANDED.c.call_result.is_(None), STRANDED.c.call_result.in_(sorted(OPEN_RESULTS)))
    ours = and_(_UNMATCHED, STRANDED.c.bureau_code.is_(None))
    statement = _of_county(work.actor).where(waits, or_(ours, _NAME_DIFFERS))
    return list(work.session.execute(_page(statement, cursor)).mappings())


def find_stranded(work: Work, *, stranded_id: UUID) -> RowMapping:
    """Raises not-found."""
    statement = _of_county(work.actor).where(STRANDED.c.id == stranded_id)
    row = work.session.execute(statement).mappings().one_or_none()
    if row is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return row


def count_bureaus(work: Work) -> list[RowMapping]:
    """bureau_code, people and fresh (in no letter yet), of those whom the registry does not know."""
    statement = (
        select(
            STRANDED.c.bureau_code,
            func.count().label("people"),
            (func.count() - func.count(STRANDED.c.letter_id)).label("fresh"),
        )
        .join_from(STRANDED, WORKER, _KNOWN, isouter=True)
        .where(STRANDED.c.county_code == work.county_code)
        .where(_UNMATCHED, STRANDED.c.bureau_code.is_not(None))
        .group_by(STRANDED.c.bureau_code)
        .order_by(STRANDED.c.bureau_code)
    )
    return list(work.session.execute(statement).mappings())


def list_of_letter(work: Work, *, letter_id: UUID) -> list[RowMapping]:
    """Whom a letter named, as far as no later one did."""
    statement = _of_county(work.actor).where(STRANDED.c.letter_id == letter_id)
    return list(work.session.execute(statement.order_by(STRANDED.c.id)).mappings())


def lock_for_letter(work: Work, *, bureau_code: str, again: bool) -> list[RowMapping]:
    """Whom a letter to this bureau shall name; nobody else takes them until the transaction ends."""
    statement = _of_county(work.actor).where(_UNMATCHED, STRANDED.c.bureau_code == bureau_code)
    if not again:
        statement = statement.where(STRANDED.c.letter_id.is_(None))
    statement = statement.order_by(STRANDED.c.id).with_for_update(of=STRANDED)
    return list(work.session.execute(statement).mappings())


def list_by_number(
    session: Session, county_code: str, *, digests: Iterable[bytes], lock: bool = False
) -> list[RowMapping]:
    """What all enterprises say of these numbers."""
    return load_many(
        session,
        STRANDED,
        county_code=county_code,
        column="id_number_index",
        keys=digests,
        lock=lock,
    )


def lock_of_import(session: Session, county_code: str, *, import_id: UUID) -> list[RowMapping]:
    """Whom this list was the last to name."""
    statement = select(STRANDED).where(STRANDED.c.county_code == county_code)
    statement = statement.where(STRANDED.c.import_id == import_id).order_by(STRANDED.c.id)
    return list(session.execute(statement.with_for_update()).mappings())


def open_statement(keyring: Keyring, row: RowMapping) -> dict[str, Any]:
    """What the enterprise said; empty where the keys were destroyed (erased)."""
    sealed, place = row["statement_sealed"], sealing_place(row["id"])
    return keyring.open(row["id"], PersonalClass.IDENTITY, sealed, place=place) or {}


def sealing_place(stranded_id: UUID) -> str:
    return f"stranded_person/{stranded_id}/statement_sealed"


def _of_county(actor: Actor) -> Select[Any]:
    return (
        select(*_JOINED)
        .join_from(STRANDED, WORKER, _KNOWN, isouter=True)
        .where(STRANDED.c.county_code == actor.county_code)
    )


def _page(statement: Select[Any], cursor: Cursor) -> Select[Any]:
    if cursor.after_id is not None:
        statement = statement.where(STRANDED.c.id > cursor.after_id)
    return statement.order_by(STRANDED.c.id).limit(cursor.limit + 1)
