"""Every route names exactly one permission, or is on the short list of public ones."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from schemas.events.specs import EVENT_SPECS
from schemas.permissions import Permission
from service.app.create import ROUTERS, create_app
from service.auth import Actor, Allow, allowed
from service.settings import Settings

LOGIN = {"POST /v1/login"}
PROCESS = {"GET /healthz", "GET /readyz"}
DOCUMENTS = {"GET /", "GET /docs", "GET /openapi.json"}


def _permissions(dependant: Dependant) -> Iterator[Permission]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Allow):
            yield inner.call.permission
        yield from _permissions(inner)


def list_permissions(*routers: APIRouter) -> dict[str, list[Permission]]:
    """METHOD /path → the permissions that its endpoint asks for, routers within routers included."""
    app = FastAPI(openapi_url=None)
    for router in routers:
        app.include_router(router)
    return {
        f"{method} {route.path}": list(_permissions(route.dependant))
        for route in iter_route_contexts(app.routes)
        for method in sorted(route.methods or ())
        if method != "HEAD"
    }


def test_every_route_names_one_permission() -> None:
    found = list_permissions(*ROUTERS)
    wrong = {
        route: permissions
        for route, permissions in found.items()
        if len(permissions) != (0 if route in LOGIN else 1)
    }
    assert wrong == {}


def test_logging_in_is_a_route() -> None:
    assert LOGIN - list_permissions(*ROUTERS).keys() == set()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_else_is_served(settings: Settings) -> None:
    """Whatever the application serves beside the features is known here."""
    app = create_app(settings)
    served = {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served - list_permissions(*ROUTERS).keys() == PROCESS | DOCUMENTS


def _probe() -> APIRouter:
    router, inner = APIRouter(prefix="/v1/probe"), APIRouter(prefix="/inner")

    @router.get("/open")
    def read_open() -> None: ...

    @inner.get("/twice")
    def read_twice(
        one: Annotated[Actor, allowed(Permission.TRIP_READ)],
        two: Annotated[Actor, allowed(Permission.TRIP_WRITE)],
    ) -> None: ...

    @inner.post("/closed")
    def write_closed(actor: Annotated[Actor, allowed(Permission.TRIP_WRITE)]) -> None: ...

    router.include_router(inner)
    return router


EXPECTED = {
    "GET /v1/probe/open": [],
    "GET /v1/probe/inner/twice": [Permission.TRIP_READ, Permission.TRIP_WRITE],
    "POST /v1/probe/inner/closed": [Permission.TRIP_WRITE],
}


@pytest.mark.parametrize(("route", "permissions"), EXPECTED.items())
def test_the_guard_sees(route: str, permissions: list[Permission]) -> None:
    assert list_permissions(_probe())[route] == permissions


def test_every_permission_opens_something() -> None:
    used = {each for found in list_permissions(*ROUTERS).values() for each in found}
    used |= {spec.permission for spec in EVENT_SPECS.values() if spec.permission}
    assert set(Permission) - used == set()
