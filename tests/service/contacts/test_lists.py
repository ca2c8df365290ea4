"""The work list: who is on it and in full, its accesses, the need of its trips, other counties' answers; of an
accident who was aboard.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from schemas.permissions import Role
from service.inquiries.queries import LIST, PERSON
from tests.factories import Client, World, make_id_number, make_name, make_phone
from tests.service.contacts.test_asking import ACCIDENT, CASE, by_plate, officer
from tests.service.trips.scenes import Ride, Scene

__all__ = ["officer"]
LISTS = "/v1/contacts/lists"
ROWS = {
    "version": "rows-1",
    "title": "合成：前后3排",
    "document": "合成〔2020〕3号",
    "valid_from": "2020-03-01",
    "contact_rules": [{"vehicle": "coach", "reach": "rows", "rows": 1}],
    "lookback_days": 2,
}


def seat_of(number: int) -> dict[str, int]:
    """Of the coach's seats 1, 2, 3 …"""
    row, place = divmod(number - 1, 4)
    return {"seat_row": row + 1, "seat_column": (1, 2, 4, 5)[place]}


def drive(scene: Scene, people: int, **values: Any) -> Ride:
    """Everybody boards the seat that they say."""
    workers = scene.make_workers(people, **values)
    trip = scene.open_trip()
    passengers = scene.assign(trip, workers)
    scene.tell(trip, "manifest.locked")
    for number, each in enumerate(passengers, start=1):
        scene.tell(trip, "passenger.boarded", passenger_id=each, **seat_of(number))
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=people)
    return Ride(trip, passengers, workers)


def ask(scene: Scene, by: Client, who: Any, **more: Any) -> Any:
    return scene.ok(by.post(LISTS, {**CASE, "worker_id": str(who), **more}))


def test_rows_of_a_policy(scene: Scene, officer: Client) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", ROWS), 201)
    ride = drive(scene, 14)
    listed = ask(scene, officer, ride.workers[0])
    seats = [each["seat_label"] for each in listed["lines"]]
    assert seats == ["2", "3", "4", "5", "6", "7", "8", None, None]
    (vehicle,) = listed["vehicles"]
    told = {name: vehicle[name] for name in ("reach", "rows", "document", "aboard", "within")}
    assert told == {
        "reach": "rows",
        "rows": 1,
        "document": "合成〔2020〕3号",
        "aboard": 14,
        "within": 7,
    }
    first = listed["lines"][0]
    assert (first["row_distance"], first["relations"], first["seat_source"]) == (
        0,
        ["rows"],
        "boarding",
    )
    assert (first["name"], first["phone"]) == (make_name(1), make_phone(1))
    assert [each["relations"] for each in listed["lines"][-2:]] == [["crew"], ["crew"]]


def test_an_unsure_seat_brings_everybody(scene: Scene, officer: Client) -> None:
    scene.ok(scene.coordinator.post("/v1/policies", ROWS), 201)
    ride = scene.departed(14)
    listed = ask(scene, officer, ride.workers[0])
    passengers = [each for each in listed["lines"] if each["passenger_id"]]
    assert len(passengers) == 13
    assert {each["basis"] for each in passengers} == {"seat-unsure"}
    assert {each["seat_source"] for each in passengers} == {"plan"}
    assert listed["vehicles"][0]["unsure"] == 13


def test_family_and_present_place(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 2, emergency_phone="15400099999")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    point = scene.trip(ride.trip)["points"][-1]
    firm = {"enterprise_id": str(scene.enterprise_id)}
    scene.tell(ride.trip, "passenger.received", passenger_id=ride.passengers[1], **firm)
    scene.record(ride.trip, scene.signature(ride.trip, ride.passengers[1:2]))
    line = ask(scene, officer, ride.workers[0])["lines"][0]
    assert line["relations"] == ["companion"]
    assert line["family_phone"] == "15400099999"
    assert line["family_aboard"] == [f"1 {make_name(0)}"]
    assert (line["present_place"], line["present_code"]) == (point["name"], "320500")
    assert line["present_division"] == "江苏省苏州市"
    assert line["receiver"] == "张经理"
    assert line["home"] == "辽宁省铁岭市铁岭县凡河镇东兴村"
    assert line["age"] == 48


