"""A small story told through the API: one coach, a fever, a health point, a handover, a hold, notes of health.

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
NOTES: dict[str, str] = {
    "asked_by": "网格员合成丙",
    "place": "合成村卫生室丁",
    "measured_by": "邰村医合成",
    "device": "额温枪合成9号",
    "number": "JK-20200320-合成",
    "issuer": "合成卫生院己",
    "system": "查询平台合成庚",
    "result_code": "RC-SYN-4711",
    "operator": "缑查询员合成",
    "called_by": "逄随访员合成",
    "note": "近日低热合成辛",
    "may_release": "疾控值班合成壬",
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
            *NOTES.values(),
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
    _note(story)
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
        may_release=NOTES["may_release"],
    )
    path = f"/v1/workers/{story.held_worker_id}/events"
    answer = story.scene.ok(officer.post(path, {"events": [hold]}))
    assert [each["status"] for each in answer["outcomes"]] == ["recorded"]


def _note(story: Story) -> None:
    """One of each sort, of the held person and of one who travelled; a proof is invalidated."""
    world, told = story.world, NOTES
    yes = ("met_case", "has_symptoms")
    no = ("lives_in_outbreak_area", "was_in_outbreak_area", "met_people_from_there")
    declared = {
        "what": "declared",
        "question_set": "2020-five",
        "version": 1,
        "answers": dict.fromkeys(yes, True) | dict.fromkeys(no, False),
        "asked_by": told["asked_by"],
        "signed": "paper",
    }
    measured = {
        "what": "measured",
        "readings": [{"code": "body_temperature", "value": 386, "site": "armpit"}],
        **{name: told[name] for name in ("place", "measured_by", "device", "note")},
    }
    proof = {"what": "proof", "kind": "health_certificate", "issued_on": "2020-03-20"}
    proof |= {name: told[name] for name in ("number", "issuer")}
    names = ("system", "result_code", "operator")
    screened = {"what": "screening", **{name: told[name] for name in names}}
    called = {"what": "follow_up", "day": 1, "reached": True, "status": "hospital"}
    called |= {"called_by": told["called_by"]}
    records = [
        {
            "id": str(world.new_id()),
            "worker_id": str(worker),
            "occurred_at": world.clock.now.isoformat(),
            "content": content,
        }
        for worker in (story.held_worker_id, story.worker_ids[0])
        for content in (declared, measured, proof, screened, called)
    ]
    gone = {"what": "proof_invalidated", "proof_id": records[2]["id"]}
    records.append({**records[2], "id": str(world.new_id()), "content": gone})
    officer = world.client(Role.HEALTH_OFFICER)
    answer = story.scene.ok(officer.post("/v1/health-records", {"records": records}))
    assert {each["status"] for each in answer["outcomes"]} == {"recorded"}, answer
