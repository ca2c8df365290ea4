"""A county whose policy asks for papers and answers, and people who have them."""

from typing import Any, Final
from uuid import UUID

from schemas.questions import FIVE_OF_2020
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

STRICT: Final = {
    "version": "strict",
    "title": "合成政策：查验",
    "valid_from": "2020-01-01",
    "document": "合成〔2020〕1号",
    "temperature_limit_tenths": 373,
    "any_proof_of": ["health_certificate"],
    "proof_validity": [{"kind": "health_certificate", "days": 14}],
    "question_set": "2020-five",
    "exposure_window_days": 14,
}


def note(scene: Scene, worker: UUID, content: Any, *, by: Client | None = None) -> Any:
    record = {
        "id": str(scene.world.new_id()),
        "worker_id": str(worker),
        "occurred_at": scene.now.isoformat(),
        "content": content,
    }
    client = by or scene.coordinator
    (outcome,) = scene.ok(client.post("/v1/health-records", {"records": [record]}))["outcomes"]
    assert outcome["status"] == "recorded", outcome
    return outcome


def declare(scene: Scene, worker: UUID, *, yes: str | None = None) -> None:
    answers = {each.code: each.code == yes for each in FIVE_OF_2020.questions}
    told = {"question_set": "2020-five", "version": 1, "answers": answers}
    note(scene, worker, {"what": "declared", "asked_by": "合成村医", "signed": "paper", **told})


def certify(scene: Scene, worker: UUID, *, issued: str = "2020-03-23") -> None:
    paper = {"kind": "health_certificate", "issued_on": issued, "issuing_region": "211221"}
    note(scene, worker, {"what": "proof", **paper})


def ready(scene: Scene, count: int = 1) -> Ride:
    """People on a list, with all that the policy asks for."""
    workers = scene.make_workers(count)
    for each in workers:
        declare(scene, each)
        certify(scene, each)
    trip = scene.open_trip()
    return Ride(trip, scene.assign(trip, workers), workers)


def gate(scene: Scene, trip: UUID, *, by: Client | None = None, **params: Any) -> Any:
    return scene.ok((by or scene.coordinator).get(f"/v1/trips/{trip}/gate", **params))


def codes(line: Any) -> list[str]:
    return [each["code"] for each in line["reasons"]]
