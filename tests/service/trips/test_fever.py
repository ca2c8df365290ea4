"""What comes next after a fever: the steps as a table, and as the answer to the event says them."""

from typing import Any

import pytest

from schemas.fever import FEVER_EVENTS, FeverStep, name_step, say_how
from schemas.texts import speaking
from tests.service.trips.scenes import Ride, Scene

POLICY = {"version": "rows", "title": "合成", "valid_from": "2020-01-01", "isolation_rows": 2}


def find_fever(scene: Scene, ride: Ride) -> dict[str, bool]:
    """The steps of the answer: which of them are done."""
    body = {
        "events": [
            scene.event(
                "passenger.noted", what="fever", passenger_id=ride.passengers[0], temperature=385
            )
        ]
    }
    answer: Any = scene.ok(scene.coordinator.post(f"/v1/trips/{ride.trip}/events", body))
    [person] = answer["next_steps"]
    assert person["passenger_id"] == str(ride.passengers[0])
    assert all(each["name"] and each["advice"] for each in person["steps"])
    return {each["step"]: each["done"] for each in person["steps"]}


def test_step_by_step(scene: Scene) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", POLICY), 201)
    ride = scene.departed(3)
    told = {"seat_row": 11, "seat_column": 1}
    person = {"passenger_id": ride.passengers[0]}
    assert scene.refused(ride.trip, "passenger.seat_changed", **person, **told) == "seat-kept-free"
    assert find_fever(scene, ride) == dict.fromkeys(map(str, FeverStep), False)
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "passenger.seat_changed", **person, **told)
    scene.tell(ride.trip, "vehicle.ventilated", minutes=30)
    incident = scene.tell(ride.trip, "incident.reported", description="已报县值班室和承运单位")
    done = find_fever(scene, ride)
    assert [step for step, each in done.items() if each] == ["isolate", "ventilate", "report"]
    handed = {"end": "given_on", "given_to": "health_point", "unit": "徐州留验站"}
    scene.tell(ride.trip, "passenger.left", **person, **handed)
    scene.tell(ride.trip, "vehicle.disinfected", area="place", concentration_mg_l=1000)
    outcome = {"incident_id": incident["id"], "outcome": "徐州市卫健委王科长：继续行驶"}
    scene.tell(ride.trip, "incident.settled", **outcome)
    scene.world.clock.advance(minutes=1)
    steps = scene.send(ride.trip, scene.event("stop.begun", place="徐州"))
    assert steps[0]["status"] == "recorded"


def test_without_rows_kept_free_nobody_is_moved(scene: Scene) -> None:
    ride = scene.departed(2)
    assert "isolate" not in find_fever(scene, ride)


def test_other_events_tell_no_steps(scene: Scene) -> None:
    ride = scene.departed(1)
    body = {"events": [scene.event("stop.begun", place="徐州")]}
    answer = scene.ok(scene.coordinator.post(f"/v1/trips/{ride.trip}/events", body))
    assert answer["next_steps"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_has_its_event_and_its_sentences(language: Any) -> None:
    assert set(FEVER_EVENTS) == set(FeverStep)
    with speaking(language):
        said = [(name_step(each), say_how(each)) for each in FeverStep]
    assert len(set(said)) == len(FeverStep)
    assert all(name.isascii() is (language == "en") for name, _ in said)
