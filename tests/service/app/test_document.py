"""The API document is fit to be read by a coordinator."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app.create import create_app
from service.app.document import TAGS
from tests.databases import SqliteDatabases

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3}")


@pytest.fixture(scope="module")
def document(sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Made once: it takes a second, and nobody changes it."""
    app = create_app(sqlite.copy(tmp_path_factory.mktemp("document")))
    with TestClient(app) as http:
        found: dict[str, Any] = http.get("/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_each_operation_says_in_one_line_what_it_does(document: dict[str, Any]) -> None:
    summaries = {name: each["summary"] for name, each in _operations(document)}
    assert [name for name, text in summaries.items() if len(text) > 110 or len(text) < 10] == []
    assert [name for name, text in summaries.items() if not text.endswith((".", "。"))] == []


def test_each_operation_has_a_tag_that_is_described(document: dict[str, Any]) -> None:
    unknown = {
        name: each.get("tags")
        for name, each in _operations(document)
        if len(each.get("tags", ())) != 1 or each["tags"][0] not in TAGS
    }
    assert unknown == {}


def test_tags_are_described_in_both_languages() -> None:
    assert [
        tag for tag, text in TAGS.items() if not (HAN.search(text) and LATIN.search(text))
    ] == []


def test_the_problem_form_is_documented_once(document: dict[str, Any]) -> None:
    forms = {str(each["responses"].get("default")) for _, each in _operations(document)}
    assert forms == {"{'$ref': '#/components/responses/Problem'}"}
    assert [name for name, each in _operations(document) if "422" in each["responses"]] == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(document))):
        part: Any = document
        for step in reference.split("/"):
            part = part[step]
        assert part


def test_the_page_tells_what_each_field_of_an_event_may_hold(http: TestClient) -> None:
    page = http.get("/docs").text
    row = next(line for line in page.splitlines() if "<code>passenger.checked_in</code>" in line)
    assert "<code>passenger_id</code>* uuid<br>" in row
    assert "card | " in row
    assert "integer 300–450 | unreadable" in row
    assert "<code>hold_id</code>* uuid" in page
    assert "any" not in re.findall(r"</code>\*? (\w+)", page)


def test_worker_events_show_a_worker_event(document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/workers/{worker_id}/events"]["post"]["requestBody"]
    kinds = [each["kind"] for each in body["content"]["application/json"]["example"]["events"]]
    assert kinds == ["worker.held"]


def test_an_attachment_is_documented_with_its_types_and_its_size(document: dict[str, Any]) -> None:
    path = document["paths"]["/v1/trips/{trip_id}/attachments/{attachment_id}"]
    types = {"image/jpeg", "image/png", "application/pdf"}
    sent, kept = path["post"]["requestBody"], path["get"]["responses"]["200"]["content"]
    assert sent["required"]
    assert {each["schema"]["maxLength"] for each in sent["content"].values()} == {10_485_760}
    assert sent["content"].keys() == kept.keys() == types
    assert "application/json" not in path["get"]["responses"]["200"]["content"]
