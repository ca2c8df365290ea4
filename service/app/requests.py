"""Around every request: an id, one line in the log, and an answer even to the unexpected."""

import logging
import sys
import time
from typing import Any
from uuid import UUID, uuid4

from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.app import problems
from service.app.logs import RequestNote, current_request, describe_exception, request_facts

ID_HEADER = "X-Request-ID"
UNMATCHED = "(no route)"
_QUIET = frozenset({"/healthz", "/readyz"})
_log = logging.getLogger("fangang.requests")


class RequestLog:
    """Logs method, route template (never the path itself, never a query: they may be personal),
    status, duration, county and role. An id of the sender's that is a UUID is kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._templates: dict[Any, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = RequestNote(_read_id(Headers(scope=scope).get(ID_HEADER)))
        token = current_request.set(note)
        begun = time.perf_counter()
        try:
            await self._answer(note, scope, receive, send)
        finally:
            self._write_line(note, scope, milliseconds=(time.perf_counter() - begun) * 1000)
            current_request.reset(token)

    async def _answer(self, note: RequestNote, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                note.status = message["status"]
                MutableHeaders(scope=message)[ID_HEADER] = note.request_id
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception:
            facts = {"route": self._route(scope), **describe_exception(sys.exc_info())}
            _log.error("unexpected", extra=facts)
            if note.status is None:
                await problems.internal(scope)(scope, receive, send_noting)
            raise

    def _write_line(self, note: RequestNote, scope: Scope, *, milliseconds: float) -> None:
        route = self._route(scope)
        given = {"method": scope["method"], "route": route, "duration_ms": round(milliseconds, 1)}
        level = logging.DEBUG if route in _QUIET else logging.INFO
        _log.log(level, "request", extra=request_facts(note, given))

    def _route(self, scope: Scope) -> str:
        """Routers lie within routers, so that a route alone does not know its whole template."""
        endpoint = scope.get("endpoint")
        if endpoint is None:
            return UNMATCHED
        if endpoint not in self._templates:
            contexts = iter_route_contexts(scope["app"].routes)
            self._templates = {each.endpoint: each.path or UNMATCHED for each in contexts}
        return self._templates.get(endpoint, UNMATCHED)


def _read_id(given: str | None) -> str:
    try:
        return str(UUID(given or ""))
    except ValueError:
        return str(uuid4())
