"""Every feature's router, in the order of the API document."""

from fastapi import APIRouter, FastAPI

ROUTERS: tuple[APIRouter, ...] = ()


def include(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)
