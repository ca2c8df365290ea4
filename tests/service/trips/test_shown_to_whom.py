"""What a board, a cursor and an escort's name give away, and to whom; days at the ends of the calendar."""

from typing import Any

import pytest

from schemas.permissions import Role
from tests.factories import make_id_number
from tests.service.trips.scenes import Scene


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.ESCORT], ids=str)
def test_nobody_but_an_escort_leads_by_account(scene: Scene, role: Role) -> None:
    """Name and phone of the account would be shown to all who may call the escort."""
    ride = scene.locked(1)
    account = scene.world.client(role).actor.account_id
    event = scene.event("escort.replaced", account_id=account)
    (outcome,) = scene.send(ride.trip, event, by=scene.escort_of(ride.trip))
    problem = outcome["problem"]
    assert (outcome["status"], problem["code"]) == ("refused", "field-invalid")
    assert [each["field"] for each in problem["errors"]] == ["account_id"]


@pytest.mark.parametrize(("mode", "status"), [("live", "refused"), ("afterwards", "recorded")])
def test_a_disabled_escort_led_but_cannot_be_chosen(scene: Scene, mode: str, status: str) -> None:
    ride = scene.locked(1)
    account = scene.world.client(Role.ESCORT).actor.account_id
    admin = scene.world.client(Role.ADMINISTRATOR)
    scene.ok(admin.post(f"/v1/accounts/{account}/disable"))
    event = scene.event("escort.replaced", account_id=account) | {"mode": mode}
    (outcome,) = scene.send(ride.trip, event)
    assert outcome["status"] == status


def test_a_cursor_names_nobody_whom_the_page_does_not_show(scene: Scene) -> None:
    left, other = scene.departed(3), scene.open_trip()
    for passenger in left.passengers:
        scene.tell(left.trip, "passenger.moved", passenger_id=passenger, to_trip_id=other)
    for role in (Role.CARRIER, Role.ENTERPRISE_RECEIVER, Role.ESCORT):
        client = scene.world.client(role)
        page = scene.ok(client.get("/v1/journeys", custody="none", limit=1))
        assert page == {"items": [], "next": None}
    seen: list[str] = []
    after: dict[str, Any] = {}
    while True:
        page = scene.ok(scene.coordinator.get("/v1/journeys", custody="none", limit=1, **after))
        seen += [each["worker_id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(map(str, left.workers))


def test_a_carrier_learns_of_no_hold_by_a_boarding(scene: Scene) -> None:
    """The row of a trip tells carriers and bureaus nothing that health alone knows."""
    ride = scene.locked(1)
    health = scene.world.client(Role.HEALTH_OFFICER)
    hold = scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=scene.world.new_id(),
        reason="待核验",
    )
    scene.ok(health.post(f"/v1/workers/{ride.workers[0]}/events", {"events": [hold]}))
    told = [each | {"mode": "afterwards"} for each in scene.roll_call(ride.passengers)]
    scene.record(ride.trip, *told)
    readers = {
        "county": scene.coordinator,
        "carrier": scene.world.client(Role.CARRIER, carrier_id=scene.carrier_id),
        "bureau": scene.world.client(Role.DESTINATION_OFFICER),
    }
    seen = {
        name: "boarded-against-clearance" in str(scene.ok(client.get("/v1/trips")))
        for name, client in readers.items()
    }
    assert seen == {"county": True, "carrier": False, "bureau": False}


def test_a_receiver_learns_nothing_of_anothers_people(scene: Scene) -> None:
    trip = scene.open_trip()
    workers = scene.make_workers(2)
    (own,) = scene.assign(trip, workers[:1], enterprise_id=str(scene.enterprise_id))
    (other,) = scene.assign(trip, workers[1:], enterprise_id=str(scene.make_enterprise("合成二厂")))
    scene.tell(trip, "manifest.locked")
    scene.record(trip, *scene.roll_call([own, other]))
    scene.tell(trip, "trip.departed")
    scene.tell(
        trip, "passenger.missing", passenger_id=other, last_seen="徐州", reported_to="派出所"
    )
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id)
    codes = {
        name: [
            need["code"] for row in scene.ok(by.get("/v1/trips"))["items"] for need in row["needs"]
        ]
        for name, by in {"county": scene.coordinator, "receiver": receiver}.items()
    }
    assert "missing" in codes["county"]
    assert "missing" not in codes["receiver"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(
    "path", ["/v1/trips", "/v1/travellers", "/v1/roster-imports", "/v1/policies/current"]
)
def test_the_calendar_has_ends(scene: Scene, path: str, day: str) -> None:
    answer = scene.coordinator.get(path, on=day)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("field", ["from_day", "until_day"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_calendar_has_ends_for_auditors(scene: Scene, field: str, day: str) -> None:
    card = make_id_number(birth="1970-05-12", sequence=300)
    scene.make_workers(1, id_number=card)
    question = {"id_number": card, "reason": "合成理由", field: day}
    answer = scene.world.client(Role.AUDITOR).post("/v1/accesses/search", question)
    assert answer.status_code == 200, answer.text


def test_a_chain_is_not_read_from_beyond_every_number(scene: Scene) -> None:
    auditor = scene.world.client(Role.AUDITOR)
    answer = auditor.get(f"/v1/ledger/streams/trip/{scene.open_trip()}", after=2**63)
    assert answer.status_code == 422, answer.text
