"""What must hold before a command works: the database migrated and not newer than the program, the key file
there; then the context and the console's actor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from schemas.errors import ErrorCode
from service.accounts.actions import make_console_actor
from service.app.composition import make_context
from service.auth import Actor
from service.context import Context
from service.db.database import file_lock
from service.db.schema import head_revision
from service.errors import DomainError
from service.manage.console import ExitCode, fail
from service.manage.messages import ErrorText
from service.manage.migrations import current_revision, is_known
from service.settings import Settings


@contextmanager
def opened(county_code: str | None = None) -> Iterator[tuple[Context, Actor]]:
    """The context on a migrated database, and the console's actor in this county (else the settings').
    Ends the program with the next step where check_ready does.
    """
    settings = Settings()
    check_ready(settings)
    context = make_context(settings)
    try:
        yield context, make_console_actor(county_code or settings.county_code)
    finally:
        context.dispose()


def check_ready(settings: Settings) -> None:
    """Ends the program with the next step when the database is not at this program's revision, or its
    key file is gone.
    """
    revision = read_revision(settings)
    if revision is not None:
        check_known(revision)
    if revision != head_revision():
        place = find_sqlite_path(settings) or make_url(settings.migration_url).database
        fail(ExitCode.NOT_MIGRATED, ErrorText.NOT_MIGRATED, place=place)
    check_key_file(settings)


def read_revision(settings: Settings) -> str | None:
    """None: there is no database yet. Asking does not make one."""
    path = find_sqlite_path(settings)
    if path is not None and not path.exists():
        return None
    try:
        return current_revision(settings)
    except OperationalError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error


def check_known(revision: str) -> None:
    """Ends the program when the database belongs to a newer one."""
    if not is_known(revision):
        fail(ExitCode.NOT_MIGRATED, ErrorText.TOO_NEW, revision=revision)


def check_key_file(settings: Settings) -> None:
    """Ends the program when the key file is gone: a fresh key would not open what is stored."""
    if not settings.key_file.exists():
        fail(ExitCode.REFUSED, ErrorText.KEY_FILE_LOST, path=settings.key_file)


def find_sqlite_path(settings: Settings) -> Path | None:
    """None on PostgreSQL."""
    url = make_url(settings.database_url.get_secret_value())
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def alone_on(settings: Settings) -> Iterator[None]:
    """For what must not run beside a server, and for the server itself. PostgreSQL serves several processes;
    a SQLite file has one. Ends the program when it has.
    """
    path = find_sqlite_path(settings)
    if path is None:
        yield
        return
    try:
        with file_lock(path.with_name(path.name + ".serve"), wait=0):
            yield
    except BlockingIOError:
        fail(ExitCode.ALREADY_SERVED, ErrorText.ALREADY_SERVED, path=path)
