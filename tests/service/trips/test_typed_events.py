"""Events in the API document: each kind that a door takes has its type and an example that the door reads."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from schemas.events.kinds import EventKind, StreamKind
from schemas.events.specs import EVENT_SPECS
from service.app.events_document import DOORS, PATHS, list_kinds
from tests.service.trips.scenes import Scene

EMPTY: Final[Mapping[str, Any]] = {}
STREAMS = pytest.mark.parametrize("stream", list(DOORS), ids=str)


@pytest.fixture
def late(scene: Scene) -> Scene:
    """The examples were written in 2020; it is years later, at another hour."""
    scene.world.clock.advance(days=2437, hours=5)
    scene.coordinator = scene.world.client()
    scene.batch_id = scene.open_batch()
    return scene


@pytest.fixture
def document(late: Scene) -> dict[str, Any]:
    found: dict[str, Any] = late.world.http.get("/openapi.json").json()
    return found


def _items(document: Mapping[str, Any], stream: StreamKind) -> Mapping[str, Any]:
    body = document["paths"][PATHS[stream]]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {
        "$ref": f"#/components/schemas/{DOORS[stream]}"
    }
    events = document["components"]["schemas"][DOORS[stream]]["properties"]["events"]
    assert (events["type"], events["minItems"], events["maxItems"]) == ("array", 1, 500)
    items: Mapping[str, Any] = events["items"]
    return items


def _models(document: Mapping[str, Any], stream: StreamKind) -> Mapping[str, Mapping[str, Any]]:
    mapping = _items(document, stream)["discriminator"]["mapping"]
    schemas = document["components"]["schemas"]
    return {kind: schemas[each.rpartition("/")[2]] for kind, each in mapping.items()}


@STREAMS
def test_a_door_offers_the_kinds_that_it_takes(
    document: Mapping[str, Any], stream: StreamKind
) -> None:
    items = _items(document, stream)
    assert items["discriminator"]["propertyName"] == "kind"
    assert list(items["discriminator"]["mapping"]) == [str(each) for each in list_kinds(stream)]
    assert [each["$ref"] for each in items["oneOf"]] == list(
        items["discriminator"]["mapping"].values()
    )


def test_kinds_that_nobody_may_send_are_not_offered(document: Mapping[str, Any]) -> None:
    offered = {kind for stream in DOORS for kind in _models(document, stream)}
    ours = {str(kind) for kind, spec in EVENT_SPECS.items() if spec.permission is None}
    assert "trip.changed" in ours
    assert offered & ours == set()


@STREAMS
def test_each_kind_is_one_constant_with_its_own_payload(
    document: Mapping[str, Any], stream: StreamKind
) -> None:
    for kind, model in _models(document, stream).items():
        assert model["properties"]["kind"]["const"] == kind
        payload = model["properties"]["data"]["$ref"].rpartition("/")[2]
        assert payload == EVENT_SPECS[EventKind(kind)].payload.__name__
        wants = {
            name
            for name, each in EVENT_SPECS[EventKind(kind)].payload.model_fields.items()
            if each.is_required()
        }
        assert set(document["components"]["schemas"][payload].get("required", ())) == wants
        assert ("data" in model.get("required", ())) is bool(wants)


@STREAMS
def test_each_example_is_read_by_the_door_as_it_stands(
    document: Mapping[str, Any], late: Scene, stream: StreamKind
) -> None:
    """What it names is not there; that is said about the trip, never about the form of the event."""
    models = _models(document, stream)
    examples = {kind: model["examples"] for kind, model in models.items()}
    assert {kind: len(each) for kind, each in examples.items()} == dict.fromkeys(models, 1)
    trip = late.open_trip() if stream is StreamKind.TRIP else None
    path = PATHS[stream].format(trip_id=trip, worker_id=late.make_workers(1)[0])
    unread = {}
    for kind, (example,) in examples.items():
        event = {**example, "id": str(late.world.new_id())}
        answer = late.coordinator.post(path, {"events": [event]}).json()
        codes = {answer.get("code")} | {
            (each.get("problem") or EMPTY).get("code") for each in answer.get("outcomes", ())
        }
        if codes & {"event-unreadable", "request-invalid", "time-out-of-range", "clock-ahead"}:
            unread[kind] = answer
    assert unread == {}
