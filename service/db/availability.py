"""Which errors of a driver mean that the database is away, busy or full for the moment.

Everything else (no such table, a read-only session that writes) is a mistake of ours and stays
what it is: answered as 500 and found in the log, not hidden behind "try again".
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from schemas.errors import ErrorCode
from service.errors import DomainError

_SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_PRIMARY_CODE = 0xFF  # SQLite's extended codes carry the primary one in their lowest byte


@contextmanager
def unavailable_as_problem() -> Iterator[None]:
    """Nothing was saved, or (the connection broke inside COMMIT) nobody can tell: either way the
    same request may be sent again, for ids make repeats harmless.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error
    except DataError as error:  # a value that PostgreSQL cannot hold: a NUL, a number too large
        raise DomainError(ErrorCode.FIELD_INVALID) from error
    except IntegrityError as error:
        raise DomainError(ErrorCode.CONFLICT) from error
    except DBAPIError as error:
        if not is_passing(error):
            raise
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error


def is_passing(error: DBAPIError) -> bool:
    """PostgreSQL: lost connections, restarts, deadlocks, timeouts, a full disk are its driver's
    operational errors. SQLite's driver calls nearly everything so; there the result code decides.
    """
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return (code & _PRIMARY_CODE) in _SQLITE_PASSING
    return isinstance(error, OperationalError) or error.connection_invalidated
