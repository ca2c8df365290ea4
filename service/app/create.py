"""settings → FastAPI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from service.app import problems, routers
from service.app.composition import make_context
from service.clock import Clock, system_clock
from service.settings import Settings


def create_app(settings: Settings, *, clock: Clock = system_clock) -> FastAPI:
    context = make_context(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        context.dispose()

    app = FastAPI(title="Fangang 返岗", version="1", lifespan=lifespan)
    app.state.context = context
    app.state.clock = clock
    problems.install(app)
    routers.include(app)
    return app
