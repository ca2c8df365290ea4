"""Rows of one trip with its ids replaced by names, so that two trips can be compared."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.service.trips.scenes import Ride, Scene

_DESCRIBED = {
    "batch_id",
    "contacts_sealed",
    "content_hash",
    "number",
    "policy_version",
    "created_at",
}
_OF_ARRIVAL = {"early_reversals", "taken_back"}
"""What a trip knows of reversals that came before their facts; both are settled in the end."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
"""Ids, and the list's hash, which is over ids."""


def read_end(scene: Scene, ride: Ride, events: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Everything that is derived for this trip. Ids of points and vehicles become one word."""
    rows = scene.rows()
    trips = [row for row in rows["trip"] if row["id"] == ride.trip]
    runs = [row for row in rows["trip_vehicle"] if row["trip_id"] == ride.trip]
    people = [row for row in rows["passenger"] if row["trip_id"] == ride.trip]
    stays = [row for row in rows["stay"] if row["trip_id"] == ride.trip]
    workers = {row["worker_id"] for row in people}
    journeys = [row for row in rows["journey"] if row["worker_id"] in workers]
    names = {str(ride.trip): "trip"}
    names |= {str(each): f"passenger {n}" for n, each in enumerate(ride.passengers)}
    names |= {str(each): f"worker {n}" for n, each in enumerate(ride.workers)}
    names |= {each["id"]: f"event {n}" for n, each in enumerate(events)}
    for row in people:
        names.setdefault(str(row["id"]), "found")
        who = names.get(str(row["worker_id"]), "the found one")
        names.setdefault(str(row["worker_id"]), who)
        names[str(row["journey_id"])] = f"journey of {who}"
    return [
        row
        for table in (trips, people, stays, journeys, runs)
        for row in sorted((_rename(each, names) for each in table), key=json.dumps)
    ]


def _rename(row: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    kept = {name: _name_facts(value) for name, value in row.items() if name not in _DESCRIBED}
    text = json.dumps(kept, default=_plain, sort_keys=True, ensure_ascii=False)
    return _sorted_names(json.loads(_UUID.sub(lambda found: names.get(found[0], "other"), text)))


def _name_facts(value: Any) -> Any:
    """References to facts without their place in the stream, which is the order of arrival."""
    if isinstance(value, dict):
        return {name: _name_facts(e) for name, e in value.items() if name not in _OF_ARRIVAL}
    if not isinstance(value, list):
        return value
    if len(value) == 2 and isinstance(value[0], str) and _UUID.fullmatch(value[0]):
        return value[0]
    return [_name_facts(each) for each in value]


def _sorted_names(value: Any) -> Any:
    """The facts of a finding are sorted by id, and here named otherwise."""
    if isinstance(value, dict):
        return {name: _sorted_names(each) for name, each in value.items()}
    if not isinstance(value, list):
        return value
    kept = [_sorted_names(each) for each in value]
    named = all(isinstance(each, str) and each.startswith("event ") for each in kept)
    return sorted(kept) if named else kept


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def compare(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two ends differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            yield from compare(one.get(name), other.get(name), f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from compare(*pair, f"{path}[{place}]")
    elif one != other:
        yield f"{path}: {one!r} != {other!r}"
