"""The hands of somebody who has the database itself: the file, or PostgreSQL's superuser. No guard of
the application stands in the way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, pool
from sqlalchemy.engine import make_url

from service.settings import Settings
from tests.postgres import VARIABLE


@contextmanager
def dba(settings: Settings) -> Iterator[Connection]:
    """A connection whose changes are kept when the block ends without an exception."""
    engine = create_engine(dba_url(settings), poolclass=pool.NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def dba_url(settings: Settings) -> str:
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() == "postgresql":
        url = make_url(os.environ[VARIABLE]).set(database=url.database)
    return url.render_as_string(hide_password=False)


def is_sqlite(settings: Settings) -> bool:
    return settings.database_url.get_secret_value().startswith("sqlite")
