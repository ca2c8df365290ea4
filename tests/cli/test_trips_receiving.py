"""`fangang trip receive`: a whole handover point in one command."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest

from cli.api import Api, ApiError, make_api
from cli.exits import ExitCode
from cli.trips import receiving as work
from cli.trips.sending import choose_exit
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.cli.client_commands import Desk
from tests.cli.trip_scenes import Coach, LoadedCoach, load_coach
from tests.factories import World, make_name
from tests.service.trips.scenes import Scene


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    """At the gate, everybody aboard."""
    coach = built_coach.seen_from(desk)
    coach.drive_off()
    coach.arrive()
    return coach


def name(place: int) -> str:
    """As a line about somebody begins."""
    return f"{place + 1} {make_name(place)[0]}**"


def list_bodies(coach: Coach) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id)
    return [each for each in bodies if each["kind"] == "passenger.received"]


def list_statuses(coach: Coach) -> list[str]:
    people = coach.scene.people(coach.trip_id)
    return [people[str(each)]["status"] for each in coach.passengers]


def test_everybody_aboard_is_received(coach: Coach) -> None:
    shown = coach.run("receive", "--at", coach.at)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        "接收  厂门0  2020-03-24 23:00：已登记 3 人，未登记 0 人",
        "该交接点还在车 0 人：无",
    ]
    assert list_statuses(coach) == ["received"] * 3
    bodies = list_bodies(coach)
    assert {(each["mode"], each["source"]) for each in bodies} == {("live", "cli")}
    assert len({each["id"] for each in bodies}) == 3
    assert {UUID(each["id"]).version for each in bodies} == {7}
    point = str(coach.scene.points(coach.trip_id)[0])
    assert [(each["data"]["passenger_id"], each["data"]["point_id"]) for each in bodies] == [
        (str(each), point) for each in coach.passengers
    ]


def test_it_is_one_request(coach: Coach) -> None:
    """Of any number of people."""
    asked: list[str] = []
    with make_api(coach.desk.server, token=coach.scene.coordinator.token) as api:
        receiving = work.prepare(api, work.ReceivingOptions(coach.number, at=coach.at))
        api._client.event_hooks = {"request": [lambda request: asked.append(request.method)]}
        answer = work.send(api, receiving)
    assert (asked, len(answer.outcomes)) == (["POST"], 3)


def test_who_is_not_aboard_is_left_alone(coach: Coach) -> None:
    coach.tell("途中离开", "--seat", "1", "--data", "place=服务区", "--afterwards")
    coach.tell("未接收", "--seat", "2")
    shown = coach.run("receive", "--at", coach.at)
    assert shown.out.splitlines()[0][-16:] == "：已登记 1 人，未登记 0 人"
    assert list_statuses(coach) == ["left", "refused", "received"]


def test_a_second_time_nobody_is_left(coach: Coach) -> None:
    """A repeat after a lost answer makes no doubles."""
    coach.run("receive", "--at", coach.at)
    again = coach.run("receive", "--at", coach.at)
    assert (again.code, again.out, again.err) == (
        2,
        "",
        "没有登记：厂门0没有在车的人员（已接收 3 人）。请先核对上车的登记。\n",
    )
    assert len(list_bodies(coach)) == 3


def test_the_people_of_one_point(desk: Desk, world: World) -> None:
    coach = load_coach(Scene(world), points=2).seen_from(desk)
    scene = coach.scene
    first = scene.points(coach.trip_id)[0]
    passenger = scene.assign(coach.trip_id, scene.make_workers(), handover_point_id=str(first))[0]
    coach.passengers.append(passenger)
    coach.drive_off()
    coach.arrive()
    unnamed = coach.run("receive", "--at", coach.at)
    assert (unnamed.code, unnamed.err) == (
        2,
        "有几个交接点，请用 --point 指明：1. 厂门0、2. 厂门1。\n",
    )
    one = coach.run("receive", "--point", "1", "--at", coach.at)
    assert one.out.splitlines() == [
        "接收  厂门0  2020-03-24 23:00：已登记 1 人，未登记 0 人",
        "该交接点还在车 0 人：无",
    ]
    assert list_statuses(coach) == ["boarded", "boarded", "boarded", "received"]
    assert coach.run("receive", "--point", "1", "--at", coach.at).code == 2
    assert coach.run("receive", "--point", "厂门1", "--at", coach.at).code == 0
    assert list_statuses(coach) == ["received"] * 4


def test_who_was_given_no_point_belongs_to_the_last_one(desk: Desk, world: World) -> None:
    """As the server takes it. Of somebody told aboard before anybody said who it is, no point is known."""
    coach = load_coach(Scene(world), points=2).seen_from(desk)
    coach.drive_off()
    unknown = world.new_id()
    told = coach.scene.event("passenger.boarded", mode="afterwards", passenger_id=unknown)
    coach.scene.record(coach.trip_id, told)
    assert coach.scene.people(coach.trip_id)[str(unknown)]["handover_point_id"] is None
    coach.arrive()
    coach.run("receive", "--point", "1", "--at", coach.at)
    assert coach.scene.people(coach.trip_id)[str(unknown)]["status"] == "boarded"
    assert coach.run("receive", "--point", "2", "--at", coach.at).code == 0
    assert coach.scene.people(coach.trip_id)[str(unknown)]["status"] == "received"


def test_told_afterwards_with_time_and_source(coach: Coach) -> None:
    told = ("--at", "2020-03-24T22:50", "--afterwards", "--source", "paper")
    shown = coach.run("receive", *told)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0] == "接收  厂门0  2020-03-24 22:50：已登记 3 人，未登记 0 人"
    assert lines[1] == "例外：抵达前已接收（照实登记；冲正或说明后才能归档）"
    bodies = list_bodies(coach)
    assert {(each["mode"], each["source"], each["occurred_at"]) for each in bodies} == {
        ("afterwards", "paper", "2020-03-24T22:50:00+08:00")
    }


def test_a_refused_person_is_named_with_the_reason(
    coach: Coach, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else said in the meantime that one of them is received."""
    with make_api(coach.desk.server, token=coach.scene.coordinator.token) as api:
        receiving = work.prepare(api, work.ReceivingOptions(coach.number, at=coach.at))
        second = coach.passengers[1]
        coach.scene.tell(coach.trip_id, "passenger.received", passenger_id=second)
        answer = work.send(api, receiving)
        left = work.list_left(api, receiving)
    work.show(receiving, answer, left)
    assert choose_exit(answer) is ExitCode.UNEXPECTED
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "接收  厂门0  2020-03-24 23:00：已登记 2 人，未登记 1 人",
        "该交接点还在车 0 人：无",
    ]
    start = f"  {name(1)}：当前状态下不能这样做，趟次现为“已抵达”，此人现为“已接收”。"
    assert [line[: len(start)] for line in shown.err.splitlines()] == [start]


