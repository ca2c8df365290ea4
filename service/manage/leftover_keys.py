"""Keys that should not be there: keys that no row names (a crash left them) and keys that the records say were
destroyed (a crash, or an older archive put back); listing, sweeping, destroying again.
"""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Table, select
from sqlmodel import Session

from service.accounts.actions import make_console_actor
from service.app.composition import make_context
from service.context import Work
from service.db.columns import Id
from service.errors import DomainError
from service.ledger.bare import accepting_any_text, is_sqlite, read_bare
from service.ledger.queries import EVENT, LOG_PENDING
from service.rosters.queries.imports import WORKER_SOURCE
from service.settings import Settings
from service.tables import metadata
from service.vault.vault import ERASURE

# SQLite keeps the keys in a file of their own, and a crash between the two files leaves some.
_REPEATING: Final = frozenset({EVENT.name, LOG_PENDING.name, WORKER_SOURCE.name, ERASURE.name})
"""The largest tables; whom they name is named by a stream, too, or by the registry. An import that
was undone goes on naming people who are gone, and so does an erasure.
"""


def list_orphan_keys(work: Work) -> list[UUID]:
    """Subjects with keys whom no row of any table names. All id columns are looked at, whether or not
    a feature seals by them: a key swept by mistake is data lost. Without those that were erased.
    """
    subjects = work.context.vault.list_subjects(work.session, work.county_code)
    return _list_unnamed(
        work.session, work.county_code, subjects.difference(list_unerased_keys(work))
    )


def list_unerased_keys(work: Work) -> list[UUID]:
    """Subjects with a key that the records say was destroyed: a crash came between the two files, or an older
    archive of the keys was put back.
    """
    return work.context.vault.list_unerased(work.session, work.county_code)


def confirm(work: Work, find: Callable[[Work], list[UUID]]) -> list[UUID]:
    """What `find` finds, also beside a server that goes on recording. SQLite's keys are committed before their
    rows and deleted after them: so where some are found this waits for the writer under way and looks again
    in a new transaction. Empty when the writer does not end in time.
    """
    context, suspects = work.context, set(find(work))
    if not suspects or not context.database.is_sqlite:  # PostgreSQL shows keys and rows as of once
        return sorted(suspects)
    try:
        with context.writing(work.actor):
            pass
    except DomainError:
        return []
    with context.reading(work.actor) as now:
        return sorted(suspects.intersection(find(now)))


def sweep_keys(work: Work) -> int:
    """Deletes keys without rows, and destroys again what was erased; the number of subjects. Both are listed
    again with the keys locked, for such a key may have been sealed with since an earlier listing.
    """
    vault, session, county_code = work.context.vault, work.session, work.county_code
    vault.lock_keys(session)
    orphans = list_orphan_keys(work)
    vault.remove(session, county_code, orphans)
    return len(orphans) + vault.repeat_erasures(session, county_code)


def repeat_erasures(settings: Settings, county_codes: Iterable[str] = ()) -> None:
    """Destroys again what was erased, of these counties and of those that the application sees (on PostgreSQL
    its own one): before a server answers, and after every migration. Writes nothing where all is done.
    """
    context = make_context(settings)
    try:
        with context.reading(make_console_actor(settings.county_code)) as work:
            seen = work.session.execute(select(ERASURE.c.county_code).distinct()).scalars().all()
        for county_code in sorted({*county_codes, *seen}):
            with context.writing(make_console_actor(county_code)) as work:
                context.vault.repeat_erasures(work.session, county_code)
        context.vault.cut_log()
    finally:
        context.dispose()


def _list_unnamed(session: Session, county_code: str, subjects: Iterable[UUID]) -> list[UUID]:
    """Compared as bare ids, so that an altered id that cannot be decoded is passed over."""
    left = {each.bytes for each in subjects}
    for table in metadata.sorted_tables:
        if table.name in _REPEATING or "county_code" not in table.c:
            continue
        for column in _list_id_columns(table):
            if left:
                left -= _list_named(session, county_code, column)
    return sorted(UUID(bytes=each) for each in left)


def _list_id_columns(table: Table) -> list[Column[object]]:
    return [column for column in table.c if isinstance(column.type, Id)]


def _list_named(session: Session, county_code: str, column: Column[object]) -> set[bytes]:
    named = select(read_bare(column, sqlite=is_sqlite(session))).group_by(column)
    with accepting_any_text(session):
        in_county = named.where(column.table.c.county_code == county_code)
        return {each for each in session.execute(in_county).scalars() if isinstance(each, bytes)}
