"""`fangang worker travel` and `roster list` as a clerk uses them."""

import pytest

from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.factories import World, make_phone
from tests.service.trips.scenes import Ride, Scene

HOME = "211221105"


@pytest.fixture
def ride(desk: Desk, world: World) -> Ride:
    scene = Scene(world)
    made = scene.listed(2)
    told = {"channel": "telephone", "outcome": "reached"}
    scene.tell(made.trip, "passenger.notified", passenger_id=made.passengers[0], **told)
    desk.sit_down(world.client(Role.TOWNSHIP_CLERK, division_prefix=HOME))
    return made


def test_own_people_with_all_that_a_notice_tells(desk: Desk, ride: Ride) -> None:
    shown = desk.run("worker", "travel")
    lines = shown.out.splitlines()
    assert (shown.code, shown.err) == (0, "2 人，其中 1 人还没通知到。查阅已记录。\n")
    assert lines[0].startswith("村")
    assert "已通知到" in lines[1]
    assert "未通知到" in lines[2]
    for word in (make_phone(0), "2020-03-24 09:00", "凡河镇政府", "辽M12345", "合成领队"):
        assert word in lines[1]
    assert ride.passengers


def test_only_those_who_are_to_be_told(desk: Desk, ride: Ride) -> None:
    shown = desk.run("worker", "travel", "--unreached", "--json")
    assert [each["passenger_id"] for each in shown.json["items"]] == [str(ride.passengers[1])]
    assert desk.run("worker", "travel", "--on", "2020-03-30").err == "没有人。\n"
