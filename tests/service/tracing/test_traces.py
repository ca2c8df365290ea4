"""Traces: all events of a worker, a trip or a vehicle in the order of happening."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.ledger.queries import EVENT_PART
from tests.factories import COUNTY, Client
from tests.service.trips.scenes import Ride, Scene

FEVER: dict[str, Any] = {"what": "fever", "temperature": 386, "symptoms": "咳嗽"}


def story(scene: Scene) -> Ride:
    """Two people; the first falls ill on the way, and the fever is told two hours late."""
    clock = scene.world.clock
    clock.advance(minutes=1)
    trip, workers = scene.open_trip(), scene.make_workers(2)
    clock.advance(minutes=1)
    ride = Ride(trip, scene.assign(trip, workers), workers)
    clock.advance(minutes=1)
    scene.tell(trip, "manifest.locked")
    clock.advance(minutes=1)
    scene.board(trip, ride.passengers)
    clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=2)
    ill, well = ride.passengers
    scene.world.clock.advance(hours=4)
    at = scene.now - timedelta(hours=2)
    scene.tell(ride.trip, "passenger.noted", mode="afterwards", at=at, passenger_id=ill, **FEVER)
    given = {"end": "given_on", "given_to": "health_point", "unit": "徐州留验站"}
    scene.tell(ride.trip, "passenger.left", passenger_id=ill, **given)
    scene.world.clock.advance(hours=10)
    scene.tell(ride.trip, "trip.arrived", aboard=1)
    scene.hand_over(ride.trip, [well])
    return ride


def trace(client: Client, path: str) -> list[Any]:
    answer = client.get(f"/v1/{path}/trace")
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def test_of_a_worker(scene: Scene) -> None:
    """The own events and what happened to everybody on the coach while this one was on it."""
    ride = story(scene)
    ill, well = ride.workers
    of_the_ill = trace(scene.coordinator, f"workers/{ill}")
    assert [item["kind"] for item in of_the_ill] == [
        "passenger.assigned",
        "passenger.checked_in",
        "passenger.boarded",
        "trip.departed",
        "passenger.noted",
        "passenger.left",
    ]
    fever = of_the_ill[4]
    assert (fever["late_seconds"], fever["name"], fever["details"]) == (7200, "记录情况", None)
    assert fever["actor"] == "county_coordinator-1"
    of_the_well = trace(scene.coordinator, f"workers/{well}")
    signed = of_the_well[-1]
    assert [item["kind"] for item in of_the_well[-2:]] == ["passenger.received", "handover.signed"]
    assert signed["data"]["passenger_ids"] == [str(ride.passengers[1])]


def test_a_signature_names_nobody_else(scene: Scene) -> None:
    ride = scene.arrived(2)
    scene.hand_over(ride.trip, ride.passengers)
    for passenger, worker in zip(ride.passengers, ride.workers, strict=True):
        signed = trace(scene.coordinator, f"workers/{worker}")[-1]
        assert signed["data"]["passenger_ids"] == [str(passenger)]


def test_details_for_a_reason(scene: Scene) -> None:
    """Health only for those who may read it; each reading is recorded."""
    ride = story(scene)
    ill = ride.workers[0]
    path = f"/v1/workers/{ill}/trace"
    assert scene.coordinator.post(path, {}).status_code == 422

    items = scene.ok(scene.coordinator.post(path, {"reason": "疾控流调"}))["items"]
    fever = next(item for item in items if item["kind"] == "passenger.noted")
    assert fever["details"] == FEVER

    clerk = scene.world.client(Role.TOWNSHIP_CLERK)
    told = scene.ok(clerk.post(path, {"reason": "家属询问"}))["items"]
    fever = next(item for item in told if item["kind"] == "passenger.noted")
    assert fever["details"] is None
    bodies = scene.world.list_bodies(StreamKind.ACCOUNT, clerk.actor.account_id)
    assert [each["data"] for each in bodies if each["kind"] == "access.revealed"] == [
        {"worker_id": str(ill), "fields": ["trace"]}
    ]


def test_what_was_erased_is_said_to_be(scene: Scene) -> None:
    ride = story(scene)
    ill = ride.workers[0]
    vault = scene.world.context.vault
    with scene.world.context.database.write(scene.world.console) as session:
        vault.destroy(session, COUNTY, [ill], at=scene.world.clock.now)
    path = f"/v1/workers/{ill}/trace"
    items = scene.ok(scene.coordinator.post(path, {"reason": "核查"}))["items"]
    fever = next(item for item in items if item["kind"] == "passenger.noted")
    assert (fever["details"], fever["erased"]) == ({}, True)


def test_without_the_parts_the_public_facts_remain(scene: Scene) -> None:
    ride = story(scene)
    with scene.world.context.database.write(scene.world.console) as session:
        session.execute(delete(EVENT_PART).where(EVENT_PART.c.county_code == COUNTY))
    path = f"workers/{ride.workers[0]}"
    assert len(trace(scene.coordinator, path)) == 6


def test_a_reversed_fact_stays_and_is_marked(scene: Scene) -> None:
    ride = scene.departed(1)
    about = {"passenger_id": ride.passengers[0], "what": "fever"}
    wrong = scene.tell(ride.trip, "passenger.noted", **about)
    scene.tell(ride.trip, "event.reversed", event_id=wrong["id"], reason="量错")
    departed = scene.tell(ride.trip, "trip.held_up", reason="雾")
    scene.tell(ride.trip, "event.reversed", event_id=departed["id"], reason="认错车")
    for path in (f"workers/{ride.workers[0]}", f"trips/{ride.trip}"):
        marks = {
            item["kind"]: item["reversed"]
            for item in trace(scene.coordinator, path)
            if item["kind"] in {"passenger.noted", "trip.held_up", "trip.departed"}
        }
        assert marks == {
            "passenger.noted": True,
            "trip.held_up": True,
            "trip.departed": False,
        }, path
        reversals = [
            item for item in trace(scene.coordinator, path) if item["kind"] == "event.reversed"
        ]
        assert len(reversals) == 2


def test_an_incident_about_somebody_is_in_the_trace_of_that_person_only(scene: Scene) -> None:
    ride = scene.departed(2)
    one, two = ride.workers
    scene.tell(
        ride.trip, "incident.reported", passenger_id=ride.passengers[0], description="晕车呕吐"
    )
    kinds = [
        [item["kind"] for item in trace(scene.coordinator, f"workers/{w}")] for w in (one, two)
    ]
    assert [each.count("incident.reported") for each in kinds] == [1, 0]
    unknown = {"passenger_id": scene.world.new_id(), "description": "晕车"}
    assert scene.refused(ride.trip, "incident.reported", **unknown) == "passenger-unknown"


def test_of_a_trip(scene: Scene) -> None:
    ride = story(scene)
    items = trace(scene.coordinator, f"trips/{ride.trip}")
    assert [item["kind"] for item in items][:4] == [
        "trip.opened",
        "passenger.assigned",
        "passenger.assigned",
        "manifest.locked",
    ]
    times = [
        item["happened_at"][:16] for item in items
    ]  # what is told in minutes means that minute
    assert times == sorted(times)


def test_of_a_vehicle(scene: Scene) -> None:
    """Its own record and the course of its trips; nobody on them, and no other vehicle's."""
    ride = story(scene)
    other = scene.make_vehicle("辽M22222")
    scene.vehicle_id, own = other, scene.vehicle_id
    scene.listed(1)
    items = trace(scene.coordinator, f"vehicles/{own}")
    assert [item["kind"] for item in items] == [
        "vehicle.registered",
        "trip.opened",
        "manifest.locked",
        "trip.departed",
        "trip.arrived",
        "handover.signed",
    ]
    assert {item["stream"] for item in items if item["kind"].startswith("trip.")} == {
        f"trip/{ride.trip}"
    }
    assert scene.coordinator.get(f"/v1/vehicles/{scene.world.new_id()}/trace").status_code == 404