def test_two_of_one_guardian_are_family(scene: Scene, officer: Client) -> None:
    """Also where the guardian is at home."""
    scene.make_workers(1)
    guardian = make_id_number(birth="1970-05-12", sequence=100)
    ride = drive(scene, 2, guardian_id=guardian)
    line = ask(scene, officer, ride.workers[0])["lines"][0]
    assert (line["relations"], line["family_aboard"]) == (["companion"], [f"1 {make_name(1)}"])


def test_a_replaced_coach(scene: Scene, officer: Client) -> None:
    """Who boarded the second coach only rode with who was in it; each vehicle is counted by itself."""
    ride = drive(scene, 3)
    scene.world.clock.advance(hours=2)
    other = scene.make_vehicle("辽M60001")
    left = ride.passengers[2]
    scene.tell(ride.trip, "passenger.left", passenger_id=left, place="合成服务区")
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "vehicle.replaced", vehicle_id=other, mode="afterwards")
    scene.world.clock.advance(hours=1)
    (late,) = scene.make_workers(1)
    data = {"passenger_id": scene.world.new_id(), "worker_id": late, **seat_of(9)}
    scene.tell(ride.trip, "passenger.found_aboard", mode="afterwards", **data)
    by_late = ask(scene, officer, late)
    assert [each["plate"] for each in by_late["vehicles"]] == ["辽M60001"]
    assert {each["worker_id"] for each in by_late["lines"] if each["worker_id"]} == {
        str(each) for each in ride.workers[:2]
    }
    by_first = ask(scene, officer, ride.workers[0])
    assert [each["plate"] for each in by_first["vehicles"]] == ["辽M12345", "辽M60001"]
    assert [each["within"] for each in by_first["vehicles"]] == [2, 2]
    assert len([each for each in by_first["lines"] if each["worker_id"]]) == 3
    first = scene.ok(officer.post("/v1/contacts", by_plate(scene, seat="9")))
    assert len(first["choices"]) == 3, "nobody sat there in the first coach"


# --- what is kept -----------------------------------------------------------------------------------
def test_accesses_name_case_and_purpose(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 3)
    scene.ok(officer.post("/v1/contacts", {**CASE, "worker_id": str(ride.workers[0])}))
    for more in ({}, {"export": True}):
        scene.world.clock.advance(minutes=1)
        ask(scene, officer, ride.workers[0], **more)
    auditor = scene.world.client(Role.AUDITOR)
    path = f"/v1/accounts/{officer.actor.account_id}/accesses"
    told = [
        (each["kind"], each["list_kind"], each["count"], each["purpose"], each["case_reference"])
        for each in scene.ok(auditor.get(path))["items"]
    ]
    stated = (CASE["reason"], CASE["case_reference"])
    assert told == [
        ("access.exported", "contacts", 4, *stated),
        ("access.listed", "contacts", 4, *stated),
        ("access.listed", "contacts", 1, *stated),
    ]
    scene.world.clock.advance(minutes=1)
    shown = scene.world.client(Role.HEALTH_OFFICER)
    number = scene.ok(shown.post(f"/v1/workers/{ride.workers[1]}/reveal", REVEAL))["fields"]
    search = {"id_number": number["id_number"], "reason": "合成抽查"}
    found = scene.ok(auditor.post("/v1/accesses/search", search))["items"]
    kinds = [each["kind"] for each in found]
    assert kinds[:3] == ["access.revealed", "access.exported", "access.listed"]


REVEAL = {"fields": ["id_number"], "reason": "合成核对"}


def test_no_reveal_is_spent(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 2)
    for _ in range(scene.world.settings.reveals_per_hour + 1):
        ask(scene, officer, ride.workers[0])


def test_nothing_tells_who_was_asked_about(scene: Scene, officer: Client) -> None:
    """Nor who is on the list: neither in the rows nor in the events of the county."""
    ride = drive(scene, 3)
    ask(scene, officer, ride.workers[0])
    with scene.world.context.database.read(scene.world.console) as session:
        stored = repr([list(session.execute(select(each))) for each in (LIST, PERSON)])
    for each in (*ride.workers, *ride.passengers):
        assert str(each) not in stored
        assert each.hex not in stored
    for secret in (CASE["case_reference"], CASE["reason"]):
        assert secret not in stored


