"""All roles × all routes of trips × own and other trip; and what an event may be sent about."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

Own = dict[Role, dict[str, Any]]

ROUTES: dict[str, Permission] = {
    "GET /v1/trips/{trip}": Permission.TRIP_READ,
    "GET /v1/trips/{trip}/passengers": Permission.TRIP_READ,
    "GET /v1/trips/{trip}/seats": Permission.TRIP_READ,
    "GET /v1/trips/{trip}/aboard?at=2020-03-24T09:00:00Z": Permission.TRIP_READ,
    "GET /v1/trips/{trip}/manifest": Permission.MANIFEST_READ,
    "GET /v1/trips/{trip}/handover": Permission.MANIFEST_READ,
    "GET /v1/trips/{trip}/trace": Permission.TRACE_READ,
    "GET /v1/batches/{batch}": Permission.TRIP_READ,
}
WHOLE_COUNTY = frozenset({Role.AUDITOR, Role.COUNTY_COORDINATOR, Role.HEALTH_OFFICER})
NARROWED = frozenset(
    {Role.CARRIER, Role.DESTINATION_OFFICER, Role.ENTERPRISE_RECEIVER, Role.ESCORT}
)


def own_and_other(scene: Scene) -> tuple[Ride, Ride]:
    """Two trips that differ in everything by which an account can be narrowed."""
    mine = {
        "id": str(scene.world.new_id()),
        "name": "厂门",
        "enterprise_id": str(scene.enterprise_id),
    }
    own = scene.locked(2, carrier_id=str(scene.carrier_id), handover_points=[mine])
    batch = {
        "id": str(scene.world.new_id()),
        "number": "P-OTHER",
        "destination_code": "440300",
        "window_from": "2020-03-24",
        "window_to": "2020-03-31",
    }
    scene.ok(scene.coordinator.post("/v1/batches", batch), 201)
    stranger = scene.make_enterprise("合成玩具厂")
    theirs = {"id": str(scene.world.new_id()), "name": "另一厂门", "enterprise_id": str(stranger)}
    carrier = scene.make_carrier()
    other = scene.locked(
        1,
        batch_id=batch["id"],
        carrier_id=str(carrier),
        vehicle_id=str(scene.make_vehicle("辽M22222", carrier_id=carrier)),
        handover_points=[theirs],
    )
    return own, other


def account(scene: Scene, role: Role, own: UUID) -> Client:
    scopes: dict[Role, dict[str, Any]] = {
        Role.CARRIER: {"carrier_id": scene.carrier_id},
        Role.DESTINATION_OFFICER: {"division_prefix": "320500"},
        Role.ENTERPRISE_RECEIVER: {"enterprise_id": scene.enterprise_id},
        Role.ESCORT: {"trip_ids": [own]},
    }
    return scene.world.client(role, **scopes.get(role, {}))


def expected(role: Role, permission: Permission, *, own: bool) -> int:
    if permission not in ROLE_PERMISSIONS[role]:
        return 403
    if role is Role.TOWNSHIP_CLERK:
        return 404
    return 200 if own or role in WHOLE_COUNTY else 404


def test_every_role_on_every_route(scene: Scene) -> None:
    rides = own_and_other(scene)
    batches = [scene.trip(ride.trip)["batch_id"] for ride in rides]
    found, wanted = {}, {}
    for role in Role:
        client = account(scene, role, rides[0].trip)
        for route, permission in ROUTES.items():
            method, path = route.split(" ")
            for own, ride, batch in zip((True, False), rides, batches, strict=True):
                answer = client.request(method, path.format(trip=ride.trip, batch=batch))
                found[role, route, own] = answer.status_code
                wanted[role, route, own] = expected(role, permission, own=own)
    assert found == wanted


def test_every_role_at_every_writing_route(scene: Scene) -> None:
    """Whoever may not write is told so before anything is looked at."""
    ride = scene.listed(1)
    routes = {
        ("POST", "/v1/batches"): Permission.BATCH_WRITE,
        ("POST", "/v1/trips"): Permission.TRIP_WRITE,
        ("PATCH", f"/v1/trips/{ride.trip}"): Permission.TRIP_WRITE,
        ("POST", f"/v1/trips/{ride.trip}/passengers"): Permission.TRIP_WRITE,
    }
    for role in Role:
        client = account(scene, role, ride.trip)
        for (method, path), permission in routes.items():
            answer = client.request(method, path, body={})
            may = permission in ROLE_PERMISSIONS[role]
            assert (answer.status_code == 403) is not may, (role, path)


def test_boards_show_what_is_in_scope(scene: Scene) -> None:
    own, other = own_and_other(scene)
    everything = {str(own.trip), str(other.trip)}
    for role in Role:
        if Permission.TRIP_READ not in ROLE_PERMISSIONS[role]:
            continue
        client = account(scene, role, own.trip)
        trips = {each["id"] for each in scene.ok(client.get("/v1/trips"))["items"]}
        batches = {each["id"] for each in scene.ok(client.get("/v1/batches"))["items"]}
        assert trips == ({str(own.trip)} if role in NARROWED else everything), role
        assert len(batches) == (1 if role in NARROWED else 2), role


def test_every_role_says_only_what_it_may(scene: Scene) -> None:
    """Permission of the kind, on the own trip and on another one."""
    own, other = own_and_other(scene)
    kinds = [
        kind
        for kind, spec in EVENT_SPECS.items()
        if spec.stream is StreamKind.TRIP and spec.permission is not None
    ]
    for role in Role:
        client = account(scene, role, own.trip)
        body = {"events": [scene.event(kind) for kind in kinds]}
        answer = client.post(f"/v1/trips/{own.trip}/events", body)
        denied = {
            kind
            for kind, outcome in zip(kinds, scene.ok(answer)["outcomes"], strict=True)
            if outcome["problem"] and outcome["problem"]["code"] == "permission-denied"
        }
        assert denied == {
            kind for kind in kinds if EVENT_SPECS[kind].permission not in ROLE_PERMISSIONS[role]
        }, role
        elsewhere = client.post(f"/v1/trips/{other.trip}/events", body)
        assert elsewhere.status_code == (404 if role in NARROWED else 200), role


def test_a_receiver_sees_and_signs_for_its_own_people_only(scene: Scene) -> None:
    mine, theirs = scene.enterprise_id, scene.make_enterprise("合成玩具厂")
    trip = scene.open_trip()
    own = scene.assign(trip, scene.make_workers(2), enterprise_id=str(mine))
    others = scene.assign(trip, scene.make_workers(1), enterprise_id=str(theirs))
    scene.tell(trip, "manifest.locked")
    scene.board(trip, [*own, *others])
    scene.world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed")
    at = (scene.now + timedelta(minutes=1)).isoformat()
    scene.world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=mine)
    path = f"/v1/trips/{trip}"
    listed = {each["id"] for each in scene.ok(receiver.get(f"{path}/passengers"))["items"]}
    manifest = scene.ok(receiver.get(f"{path}/manifest"))["lines"]
    sheet = scene.ok(receiver.get(f"{path}/handover"))
    aboard = scene.ok(receiver.get(f"{path}/aboard", at=at))["people"]
    shown = {str(each) for each in own}
    assert listed == shown
    assert {each["passenger_id"] for each in manifest} == shown
    assert {each["passenger_id"] for p in sheet["points"] for each in p["lines"]} == shown
    assert {each["passenger_id"] for each in aboard} == shown
    assert (sheet["balance"]["carried"], scene.ok(receiver.get(path))["balance"]["carried"]) == (
        2,
        2,
    )

    assert scene.refused(trip, "passenger.received", by=receiver, passenger_id=others[0]) == (
        "not-found"
    )
    scene.tell(trip, "passenger.received", passenger_id=others[0])
    for each in own:
        scene.tell(trip, "passenger.received", by=receiver, passenger_id=each)
    (point,) = scene.points(trip)
    signature = {"point_id": point, "method": "own_account", "receiver": "张经理"}
    everybody = [str(each) for each in (*own, *others)]
    code = scene.refused(trip, "handover.signed", by=receiver, passenger_ids=everybody, **signature)
    assert code == "not-balanced-handover"
    scene.tell(trip, "handover.signed", by=receiver, passenger_ids=everybody[:2], **signature)


def test_a_clerk_tells_of_own_people_only(scene: Scene) -> None:
    """Who called whom in the villages: the clerk sees no trip, but notes the answer."""
    trip = scene.open_trip()
    own = scene.assign(trip, scene.make_workers(1))[0]
    other = scene.assign(trip, scene.make_workers(1, township="211221101"))[0]
    clerk = scene.world.client(Role.TOWNSHIP_CLERK)
    notice = {"channel": "telephone", "outcome": "reached"}
    scene.tell(trip, "passenger.notified", by=clerk, passenger_id=own, **notice)
    assert scene.people(trip)[str(own)]["notice"] == "reached"
    for passenger in (other, scene.world.new_id()):
        event = scene.event("passenger.notified", passenger_id=passenger, **notice)
        answer = clerk.post(f"/v1/trips/{trip}/events", {"events": [event]})
        assert answer.status_code == 404
    assert scene.people(trip)[str(other)]["notice"] is None


HOUR = timedelta(hours=1)
WINDOW: list[tuple[timedelta, int, str]] = [
    (23 * HOUR, 200, "recorded"),
    (25 * HOUR, 404, "recorded"),
    (timedelta(days=30), 404, "recorded"),
    (timedelta(days=32), 404, "not found"),
]


def test_an_escort_reads_for_a_day_and_may_send_for_thirty_more(scene: Scene) -> None:
    """What happened on the way, that is; not what is said to have happened after it."""
    found = []
    for later, _, _ in WINDOW:
        ride = scene.arrived(1)
        escort = scene.escort_of(ride.trip)
        arrived = scene.now
        scene.world.clock.advance(hours=later / HOUR)
        read = escort.get(f"/v1/trips/{ride.trip}").status_code
        listed = len(scene.ok(escort.get("/v1/trips"))["items"])
        assert listed == (1 if read == 200 else 0)
        on_the_way = scene.event(
            "temperature_round.taken", mode="afterwards", at=arrived - HOUR, measured=1
        )
        answer = escort.post(f"/v1/trips/{ride.trip}/events", {"events": [on_the_way]})
        sent = "not found" if answer.status_code == 404 else answer.json()["outcomes"][0]["status"]
        found.append((later, read, sent))
        if later == 25 * HOUR:
            too_late = scene.event("temperature_round.taken", mode="afterwards", measured=1)
            (outcome,) = scene.send(ride.trip, too_late, by=escort)
            assert outcome["problem"]["code"] == "not-found"
    assert found == WINDOW


@pytest.mark.parametrize(
    ("prefix", "destination", "sees"),
    [
        ("370000", "371000", True),
        ("371000", "371002", True),
        ("371000", "371102", False),
        ("370200", "370203", True),
        ("370203", "370203", True),
        ("370203", "370200", False),
        ("110000", "110105", True),
    ],
)
def test_an_officer_sees_what_goes_to_the_own_places(
    scene: Scene, prefix: str, destination: str, *, sees: bool
) -> None:
    """A zero at the end of a city's code is part of it: 3710 is not 371."""
    batch = {
        "id": str(scene.world.new_id()),
        "number": "P-DEST",
        "destination_code": destination,
        "window_from": "2020-03-24",
        "window_to": "2020-03-31",
    }
    scene.ok(scene.coordinator.post("/v1/batches", batch), 201)
    trip = scene.open_trip(batch_id=batch["id"])
    officer = scene.world.client(Role.DESTINATION_OFFICER, division_prefix=prefix)
    assert officer.get(f"/v1/trips/{trip}").status_code == (200 if sees else 404)
    assert len(scene.ok(officer.get("/v1/trips"))["items"]) == int(sees)
    assert len(scene.ok(officer.get("/v1/batches"))["items"]) == int(sees)
