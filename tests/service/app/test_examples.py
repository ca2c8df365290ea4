"""Whoever copies an example of /docs gets an answer about the matter, not about the example."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from service.app.document import WRITTEN_AT, renew_examples
from tests.factories import World

YEARS_LATER = timedelta(days=2437, hours=5)


@pytest.fixture
def late_world(world: World) -> World:
    """The examples were written in 2020; it is years later, at another hour."""
    world.clock.now += YEARS_LATER
    return world


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _fill(
    document: dict[str, Any], path: str, operation: dict[str, Any], new_id: str
) -> tuple[str, dict[str, Any]]:
    """Path and query with their examples; an id that has none is one that does not exist, and of a
    list of values the first is taken.
    """
    query: dict[str, Any] = {}
    for each in operation.get("parameters", ()):
        schema = each["schema"]
        if "$ref" in schema:
            named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            schema = {"examples": named["enum"]}
        example = next(iter(schema.get("examples", each.get("examples", ()))), None)
        value = new_id if example is None and schema.get("format") == "uuid" else example
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", str(value))
        elif each["in"] == "query" and value is not None:
            query[each["name"]] = value
        assert value is not None or not each.get("required") or each["in"] == "header", each
    return path, query


def test_every_get_can_be_tried_as_it_is_documented(late_world: World) -> None:
    document = late_world.http.get("/openapi.json").json()
    client, unknown = late_world.client(), str(late_world.new_id())
    tried = {}
    for method, path, operation in _operations(document):
        if method == "GET":
            filled, query = _fill(document, path, operation, unknown)
            answer = client.get(filled, **query)
            tried[path] = (answer.status_code, answer.json().get("code"))
    wrong = {path: each for path, each in tried.items() if each[0] in {400, 409, 422, 500}}
    assert wrong == {}
    assert len(tried) > 30


def test_every_body_can_be_tried_as_it_is_documented(late_world: World) -> None:
    """It may name somebody who is not there: what is said is then about that."""
    document = late_world.http.get("/openapi.json").json()
    client, unknown = late_world.client(), str(late_world.new_id())
    found = {}
    for method, path, operation in _operations(document):
        body = _find_example(document, operation)
        if method == "GET" or body is None:
            continue
        filled, query = _fill(document, path, operation, unknown)
        headers = {"If-Match": '"1"'}
        answer = client.request(method, filled, body=body, params=query, headers=headers)
        found[f"{method} {path}"] = {answer.json().get("code"), *_outcome_codes(answer.json())}
    about_the_example = {"request-invalid", "field-invalid", "time-out-of-range", "clock-ahead"}
    wrong = {name: each for name, each in found.items() if each & about_the_example}
    assert wrong == {}
    assert len(found) > 15


def _outcome_codes(answer: dict[str, Any]) -> Iterator[str]:
    for each in answer.get("outcomes") or ():
        if each.get("problem"):
            yield each["problem"]["code"]


def _find_example(document: dict[str, Any], operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in content:
        return content["example"]
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    model = document["components"]["schemas"].get(name, {})
    return next(iter(model.get("examples", ())), None)


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        (timedelta(), "2020-03-24T05:12:00+08:00"),
        (timedelta(hours=23), "2020-03-24T05:12:00+08:00"),
        (timedelta(days=1), "2020-03-25T05:12:00+08:00"),
        (timedelta(days=366, hours=1), "2021-03-25T05:12:00+08:00"),
    ],
)
def test_examples_are_moved_by_whole_days(later: timedelta, wanted: str) -> None:
    written = {
        "2020-03-24": "a key stays",
        "description": "2020-03-24",
        "example": {"at": ["2020-03-24T05:12:00+08:00"]},
    }
    renewed = renew_examples(written, now=WRITTEN_AT + later)
    assert renewed["description"] == "2020-03-24"
    assert renewed["example"] == {"at": [wanted]}
    assert written["example"] == {"at": ["2020-03-24T05:12:00+08:00"]}


def test_papers_of_the_examples_have_not_ended(late_world: World) -> None:
    """Carrier, vehicle and driver as they are documented can drive a trip."""
    models = late_world.http.get("/openapi.json").json()["components"]["schemas"]
    today, ends = late_world.clock.now.date(), {}
    for model in ("CarrierIn", "DriverIn", "VehicleIn"):
        (example,) = models[model]["examples"]
        found = {name: text for name, text in example.items() if name.endswith("valid_until")}
        ends |= {f"{model}.{name}": date.fromisoformat(text) for name, text in found.items()}
    assert len(ends) == 4
    assert {name: end for name, end in ends.items() if end <= today} == {}


def test_ids_tell_the_day_they_are_moved_to() -> None:
    written = {"example": "01710a3e-2400-7000-8000-000000000501"}
    moved = renew_examples(written, now=WRITTEN_AT + timedelta(days=10))["example"]
    before, after = (int(each[:13].replace("-", ""), 16) for each in (written["example"], moved))
    assert datetime.fromtimestamp((after - before) / 1000, tz=WRITTEN_AT.tzinfo).day == 11
    assert (moved[14:], len(moved)) == ("7000-8000-000000000501", 36)
