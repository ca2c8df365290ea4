"""Every refusal has one form, in the language that was asked for, with the same headers."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from schemas.shapes import SHAPE_MESSAGES

NOT_FOUND = {"zh": "没有找到", "en": "not found"}
LANGUAGES = {
    "": "zh",
    "zh-CN,zh;q=0.9,en;q=0.8": "zh",
    "en-GB,en;q=0.9": "en",
    "en,zh": "en",
    "fr": "zh",
    "en;q=0.1,zh": "zh",
    "zh;q=0.2, en-US;q=0.7": "en",
    "en;q=0,fr": "zh",
    "en;q=high": "zh",
}


@pytest.mark.parametrize(("asked", "language"), LANGUAGES.items())
def test_in_the_language_that_was_asked_for(http: TestClient, asked: str, language: str) -> None:
    answer = http.get("/v1/nothing", headers={"Accept-Language": asked})
    assert answer.json()["title"] == NOT_FOUND[language]


REFUSALS: dict[str, tuple[str, str, int, str]] = {
    "no route": ("GET", "/v1/nothing", 404, "not-found"),
    "method": ("DELETE", "/v1/login", 405, "method-not-allowed"),
    "shape": ("POST", "/v1/login", 422, "request-invalid"),
    "no token": ("GET", "/v1/me", 401, "not-logged-in"),
    "unexpected": ("GET", "/v1/probe/x/boom", 500, "internal"),
}


@pytest.mark.parametrize(("method", "path", "status", "code"), REFUSALS.values(), ids=REFUSALS)
def test_the_one_form_of_a_refusal(
    http: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = http.request(method, path)
    found: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, found["status"], found["code"]) == (status, status, code)
    assert found["type"] == f"urn:fangang:problem:{code}"
    assert found["title"] != found["detail"] != ""


def test_a_refused_method_names_the_allowed_ones(http: TestClient) -> None:
    assert http.delete("/v1/login").headers["allow"] == "POST"


def test_a_rejected_value_is_not_repeated(http: TestClient) -> None:
    leak = "211221197805123418"
    answer = http.post("/v1/login", json={"username": {"is": leak}, "password": [leak]})
    assert answer.status_code == 422
    assert leak not in answer.text


HEADERS = {
    "/v1/nothing": {"x-content-type-options": "nosniff", "cache-control": "no-store"},
    "/v1/probe/x": {"x-content-type-options": "nosniff", "cache-control": "no-store"},
    "/v1/probe/x/boom": {"x-content-type-options": "nosniff", "cache-control": "no-store"},
    "/healthz": {"x-content-type-options": "nosniff", "cache-control": None},
}


@pytest.mark.parametrize(("path", "expected"), HEADERS.items())
def test_headers_stand_on_every_answer(
    http: TestClient, path: str, expected: dict[str, str | None]
) -> None:
    answer = http.get(path)
    assert {name: answer.headers.get(name) for name in expected} == expected


FIELDS: dict[str, list[dict[str, str]]] = {
    "zh": [
        {"field": "body.password", "message": "缺少此项"},
        {"field": "body.名字", "message": "没有这一项，请删去或核对名称"},
    ],
    "en": [
        {"field": "body.password", "message": "Field required"},
        {"field": "body.名字", "message": "Extra inputs are not permitted"},
    ],
}


@pytest.mark.parametrize(("language", "expected"), FIELDS.items())
def test_what_is_wrong_with_each_field(
    http: TestClient, language: str, expected: list[dict[str, str]]
) -> None:
    body = {"username": "clerk", "名字": "x"}
    answer = http.post("/v1/login", json=body, headers={"Accept-Language": language})
    assert answer.json()["errors"] == expected


def test_each_message_names_only_limits() -> None:
    """Every brace is a limit of the declaration, filled in by pydantic itself, or what our own rule knows of
    the field: never what was sent."""
    limits = {"highest", "known", "lowest", "question", "unit"}
    limits |= {"expected", "ge", "gt", "le", "lt", "max_length", "min_length"}
    named = {name for text in SHAPE_MESSAGES.values() for name in re.findall(r"{(\w+)}", text)}
    assert named == limits
