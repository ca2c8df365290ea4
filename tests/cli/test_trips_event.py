"""`fangang trip event`: what came by telephone or on paper, through the real door."""

import hashlib
from typing import Any
from uuid import UUID

import httpx
import pytest

from cli.api import Api, ApiError
from cli.exits import ExitCode
from cli.trips.events import Statement, send, show
from cli.trips.payloads import make_payload
from cli.trips.sending import choose_exit
from schemas.errors import ErrorCode, FieldProblem
from schemas.events.envelope import Outcome, OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind, StreamKind
from schemas.messages import make_problem
from tests.cli.client_commands import Desk, Shown
from tests.cli.trip_scenes import Coach, LoadedCoach, load_coach
from tests.factories import World, make_id_number, make_name
from tests.pictures import PHONE_JPEG, make_pdf
from tests.service.trips.scenes import Scene
from tests.service.trips.test_carriages import make_carriage


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


def status_of(coach: Coach, place: int) -> str:
    status: str = coach.scene.people(coach.trip_id)[str(coach.passengers[place])]["status"]
    return status


def last_body(coach: Coach) -> dict[str, Any]:
    return coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id)[-1]


def test_a_roll_call_by_telephone(coach: Coach) -> None:
    coach.scene.tell(coach.trip_id, "manifest.locked")
    facts = ("--data", "identity_shown=card", "--data", "temperature=36.5")
    shown = coach.tell("点名", "--seat", "2号", *facts, "--source", "telephone")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0] == f"已登记：点名  2 {make_name(1)[0]}**  2020-03-24 08:00"
    assert lines[1].startswith("回执：事件 ")
    assert lines[2].startswith("接下来可以：")
    body = last_body(coach)
    assert (body["kind"], body["source"], body["mode"]) == (
        "passenger.checked_in",
        "telephone",
        "live",
    )
    assert body["data"] == {"passenger_id": str(coach.passengers[1]), "identity_shown": "card"}
    assert status_of(coach, 1) == "checked_in"


def test_a_refused_boarding_ends_with_1_and_says_what_was_kept(coach: Coach) -> None:
    shown = coach.tell("passenger.boarded", "--passenger", coach.passengers[0])
    assert shown.code == 1
    assert (shown.err[:6], shown.err[-23:]) == ("名册尚未锁定", "。[manifest-not-locked]\n")
    lines = shown.out.splitlines()
    assert lines[0] == f"未登记：上车  1 {make_name(0)[0]}**  2020-03-24 08:00"
    assert lines[1] == "已留痕：上车被拦"
    assert status_of(coach, 0) == "listed"


def test_afterwards_it_is_recorded_with_its_exception(coach: Coach) -> None:
    shown = coach.tell("上车", "--seat", "1", "--afterwards", "--source", "paper")
    assert (shown.code, shown.err) == (0, "")
    assert "例外：名册未锁定（照实登记；冲正或说明后才能归档）" in shown.out.splitlines()
    assert (last_body(coach)["mode"], last_body(coach)["source"]) == ("afterwards", "paper")
    assert status_of(coach, 0) == "boarded"


def test_the_same_sent_again_changes_nothing(coach: Coach) -> None:
    again = ("--id", "01710a3e-2400-7000-8000-0000000000aa", "--seat", "1", "--afterwards")
    first, second = coach.tell("上车", *again), coach.tell("上车", *again)
    assert [first.out.splitlines()[0][:3], second.out.splitlines()[0][:5]] == [
        "已登记",
        "此前已登记",
    ]
    assert (first.code, second.code) == (0, 0)
    assert len(coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id)) == 5
    other = coach.tell("上车", "--id", again[1], "--seat", "2", "--afterwards")
    assert (other.code, "[id-reused]" in other.err) == (1, True)


def test_somebody_is_found_by_name_or_the_end_of_the_id(coach: Coach) -> None:
    coach.scene.tell(coach.trip_id, "manifest.locked")
    number = make_id_number(birth="1972-05-12", sequence=102)
    facts = ("--data", "identity_shown=card")
    assert coach.tell("点名", "--name", make_name(1), *facts).code == 0
    assert coach.tell("点名", "--name", number[-4:].lower(), *facts).code == 0
    assert [status_of(coach, place) for place in range(3)] == [
        "listed",
        "checked_in",
        "checked_in",
    ]
    account = coach.scene.coordinator.actor.account_id
    read = coach.scene.world.list_bodies(StreamKind.ACCOUNT, account)
    assert [each["kind"] for each in read[-2:]] == ["access.listed", "access.listed"]
    nobody = coach.tell("点名", "--name", "9999", *facts)
    assert (nobody.code, nobody.out) == (2, "")
    assert nobody.err.startswith("名册上没有“9999”。")


