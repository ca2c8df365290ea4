"""The API document is fit to be read by a coordinator."""

import re
from collections.abc import Iterator
from typing import Any

from starlette.testclient import TestClient

from schemas.messages import MESSAGES
from service.app.document import TAGS
from service.app.responses_document import EXTRA

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3}")


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


def test_every_refusal_has_the_one_form(document: dict[str, Any]) -> None:
    forms = {
        (status, answer.get("$ref"))
        for _, each in _operations(document)
        for status, answer in each["responses"].items()
        if status not in {"200", "201", "204", "304"}
    }
    assert {each for _, each in forms if each is None} == set()
    for status, reference in forms:
        name = f"Problem{'' if status == 'default' else status}"
        assert reference == f"#/components/responses/{name}"
        content = document["components"]["responses"][name]["content"]
        assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_what_slows_down_is_said_of_operations_that_there_are(document: dict[str, Any]) -> None:
    assert {*EXTRA} - {each["operationId"] for _, each in _operations(document)} == set()


def test_every_code_of_a_refusal_is_named_under_its_status(document: dict[str, Any]) -> None:
    named = {
        code: int(name.removeprefix("Problem"))
        for name, each in document["components"]["responses"].items()
        for code in re.findall("`([a-z-]+)`", each["description"])
    }
    never = {"method-not-allowed"}
    assert named == {
        str(code): message.status for code, message in MESSAGES.items() if code not in never
    }


def test_what_is_made_says_where_and_what_has_a_version_says_which(
    document: dict[str, Any],
) -> None:
    paths = document["paths"]
    headers = {
        name: set(answer["headers"])
        for name, each in _operations(document)
        for status, answer in each["responses"].items()
        if status in {"200", "201", "204"}
    }
    assert [name for name, each in headers.items() if "X-Request-ID" not in each] == []
    made = {name for name, each in _operations(document) if "201" in each["responses"]}
    assert {name for name, each in headers.items() if "Location" in each} == made
    made_anew = {f"POST {path.rpartition('/')[0]}" for path in paths if "patch" in paths[path]}
    edited = {
        f"{method} {path}"
        for path in paths
        if "patch" in paths[path]
        for method in ("GET", "PATCH")
    }
    assert {name for name, each in headers.items() if "ETag" in each} == {
        *edited,
        *(made_anew & made),
        "GET /v1/trips",
    }


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
    assert kinds == ["worker.travel_changed"]


def test_an_attachment_is_documented_with_its_types_and_its_size(document: dict[str, Any]) -> None:
    path = document["paths"]["/v1/trips/{trip_id}/attachments/{attachment_id}"]
    types = {"image/jpeg", "image/png", "application/pdf"}
    sent, kept = path["post"]["requestBody"], path["get"]["responses"]["200"]["content"]
    assert sent["required"]
    assert {each["schema"]["maxLength"] for each in sent["content"].values()} == {10_485_760}
    assert kept.keys() == types
    assert sent["content"].keys() == types | {"application/octet-stream"}
    assert "application/json" not in path["get"]["responses"]["200"]["content"]
