"""An officer's decision covers what was known when it was made, and nothing that comes after it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.trips.checked import STRICT, declare, gate, note, ready
from tests.service.trips.scenes import Ride, Scene


@pytest.fixture
def ride(scene: Scene) -> Ride:
    """One person with papers who answered a question with yes, and was let pass."""
    scene.ok(scene.coordinator.post("/v1/policies", STRICT), 201)
    found = ready(scene, 1)
    declare(scene, found.workers[0], yes="met_case")
    return found


def may_board(scene: Scene, ride: Ride) -> bool:
    (line,) = gate(scene, ride.trip)["lines"]
    return bool(line["may_board"])


def exempt(scene: Scene, ride: Ride, **told: Any) -> None:
    event = scene.event("passenger.exempted", passenger_id=ride.passengers[0], reason="合成：核实")
    (outcome,) = scene.send(ride.trip, event | told)
    assert outcome["status"] == "recorded", outcome
    assert may_board(scene, ride)
    scene.world.clock.advance(minutes=5)


def test_a_paper_that_is_taken_back_later(scene: Scene, ride: Ride) -> None:
    exempt(scene, ride)
    (worker,) = ride.workers
    proofs = scene.ok(scene.coordinator.get(f"/v1/workers/{worker}/health-records"))["items"]
    (proof,) = [each for each in proofs if each["content"]["what"] == "proof"]
    note(scene, worker, {"what": "proof_invalidated", "proof_id": proof["id"]})
    assert not may_board(scene, ride)
    assert scene.refused(ride.trip, "manifest.locked") == "proof-missing"
    exempt(scene, ride)
    scene.tell(ride.trip, "manifest.locked")


def test_a_delay_that_expires_a_paper(scene: Scene, ride: Ride) -> None:
    exempt(scene, ride)
    later = (scene.now + timedelta(days=40)).isoformat()
    scene.tell(ride.trip, "trip.delayed", expected_at=later)
    assert not may_board(scene, ride)


def test_a_policy_that_asks_for_more(scene: Scene, ride: Ride) -> None:
    exempt(scene, ride)
    more = STRICT | {"version": "more", "region": "21", "any_proof_of": ["nucleic_test"]}
    scene.ok(scene.coordinator.post("/v1/policies", more), 201)
    scene.tell(ride.trip, "policy.switched", policy="more", reason="合成：通知")
    assert not may_board(scene, ride)


@pytest.mark.parametrize("minutes", [5, -30])
def test_one_dated_ahead_decides_about_nothing_later(
    scene: Scene, ride: Ride, minutes: int
) -> None:
    """A new yes after the decision, also where that is dated ahead."""
    ahead = scene.now + timedelta(hours=20) if minutes > 0 else scene.now
    mode = "afterwards" if minutes > 0 else "live"
    exempt(scene, ride, occurred_at=ahead.isoformat(), mode=mode)
    declare(scene, ride.workers[0], yes="has_symptoms")
    assert not may_board(scene, ride)


def test_decided_and_boarded_in_one_request(scene: Scene, ride: Ride) -> None:
    """What the decision covered is known to what follows it."""
    scene.tell(
        ride.trip, "passenger.exempted", passenger_id=ride.passengers[0], reason="合成：核实"
    )
    scene.tell(ride.trip, "manifest.locked")
    scene.world.clock.advance(minutes=5)
    declare(scene, ride.workers[0], yes="has_symptoms")
    told = {"passenger_id": ride.passengers[0]}
    outcomes = scene.send(
        ride.trip,
        scene.event("passenger.boarded", **told),
        scene.event("passenger.exempted", **told, reason="合成：再核实"),
        scene.event("passenger.boarded", **told),
    )
    assert [each["status"] for each in outcomes] == ["refused", "recorded", "recorded"], outcomes
