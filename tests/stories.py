"""A small story told through the API: one coach, a fever, a health point, a handover, a hold.

It fills every derived table, and says names, numbers, telephones and texts that must never be found in
clear.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from schemas.permissions import Role
from tests.factories import World, make_id_number, make_name, make_phone
from tests.registry import enter_demands, enter_workers, make_values
from tests.service.trips.scenes import Scene

REASON = "密切接触者观察"
FEVER: dict[str, Any] = {"temperature": 386, "symptoms": "咳嗽乏力头痛"}
UNIT: dict[str, Any] = {
    "unit": "徐州合成发热门诊",
    "receiver": "赵医生甲",
    "receiver_phone": "15400077777",
}
RECEIVER: dict[str, Any] = {"receiver": "张经理乙", "receiver_phone": "15400088888"}
PEOPLE = 5


@dataclass
class Story:
    scene: Scene
    trip_id: UUID
    worker_ids: list[UUID]
    passenger_ids: list[UUID]
    demand_ids: list[UUID]
    held_worker_id: UUID
    answers: list[Any] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.scene.world

    @property
    def secrets(self) -> list[str]:
        """Everything that was said about people."""
        people = range(PEOPLE + 1)
        return [
            *(make_name(50 + number) for number in people),
            *(make_phone(5000 + number) for number in people),
            *(_number(number) for number in people),
            REASON,
            FEVER["symptoms"],
            *UNIT.values(),
            *RECEIVER.values(),
            make_name(300),  # the driver, and the trip's contacts (scenes.py)
            make_phone(99_000_000),
            "合成领队",
            make_phone(99_000_001),
        ]


def _number(person: int) -> str:
    return make_id_number(birth=f"19{60 + person}-07-0{person + 1}", sequence=511 + 2 * person)


def tell_story(world: World) -> Story:
    scene = Scene(world)
    people = [
        make_values(
            50 + number,
            name=make_name(50 + number),
            phone=make_phone(5000 + number),
            id_number=_number(number),
        )
        for number in range(PEOPLE + 1)
    ]
    workers = enter_workers(world, people)
    demands = enter_demands(world, workers[:PEOPLE])
    trip = scene.open_trip()
    passengers = scene.assign(trip, workers[:PEOPLE])
    story = Story(scene, trip, workers, passengers, demands, workers[PEOPLE])
    _travel(story)
    _hold(story)
    return story


def _travel(story: Story) -> None:
    scene, trip, passengers = story.scene, story.trip_id, story.passenger_ids
    scene.tell(trip, "manifest.locked")
    for each in passengers[:-1]:
        scene.tell(trip, "passenger.checked_in", passenger_id=each, identity_shown="card",
                   temperature=364)  # fmt: skip
        scene.tell(trip, "passenger.boarded", passenger_id=each)
    scene.tell(trip, "passenger.no_show", passenger_id=passengers[-1])
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=PEOPLE - 1)
    scene.world.clock.advance(hours=2)
    scene.tell(trip, "temperature_round.taken", measured=PEOPLE - 1, highest=386, all_normal=False)
    ill = passengers[0]
    scene.tell(trip, "passenger.noted", what="fever", passenger_id=ill, **FEVER)
    scene.tell(
        trip, "passenger.left", end="given_on", given_to="health_point", passenger_id=ill, **UNIT
    )
    scene.world.clock.advance(hours=12)
    scene.tell(trip, "trip.arrived", aboard=PEOPLE - 2)
    arrived = passengers[1:-1]
    for each in arrived:
        scene.tell(trip, "passenger.received", passenger_id=each)
    points = [each for each in scene.trip(trip)["points"] if each["kind"] == "handover"]
    scene.tell(
        trip,
        "handover.signed",
        point_id=points[0]["id"],
        passenger_ids=[str(each) for each in arrived],
        method="telephone",
        **RECEIVER,
    )


def _hold(story: Story) -> None:
    officer = story.world.client(Role.HEALTH_OFFICER)
    hold = story.scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=story.world.new_id(),
        reason=REASON,
    )
    path = f"/v1/workers/{story.held_worker_id}/events"
    answer = story.scene.ok(officer.post(path, {"events": [hold]}))
    assert [each["status"] for each in answer["outcomes"]] == ["recorded"]