def test_a_shared_seat_or_name_asks_which(coach: Coach) -> None:
    scene, trip = coach.scene, coach.trip_id
    first, second, _ = coach.passengers
    seat = {"seat_row": 1, "seat_column": 1}
    told: list[dict[str, Any]] = [{"passenger_id": first}, {"passenger_id": second, **seat}]
    events = [scene.event("passenger.boarded", mode="afterwards", **data) for data in told]
    scene.send(trip, *events)
    shown = coach.tell("途中离开", "--seat", "1", "--data", "place=服务区", "--afterwards")
    assert shown.code == 2
    assert shown.err == (
        "“1”有 2 人，请用 --passenger 编号："
        + "、".join(f"1 {make_name(place)[0]}** {coach.passengers[place]}" for place in range(2))
        + "\n"
    )


def test_another_seat_is_named_by_its_label(coach: Coach) -> None:
    shown = coach.tell("换座", "--seat", "1", "--data", "seat=20")
    assert (shown.code, shown.err) == (0, "")
    person = coach.scene.people(coach.trip_id)[str(coach.passengers[0])]
    assert (person["seat_label"], person["seat_row"], person["seat_column"]) == ("20", 5, 5)
    unknown = coach.tell("换座", "--seat", "20", "--data", "seat=99")
    assert (unknown.code, unknown.err) == (2, "这辆车没有座位“99”。\n")


def test_the_escort_names_another_seat_who_may_not_read_the_fleet(coach: Coach) -> None:
    coach.seat_escort()
    shown = coach.tell("换座", "--seat", "1", "--data", "seat=20")
    assert (shown.code, shown.err) == (0, "")
    person = coach.scene.people(coach.trip_id)[str(coach.passengers[0])]
    assert person["seat_label"] == "20"


def sign(coach: Coach, *more: Any) -> Shown:
    facts = ("--data", "method=telephone", "--data", "receiver=张经理")
    return coach.tell("签收交接", *facts, *more)


def test_a_paper_handover_signs_for_everybody_who_was_received(coach: Coach) -> None:
    early = sign(coach)
    assert (early.code, early.err[:16]) == (2, "该交接点没有待签收的人员：没有人")
    coach.drive_off()
    coach.arrive()
    for seat in ("1", "2", "3"):
        assert coach.tell("接收", "--seat", seat).code == 0
    sheet = coach.desk.folder / "交接单.jpg"
    sheet.write_bytes(b"scan")
    facts = ("--data", "method=paper", "--data", "receiver=张经理", "--file", sheet)
    signed = coach.tell("handover.signed", "--source", "paper", *facts)
    assert (signed.code, signed.err) == (0, "")
    assert signed.out.splitlines()[0] == "已登记：签收交接  签收 3 人  2020-03-24 23:00"
    data = last_body(coach)["data"]
    assert data["file_hash"] == hashlib.sha256(b"scan").hexdigest()
    assert sorted(data["passenger_ids"]) == sorted(map(str, coach.passengers))
    assert coach.scene.trip(coach.trip_id)["state"] == "handed_over"
    assert coach.tell("归档").code == 0
    assert sign(coach).code == 2


def test_a_signature_is_for_who_is_named_else_for_all_who_wait(coach: Coach) -> None:
    """Received or still aboard; who is left out is named, and so is somebody who is missing."""
    coach.drive_off()
    coach.arrive()
    coach.tell("接收", "--seat", "1")
    coach.tell("失联", "--seat", "3", "--data", "last_seen=服务区", "--data", "reported_to=派出所")
    lost = f"3 {make_name(2)[0]}**（失联）"
    one = sign(coach, "--seat", "2")
    assert (one.code, one.err) == (0, "")
    lines = one.out.splitlines()
    assert lines[0] == "已登记：签收交接  签收 1 人  2020-03-24 23:00"
    assert f"该交接点未签收 2 人：1 {make_name(0)[0]}**（已接收）、{lost}" in lines
    assert last_body(coach)["data"]["passenger_ids"] == [str(coach.passengers[1])]
    rest = sign(coach)
    assert (rest.code, f"该交接点未签收 1 人：{lost}" in rest.out.splitlines()) == (0, True)
    assert last_body(coach)["data"]["passenger_ids"] == [str(coach.passengers[0])]


