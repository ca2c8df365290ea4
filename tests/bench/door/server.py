"""The server under measure: `python -m tests.bench.door.server`, a process of its own on a free port.

It is `fangang-server serve` as in use, whose application has a few routes more: those of template.py, and one
by which a bench switches a guarantee off. The product's settings come by environment, as in use;
BENCH_TEMPLATE_URL names the ORM template's database.
"""

import os
import sys

from fastapi import APIRouter, FastAPI
from starlette.routing import Route

from service.manage import run, serving
from service.settings import Settings
from tests.bench.door import template
from tests.bench.door.guarantees import Switch
from tests.bench.door.spying import allow_spying

TEMPLATE_URL = "BENCH_TEMPLATE_URL"
_create_app = serving.create_app


def create_app(settings: Settings) -> FastAPI:
    """The routes of the bench stand right behind the door, which is matched first: else what is compared is
    how many routes lie before them."""
    app = _create_app(settings)
    routes = app.router.routes
    door, known = (
        routes.index(next(each for each in routes if not isinstance(each, Route))),
        len(routes),
    )
    template.install(app, os.environ[TEMPLATE_URL])
    app.include_router(_make_controls())
    added = routes[known:]
    del routes[known:]
    routes[door + 1 : door + 1] = added
    return app


def _make_controls() -> APIRouter:
    router, switch = APIRouter(prefix="/bench", include_in_schema=False), Switch()

    @router.post("/without")
    async def do_without(name: str) -> int:
        """The calls of what stood in the place of the guarantee before."""
        calls = switch.count_calls()
        switch.switch_off(name)
        return calls

    return router


def main() -> None:
    allow_spying()
    serving.create_app = create_app
    sys.argv[1:] = ["serve", "--port", "0"]
    run()


if __name__ == "__main__":
    main()
