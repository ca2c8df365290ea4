"""Withdrawn: the wish ends with it, the seat is the coordinator's to take back, and the way back."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.trips.actions.rebuild import check_derived
from tests.factories import COUNTY, Client, World
from tests.registry import enter_demands, enter_workers, make_values
from tests.service.rosters.conftest import Sender
from tests.service.trips.scenes import Scene
from tests.service.workers.saying import (
    assert_rebuilt,
    clearance,
    event,
    make_hold,
    send,
)


def states_of(client: Client, worker_id: UUID) -> list[str]:
    items = client.get("/v1/demands", worker=str(worker_id)).json()["items"]
    return [item["state"] for item in items]


def withdraw(world: World, client: Client, worker_id: UUID, reason: str = "not_going") -> Any:
    sent = event(world, "worker.withdrawn", reason=reason)
    answer = client.post(f"/v1/workers/{worker_id}/events", {"events": [sent]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["outcomes"][0]["status"] == "recorded"
    return answer.json()


def undo(world: World, client: Client, worker_id: UUID, *answers: Any) -> list[Any]:
    events = [
        event(world, "event.reversed", event_id=each["outcomes"][0]["id"], reason="登记错人")
        for each in answers
    ]
    return send(client, worker_id, *events)


@pytest.fixture
def clerk(world: World) -> Client:
    return world.client(Role.TOWNSHIP_CLERK)


def test_the_open_demand_ends_and_comes_back(world: World, clerk: Client) -> None:
    worker_id, other = enter_workers(world, [make_values(1), make_values(2)])
    demand, _ = enter_demands(world, [worker_id, other])
    answer = withdraw(world, clerk, worker_id, "deceased")
    told = {"demand_id": str(demand), "demand_state": "cancelled"}
    assert (answer["outcomes"][0]["decided"], answer["may_follow"]) == (told, [])
    assert (states_of(clerk, worker_id), states_of(clerk, other)) == (["cancelled"], ["open"])
    (body,) = world.list_bodies(StreamKind.WORKER, worker_id)
    assert (body["data"], list(body["commit"])) == ({}, ["worker.note"])
    assert "deceased" not in str(body)
    again = withdraw(world, clerk, worker_id)
    assert again["outcomes"][0]["decided"] == {}
    assert undo(world, clerk, worker_id, answer) == ["recorded"]
    assert states_of(clerk, worker_id) == ["cancelled"]  # one withdrawal still stands
    assert undo(world, clerk, worker_id, again) == ["recorded"]
    assert states_of(clerk, worker_id) == ["open"]
    assert clearance(world.client(), worker_id)["may_travel"] is True
    assert undo(world, clerk, worker_id, again) == ["recorded"]
    assert_rebuilt(world)


def test_who_may_say_it_and_take_it_back(world: World, clerk: Client) -> None:
    (ours,) = enter_workers(world, [make_values(1)])
    (theirs,) = enter_workers(world, [make_values(2)], township="211221101")
    officer = world.client(Role.HEALTH_OFFICER)
    said = event(world, "worker.withdrawn", reason="not_going")
    refused = clerk.post(f"/v1/workers/{theirs}/events", {"events": [said]})
    assert refused.status_code == 404
    answer = withdraw(world, clerk, ours)
    assert undo(world, officer, ours, answer) == ["permission-denied"]
    assert undo(world, world.client(Role.AUDITOR), ours, answer) == ["permission-denied"]
    hold = make_hold(world, reason="观察")
    assert send(officer, ours, hold) == ["recorded"]
    back = event(world, "event.reversed", event_id=hold["id"], reason="登记错人")
    assert send(clerk, ours, back) == ["permission-denied"]
    assert send(officer, ours, back) == ["recorded"]
    assert clearance(officer, ours)["reasons"] == ["worker-withdrawn"]


def test_a_seat_is_kept_until_it_is_taken_back(world: World, clerk: Client) -> None:
    scene = Scene(world)
    (worker_id,) = scene.make_workers()
    (demand,) = enter_demands(world, [worker_id])
    trip = scene.open_trip()
    (passenger,) = scene.assign(trip, [worker_id])
    answer = withdraw(world, clerk, worker_id)
    told = {"demand_id": str(demand), "demand_state": "assigned"}
    assert (answer["outcomes"][0]["decided"], answer["may_follow"]) == (
        told,
        ["passenger.unassigned"],
    )
    assert states_of(clerk, worker_id) == ["assigned"]
    assert scene.refused(trip, "manifest.locked") == "worker-withdrawn"
    scene.tell(trip, "passenger.unassigned", passenger_id=passenger)
    assert states_of(clerk, worker_id) == ["cancelled"]
    _assert_derived(world)
    assert undo(world, clerk, worker_id, answer) == ["recorded"]
    assert states_of(clerk, worker_id) == ["open"]
    scene.assign(trip, [worker_id])
    assert states_of(clerk, worker_id) == ["assigned"]
    _assert_derived(world)


def _assert_derived(world: World) -> None:
    with world.context.database.read(world.console) as session:
        assert list(check_derived(session, COUNTY)) == []


def test_rosters_afterwards(world: World, clerk: Client) -> None:
    """The same again reopens nothing; a new wish does, and clears nobody."""
    sender = Sender(world, clerk)
    said = make_values(1)
    sender.send([said])
    worker_id = UUID(clerk.get("/v1/workers").json()["items"][0]["id"])
    withdraw(world, clerk, worker_id)
    sender.send([said])
    sender.send([{**said, "remark": "已电话通知"}])
    assert states_of(clerk, worker_id) == ["cancelled"]
    sender.send([{**said, "departure_date": "2020-04-08"}])
    assert states_of(clerk, worker_id) == ["cancelled", "open"]
    assert clearance(world.client(), worker_id)["reasons"] == ["worker-withdrawn"]
    withdraw(world, clerk, worker_id)
    assert states_of(clerk, worker_id) == ["cancelled", "cancelled"]
    assert_rebuilt(world)


def test_afterwards_and_in_one_request(world: World, clerk: Client) -> None:
    (worker_id,) = enter_workers(world, [make_values(1)])
    enter_demands(world, [worker_id])
    late = event(world, "worker.withdrawn", minutes=600, mode="afterwards", reason="duplicate")
    back = event(world, "event.reversed", event_id=late["id"], reason="登记错人")
    assert send(clerk, worker_id, late, back) == ["recorded", "recorded"]
    assert states_of(clerk, worker_id) == ["open"]
    assert send(clerk, worker_id, late) == ["repeated"]
    assert states_of(clerk, worker_id) == ["open"]
