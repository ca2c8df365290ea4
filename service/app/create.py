"""The application put together from the settings: its routers, exception handlers and middleware, and their
order.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from schemas.attachments import MAX_ATTACHMENT_BYTES
from schemas.errors import ErrorCode
from service.accounts.router import router as accounts
from service.accounts.sessions import AddressLimit
from service.accounts.tokens import Authenticator
from service.app import probes, problems, reference
from service.app.composition import make_context
from service.app.document import DESCRIPTION, TITLE, Application
from service.app.requests import BodyBound, BodyLimit, Heads, RequestLog, SecurityHeaders
from service.clock import Clock, system_clock
from service.contacts.router import router as contacts
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
from service.trips.router.trips import door
from service.trips.router.trips import router as trips
from service.workers.router import router as workers

# Matched in this order: the door first, for no other path is asked for so often.
ROUTERS: tuple[APIRouter, ...] = (
    door,
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
    contacts,
    traces,
)
_ATTACHMENT_PATH: Final = re.compile(r"/v1/trips/[^/]+/attachments/[^/]+")


@cache
def _make_routes() -> tuple[BaseRoute, ...]:
    """Routes know of no application: they are made once for a process, whatever applications it has."""
    whole = APIRouter()
    for router in (*ROUTERS, probes.router, reference.router):
        whole.include_router(router)
    return tuple(whole.routes)


def create_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    """Raises FileNotFoundError, naming the next step, where `migrate` has not run yet."""
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
    app.state.authenticate = Authenticator(context.database, settings, context.known_tokens)
    problems.install(app)
    app.router.routes.extend(_make_routes())
    _surround(app, settings)
    return app


def _surround(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost: headers also stand on what the others answer."""
    own = {_ATTACHMENT_PATH: BodyBound(MAX_ATTACHMENT_BYTES, ErrorCode.ATTACHMENT_TOO_LARGE)}
    app.add_middleware(BodyLimit, limit_bytes=settings.body_limit_bytes, own=own)
    app.add_middleware(Heads)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders)
