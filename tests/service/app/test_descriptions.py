"""Every property and parameter of the API document says what it is, in plain English; no entry of the tables is
dead.
"""

import re
from collections.abc import Iterator
from typing import Any

from service.app.descriptions import PROPERTIES, describe_all, find_description
from service.app.descriptions_health import HEALTH
from service.app.descriptions_specific import SPECIFIC

OF_MODELS = {**SPECIFIC, **HEALTH}

TABLES = {**PROPERTIES, **OF_MODELS}
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")
HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
WORD = re.compile(r"[A-Za-z]{2,}")


def _list_described(document: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Owner (a model, or the id of an operation), name and description of each property and parameter."""
    for model, schema in document["components"]["schemas"].items():
        for name, each in schema.get("properties", {}).items():
            yield model, name, each.get("description")
    for methods in document["paths"].values():
        for operation in methods.values():
            for each in operation.get("parameters", ()):
                yield operation["operationId"], each["name"], each.get("description")


def list_bare(document: dict[str, Any]) -> list[str]:
    return [f"{owner}.{name}" for owner, name, text in _list_described(document) if not text]


def list_dead(document: dict[str, Any]) -> list[str]:
    """Entries that describe nothing: there is no such thing, or each of them says itself what it is, or has
    an entry of its own.
    """
    used = set()
    for owner, name, text in _list_described(document):
        key = f"{owner}.{name}"
        if text == find_description(owner, name):
            used.add(key if key in OF_MODELS else name)
    return sorted(TABLES.keys() - used)


def find_faults(text: str) -> list[str]:
    plain = QUOTED.sub("", text)
    return [
        fault
        for fault, has in {
            "Chinese outside of quotes": HAN.search(plain) is not None,
            "no full stop": not text.endswith("."),
            "no sentence": len(WORD.findall(text)) < 2,
        }.items()
        if has
    ]


def _make_document() -> dict[str, Any]:
    """One model and one operation that say nothing of what they hold."""
    model = {"properties": {"trip_id": {"type": "string"}, "plume": {"type": "string"}}}
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    operation = {"operationId": "listPlumes", "parameters": parameters}
    return {
        "components": {"schemas": {"PlumeOut": model}},
        "paths": {"/v1/plumes": {"get": operation}},
    }


def test_everything_is_described(document: dict[str, Any]) -> None:
    assert list_bare(document) == []


def test_no_entry_is_dead(document: dict[str, Any]) -> None:
    assert list_dead(document) == []


def test_no_entry_repeats_the_common_one() -> None:
    names = {key: key.partition(".")[2] for key in OF_MODELS}
    assert [key for key, name in names.items() if PROPERTIES.get(name) == OF_MODELS[key]] == []


def test_descriptions_are_plain_sentences() -> None:
    faults = {key: find_faults(text) for key, text in TABLES.items()}
    assert {key: found for key, found in faults.items() if found} == {}


# --- the checks can fail ---------------------------------------------------------------------------
def test_what_is_bare_is_seen() -> None:
    bare = _make_document()
    assert list_bare(bare) == ["PlumeOut.trip_id", "PlumeOut.plume", "listPlumes.limit"]
    describe_all(bare)
    assert list_bare(bare) == ["PlumeOut.plume"]


def test_what_a_model_says_itself_stays() -> None:
    said = _make_document()
    said["components"]["schemas"]["PlumeOut"]["properties"]["trip_id"]["description"] = "Its own."
    describe_all(said)
    found = {name: text for _, name, text in _list_described(said)}
    assert found["trip_id"] == "Its own."
    assert found["limit"] == PROPERTIES["limit"]


def test_a_dead_entry_is_seen() -> None:
    described = _make_document()
    describe_all(described)
    dead = list_dead(described)
    assert "trip_id" not in dead
    assert "limit" not in dead
    assert {"plate", "PointOut.kind"} <= set(dead)


def test_what_is_no_sentence_is_seen() -> None:
    assert find_faults("Plate of the vehicle (`车牌`).") == []
    assert find_faults("Plate of the 车辆.") == ["Chinese outside of quotes"]
    assert find_faults("plate of it") == ["no full stop"]
    assert find_faults("Plate.") == ["no sentence"]
