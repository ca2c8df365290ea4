"""One line for each request: enough to work with, and nothing about a person."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from schemas.permissions import Role
from service.app.logs import JsonFormatter, TextFormatter
from tests.factories import World

SENT_ID = "0190a1b2-0000-7000-8000-00000000abcd"
LEAK = ("王秀英", "211221197805123418", "15400001234")


class Lines(logging.Handler):
    """Keeps what would have been written, in both forms."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.json: list[dict[str, Any]] = []
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("httpx"):  # the client of the tests, not the server
            return
        self.json.append(json.loads(JsonFormatter().format(record)))
        self.text.append(TextFormatter().format(record))

    def of_requests(self) -> list[dict[str, Any]]:
        return [line for line in self.json if line["message"] == "request"]

    def everything(self) -> str:
        return json.dumps(self.json, ensure_ascii=False) + "\n".join(self.text)


@pytest.fixture
def lines() -> Iterator[Lines]:
    kept = Lines()
    root = logging.getLogger()
    before = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(before)


REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "answered": (
        "GET",
        "/v1/probe/{leak}?name={leak}",
        {"route": "/v1/probe/{name}", "status": 200, "level": "info"},
    ),
    "failed": (
        "GET",
        "/v1/probe/{leak}/boom?phone={leak}",
        {"route": "/v1/probe/{name}/boom", "status": 500, "level": "info"},
    ),
    "no such route": (
        "GET",
        "/v1/people/{leak}",
        {"route": "(no route)", "status": 404, "level": "info"},
    ),
    "without a token": (
        "GET",
        "/v1/me",
        {"route": "/v1/me", "status": 401, "level": "info"},
    ),
    "unknown parameter": (
        "GET",
        "/v1/me?{leak}",
        {"route": "/v1/me", "status": 422, "level": "info"},
    ),
    "refused body": (
        "POST",
        "/v1/login?{leak}",
        {"route": "/v1/login", "status": 422, "level": "info"},
    ),
    "watched": ("GET", "/healthz", {"route": "/healthz", "status": 200, "level": "debug"}),
}


@pytest.mark.parametrize(("method", "path", "expected"), REQUESTS.values(), ids=list(REQUESTS))
def test_one_line_for_each_request(
    http: TestClient, lines: Lines, method: str, path: str, expected: dict[str, Any]
) -> None:
    asked = path.replace("{leak}", " ".join(LEAK))
    http.request(
        method, asked, headers={"X-Request-ID": SENT_ID}, json={"name": LEAK, LEAK[1]: LEAK[2]}
    )
    (line,) = lines.of_requests()
    assert line.pop("duration_ms") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {
        "logger": "fangang.requests",
        "message": "request",
        "method": method,
        "request_id": SENT_ID,
        **expected,
    }
    assert [each for each in LEAK if each in lines.everything()] == []


def test_county_and_role_of_who_asked(world: World, lines: Lines) -> None:
    world.client(Role.AUDITOR).get("/v1/me")
    (line,) = lines.of_requests()
    assert {name: line[name] for name in ("county", "role", "route", "status")} == {
        "county": world.settings.county_code,
        "role": "auditor",
        "route": "/v1/me",
        "status": 200,
    }


def test_the_unexpected_is_answered_and_described_without_its_text(
    http: TestClient, lines: Lines
) -> None:
    answer = http.get("/v1/probe/x/boom", headers={"X-Request-ID": SENT_ID})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["x-request-id"] == SENT_ID
    assert answer.headers["content-type"] == "application/problem+json"
    (line,) = [line for line in lines.json if line["message"] == "unexpected"]
    assert (line["error_type"], line["causes"]) == ("RuntimeError", ["ValueError"])
    assert line["raised_at"][-1].rpartition(":")[0] == __file__.replace("test_requests", "conftest")
    assert line["request_id"] == SENT_ID
    assert [each for each in LEAK if each in lines.everything()] == []


IDS = {
    "a UUID": (SENT_ID, "kept"),
    "32 hex digits": (SENT_ID.replace("-", ""), "kept"),
    "an identity number": ("211221197805123418", "replaced"),
    "a forged line": ('x" level="error', "replaced"),
    "too long": ("a" * 500, "replaced"),
    "nothing": (None, "replaced"),
}


@pytest.mark.parametrize(("given", "outcome"), IDS.values(), ids=list(IDS))
def test_only_a_sane_id_is_kept(http: TestClient, given: str | None, outcome: str) -> None:
    headers = {} if given is None else {"X-Request-ID": given}
    answered = http.get("/healthz", headers=headers).headers["x-request-id"]
    assert ("kept" if answered == SENT_ID else "replaced") == outcome
    assert str(UUID(answered)) == answered


def test_an_exception_with_text_is_described_without_it(lines: Lines) -> None:
    """Also where a library logs its own traceback (the server does, for every failed request)."""
    error = KeyError(LEAK[0])
    error.__cause__ = OSError(LEAK[1])
    logging.getLogger("library").error("failed", exc_info=error)
    (line,) = lines.json
    assert (line["error_type"], line["causes"]) == ("KeyError", ["OSError"])
    assert [each for each in LEAK if each in lines.everything()] == []


def test_no_line_can_be_forged() -> None:
    record = logging.makeLogRecord({"msg": "one\n2020-03-24 error forged", "name": "x"})
    assert TextFormatter().format(record).count("\n") == 0
    assert JsonFormatter().format(record).count("\n") == 0
