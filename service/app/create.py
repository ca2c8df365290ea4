"""settings → FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service.accounts.addresses import AddressLimit
from service.accounts.authenticator import Authenticator
from service.app import health, problems, reference, routers
from service.app.bodies import BodyLimit
from service.app.composition import make_context
from service.app.document import DESCRIPTION, TITLE, Application
from service.app.headers import SecurityHeaders
from service.app.logs import noting
from service.app.requests import RequestLog
from service.clock import Clock, system_clock
from service.settings import Settings


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
    routers.include(app)
    app.include_router(health.router)
    app.include_router(reference.router)
    _surround(app, settings)
    return app


def _surround(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost: headers also stand on what the others answer."""
    app.add_middleware(BodyLimit, limit_bytes=settings.body_limit_bytes)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
