"""Around every request: headers of every answer (no-store under /v1); its id, its line in the log, the
answer to the unexpected; the body's limit, counted packed and unpacked, gzip only.
"""

import logging
import re
import sys
import time
import zlib
from collections.abc import Iterator, Mapping
from random import getrandbits
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.errors import ErrorCode
from service.app import problems
from service.app.logs import FACTS, RequestNote, current_request, describe_exception
from service.auth import ACTOR, Actor
from service.errors import DomainError

ID_HEADER: Final = "X-Request-ID"
_RAW_ID_HEADER: Final = ID_HEADER.lower().encode()
UNMATCHED: Final = "(no route)"
_QUIET: Final = frozenset({"/healthz", "/readyz"})
_GZIP: Final = 16 + zlib.MAX_WBITS
_STEP_BYTES: Final = 64 * 1024
_HEADERS_OF_ALL: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
_HEADERS_OF_PERSONAL: Final = (*_HEADERS_OF_ALL, (b"cache-control", b"no-store"))
_log = logging.getLogger("fangang.requests")


class SecurityHeaders:
    """nosniff everywhere; nothing under /v1 is kept by a browser or a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        personal = scope["path"].startswith("/v1")
        own = _HEADERS_OF_PERSONAL if personal else _HEADERS_OF_ALL
        names = {name for name, _ in own}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = (each for each in message["headers"] if each[0] not in names)
                message["headers"] = [*others, *own]
            await send(message)

        await self._app(scope, receive, send_with_headers)


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
        note = RequestNote(_read_id(scope))
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
                own = (_RAW_ID_HEADER, note.request_id.encode())
                message["headers"] = [*message["headers"], own]
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
        if _log.isEnabledFor(level):
            # Made here: `log` would look for its caller, which the line does not name.
            record = _log.makeRecord(_log.name, level, "", 0, "request", (), None)
            setattr(record, FACTS, _list_facts(note, given, scope.get(ACTOR)))
            _log.handle(record)

    def _route(self, scope: Scope) -> str:
        """Routers lie within routers, so that a route alone does not know its whole template."""
        endpoint = scope.get("endpoint")
        if endpoint is None:
            return UNMATCHED
        if endpoint not in self._templates:
            contexts = iter_route_contexts(scope["app"].routes)
            self._templates = {each.endpoint: each.path or UNMATCHED for each in contexts}
        return self._templates.get(endpoint, UNMATCHED)


def _list_facts(note: RequestNote, given: Mapping[str, Any], actor: Actor | None) -> dict[str, Any]:
    """The line of one request: what was given, and who asked, by county and role only."""
    who = {"county": actor.county_code, "role": str(actor.role)} if actor else {}
    return {**given, "status": note.status, **who}


def _read_id(scope: Scope) -> str:
    given = next((value for name, value in scope["headers"] if name == _RAW_ID_HEADER), b"")
    try:
        return str(UUID(given.decode("latin-1")))
    except ValueError:
        return str(UUID(int=getrandbits(128), version=4))  # for the log: no secret


class Heads:
    """HEAD is answered as GET would be, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"}  # the server counts the body by its own scope
        try:
            await self._app(asked, receive, send_head)
        finally:
            scope.update({**asked, "method": "HEAD"})


class BodyBound(NamedTuple):
    """How large a body may be, and the error for a larger one."""

    limit_bytes: int
    code: ErrorCode = ErrorCode.BODY_TOO_LARGE


class BodyLimit:
    """Reads the body whole (every endpoint needs it whole) and hands it on, gzip already inflated.

    What is above the limit, packed or unpacked, is refused as soon as the count says so, whatever
    Content-Length claims; an encoding other than gzip is refused at once. `own`: paths, whole, whose
    POSTs have a bound of their own.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit_bytes: int,
        own: Mapping[re.Pattern[str], BodyBound] = MappingProxyType({}),
    ) -> None:
        self._app = app
        self._bound = BodyBound(limit_bytes)
        self._own = dict(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(Headers(scope=scope), receive, self._find_bound(scope))
        except DomainError as error:
            await problems.answer(scope, error)(scope, receive, send)
            return
        if body is None:  # the client left before the body was complete
            return
        _describe_plain(scope, len(body))
        await self._app(scope, _Replay(body, receive), send)

    def _find_bound(self, scope: Scope) -> BodyBound:
        if scope["method"] != "POST":
            return self._bound
        fitting = (bound for path, bound in self._own.items() if path.fullmatch(scope["path"]))
        return next(fitting, self._bound)

    async def _read(self, headers: Headers, receive: Receive, bound: BodyBound) -> bytes | None:
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity", "gzip"}:
            raise DomainError(ErrorCode.ENCODING_UNSUPPORTED)
        packed = await _receive_all(headers, receive, bound)
        return inflate(packed, bound=bound) if encoding == "gzip" and packed else packed


async def _receive_all(headers: Headers, receive: Receive, bound: BodyBound) -> bytes | None:
    """None when the client left. Raises the bound's error without reading on."""
    if _claimed_length(headers) > bound.limit_bytes:
        raise DomainError(bound.code)
    parts: list[bytes] = []
    count, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        count += len(part)
        if count > bound.limit_bytes:
            raise DomainError(bound.code)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


class _Replay:
    """The body once, in one message; afterwards what the connection says (its end)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def inflate(packed: bytes, *, bound: BodyBound) -> bytes:
    """Raises DomainError: the bound's own above it, request-invalid for what is no gzip."""
    parts: list[bytes] = []
    count = 0
    try:
        for part in _inflate_steps(packed):
            count += len(part)
            if count > bound.limit_bytes:
                raise DomainError(bound.code)
            parts.append(part)
    except zlib.error as error:
        raise DomainError(ErrorCode.REQUEST_INVALID) from error
    return b"".join(parts)


def _inflate_steps(packed: bytes) -> Iterator[bytes]:
    """Member by member, at most _STEP_BYTES bytes at a time. A broken or cut-off one is a zlib.error."""
    while packed:
        member = zlib.decompressobj(_GZIP)
        while not member.eof:
            part = member.decompress(packed, _STEP_BYTES)
            packed = member.unconsumed_tail
            if not part and not packed and not member.eof:
                raise zlib.error("cut off")
            yield part
        packed = member.unused_data


def _claimed_length(headers: Headers) -> int:
    claimed = headers.get("content-length", "")
    return int(claimed) if claimed.isascii() and claimed.isdigit() else 0


def _describe_plain(scope: Scope, length: int) -> None:
    """The headers of the body as it is handed on."""
    headers = MutableHeaders(scope=scope)
    if "content-encoding" in headers:
        del headers["content-encoding"]
        headers["content-length"] = str(length)
