"""The database: who may read, who writes, and the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from service.db.availability import unavailable_as_problem
from service.db.engines import WRITES, make_postgres_engine, make_sqlite_engine
from service.db.locks import PATIENCE_SECONDS, WriterQueue
from service.settings import Settings

_READ_OPTIONS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_SET_SCOPE = text(
    "SELECT set_config('fangang.county', :county, true),"
    " set_config('fangang.divisions', :divisions, true),"
    " set_config('lock_timeout', :milliseconds, true)"
)


class Tenant(Protocol):
    """What row-level security needs to know of an actor: the county, and a prefix of divisions."""

    @property
    def county_code(self) -> str: ...

    @property
    def division_prefix(self) -> str: ...


class Database:
    """One engine. `read` and `write` are the only ways to a session, and a session never leaves
    the `with` block. Only `write` commits: when the block ends without an exception.

    `patience` bounds every wait for a lock in seconds; then the caller is told to come again.
    """

    def __init__(self, settings: Settings, *, patience: float = PATIENCE_SECONDS) -> None:
        url = make_url(settings.database_url.get_secret_value())
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._patience = patience
        self.path: Path | None = None
        self._writers: WriterQueue | None = None
        if self.is_sqlite:
            self.path = Path(url.database or "")
            self._writers = WriterQueue(self.path, patience=patience)
            self.engine = make_sqlite_engine(settings, busy_seconds=patience)
        else:
            self.engine = make_postgres_engine(settings)

    @contextmanager
    def read(self, actor: Tenant) -> Iterator[Session]:
        """One snapshot for one actor; what tries to write here is an error."""
        with unavailable_as_problem(), Session(self.engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options=_READ_OPTIONS)
            self._set_scope(session, actor.county_code, actor.division_prefix)
            yield session
            session.rollback()

    @contextmanager
    def write(self, actor: Tenant) -> Iterator[Session]:
        """One transaction in the actor's county. The whole county is in row-level scope (a trip
        holds people of several townships); the command's own scope is checked by who decides it.
        """
        turn = self._writers.turn() if self._writers else nullcontext()
        with unavailable_as_problem(), turn, Session(self.engine) as session:
            session.connection(execution_options={WRITES: True})
            self._set_scope(session, actor.county_code, "")
            yield session
            session.commit()

    def _set_scope(self, session: Session, county_code: str, division_prefix: str) -> None:
        if self.is_sqlite:
            return
        values = {
            "county": county_code,
            "divisions": division_prefix,
            "milliseconds": str(round(self._patience * 1000)),
        }
        session.execute(_SET_SCOPE, values)

    def check(self) -> None:
        """Raises if the database does not answer."""
        with unavailable_as_problem(), self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        self.engine.dispose()
