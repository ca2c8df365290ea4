"""Asking for what is refused."""

from typing import Any
from uuid import UUID

from schemas.permissions import Role
from tests.service.trips.scenes import Scene

NOTHING: dict[str, Any] = {}
PLACE_AND_AUTHORITY = {"place": "服务区"}
MISSING = {"last_seen": "服务区", "reported_to": "派出所"}


def refusals(scene: Scene, trip: UUID, cases: list[tuple[str, dict[str, Any]]]) -> dict[str, str]:
    return {kind: scene.refused(trip, kind, **data) for kind, data in cases}


def hold(scene: Scene, worker: UUID) -> UUID:
    health = scene.world.client(Role.HEALTH_OFFICER)
    identifier = scene.world.new_id()
    event = scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=identifier,
        reason="等待复查",
    )
    answer = scene.ok(health.post(f"/v1/workers/{worker}/events", {"events": [event]}))
    assert answer["outcomes"][0]["status"] == "recorded"
    return identifier
