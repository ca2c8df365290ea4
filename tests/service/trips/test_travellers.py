"""Where a township's people travel, and who was not reached."""

from typing import Any

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client
from tests.service.trips.scenes import Scene

HOME, ELSEWHERE = "211221105", "211221101"


def travellers(client: Client, **filters: Any) -> list[Any]:
    answer = client.get("/v1/travellers", **filters)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def test_a_clerk_sees_all_that_a_notice_tells_of_own_people(scene: Scene) -> None:
    trip = scene.open_trip()
    mine = scene.make_workers(2, township=HOME)
    theirs = scene.make_workers(1, township=ELSEWHERE)
    scene.assign(trip, [*mine, *theirs])
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=HOME)
    found = travellers(clerk)
    assert {each["id"] for each in found} == {str(each) for each in mine}
    first = found[0]
    wanted = {
        "trip_number": scene.trip(trip)["number"],
        "trip_state": "ready",
        "boarding_point": "凡河镇政府",
        "plate": "辽M12345",
        "seat_label": "1",
        "status": "listed",
        "notice": None,
        "reached": False,
        "escort": "合成领队",
        "township": "凡河镇",
        "village": "东兴村",
    }
    assert {name: first[name] for name in wanted} == wanted
    assert len(first["phone"]) == len(first["escort_phone"]) == 11
    assert {each["id"] for each in travellers(scene.coordinator, township=ELSEWHERE)} == {
        str(theirs[0])
    }
    assert len(travellers(scene.coordinator)) == 3
    assert travellers(clerk, township=ELSEWHERE) == []


def test_who_was_not_reached(scene: Scene) -> None:
    """Nobody answered, or nobody asked; a no-show or somebody aboard needs no notice."""
    ride = scene.listed(5)
    outcomes = ["reached", "no_answer", "wrong_number", "passed_on"]
    for passenger, outcome in zip(ride.passengers, outcomes, strict=False):
        told = {"channel": "telephone", "outcome": outcome}
        scene.tell(ride.trip, "passenger.notified", passenger_id=passenger, **told)
    desk = scene.coordinator

    def unreached() -> set[str]:
        return {each["passenger_id"] for each in travellers(desk, reached="false")}

    assert unreached() == {str(ride.passengers[each]) for each in (1, 2, 4)}
    assert len(travellers(desk, reached="true")) == 2
    scene.tell(ride.trip, "manifest.locked")
    scene.record(ride.trip, *scene.roll_call(ride.passengers[:2]))
    scene.tell(ride.trip, "passenger.no_show", passenger_id=ride.passengers[2])
    assert unreached() == {str(ride.passengers[4])}


def test_by_day_and_by_page(scene: Scene) -> None:
    first, second = scene.listed(2), scene.listed(1, hours=24)
    scene.tell(second.trip, "trip.cancelled", reason="合成：雪")
    desk = scene.coordinator
    days = {day: len(travellers(desk, on=day)) for day in ("2020-03-24", "2020-03-25")}
    assert days == {"2020-03-24": 2, "2020-03-25": 0}
    page = scene.ok(desk.get("/v1/travellers", limit=1))
    rest = travellers(desk, limit=1, after=page["next"])
    found = [each["passenger_id"] for each in [*page["items"], *rest]]
    assert found == [str(each) for each in first.passengers]


def test_each_reading_names_the_people(scene: Scene) -> None:
    ride = scene.listed(2)
    travellers(scene.coordinator)
    travellers(scene.coordinator, export="合成：请村里转告")
    account = scene.coordinator.actor.account_id
    bodies = scene.world.list_bodies(StreamKind.ACCOUNT, account)[-2:]
    assert [each["kind"] for each in bodies] == ["access.listed", "access.exported"]
    assert [len(each["data"]["people"]) for each in bodies] == [len(ride.workers)] * 2


def test_who_may_ask(scene: Scene) -> None:
    ride = scene.listed(1)
    may = {Role.COUNTY_COORDINATOR, Role.TOWNSHIP_CLERK}
    found = set()
    for role in Role:
        scope = {"trip_ids": [ride.trip]} if role is Role.ESCORT else {}
        if scene.world.client(role, **scope).get("/v1/travellers").status_code == 200:
            found.add(role)
    assert found == may


def test_statements_do_not_depend_on_people(scene: Scene) -> None:
    counted = []
    for _ in range(2):
        scene.listed(3, hours=30 * len(counted))
        travellers(scene.coordinator)
        with scene.world.counting() as sent:
            travellers(scene.coordinator)
        counted.append(len(sent))
    assert counted[0] == counted[1]