def test_a_signature_takes_several_names(coach: Coach) -> None:
    coach.drive_off()
    coach.arrive()
    several = ("--passenger", coach.passengers[0], "--seat", "2", "--seat", "3")
    assert sign(coach, "--data", "passenger_ids=", "--seat", "1").err[:8] == "签收名单是空的。"
    assert sign(coach, *several).out.splitlines()[0][:16] == "已登记：签收交接  签收 3 人"
    both = coach.tell("途中离开", "--seat", "1", "--seat", "2", "--data", "place=服务区")
    assert (both.code, both.err[:7]) == (2, "只能指明一人：")


def test_several_names_are_one_reading_of_the_manifest(coach: Coach) -> None:
    coach.drive_off()
    coach.arrive()
    names = [word for place in range(3) for word in ("--name", make_name(place))]
    assert sign(coach, *names).out.splitlines()[0][:16] == "已登记：签收交接  签收 3 人"
    account = coach.scene.coordinator.actor.account_id
    bodies = coach.scene.world.list_bodies(StreamKind.ACCOUNT, account)
    assert [each["data"].get("list_kind") for each in bodies].count("manifest") == 1


def test_files_are_uploaded_and_named(coach: Coach) -> None:
    """A repeat uploads nothing anew; what the server does not take is told, and nothing is recorded."""
    coach.drive_off()
    coach.arrive()
    for seat in ("1", "2", "3"):
        coach.tell("接收", "--seat", seat)
    photo, scan = coach.desk.folder / "交接单.jpg", coach.desk.folder / "b.pdf"
    photo.write_bytes(b"no picture")
    scan.write_bytes(make_pdf())
    facts = ("--data", "method=paper", "--data", "receiver=张经理", "--attach", photo)
    wrong = coach.tell("签收交接", *facts)
    assert (wrong.code, "附件只能是" in wrong.err) == (2, True)
    photo.write_bytes(PHONE_JPEG)
    identifier = str(coach.scene.world.new_id())
    sent = [coach.tell("签收交接", *facts, "--attach", scan, "--id", identifier) for _ in range(2)]
    assert [each.code for each in sent] == [0, 0]
    kept = coach.run("attachments", "--json").json
    hashes = {each["id"]: each["sha256"] for each in kept}
    named = last_body(coach)["attachments"]
    assert {each["id"]: each["sha256"] for each in named} == hashes
    assert {each["media_type"] for each in kept} == {"image/jpeg", "application/pdf"}
    assert f"附件：{named[0]['id']}、{named[1]['id']}" in sent[0].out.splitlines()


def test_one_of_several_points_has_to_be_named(desk: Desk, world: World) -> None:
    coach = load_coach(Scene(world), points=2).seen_from(desk)
    coach.drive_off()
    coach.arrive()
    coach.tell("接收", "--seat", "1", "--point", "厂门1")
    facts = ("--data", "method=telephone", "--data", "receiver=张经理")
    unnamed = coach.tell("签收交接", *facts)
    assert (unnamed.code, unnamed.err) == (
        2,
        "有几个交接点，请用 --point 指明：1. 厂门0、2. 厂门1。\n",
    )
    wrong = coach.tell("签收交接", "--point", "3", *facts)
    assert (wrong.code, wrong.err) == (2, "没有交接点“3”。可用：1. 厂门0、2. 厂门1。\n")
    assert coach.tell("签收交接", "--point", "2", *facts).code == 0
    # Who was given no point is handed over at the last one.
    assert sorted(last_body(coach)["data"]["passenger_ids"]) == sorted(map(str, coach.passengers))


def test_trips_vehicles_and_seats_go_by_what_people_call_them(coach: Coach) -> None:
    scene, trip = coach.scene, coach.trip_id
    waiting = scene.assign(trip, scene.make_workers(), stand_by=True)[0]
    plate = "辽M54321"
    vehicle = scene.make_vehicle(plate)
    told = coach.tell("更换车辆", "--data", f"vehicle_id={plate}", "--data", "reason=故障")
    assert (told.code, told.err) == (0, "")
    assert scene.trip(trip)["vehicle_id"] == str(vehicle)
    scene.tell(trip, "manifest.locked")
    assert coach.tell("未到", "--seat", "2").code == 0
    stand_by = ("--passenger", waiting, "--data", "replaces_passenger_id=2号")
    told = coach.tell("候补顶替", *stand_by)
    assert (told.code, told.err) == (0, "")
    assert scene.people(trip)[str(waiting)]["seat_label"] == "2"
    other = scene.trip(scene.open_trip())["number"]
    told = coach.tell("换乘", "--seat", "1", "--data", f"to_trip_id={other}")
    assert (told.code, told.err) == (0, "")
    assert status_of(coach, 0) == "moved"
    wrong = {
        "to_trip_id=P1": "没有趟次“P1”。",
        f"to_trip_id={UUID(int=9)}": "没有找到",
    }
    for pair, message in wrong.items():
        told = coach.tell("换乘", "--seat", "3", "--data", pair)
        assert (told.code > 0, told.err[: len(message)]) == (True, message)


