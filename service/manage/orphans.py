"""Keys without rows: left behind where a crash fell between SQLite's two files. Harmless, and swept
by `verify --sweep`.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Column, Table, select
from sqlmodel import Session

from service.auth import Actor
from service.context import Context
from service.db import Id, Tenant
from service.errors import DomainError
from service.ledger.bare import accepting_any_text, is_sqlite, read_bare
from service.ledger.queries import EVENT, LOG_PENDING
from service.rosters.queries import WORKER_SOURCE
from service.tables import metadata

_REPEATING = frozenset({EVENT.name, LOG_PENDING.name, WORKER_SOURCE.name})
"""The largest tables; whom they name is named by a stream, too, or by the registry. An import that
was undone goes on naming people who are gone.
"""


def list_orphan_keys(context: Context, session: Session, county_code: str) -> list[UUID]:
    """Subjects with keys whom no row of any table names. It does not ask who seals what: a key that
    was taken for an orphan by mistake would be somebody's data lost.
    """
    subjects = context.vault.list_subjects(session, county_code)
    return _list_unnamed(session, county_code, subjects)


def confirm_orphan_keys(context: Context, tenant: Tenant, suspects: list[UUID]) -> list[UUID]:
    """Those of the suspects who are orphans beside a server that goes on recording. SQLite's keys
    come before their rows, and go after them: so we wait until whoever was writing has ended, and
    look again. Nobody is suspected for the sake of a writer who does not end.
    """
    if not suspects or not context.database.is_sqlite:  # PostgreSQL shows keys and rows as of once
        return suspects
    try:
        with context.database.write(tenant):
            pass
    except DomainError:
        return []
    with context.database.read(tenant) as session:
        kept = context.vault.list_subjects(session, tenant.county_code).intersection(suspects)
        return _list_unnamed(session, tenant.county_code, kept)


def sweep_orphan_keys(context: Context, actor: Actor) -> int:
    """Delete them; the number of subjects. What was listed earlier is not believed: meanwhile
    somebody may have sealed with such a key, so nobody seals while it is looked at again."""
    with context.database.write(actor) as session:
        context.vault.lock_keys(session)
        orphans = list_orphan_keys(context, session, actor.county_code)
        context.vault.destroy(session, actor.county_code, orphans)
    return len(orphans)


def _list_unnamed(session: Session, county_code: str, subjects: Iterable[UUID]) -> list[UUID]:
    """Bare ids: an altered one is no id, and names nobody."""
    left = {each.bytes for each in subjects}
    for table in metadata.sorted_tables:
        if table.name in _REPEATING or "county_code" not in table.c:
            continue
        for column in _id_columns(table):
            if left:
                left -= _list_named(session, county_code, column)
    return sorted(UUID(bytes=each) for each in left)


def _list_named(session: Session, county_code: str, column: Column[object]) -> set[bytes]:
    named = select(read_bare(column, sqlite=is_sqlite(session))).group_by(column)
    with accepting_any_text(session):
        in_county = named.where(column.table.c.county_code == county_code)
        return {each for each in session.execute(in_county).scalars() if isinstance(each, bytes)}


def _id_columns(table: Table) -> list[Column[object]]:
    return [column for column in table.c if isinstance(column.type, Id)]
