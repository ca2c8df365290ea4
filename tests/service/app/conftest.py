"""The real application with a few routes of its own that misbehave on purpose."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI
from starlette.testclient import TestClient

from service.app.create import create_app
from service.settings import Settings
from tests.databases import SqliteDatabases

LIMIT = 2000
LEAK = "王秀英 211221197805123418 15400001234"
"""What a log or an error must never repeat."""


@pytest.fixture
def settings(sqlite: SqliteDatabases, database_folder: Path) -> Settings:
    """These manners do not depend on the database: SQLite is enough, and quick."""
    return sqlite.copy(database_folder)


def make_probe() -> APIRouter:
    """Routers within a router, as the features have them."""
    inner = APIRouter(prefix="/{name}")

    @inner.get("/boom")
    def fail(name: str) -> None:
        """Fails with a text that quotes what it was given."""
        raise RuntimeError(f"{name} {LEAK}") from ValueError(LEAK)

    @inner.get("")
    def answer(name: str) -> dict[str, int]:
        """Answers without repeating the name."""
        return {"length": len(name)}

    outer = APIRouter(prefix="/v1/probe", tags=["server"])

    @outer.post("/echo")
    def echo(body: Annotated[list[Any], Body()]) -> dict[str, int]:
        """Tells how many items came."""
        return {"items": len(body)}

    outer.include_router(inner)
    return outer


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    made = create_app(settings.model_copy(update={"body_limit_bytes": LIMIT}))
    made.include_router(make_probe())
    return made


@pytest.fixture
def http(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