def test_a_carriage_goes_by_its_designation_and_a_captain_by_the_seat(coach: Coach) -> None:
    scene, designation = coach.scene, "K388次 硬座7车"
    carriage = make_carriage(scene, designation)
    assert coach.tell("更换车辆", "--data", f"vehicle_id={designation}").code == 0
    assert scene.trip(coach.trip_id)["vehicle_id"] == str(carriage)
    assert f"车牌：{designation}" in coach.desk.run("trip", "show", coach.number).out.splitlines()
    assert designation in coach.desk.run("trace", "trip", coach.number).out
    assert designation in coach.desk.run("trace", "vehicle", designation).out
    told = coach.tell("指定车长", "--seat", "2")
    assert (told.code, told.err) == (0, "")
    assert scene.trip(coach.trip_id)["captain_passenger_id"] == str(coach.passengers[1])
    told = coach.tell("指定车长")
    assert (told.code, told.err.count("--data driver_id=")) == (2, 1)


MISFITS = {
    ("上车",): "“上车”要指明人员：",
    ("上车", "--seat", "1", "--name", "张"): "只能指明一人：--passenger、--seat、--name 用一个",
    ("上车", "--seat", "1", "--data", f"passenger_id={UUID(int=1)}"): "只能指明一人：",
    ("上车", "--seat", "77"): "名册上没有“77”。请用 fangang trip passengers T-",
    ("上车", "--passenger", "17"): "“17”不是编号。按座位找用 --seat，",
    ("更换车辆", "--data", "vehicle_id=辽M00000"): "没有车牌为“辽M00000”的车辆。",
    ("候补顶替", "--seat", "1", "--data", "replaces_passenger_id=77"): "名册上没有“77”。",
    ("发车", "--seat", "1"): "“发车”说的是整趟车，不用指明人员。",
    ("发车", "--point", "1"): "“发车”不用交接点。",
    ("发车", "--data", "count=24"): "“发车”没有字段 count。可用：aboard 车上人数。",
    ("发车", "--file", "交接单.jpg"): "“发车”没有字段 file_hash。",
    ("换座", "--seat", "1"): "“换座”还要写明：seat_row 座位排、seat_column 座位列。",
    ("名单外在车",): "“名单外在车”还不完整：用 --data worker_id=编号 指明是谁",
    (
        "名单外在车",
        "--data",
        "unregistered=否",
    ): "--data unregistered（没有登记）的值不合要求：写 是；不是就不写这一项。",
    (
        "说明例外",
        *("--data", "code=seat-taken", "--data", "explanation=x"),
        *("--data", "events=a", "--data", "events=b"),
    ): "--data events 写了两次。几个值写在一起，用逗号隔开：--data events=A,B。",
    (
        "签收交接",
        *("--data", "method=纸质签字", "--data", "receiver=张经理"),
    ): "纸质签收要有签字件：用 --attach 上传照片或扫描件，或用 --file",
    ("起飞",): "没有事件“起飞”。可用：",
}


def test_what_does_not_fit_is_said_before_anything_is_sent(coach: Coach) -> None:
    before = coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id)
    for arguments, message in MISFITS.items():
        shown = coach.tell(*arguments)
        assert (shown.code, shown.out, shown.err[: len(message)]) == (2, "", message)
    assert coach.scene.world.list_bodies(StreamKind.TRIP, coach.trip_id) == before


@pytest.mark.parametrize("answer", ["是", "true", "yes", "1"])
def test_a_yes_is_read_where_only_a_yes_is_taken(answer: str) -> None:
    typed = {"unregistered": answer}
    payload = make_payload(EventKind.PASSENGER_FOUND_ABOARD, typed, {"passenger_id": UUID(int=1)})
    assert payload["unregistered"] is True


def test_what_somebody_unnamed_needs_is_all_named(coach: Coach) -> None:
    said = coach.tell("名单外在车", "--data", "name=张三").err
    assert all(each in said for each in ("worker_id=", "id_number=", "name=", "unregistered=是"))


