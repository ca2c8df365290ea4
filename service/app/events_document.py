"""Events in the API document: for each door a union of the kinds that it takes, told apart by `kind`, each with
its payload and an example that can be sent as it stands.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import models_json_schema

from schemas.events.envelope import MAX_EVENTS, EventIn
from schemas.events.kinds import EVENT_NAMES, EventKind, StreamKind
from schemas.events.specs import EVENT_SPECS, IN_EVERY_STREAM, EventSpec

REFERENCE: Final = "#/components/schemas/{model}"
DOORS: Final[Mapping[StreamKind, str]] = {
    StreamKind.TRIP: "TripEventsIn",
    StreamKind.WORKER: "WorkerEventsIn",
}
"""The body of each door, by the streams whose events it takes."""
PATHS: Final[Mapping[StreamKind, str]] = {
    StreamKind.TRIP: "/v1/trips/{trip_id}/events",
    StreamKind.WORKER: "/v1/workers/{worker_id}/events",
}

_ID: Final = "01710a3e-2400-7000-8000-000000000{number:03d}"
_EVENT, _OTHER_EVENT, _PASSENGER, _WORKER = 501, 502, 401, 403
_AT: Final = "2020-03-24T05:12:00+08:00"


_CONTENT: Final = {
    "what": "measured",
    "readings": [{"code": "body_temperature", "value": 365, "site": "forehead"}],
    "place": "李千户镇卫生院",
    "measured_by": "合成村医",
}


def _id(number: int) -> str:
    return _ID.format(number=number)


_VALUES: Final[Mapping[str, Any]] = {
    "approval_id": _id(_OTHER_EVENT),
    "area": "whole",
    "approved_at": _AT,
    "authority": "沪宁高速收费站防疫检查点",
    "action": "held",
    "channel": "telephone",
    "content": _CONTENT,
    "checked": ["transport_licence", "driving_licence", "charter_sign", "brakes", "tyres"],
    "code": "count-differs",
    "description": "一人晕车，已停车休息",
    "driver_id": _id(203),
    "event_id": _id(_OTHER_EVENT),
    "expected_at": "2020-03-24T21:30:00+08:00",
    "explanation": "清点时两人在服务区洗手间",
    "guardian": "合成监护人",
    "guardian_phone": "15499000014",
    "handover_point_id": _id(322),
    "hold_id": _id(601),
    "identity_shown": "card",
    "incident_id": _id(_OTHER_EVENT),
    "items": ["mask", "thermometer"],
    "last_seen": "徐州服务区",
    "measured": 24,
    "method": "telephone",
    "name": "合成领队",
    "outcome": "已送医，家属已告知",
    "passed": True,
    "passenger_id": _id(_PASSENGER),
    "passenger_ids": [_id(_PASSENGER)],
    "person": "钱科长",
    "phone": "15499000010",
    "place": "徐州服务区",
    "policy": "ordinary-1",
    "point_id": _id(322),
    "post": "科长",
    "quantities": [60, 2],
    "reason": "大雾，高速封闭",
    "receiver": "张经理",
    "receiver_phone": "15499000015",
    "recipient_unit": "苏州市人社局",
    "replaces_passenger_id": _id(404),
    "reported_to": "徐州服务区派出所",
    "seat_column": 1,
    "seat_row": 5,
    "to_trip_id": _id(312),
    "unit": "苏州市人社局",
    "vehicle_id": _id(202),
    "what": "remark",
    "worker_id": _id(_WORKER),
}
"""What the required fields of a payload hold in its example; a field has one sense in all of them."""
_HELD: Final = {"reason": "证件过期，等待换领", "reason_class": "document"}
_OWN: Final[Mapping[EventKind, Mapping[str, Any]]] = {
    EventKind.CAPTAIN_NAMED: {"driver_id": _id(203)},
    EventKind.ESCORT_REPLACED: {"name": "合成领队二", "phone": "15499000013"},
    EventKind.FILING_ACKNOWLEDGED: {"post": "科长", "approved_at": _AT},
    EventKind.PASSENGER_CHECKED_IN: {"temperature": 365},
    EventKind.PASSENGER_CONSENT_RECORDED: {"companion_id": _id(404)},
    EventKind.PASSENGER_FOUND_ABOARD: {"worker_id": _id(_WORKER)},
    EventKind.PASSENGER_LEFT: {"place": "徐州服务区"},
    EventKind.PASSENGER_NOTED: {"what": "fever", "temperature": 385},
    EventKind.PASSENGER_NOTIFIED: {"channel": "telephone", "outcome": "reached"},
    EventKind.PASSENGER_REFUSED: {"next_holder": "destination_bureau"},
    EventKind.TEMPERATURE_ROUND_TAKEN: {"highest": 369, "all_normal": True},
    EventKind.TRIP_DELAYED: {"reason": "大雾，高速封闭"},
    EventKind.TRIP_DEPARTED: {"aboard": 24},
    EventKind.WORKER_TRAVEL_CHANGED: {"action": "held", **_HELD},
    EventKind.VEHICLE_DISINFECTED: {"concentration_mg_l": 500, "minutes": 30},
    EventKind.VEHICLE_VENTILATED: {"minutes": 20},
    EventKind.WORKER_WITHDRAWN: {"reason": "not_going"},
}


def make_example(kind: EventKind) -> dict[str, Any]:
    """One event of the kind, with its required fields and what is usually told."""
    fields = EVENT_SPECS[kind].payload.model_fields
    required = {name: _VALUES[name] for name, each in fields.items() if each.is_required()}
    return {
        "id": _id(_EVENT),
        "kind": str(kind),
        "occurred_at": _AT,
        "data": {**required, **_OWN.get(kind, {})},
    }


def list_kinds(stream: StreamKind) -> list[EventKind]:
    """Those that the door of these streams takes from somebody, in the order of their table."""
    return [
        kind
        for kind, spec in EVENT_SPECS.items()
        if spec.is_sent and (spec.stream is stream or kind in IN_EVERY_STREAM)
    ]


def add_events(document: dict[str, Any]) -> None:
    """A model for each kind, and for each door its body, which takes the place of `EventsIn`."""
    models = {
        kind: _make_model(kind, EVENT_SPECS[kind]) for door in DOORS for kind in list_kinds(door)
    }
    _, made = models_json_schema(
        [(each, "validation") for each in models.values()], ref_template=REFERENCE
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name, schema in made["$defs"].items():
        schemas.setdefault(name, schema)
    body = schemas.pop("EventsIn")
    for door, name in DOORS.items():
        schemas[name] = _make_body(body, {kind: models[kind] for kind in list_kinds(door)}, door)
        path = document["paths"][PATHS[door]]["post"]["requestBody"]
        path["content"]["application/json"]["schema"] = {"$ref": REFERENCE.format(model=name)}


def _make_model(kind: EventKind, spec: EventSpec) -> type[BaseModel]:
    """TripDepartedEvent of trip.departed."""
    name = "".join(word.capitalize() for word in re.split(r"[._]", kind)) + "Event"
    needs_data = any(each.is_required() for each in spec.payload.model_fields.values())
    data = Field(description="What is told.") if needs_data else Field(default_factory=spec.payload)
    chinese, english = EVENT_NAMES[kind]
    only: Any = Literal[kind.value]
    model: type[BaseModel] = create_model(
        name,
        __base__=EventIn,
        __doc__=f"{chinese} · {english}. {spec.payload.__doc__ or ''}".strip(),
        kind=(only, Field(description="Which event it is.")),
        data=(spec.payload, data),
    )
    model.model_config["json_schema_extra"] = {"examples": [make_example(kind)]}
    return model


def _make_body(
    body: Mapping[str, Any], listed: Mapping[EventKind, type[BaseModel]], door: StreamKind
) -> dict[str, Any]:
    names = {str(kind): each.__name__ for kind, each in listed.items()}
    items = {
        "oneOf": [{"$ref": REFERENCE.format(model=each)} for each in names.values()],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: REFERENCE.format(model=each) for kind, each in names.items()},
        },
    }
    properties = dict(body["properties"])
    properties["events"] = {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_EVENTS,
        "items": items,
        "title": "Events",
        "description": properties["events"].get("description", ""),
    }
    made = {**body, "properties": properties, "title": DOORS[door]}
    if door is not StreamKind.TRIP:
        made.pop("examples", None)
    return made
