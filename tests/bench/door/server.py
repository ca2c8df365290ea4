"""The server under measure: `python -m tests.bench.door.server`, a process of its own on a free port.

It is `fangang-server serve` as in use, whose application has a few routes more: those of template.py, and those
by which a bench switches a guarantee off or has it profiled. The product's settings come by environment, as in
use; BENCH_TEMPLATE_URL names the ORM template's database.
"""

import json
import os
import sys

from fastapi import APIRouter, FastAPI, Response

from service.manage import run, serving
from service.settings import Settings
from tests.bench.door import template
from tests.bench.door.guarantees import Switch
from tests.bench.door.sampling import Sampler

TEMPLATE_URL = "BENCH_TEMPLATE_URL"
_create_app = serving.create_app


def create_app(settings: Settings) -> FastAPI:
    app = _create_app(settings)
    template.install(app, os.environ[TEMPLATE_URL])
    app.include_router(_make_controls())
    app.include_router(_make_profiler())
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


def _make_profiler() -> APIRouter:
    router, samplers = APIRouter(prefix="/bench/profile", include_in_schema=False), [Sampler()]

    @router.post("/start")
    async def start() -> None:
        samplers[:] = [Sampler()]
        samplers[0].start()

    @router.post("/stop")
    def stop() -> Response:
        """Stacks with their processor seconds."""
        return Response(json.dumps(samplers[0].stop()), media_type="application/json")

    return router


def main() -> None:
    serving.create_app = create_app
    sys.argv[1:] = ["serve", "--port", "0"]
    run()


if __name__ == "__main__":
    main()