def test_the_same_question_is_the_same_list(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 3)
    first = ask(scene, officer, ride.workers[0])
    scene.world.clock.advance(hours=1)
    (late,) = scene.make_workers(1)
    data = {"passenger_id": scene.world.new_id(), "worker_id": late, **seat_of(9)}
    scene.tell(ride.trip, "passenger.found_aboard", mode="afterwards", **data)
    by_seat = scene.ok(officer.post(LISTS, by_plate(scene, seat="1")))
    assert by_seat["id"] == first["id"]
    assert by_seat["asked_at"] == first["asked_at"]
    ids = {each["id"] for each in by_seat["lines"]}
    assert ids > {each["id"] for each in first["lines"]}
    assert scene.ok(officer.get("/v1/contacts", open=True))["items"][0]["people"] == 5
    other = ask(scene, officer, ride.workers[0], case_reference="另案")
    assert other["id"] != first["id"]


# --- answers ----------------------------------------------------------------------------------------
def answer(scene: Scene, **more: Any) -> dict[str, Any]:
    return {
        "id": str(scene.world.new_id()),
        "status": "reached",
        "answered_at": scene.now.isoformat(),
        "note": "合成疾控电话",
        **more,
    }


def needs(scene: Scene, trip: UUID) -> list[tuple[str, int]]:
    return [(each["code"], each["count"]) for each in scene.trip(trip)["needs"]]


def test_answers_by_line_and_by_sheet(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 4)
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, ride.passengers)
    listed = ask(scene, officer, ride.workers[0])
    path = f"{LISTS}/{listed['id']}/answers"
    assert ("contacts-asked", 5) in needs(scene, ride.trip)
    crew = [each["id"] for each in listed["lines"] if each["passenger_id"] is None]
    told = answer(scene, line_ids=crew, status="not_found")
    page = scene.ok(officer.post(path, told))
    assert [each["answer"] for each in page["items"]].count("not_found") == 2
    assert scene.ok(officer.post(path, told)) == page, "sent again"
    changed = officer.post(path, {**told, "status": "reached"})
    assert (changed.status_code, changed.json()["code"]) == (409, "id-reused")
    assert ("contacts-asked", 3) in needs(scene, ride.trip)
    sheet = answer(scene, present_code="320500", status="taken_over")
    page = scene.ok(officer.post(path, sheet))
    assert {each["answer"] for each in page["items"]} == {"not_found", "taken_over"}
    assert "contacts-asked" not in dict(needs(scene, ride.trip))
    assert scene.ok(officer.get("/v1/contacts", open=True))["items"] == []
    (row,) = scene.ok(officer.get("/v1/contacts"))["items"]
    assert (row["unanswered"], row["case_reference"]) == (0, CASE["case_reference"])
    again = ask(scene, officer, ride.workers[0])
    assert {each["answer"] for each in again["lines"]} == {"not_found", "taken_over"}
    earlier = answer(scene, line_ids=crew, status="moved_on")
    earlier["answered_at"] = (scene.now - timedelta(hours=2)).isoformat()
    page = scene.ok(officer.post(path, earlier))
    assert "moved_on" not in {each["answer"] for each in page["items"]}


def test_the_crew_is_told_by_kind_and_masked_name(scene: Scene, officer: Client) -> None:
    """So that an answer can name their lines; also an escort who came for another one."""
    ride = drive(scene, 2)
    other = {"name": "赵新领队", "phone": make_phone(77)}
    came = scene.tell(ride.trip, "escort.replaced", **other)
    listed = ask(scene, officer, ride.workers[0])
    page = scene.ok(officer.get(f"{LISTS}/{listed['id']}"))["items"]
    told = sorted((each["kind"], each["name"]) for each in page)
    driver = make_name(300)
    assert told == [
        ("driver", f"{driver[0]}{'*' * (len(driver) - 1)}"),
        ("escort", "合***"),
        ("escort", "赵***"),
        ("passenger", f"{make_name(1)[0]}{'*' * (len(make_name(1)) - 1)}"),
    ]
    assert {each["name"] for each in listed["lines"]} >= {driver, "赵新领队"}
    scene.tell(ride.trip, "event.reversed", event_id=came["id"], reason="合成：误记")
    page = scene.ok(officer.get(f"{LISTS}/{listed['id']}"))["items"]
    assert sorted(each["name"] or "" for each in page if each["kind"] == "escort") == ["", "合***"]


