"""The application of a `World` on a real loopback port, for tests that need a line to cut."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.factories import World

_START_SECONDS = 10.0


class Front:
    """What listens on a port stays; which application answers there is changed."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            raise RuntimeError("a request after its test")
        await self._app(scope, receive, send)

    @contextmanager
    def showing(self, app: ASGIApp) -> Iterator[None]:
        self._app = app
        try:
            yield
        finally:
            self._app = None


def serve(
    world: World, *, wrap: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> AbstractContextManager[str]:
    """The address, while the block runs. `wrap` stands between the line and the application."""
    return listen(wrap(world.http.app))


@contextmanager
def listen(app: ASGIApp) -> Iterator[str]:
    """The address, while the block runs."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        lifespan="off",
        ws="none",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_wait_for_port(server, thread)}"
    finally:
        server.should_exit = True
        thread.join(timeout=_START_SECONDS)


def _wait_for_port(server: uvicorn.Server, thread: threading.Thread) -> int:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
