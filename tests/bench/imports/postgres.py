"""A throw-away PostgreSQL with two databases: the product's, and one for what people do today."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, pool, text
from sqlalchemy.engine import make_url

from tests.bench.imports.costs import find_postmaster, read_clock
from tests.postgres import start_cluster


@dataclass(frozen=True, slots=True)
class Place:
    """`pid`: the postmaster's, so that the work of its backends can be read."""

    ours: str
    theirs: str
    pid: int

    @property
    def clock(self) -> Callable[[], float]:
        return lambda: read_clock(self.pid)


@contextmanager
def open_postgres() -> Iterator[Place | None]:
    """None where there is no PostgreSQL to be had, or none on this machine."""
    cluster = start_cluster()
    if cluster is None:
        yield None
        return
    try:
        yield _prepare(cluster.url)
    finally:
        cluster.stop()


def _prepare(url: str) -> Place:
    engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("bench_import", "bench_today"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    ours, theirs = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for name in ("bench_import", "bench_today")
    )
    return Place(ours, theirs, find_postmaster(backend))
