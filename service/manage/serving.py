"""`fangang-server serve`: only on a migrated database, and once for each SQLite file."""

import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from schemas.errors import ErrorCode
from service.app import logs
from service.app.create import create_app
from service.db.database import file_lock
from service.db.schema import head_revision
from service.errors import DomainError
from service.manage.console import ExitCode, fail, say
from service.manage.messages import Text
from service.manage.migrations import current_revision, is_known
from service.settings import Settings

USUAL_PORT = 8000


def serve(
    host: Annotated[str, typer.Option(help="HELP_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="HELP_PORT", min=0, max=65_535)] = USUAL_PORT,
) -> None:
    settings = Settings()
    check_ready(settings)
    with _only_one(settings), listen(host, port) as listener:
        address, taken = listener.getsockname()[:2]
        name = f"[{address}]" if ":" in address else address
        logs.configure(settings.log_format)
        config = uvicorn.Config(create_app(settings), log_config=None, server_header=False)
        _set_program_aside()
        _Server(config, url=f"http://{name}:{taken}").run(sockets=[listener])


def _set_program_aside() -> None:
    """The program's own objects are never garbage: walking through all of them again and again
    was a seventh of the work of an import.
    """
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """Says where it is once it really answers there."""

    def __init__(self, config: uvicorn.Config, *, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            say(Text.SERVING, url=self._url)


def check_ready(settings: Settings) -> None:
    """Ends the program with the next step when the database is not at this program's revision."""
    revision = read_revision(settings)
    if revision is not None:
        check_known(revision)
    if revision != head_revision():
        place = sqlite_path(settings) or make_url(settings.migration_url).database
        fail(ExitCode.NOT_MIGRATED, Text.NOT_MIGRATED, place=place)
    check_key_file(settings)


def read_revision(settings: Settings) -> str | None:
    """None: there is no database yet. Asking does not make one."""
    path = sqlite_path(settings)
    if path is not None and not path.exists():
        return None
    try:
        return current_revision(settings)
    except OperationalError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error


def check_known(revision: str) -> None:
    if not is_known(revision):
        fail(ExitCode.NOT_MIGRATED, Text.TOO_NEW, revision=revision)


def check_key_file(settings: Settings) -> None:
    """A database that holds data and a fresh key do not belong together."""
    if not settings.key_file.exists():
        fail(ExitCode.REFUSED, Text.KEY_FILE_LOST, path=settings.key_file)


def sqlite_path(settings: Settings) -> Path | None:
    url = make_url(settings.database_url.get_secret_value())
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """PostgreSQL serves several processes; a SQLite file has one."""
    path = sqlite_path(settings)
    if path is None:
        yield
        return
    try:
        with file_lock(path.with_name(path.name + ".serve"), wait=False):
            yield
    except BlockingIOError:
        fail(ExitCode.ALREADY_SERVED, Text.ALREADY_SERVED, path=path)


def listen(host: str, port: int) -> socket.socket:
    """Bound here, so that a taken port is a sentence and port 0 is known before serving. Its protocol
    is named because asyncio sends without delay (TCP_NODELAY) only where it is: else every answer on
    a connection that is kept would wait 40 ms for the client's acknowledgement of its headers.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or type(error).__name__
        fail(ExitCode.CANNOT_LISTEN, Text.CANNOT_LISTEN, host=host, port=port, reason=reason)
    return listener