def test_who_may_trace_whom(scene: Scene) -> None:
    ride = story(scene)
    stranger = scene.make_workers(township="211221101")[0]
    own, other = ride.workers[0], stranger
    elsewhere: UUID = scene.open_trip(hours=48)
    asked = {
        "own worker": f"workers/{own}",
        "other worker": f"workers/{other}",
        "own trip": f"trips/{ride.trip}",
        "other trip": f"trips/{elsewhere}",
        "vehicle": f"vehicles/{scene.vehicle_id}",
    }
    yes, no, hidden = 200, 403, 404
    expected = {
        Role.ADMINISTRATOR: [no] * 5,
        Role.AUDITOR: [yes] * 5,
        Role.CARRIER: [no] * 5,
        Role.COUNTY_COORDINATOR: [yes] * 5,
        Role.DESTINATION_OFFICER: [no] * 5,
        Role.ENTERPRISE_RECEIVER: [no] * 5,
        Role.ESCORT: [no] * 5,
        Role.HEALTH_OFFICER: [yes, hidden, yes, hidden, yes],
        Role.TOWNSHIP_CLERK: [yes, hidden, hidden, hidden, hidden],
    }
    found = {}
    for role in Role:
        scope = {"trip_ids": [ride.trip]} if role is Role.HEALTH_OFFICER else {}
        client = scene.world.client(role, **scope)
        found[role] = [client.get(f"/v1/{path}/trace").status_code for path in asked.values()]
    assert found == expected