def test_who_was_erased_stays_without_a_name(scene: Scene, officer: Client) -> None:
    """Neither the list nor its answers stop working."""
    ride = drive(scene, 3)
    listed = ask(scene, officer, ride.workers[0])
    path = f"{LISTS}/{listed['id']}"
    lines = [each["id"] for each in listed["lines"]]
    scene.ok(officer.post(f"{path}/answers", answer(scene, line_ids=lines)))
    context, gone = scene.world.context, ride.workers[1]
    with context.database.write(officer.actor) as session:
        context.vault.destroy(session, officer.actor.county_code, [gone], at=scene.now)
    page = scene.ok(officer.get(path))["items"]
    assert [each["answer"] for each in page].count("reached") == 3
    assert [each["answer"] for each in page].count(None) == 1
    again = ask(scene, officer, ride.workers[0])
    line = next(each for each in again["lines"] if each["worker_id"] == str(gone))
    assert (line["name"], line["phone"], line["answer"]) == (None, None, None)
    later = answer(scene, line_ids=[line["id"]], status="not_found")
    scene.ok(officer.post(f"{path}/answers", later))


def test_answers_of_nobody(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 2)
    listed = ask(scene, officer, ride.workers[0])
    path = f"{LISTS}/{listed['id']}/answers"
    for wrong in ({"line_ids": [str(scene.world.new_id())]}, {"present_code": "110101"}):
        assert officer.post(path, answer(scene, **wrong)).status_code == 404
    both = {"line_ids": [listed["lines"][0]["id"]], "present_code": "110101"}
    assert officer.post(path, answer(scene, **both)).status_code == 422
    nowhere = f"{LISTS}/{scene.world.new_id()}/answers"
    assert officer.post(nowhere, answer(scene, present_code="110101")).status_code == 404
    narrowed = scene.world.client(Role.HEALTH_OFFICER, trip_ids=[scene.departed(1).trip])
    assert narrowed.get(f"{LISTS}/{listed['id']}").status_code == 404
    assert scene.ok(narrowed.get("/v1/contacts"))["items"] == []


def test_the_need_is_for_the_coordinator_and_says_nothing_of_whom(
    scene: Scene, officer: Client
) -> None:
    ride = drive(scene, 2)
    ask(scene, officer, ride.workers[0])
    (need,) = [each for each in scene.trip(ride.trip)["needs"] if each["code"] == "contacts-asked"]
    assert (need["name"], need["red"]) == ("卫健部门询问同乘人员", False)
    board = scene.ok(scene.coordinator.get("/v1/trips", attention=True))["items"]
    assert ("contacts-asked", 3) in [
        (each["code"], each["count"]) for row in board for each in row["needs"]
    ]
    for client in (scene.escort_of(ride.trip), scene.world.client(Role.AUDITOR)):
        shown = scene.ok(client.get(f"/v1/trips/{ride.trip}"))["needs"]
        assert "contacts-asked" not in [each["code"] for each in shown]


# --- accidents --------------------------------------------------------------------------------------
def test_an_accident_at_a_moment(scene: Scene) -> None:
    ride = drive(scene, 4)
    scene.world.clock.advance(hours=2)
    left, ill = ride.passengers[0], ride.passengers[1]
    scene.tell(
        ride.trip,
        "passenger.noted",
        passenger_id=ill,
        what="fever",
        temperature=386,
        symptoms="咳嗽",
    )
    scene.tell(ride.trip, "stop.ended", aboard=4)
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "passenger.left", passenger_id=left, place="合成服务区")
    scene.world.clock.advance(hours=1)
    at = scene.now.isoformat()
    body = {**by_plate(scene), **ACCIDENT, "at": at}
    listed = scene.ok(scene.coordinator.post(LISTS, body))
    assert listed["id"] is None
    assert [each["seat_label"] for each in listed["lines"]] == ["2", "3", "4", None, None]
    condition = listed["lines"][0]["condition"]
    assert (condition["temperature_tenths"], condition["symptoms"]) == (386, "咳嗽")
    assert (listed["vehicles"][0]["head_count"], listed["vehicles"][0]["within"]) == (4, 3)
    told = listed["bulletin"].split("\n")
    assert told[0] == "事故快报"
    assert "人数：记录在车乘客3人，司乘2人" in told
    assert "已知伤亡：尚无登记，不详" in told
    assert "地点：不详" in told
    earlier = {**body, "at": (scene.now - timedelta(hours=3)).isoformat()}
    assert len(scene.ok(scene.coordinator.post(LISTS, earlier))["lines"]) == 4 + 2
    assert scene.coordinator.get("/v1/contacts").status_code == 403
    assert "contacts-asked" not in dict(needs(scene, ride.trip))


