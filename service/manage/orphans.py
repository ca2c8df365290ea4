"""Keys without rows: left behind where a crash fell between SQLite's two files. Harmless, and swept
by `verify --sweep`.
"""

from uuid import UUID

from sqlalchemy import Column, Table, select
from sqlmodel import Session

from service.auth import Actor
from service.context import Context
from service.db import Id
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
    left = context.vault.list_subjects(session, county_code)
    for table in metadata.sorted_tables:
        if table.name in _REPEATING or "county_code" not in table.c:
            continue
        for column in _id_columns(table):
            if left:
                named = select(column).where(table.c.county_code == county_code).distinct()
                left -= set(session.execute(named).scalars())
    return sorted(left)


def sweep_orphan_keys(context: Context, actor: Actor) -> int:
    """Delete them; the number of subjects. What was listed earlier is not believed: meanwhile
    somebody may have sealed with such a key, so nobody seals while it is looked at again."""
    with context.database.write(actor) as session:
        context.vault.lock_keys(session)
        orphans = list_orphan_keys(context, session, actor.county_code)
        context.vault.destroy(session, actor.county_code, orphans)
    return len(orphans)


def _id_columns(table: Table) -> list[Column[object]]:
    return [column for column in table.c if isinstance(column.type, Id)]
