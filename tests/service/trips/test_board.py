"""The list of trips: what a row carries, filters, pages, 304, and when a reading is recorded."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from tests.factories import Client, make_phone
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Scene

STATEMENTS = 12
"""Who moved, who was ever held, who is in two places (3); the trips; held and withdrawn on their lists; when
exceptions happened; points, vehicles, drivers; sealed parts; today's access. Keys are not counted; of people
between two trips one more reads their journeys."""


def rows(client: Client, **params: Any) -> list[Any]:
    answer = client.get("/v1/trips", **params)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def numbers(client: Client, **params: Any) -> list[str]:
    return [each["number"] for each in rows(client, **params)]


def accesses(scene: Scene, client: Client) -> list[Any]:
    bodies = scene.world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)
    return [each["data"] for each in bodies if each["data"].get("list_kind") == "trip_contacts"]


def test_a_row_carries_what_a_board_shows(scene: Scene) -> None:
    ride = scene.locked(2)
    filed = scene.now
    scene.tell(ride.trip, "trip.filed", channel="letter", recipient_unit="合成人社局")
    said = {"person": "钱科长", "post": "科长", "approved_at": filed.isoformat()}
    scene.tell(
        ride.trip,
        "filing.acknowledged",
        channel="telephone",
        unit="合成人社局",
        phone="15499000077",
        **said,
    )
    scene.record(ride.trip, *scene.roll_call(ride.passengers), scene.event("trip.departed"))
    scene.world.clock.advance(hours=1)
    scene.tell(ride.trip, "stop.begun", place="合成服务区")
    (row,) = rows(scene.coordinator)
    batch = scene.ok(scene.coordinator.get(f"/v1/batches/{scene.batch_id}"))
    plain = ("plate", "batch_number", "destination_name", "aboard", "list_version")
    assert [row[name] for name in plain] == [
        "辽M12345",
        batch["number"],
        "江苏省苏州市",
        2,
        row["list_version"],
    ]
    assert [row["state"], row["acknowledged_channel"], row["unconfirmed"]] == [
        "in_transit",
        "telephone",
        1,
    ]
    assert [each["name"] for each in row["points"]] == [
        each["name"] for each in scene.trip(ride.trip)["points"]
    ]
    assert row["last_event"]["kind"] == "stop.begun"
    assert row["last_event"]["at"] == row["last_event_at"]
    assert None not in [row["filed_at"], row["acknowledged_at"], row["departed_at"]]
    contacts = row["contacts"]
    assert contacts["escort"] == {"name": "合成领队", "phone": make_phone(99_000_001)}
    assert len(contacts["drivers"]) == 1
    assert contacts["acknowledged_by"] == {
        "name": "钱科长",
        "phone": "15499000077",
        "unit": "合成人社局",
        "post": "科长",
    }
    assert contacts["place"]["name"] == "合成服务区"
    shown = scene.trip(ride.trip)
    assert {name: shown[name] for name in row} == row


def test_whoever_came_for_the_escort_is_called(scene: Scene) -> None:
    ride = scene.departed(1)
    scene.tell(ride.trip, "escort.replaced", name="合成领队二", phone="13900000001")
    (row,) = rows(scene.coordinator)
    assert row["contacts"]["escort"] == {"name": "合成领队二", "phone": "13900000001"}
    account = scene.world.client(Role.ESCORT).actor.account_id
    scene.world.clock.advance(minutes=1)
    scene.tell(ride.trip, "escort.replaced", account_id=account)
    (row,) = rows(scene.coordinator)
    assert row["contacts"]["escort"]["name"] is not None
    assert row["contacts"]["escort"] != {"name": "合成领队二", "phone": "13900000001"}


def test_contacts_are_for_who_may_read_manifests(scene: Scene) -> None:
    ride = scene.locked(1, carrier_id=str(scene.carrier_id))
    scopes: dict[Role, dict[str, Any]] = {
        Role.AUDITOR: {},
        Role.CARRIER: {"carrier_id": scene.carrier_id},
        Role.COUNTY_COORDINATOR: {},
        Role.DESTINATION_OFFICER: {"division_prefix": "320500"},
        Role.ESCORT: {"trip_ids": [ride.trip]},
        Role.HEALTH_OFFICER: {},
    }
    shown = {}
    for role, scope in scopes.items():
        client = scene.world.client(role, **scope)
        (row,) = rows(client)
        one = scene.ok(client.get(f"/v1/trips/{ride.trip}"))
        shown[role] = (row["contacts"] is not None, one["contacts"] is not None)
        assert len(accesses(scene, client)) == shown[role][0], "both answers name the same people"
    assert shown == {
        Role.AUDITOR: (False, False),
        Role.CARRIER: (False, False),
        Role.COUNTY_COORDINATOR: (True, True),
        Role.DESTINATION_OFFICER: (True, True),
        Role.ESCORT: (True, True),
        Role.HEALTH_OFFICER: (True, True),
    }


# --- recorded once ------------------------------------------------------------------------------
def test_a_reading_is_recorded_once_a_day_for_the_same_people(scene: Scene) -> None:
    first = scene.open_trip()
    scene.open_trip(hours=30, driver_ids=[str(scene.make_driver())])
    desk, other = scene.coordinator, scene.world.client(Role.COUNTY_COORDINATOR)
    for _ in range(3):
        rows(desk)
    assert [each["count"] for each in accesses(scene, desk)] == [3], "two drivers, one escort"
    scene.tell(first, "trip.cancelled", reason="合成：雪")
    rows(desk)
    assert len(accesses(scene, desk)) == 1, "the same people, whatever else changed"
    rows(desk, driver_id=str(scene.driver_id))
    assert [each["count"] for each in accesses(scene, desk)] == [3, 2]
    rows(other)
    assert len(accesses(scene, other)) == 1
    scene.world.clock.advance(hours=24)
    rows(desk)
    assert [each["count"] for each in accesses(scene, desk)] == [3, 2, 3]


def test_what_is_known_already_is_not_handed_out_again(scene: Scene) -> None:
    ride = scene.locked(1)
    desk = scene.coordinator
    read = desk.get("/v1/trips")
    tag = read.headers["etag"]
    noted = scene.world.list_bodies(StreamKind.ACCOUNT, desk.actor.account_id)

    def ask(client: Client, **headers: str) -> Any:
        return client.request("GET", "/v1/trips", headers={"If-None-Match": tag} | headers)

    scene.world.clock.advance(minutes=14)
    again = ask(desk)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert ask(desk, **{"If-None-Match": f'"other", W/{tag}'}).status_code == 304
    assert scene.world.list_bodies(StreamKind.ACCOUNT, desk.actor.account_id) == noted
    assert ask(desk, **{"Accept-Language": "en"}).status_code == 200
    assert ask(scene.world.client(Role.COUNTY_COORDINATOR)).status_code == 200, "another account"
    scene.tell(
        ride.trip, "passenger.checked_in", passenger_id=ride.passengers[0], identity_shown="card"
    )
    changed = ask(desk)
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


def test_the_clock_alone_changes_an_answer(scene: Scene) -> None:
    scene.locked(1)
    tag = scene.coordinator.get("/v1/trips").headers["etag"]
    scene.world.clock.advance(minutes=76)
    headers = {"If-None-Match": tag}
    answer = scene.coordinator.request("GET", "/v1/trips", headers=headers)
    assert "should-have-left" in {each["code"] for each in answer.json()["items"][0]["needs"]}


@pytest.mark.parametrize("number", [1, 5])
def test_statements(scene: Scene, number: int) -> None:
    """As many for one trip as for five, with everything to be opened."""
    for day in range(number):
        ride = scene.locked(2, hours=30 * day)
        scene.tell(ride.trip, "trip.filed", channel="letter", recipient_unit="合成人社局")
        scene.tell(
            ride.trip, "filing.acknowledged", channel="letter", unit="合成人社局", person="钱科长"
        )
        scene.afterwards(ride.trip, "passenger.received", passenger_id=ride.passengers[0])
    rows(scene.coordinator)
    with scene.world.counting() as sent:
        assert len(rows(scene.coordinator)) == number
    assert len(sent) == STATEMENTS, sent


# --- narrowed -----------------------------------------------------------------------------------
def test_filters(scene: Scene) -> None:
    """Three trips, and what each filter leaves of them."""
    carrier = scene.make_carrier()
    bus, driver = scene.make_vehicle("辽M00777", carrier_id=carrier), scene.make_driver()
    one = scene.locked(1).trip
    two = scene.open_trip(hours=30, vehicle_id=str(bus), driver_ids=[str(driver)])
    three = scene.open_trip(hours=60)
    scene.tell(three, "trip.cancelled", reason="合成：雪")
    shown = [scene.trip(trip) for trip in (one, two, three)]
    named = {each["number"]: str(place) for place, each in enumerate(shown, start=1)}
    table: list[tuple[dict[str, Any], str]] = [
        ({"on": "2020-03-24"}, "1"),
        ({"on": "2020-03-25"}, "2"),
        ({"on": "2020-03-23"}, ""),
        ({"on": "2020-03-27"}, "3"),
        ({"open": "true"}, "12"),
        ({"open": "false"}, "3"),
        ({"state": "locked"}, "1"),
        ({"state": ["locked", "cancelled"]}, "13"),
        ({"number": shown[0]["number"]}, "1"),
        ({"number": shown[0]["number"].lower()}, "1"),
        ({"number": "T-NONE"}, ""),
        ({"plate": "辽M00777"}, "2"),
        ({"plate": "辽M00778"}, ""),
        ({"attention": "true"}, "1"),
        ({"vehicle_id": str(bus)}, "2"),
        ({"driver_id": str(driver)}, "2"),
        ({"carrier_id": str(carrier)}, "2"),
        ({"batch": shown[0]["batch_number"]}, "123"),
        ({"batch": "P-NONE"}, ""),
        ({"batch_id": shown[0]["batch_id"]}, "123"),
        ({"batch_id": str(bus)}, ""),
        ({"destination": "3205"}, "123"),
        ({"destination": "44"}, ""),
        ({"open": "true", "destination": "320500", "on": "2020-03-25"}, "2"),
    ]
    found = [
        "".join(sorted(named[each] for each in numbers(scene.coordinator, **params)))
        for params, _ in table
    ]
    assert found == [wanted for _, wanted in table]


def test_a_day_is_chinas(scene: Scene) -> None:
    """09:00 on the 24th in China is still the 24th in UTC; a trip that leaves at 00:30 is not."""
    start = scene.now.replace(hour=0, minute=30) + timedelta(days=2)
    trip = scene.open_trip(**make_plan(scene.world, start=start, points=1))
    number = scene.trip(trip)["number"]
    assert number in numbers(scene.coordinator, on="2020-03-26")
    assert number not in numbers(scene.coordinator, on="2020-03-25")


def test_an_overnight_trip_is_of_both_days_and_an_overdue_one_of_today(scene: Scene) -> None:
    late, night = scene.locked(1), scene.departed(1)
    scene.world.clock.advance(hours=24)
    names = {str(night.trip): "night", str(late.trip): "late"}
    days = ("2020-03-23", "2020-03-24", "2020-03-25", "2020-03-26")
    found = [sorted(names[each["id"]] for each in rows(scene.coordinator, on=day)) for day in days]
    assert found == [[], ["late", "night"], ["late", "night"], []]
    scene.tell(night.trip, "trip.arrived")
    scene.hand_over(night.trip, night.passengers)
    scene.tell(late.trip, "trip.cancelled", reason="合成：雪")
    scene.world.clock.advance(hours=24)
    found = [sorted(names[each["id"]] for each in rows(scene.coordinator, on=day)) for day in days]
    assert found == [[], ["late", "night"], ["night"], []]


def open_draft(scene: Scene) -> UUID:
    """Without a time."""
    identifier = scene.world.new_id()
    body = {
        "id": str(identifier),
        "batch_id": str(scene.batch_id),
        "number": f"D-{identifier.hex[-6:]}",
    }
    scene.ok(scene.coordinator.post("/v1/trips", body), 201)
    return identifier


def test_pages_go_from_the_newest_departure_back(scene: Scene) -> None:
    """Also over trips that leave at the same moment, and such as have no departure yet."""
    trips = [scene.open_trip(hours=hours) for hours in (0, 30, 30, 60)]
    drafts = [open_draft(scene), open_draft(scene)]
    wanted = [*sorted(drafts, reverse=True), trips[3], *sorted(trips[1:3], reverse=True), trips[0]]
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = scene.ok(scene.coordinator.get("/v1/trips", limit=1, **after))
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == [str(each) for each in wanted]


@pytest.mark.parametrize("after", ["x", "AAAA", "A" * 64, "ffff" * 8])
def test_what_is_no_cursor_is_refused(scene: Scene, after: str) -> None:
    answer = scene.coordinator.get("/v1/trips", after=after)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


def test_a_narrowed_account_finds_its_own_only(scene: Scene) -> None:
    own, other = scene.locked(1), scene.locked(1, hours=30)
    escort = scene.escort_of(own.trip)
    assert [each["id"] for each in rows(escort)] == [str(own.trip)]
    assert numbers(escort, number=scene.trip(other.trip)["number"]) == []
    assert numbers(escort, attention="true", on="2020-03-25") == []


# --- what was said ------------------------------------------------------------------------------
def test_words_stand_beside_the_trip(scene: Scene) -> None:
    """For the coordinator and the trip's escort; open incidents, explanations, reasons; nothing reversed."""
    ride = scene.departed(2)
    first = scene.tell(ride.trip, "incident.reported", description="合成：追尾")
    scene.tell(ride.trip, "incident.settled", incident_id=first["id"], outcome="合成：已处理")
    scene.tell(ride.trip, "incident.reported", description="合成：有人晕车")
    wrong = scene.tell(ride.trip, "trip.held_up", reason="合成：误报")
    scene.tell(ride.trip, "event.reversed", event_id=wrong["id"], reason="合成：误报")
    late = {"expected_at": "2020-03-25T03:00:00+08:00", "reason": "合成：大雾"}
    scene.tell(ride.trip, "trip.delayed", **late)
    scene.afterwards(ride.trip, "passenger.boarded", passenger_id=ride.passengers[0])
    explained = {"code": "boarded-twice", "passenger_id": ride.passengers[0]}
    scene.tell(ride.trip, "exception.explained", **explained, explanation="合成：重复点击")
    clients = {
        Role.COUNTY_COORDINATOR: scene.coordinator,
        Role.ESCORT: scene.escort_of(ride.trip),
        Role.HEALTH_OFFICER: scene.world.client(Role.HEALTH_OFFICER),
        Role.AUDITOR: scene.world.client(Role.AUDITOR),
    }
    shown = {
        role: scene.ok(each.get(f"/v1/trips/{ride.trip}"))["notes"]
        for role, each in clients.items()
    }
    said = [(each["kind"], each["text"], each["exception"]) for each in shown[Role.ESCORT]]
    assert sorted(said) == [
        ("exception.explained", "合成：重复点击", "boarded-twice"),
        ("incident.reported", "合成：有人晕车", None),
        ("trip.delayed", "合成：大雾", None),
    ]
    assert shown[Role.COUNTY_COORDINATOR] == shown[Role.ESCORT]
    assert (shown[Role.HEALTH_OFFICER], shown[Role.AUDITOR]) == (None, None)


