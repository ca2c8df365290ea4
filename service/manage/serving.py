"""`fangang-server serve`: default host and port, only on a migrated database, once for each SQLite file."""

import gc
import socket
from typing import Annotated

import typer
import uvicorn

from service.app import logs
from service.app.create import create_app
from service.app.listening import bind, configure, read_url
from service.manage.console import ExitCode, fail, tell
from service.manage.leftover_keys import repeat_erasures
from service.manage.messages import ErrorText, HelpText, ResultText
from service.manage.opening import alone_on, check_ready
from service.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help=HelpText.HOST.mark)] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=HelpText.PORT.mark, min=0, max=65_535)] = 8000,
) -> None:
    settings = Settings()
    check_ready(settings)
    with alone_on(settings), _listen(host, port) as listener:
        repeat_erasures(settings)
        logs.configure(settings.log_format)
        config = configure(create_app(settings))
        _set_program_aside()
        _Server(config, url=read_url(listener)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Ends the program when the port cannot be had."""
    try:
        return bind(host, port)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fail(ExitCode.CANNOT_LISTEN, ErrorText.CANNOT_LISTEN, host=host, port=port, reason=reason)


def _set_program_aside() -> None:
    """The program's own objects are never garbage: walking through all of them again and again
    was a seventh of the work of an import.
    """
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """Tells its address once it answers there."""

    def __init__(self, config: uvicorn.Config, *, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            tell(ResultText.SERVING, url=self._url)