def test_a_reversal_says_whose_event_it_takes_back(coach: Coach) -> None:
    coach.drive_off()
    left = coach.tell("途中离开", "--seat", "2", "--data", "place=服务区", "--json").json
    event = left["outcomes"][0]["receipt"]["event_id"]
    undone = coach.tell("冲正", "--data", f"event_id={event}", "--data", "reason=认错人")
    assert undone.out.splitlines()[0] == f"已登记：冲正  2 {make_name(1)[0]}**  2020-03-24 09:00"


def test_a_signed_file_that_is_not_there(coach: Coach) -> None:
    coach.drive_off()
    coach.arrive()
    coach.tell("接收", "--seat", "1")
    facts = ("--data", "method=paper", "--data", "receiver=张经理", "--file", "没有.jpg")
    shown = coach.tell("签收交接", *facts)
    assert (shown.code, shown.err) == (2, "读不了文件：没有.jpg。请检查路径。\n")


def test_somebody_who_is_on_no_list_is_found_aboard(coach: Coach) -> None:
    coach.drive_off()
    stranger = coach.scene.make_workers(1)[0]
    facts = ("--data", f"worker_id={stranger}", "--data", "seat=9")
    shown = coach.tell("名单外在车", *facts)
    assert (shown.code, shown.err) == (0, "")
    people = coach.scene.people(coach.trip_id).values()
    found = [each for each in people if each["worker_id"] == str(stranger)]
    assert [(each["status"], each["seat_label"]) for each in found] == [("boarded", "9")]


def test_the_json_is_the_apis(coach: Coach) -> None:
    shown = coach.tell("上车", "--seat", "1", "--json")
    assert shown.code == 1
    outcome = shown.json["outcomes"][0]
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "manifest-not-locked")


def test_in_english(coach: Coach) -> None:
    shown = coach.tell("boarded", "--seat", "1", "--lang", "en")
    assert shown.out.splitlines()[0] == f"refused: boarded  1 {make_name(0)[0]}**  2020-03-24 08:00"
    assert shown.err == (
        "The manifest is not locked. "
        "Lock it first; what already happened: mode afterwards. [manifest-not-locked]\n"
    )


def test_a_lost_line_says_how_to_send_the_same_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows whether it arrived: the same id, and the time that it was sent with."""

    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut")

    client = httpx.Client(base_url="http://127.0.0.1:9", transport=httpx.MockTransport(fail))
    event = {"id": str(UUID(int=7)), "occurred_at": "2020-03-24T08:00:00+08:00"}
    statement = Statement(UUID(int=1), event, "17 张*", has_typed_time=True)
    with Api(client, pause=lambda _seconds: None) as api, pytest.raises(ApiError) as failed:
        send(api, statement)
    assert failed.value.exit_code is ExitCode.SERVER
    assert capsys.readouterr().err == (
        "不确定是否已登记。网络恢复后，原样再发一次并加上："
        f"--id {UUID(int=7)} --at 2020-03-24T08:00:00+08:00（不会重复登记）\n"
    )


def test_a_typed_time_is_sent_without_any_clock(coach: Coach) -> None:
    """It was read off a watch or a paper: no clock of this computer's corrects it."""
    coach.scene.tell(coach.trip_id, "manifest.locked")
    typed = "2020-03-24T07:21:00+08:00"
    told = coach.run("event", "passenger.boarded", "--at", typed, "--seat", "1", "--afterwards")
    assert told.code == 0
    body = last_body(coach)
    assert (body["occurred_at"], body["skew_ms"], body["device"]) == (typed, 0, None)


def test_what_the_server_could_not_read_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of a program that is newer than the server: which field, and what to do."""
    problem = make_problem(
        ErrorCode.EVENT_UNREADABLE,
        errors=[FieldProblem(field="kind", message="只能是：…")],
        facts={"kept": True},
    )
    outcome = Outcome(id=None, status=OutcomeStatus.REFUSED, problem=problem)
    answer = OutcomesOut(outcomes=[outcome])
    event = {
        "kind": EventKind.TRIP_DEPARTED.value,
        "occurred_at": "2020-03-24T08:00:00+08:00",
        "data": {},
    }
    show(Statement(UUID(int=1), event, "全趟", has_typed_time=True), answer, [])
    said = capsys.readouterr().err
    assert "这条事件无法识别" in said
    assert "原文已封存备查" in said
    assert "  kind: 只能是：…" in said.splitlines()
    assert choose_exit(answer) is ExitCode.UNEXPECTED