def test_new_words_are_a_new_reading(scene: Scene) -> None:
    ride = scene.departed(1)
    for _ in range(2):
        scene.trip(ride.trip)
    before = len(accesses(scene, scene.coordinator))
    scene.tell(ride.trip, "incident.reported", description="合成：追尾")
    for _ in range(2):
        scene.trip(ride.trip)
    assert len(accesses(scene, scene.coordinator)) == before + 1


def test_a_clock_far_ahead_hides_no_silence(scene: Scene) -> None:
    """Who spoke last is not known by a moment that is yet to come."""
    ride = scene.departed(1)
    later = scene.now + timedelta(hours=20)
    stop = scene.event("stop.begun", at=later, place="徐州服务区")
    (outcome,) = scene.send(ride.trip, stop)
    assert outcome["exceptions"] == ["clock-ahead"]
    scene.world.clock.advance(hours=3, minutes=1)
    (row,) = scene.ok(scene.coordinator.get("/v1/trips"))["items"]
    assert "silent" in [each["code"] for each in row["needs"]]
    assert row["last_event_at"] < later.isoformat()


@pytest.mark.parametrize("number", ["Ｔ-1", "Ä-1", "t-9"])
def test_a_number_is_found_as_it_is_written(scene: Scene, number: str) -> None:
    trip = scene.open_trip(number=number)
    found = scene.ok(scene.coordinator.get("/v1/trips", number=number))["items"]
    assert [each["id"] for each in found] == [str(trip)]
