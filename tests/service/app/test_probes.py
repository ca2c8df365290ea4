"""Alive is one thing, ready another."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app.create import create_app
from service.settings import Settings
from service.vault.keys import key_path


def _database(settings: Settings) -> Path:
    return Path(settings.database_url.get_secret_value().removeprefix("sqlite:///"))


def _nothing(_settings: Settings) -> None:
    pass


def _set_back(settings: Settings) -> None:
    with sqlite3.connect(_database(settings)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()


def _lose_key_file(settings: Settings) -> None:
    settings.key_file.unlink()


def _lose_key_store(settings: Settings) -> None:
    key_path(_database(settings)).unlink()


def _lose_database(settings: Settings) -> None:
    _database(settings).write_bytes(b"no database at all" * 100)


CASES: dict[str, tuple[Callable[[Settings], None], dict[str, bool]]] = {
    "all there": (_nothing, {}),
    "older revision": (_set_back, {"database": True, "revision": False, "keys": True}),
    "key file gone": (_lose_key_file, {"database": True, "revision": True, "keys": False}),
    "key store gone": (_lose_key_store, {"database": True, "revision": True, "keys": False}),
    "database broken": (_lose_database, {"database": False, "revision": False, "keys": True}),
}


@pytest.mark.parametrize(("change", "missing"), CASES.values(), ids=list(CASES))
def test_ready_tells_what_is_missing(
    settings: Settings, change: Callable[[Settings], None], missing: dict[str, bool]
) -> None:
    app = create_app(settings)
    change(settings)
    with TestClient(app) as http:
        assert http.get("/healthz").json() == {"status": "alive"}
        answer = http.get("/readyz")
    found: dict[str, Any] = answer.json()
    if missing:
        assert (answer.status_code, found["code"]) == (503, "not-ready")
        assert found["facts"] == missing
        assert answer.headers["retry-after"] == "2"
    else:
        assert (answer.status_code, found) == (200, {"status": "ready"})
