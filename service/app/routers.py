"""Every feature's router, in the order of the API document."""

from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from service.accounts.router import router as accounts
from service.corrections.router import router as corrections
from service.demand.router import router as demands
from service.enterprises.router import router as enterprises
from service.fleets.router import router as fleets
from service.health.router import router as health
from service.places.router import router as places
from service.policies.router import router as policies
from service.rosters.router import router as imports
from service.stranded.router import router as stranded
from service.tracing.router import router as traces
from service.trips.router import router as trips
from service.workers.router import router as workers

ROUTERS: tuple[APIRouter, ...] = (
    accounts,
    places,
    policies,
    enterprises,
    fleets,
    imports,
    stranded,
    corrections,
    workers,
    health,
    demands,
    trips,
    traces,
)


def include(app: FastAPI) -> None:
    """Routes know of no application: they are made once for a process, whatever applications it has."""
    app.router.routes.extend(_make_routes())


@cache
def _make_routes() -> tuple[BaseRoute, ...]:
    whole = APIRouter()
    for router in ROUTERS:
        whole.include_router(router)
    return tuple(whole.routes)