def test_all_are_refused_once_the_trip_is_closed(coach: Coach) -> None:
    scene, trip = coach.scene, coach.trip_id
    scene.hand_over(trip, coach.passengers)
    scene.tell(trip, "trip.closed")
    late = scene.make_workers()[0]
    found = scene.event(
        "passenger.found_aboard",
        mode="afterwards",
        passenger_id=scene.world.new_id(),
        worker_id=late,
        seat_row=2,
        seat_column=1,
    )
    scene.record(trip, found)
    shown = coach.run("receive", "--at", coach.at)
    assert shown.code == 1
    assert shown.out.splitlines() == [
        "接收  厂门0  2020-03-24 23:00：已登记 0 人，未登记 1 人",
        "该交接点还在车 1 人：5 " + f"{make_name(3)[0]}**",
    ]
    assert shown.err.startswith(f"  5 {make_name(3)[0]}**：")
    assert shown.err.endswith("[state-forbids]\n")
    english = coach.run("receive", "--at", coach.at, "--lang", "en")
    assert english.out.splitlines() == [
        "Received  厂门0  2020-03-24 23:00: recorded 0, refused 1",
        f"Still aboard for this point: 1: 5 {make_name(3)[0]}**",
    ]
    assert (coach.run("receive", "--at", coach.at, "--json").code, english.code) == (1, 1)


def test_the_json_is_the_apis(coach: Coach) -> None:
    shown = coach.run("receive", "--at", coach.at, "--json")
    assert (shown.code, shown.err) == (0, "")
    assert [each["status"] for each in shown.json["outcomes"]] == ["recorded"] * 3
    ids = [each["receipt"]["event_id"] for each in shown.json["outcomes"]]
    assert ids == [each["id"] for each in list_bodies(coach)]
    empty = coach.run("receive", "--json")
    assert (empty.code, empty.out) == (2, "")


def test_in_english(coach: Coach) -> None:
    shown = coach.run("receive", "--at", coach.at, "--lang", "en")
    assert shown.out.splitlines() == [
        "Received  厂门0  2020-03-24 23:00: recorded 3, refused 0",
        "Still aboard for this point: 0: none",
    ]
    again = coach.run("receive", "--lang", "en")
    assert again.err == (
        "Nothing was recorded: nobody is aboard for 厂门0 (received: 3). Check who boarded.\n"
    )


def test_who_may_not_receive_is_told_so(coach: Coach) -> None:
    world = coach.scene.world
    carrier = world.client(Role.CARRIER, carrier_id=coach.scene.carrier_id)
    coach.desk.sit_down(carrier)
    refused = coach.run("receive", "--at", coach.at)
    assert refused.code == 1
    assert refused.out.splitlines() == [
        "接收  厂门0  2020-03-24 23:00：已登记 0 人，未登记 3 人",
        f"该交接点还在车 3 人：{name(0)}、{name(1)}、{name(2)}",
    ]
    assert refused.err.splitlines() == [
        f"  {name(place)}：没有此项权限，请联系县管理员。[permission-denied]" for place in range(3)
    ]
    assert list_statuses(coach) == ["boarded"] * 3


def test_a_lost_line_says_to_run_it_again(coach: Coach, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut")

    with make_api(coach.desk.server, token=coach.scene.coordinator.token) as api:
        receiving = work.prepare(api, work.ReceivingOptions(coach.number, at=coach.at))
    client = httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(fail))
    capsys.readouterr()
    with Api(client, pause=lambda _seconds: None) as api, pytest.raises(ApiError):
        work.send(api, receiving)
    assert capsys.readouterr().err == (
        "不确定是否已登记。网络恢复后，原样再运行一次并加上："
        "--at 2020-03-24T23:00:00+08:00（已接收的人不会重复登记）\n"
    )


@pytest.mark.parametrize(("at", "names"), [("", ["events", "sent_at"]), ("2020-03-24", ["events"])])
def test_a_time_of_this_clock_is_sent_with_the_clock(
    coach: Coach, at: str, names: list[str]
) -> None:
    """One that was typed is not: it was read off a watch or a paper."""
    sent: list[dict[str, Any]] = []

    def keep(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(200, json={"outcomes": []})

    with make_api(coach.desk.server, token=coach.scene.coordinator.token) as api:
        receiving = work.prepare(api, work.ReceivingOptions(coach.number, at=at))
    client = httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(keep))
    with Api(client) as api:
        work.send(api, receiving)
    assert [sorted(each) for each in sent] == [names]
