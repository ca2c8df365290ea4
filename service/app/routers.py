"""Every feature's router, in the order of the API document."""

from fastapi import APIRouter, FastAPI

from service.accounts.router import router as accounts
from service.demand.router import router as demands
from service.places.router import router as places
from service.workers.router import router as workers

ROUTERS: tuple[APIRouter, ...] = (
    accounts,
    places,
    workers,
    demands,
)


def include(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)
