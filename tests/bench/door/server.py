"""The server under measure: `python -m tests.bench.door.server`, a process of its own on a free port.

It is `fangang-server serve` as in use, whose application has two routes more (template.py). The product's
settings come by environment, as in use; BENCH_TEMPLATE_URL names the ORM template's database.
"""

import os
import sys

from fastapi import FastAPI

from service.manage import run, serving
from service.settings import Settings
from tests.bench.door import template

TEMPLATE_URL = "BENCH_TEMPLATE_URL"
_create_app = serving.create_app


def create_app(settings: Settings) -> FastAPI:
    app = _create_app(settings)
    template.install(app, os.environ[TEMPLATE_URL])
    return app


def main() -> None:
    serving.create_app = create_app
    sys.argv[1:] = ["serve", "--port", "0"]
    run()


if __name__ == "__main__":
    main()