def test_an_accident_of_a_person_is_the_whole_vehicle(scene: Scene) -> None:
    """Passengers, crew and the vehicle by one and the same basis, also when nobody was aboard."""
    ride = drive(scene, 2)
    listed = ask(scene, scene.coordinator, ride.workers[0], **ACCIDENT)
    bases = [each["basis"] for each in (*listed["lines"], *listed["vehicles"])]
    assert bases == ["whole-vehicle"] * (2 + 2 + 1)
    before = (scene.now - timedelta(hours=9)).isoformat()
    empty = ask(scene, scene.coordinator, ride.workers[0], **ACCIDENT, at=before, date="2020-03-24")
    (vehicle,) = empty["vehicles"]
    assert (vehicle["within"], vehicle["basis"]) == (0, "whole-vehicle")


def test_an_accident_of_several_who_fit_has_no_bulletin_yet(scene: Scene) -> None:
    scene.make_workers(2, name="王同名")
    listed = scene.ok(scene.coordinator.post(LISTS, {**CASE, **ACCIDENT, "name": "王同名"}))
    assert (len(listed["choices"]), listed["lines"], listed["bulletin"]) == (2, [], None)


# --- whereabouts ------------------------------------------------------------------------------------
def test_where_somebody_is(scene: Scene, officer: Client) -> None:
    ride = drive(scene, 2)
    (nobody,) = scene.make_workers(1)

    def find(worker: UUID) -> Any:
        return scene.ok(officer.get(f"/v1/workers/{worker}/where"))

    assert find(nobody)["trip_id"] is None
    aboard = find(ride.workers[0])
    assert (aboard["custody"], aboard["event"]) == ("escort", "上车")
    scene.world.clock.advance(hours=14)
    scene.tell(ride.trip, "trip.arrived")
    scene.hand_over(ride.trip, ride.passengers[:1])
    there = find(ride.workers[0])
    assert (there["custody"], there["event"], there["place"]) == (
        "destination_bureau",
        "接收",
        "厂门0",
    )
    assert datetime.fromisoformat(there["since"]) == scene.now
    other = scene.world.client(Role.TOWNSHIP_CLERK, township="211221101")
    assert other.get(f"/v1/workers/{ride.workers[0]}/where").status_code == 404


# --- the number of statements -----------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/v1/contacts", LISTS])
def test_statements_do_not_grow_with_people_and_trips(
    world: World, scene: Scene, officer: Client, path: str
) -> None:
    """Two people and one trip; twelve people, and three trips of the person asked about."""
    scene.ok(scene.coordinator.post("/v1/policies", ROWS | {"lookback_days": 30}), 201)
    few = drive(scene, 2)
    many = drive(scene, 12)
    for _ in range(2):
        scene.world.clock.advance(hours=14)
        scene.tell(many.trip, "trip.arrived")
        received = [
            scene.event("passenger.received", passenger_id=each) for each in many.passengers
        ]
        scene.record(many.trip, *received)
        scene.world.clock.advance(hours=1)
        trip = scene.open_trip()
        passengers = scene.assign(trip, many.workers, leg=1)
        scene.tell(trip, "manifest.locked")
        for number, each in enumerate(passengers, start=1):
            scene.tell(trip, "passenger.boarded", passenger_id=each, **seat_of(number))
        scene.world.clock.advance(hours=1)
        scene.tell(trip, "trip.departed", aboard=12)
        many = Ride(trip, passengers, many.workers)
    counts, people = [], []
    for ride in (few, many):
        body = {**CASE, "worker_id": str(ride.workers[0])}
        officer.post(path, body)
        with world.counting() as statements:
            answer = scene.ok(officer.post(path, body))
        counts.append(len(statements))
        people.append(len(answer["vehicles"]))
    assert people == [1, 3]
    assert counts[0] == counts[1] <= MOST_STATEMENTS[path]


MOST_STATEMENTS = {"/v1/contacts": 20, LISTS: 45}
