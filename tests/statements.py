"""Statements are compiled once for a process instead of once for an engine.

Each test has a database of its own, hence engines of its own, and each engine would begin with an empty
cache of compiled statements: to fill it takes longer than to run them. What is sent to the database, and
how often, is the same.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

_MOST = 2000
_dialects: dict[str, Dialect] = {}
_compiled: LRUCache[Any, Any] = LRUCache(_MOST)


def share_compiled() -> None:
    """From now on, for every engine of this process that keeps its connections. An engine without a
    pool may be set up in its own way (AUTOCOMMIT), and stays as it is.
    """
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    """The cache tells statements apart by their dialect: engines of one kind take the first one's."""
    engine = connection.engine
    if isinstance(engine.pool, QueuePool):
        dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
        engine.dialect = connection.dialect = dialect
        connection.execution_options(compiled_cache=_compiled)
