"""settings → FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.accounts.router import router as accounts
from service.accounts.sessions import AddressLimit
from service.accounts.tokens import Authenticator
from service.app import health, problems, reference
from service.app.composition import make_context
from service.app.document import DESCRIPTION, TITLE, Application
from service.app.logs import noting
from service.app.requests import BodyLimit, RequestLog
from service.clock import Clock, system_clock
from service.demand.router import router as demands
from service.enterprises.router import router as enterprises
from service.fleets.router import router as fleets
from service.health.router import router as clearances
from service.places.router import router as places
from service.policies.router import router as policies
from service.rosters.router import router as imports
from service.settings import Settings
from service.stranded.router import router as stranded
from service.tracing.router import router as traces
from service.trips.router import router as trips
from service.workers.router import router as workers


class SecurityHeaders:
    """nosniff everywhere; nothing under /v1 is kept by a browser or a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        personal = scope["path"].startswith("/v1")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "no-referrer"
                if personal:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


ROUTERS: tuple[APIRouter, ...] = (
    accounts,
    places,
    policies,
    enterprises,
    fleets,
    imports,
    stranded,
    workers,
    clearances,
    demands,
    trips,
    traces,
)


def include(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)


def create_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    context = make_context(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        context.dispose()

    app = Application(
        title=TITLE,
        description=DESCRIPTION,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = context
    app.state.clock = clock
    app.state.address_limit = AddressLimit(allowed=settings.login_failures_per_address)
    app.state.authenticate = noting(Authenticator(context.database, settings))
    problems.install(app)
    include(app)
    app.include_router(health.router)
    app.include_router(reference.router)
    _surround(app, settings)
    return app


def _surround(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost: headers also stand on what the others answer."""
    app.add_middleware(BodyLimit, limit_bytes=settings.body_limit_bytes)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
