"""Who looked at this person, and what one account looked at: exact, and nothing but accesses."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import AccessListed, ListKind
from schemas.permissions import Role
from service.records import account_stream, record_event
from service.registry.queries import open_people
from tests.factories import COUNTY, TOWNSHIP, Client, make_id_number
from tests.service.trips.scenes import Ride, Scene

REASON = "合成：本人投诉"


@pytest.fixture
def auditor(scene: Scene) -> Client:
    return scene.world.client(Role.AUDITOR)


def number_of(scene: Scene, worker: UUID) -> str:
    """The identity number, without an access."""
    with scene.world.context.reading(scene.coordinator.actor) as work:
        people = open_people(work.session, work.context.vault, COUNTY, [worker])
    return people[worker].id_number


def ask(auditor: Client, **question: Any) -> Any:
    return auditor.post("/v1/accesses/search", {"reason": REASON, **question})


def accesses(scene: Scene, auditor: Client, worker: UUID, **more: Any) -> list[Any]:
    items: list[Any] = scene.ok(ask(auditor, id_number=number_of(scene, worker), **more))["items"]
    return items


def say(items: list[Any]) -> list[str]:
    """Newest first: what, and how much of it."""
    return [f"{each['kind']} {each['list_kind'] or '+'.join(each['fields'])}" for each in items]


def look_at_everything(scene: Scene, ride: Ride) -> None:
    """Every way in which the first worker of the ride is shown to the coordinator."""
    desk, first = scene.coordinator, ride.workers[0]
    scene.ok(desk.get(f"/v1/trips/{ride.trip}/manifest"))
    scene.ok(desk.get(f"/v1/trips/{ride.trip}/handover", export="合成：交接"))
    reveal = {"fields": ["phone"], "reason": "合成：通知"}
    scene.ok(desk.post(f"/v1/workers/{first}/reveal", reveal))
    scene.ok(desk.post(f"/v1/workers/{first}/trace", {"reason": "合成：核实"}))
    scene.ok(desk.post(f"/v1/trips/{ride.trip}/trace", {"reason": "合成：疾控询问"}))
    scene.ok(desk.get("/v1/workers/todo", township=TOWNSHIP))


def test_every_way_in_which_somebody_was_shown_is_found(scene: Scene, auditor: Client) -> None:
    ride = scene.locked(2)
    look_at_everything(scene, ride)
    scene.world.clock.advance(minutes=1)
    found = accesses(scene, auditor, ride.workers[0])
    assert sorted(say(found)) == [
        "access.exported handover_sheet",
        "access.listed manifest",
        "access.revealed phone",
        "access.revealed trace",
        "access.revealed trace",
    ]
    assert {each["purpose"] for each in found} == {
        None,
        "合成：交接",
        "合成：通知",
        "合成：核实",
        "合成：疾控询问",
    }
    assert {(each["role"], each["is_certain"]) for each in found} == {("county_coordinator", True)}
    trips = {each["trip_number"] for each in found}
    assert trips == {None, scene.trip(ride.trip)["number"]}
    again = accesses(scene, auditor, ride.workers[0])
    assert say(again)[0] == "access.revealed accesses", "the question itself"
    assert (again[0]["purpose"], again[0]["role"]) == (REASON, "auditor")


def test_who_was_not_shown_is_not_named(scene: Scene, auditor: Client) -> None:
    """Not by a list of another trip, nor by one read after leaving it, nor by another's reveal."""
    ride, other = scene.listed(2), scene.listed(1, hours=30)
    look_at_everything(scene, other)
    gone, left = ride.passengers[0], ride.workers[0]
    scene.tell(ride.trip, "passenger.unassigned", passenger_id=gone)
    scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    assert accesses(scene, auditor, left) == []
    assert say(accesses(scene, auditor, ride.workers[1])) == ["access.listed manifest"]


def test_the_answer_tells_nothing_of_people(scene: Scene, auditor: Client) -> None:
    ride = scene.locked(2)
    look_at_everything(scene, ride)
    answer = ask(auditor, id_number=number_of(scene, ride.workers[0])).text
    manifest = scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    for line in manifest["lines"]:
        for private in (line["name"], line["phone"], line["id_number"]):
            assert private not in answer
    assert not any(str(worker) in answer for worker in ride.workers)


def test_marks_link_no_two_lists(scene: Scene) -> None:
    """The same people in two lists have no mark in common."""
    ride = scene.locked(3)
    for _ in range(2):
        scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    account = scene.coordinator.actor.account_id
    bodies = scene.world.list_bodies(StreamKind.ACCOUNT, account)
    first, second = (
        set(each["data"]["people"])
        for each in bodies
        if each["data"].get("list_kind") == "manifest"
    )
    assert (len(first), len(second), first & second) == (3, 3, set())


def test_by_identity_number_and_by_days(scene: Scene, auditor: Client) -> None:
    number = make_id_number(birth="1978-05-12", sequence=341)
    (worker,) = scene.make_workers(id_number=number, birth_date="1978-05-12")
    scene.assign(trip := scene.open_trip(), [worker])
    scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/manifest"))
    scene.world.clock.advance(hours=48)
    scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/manifest"))
    table = {
        (): 2,
        (("from_day", "2020-03-25"),): 1,
        (("until_day", "2020-03-25"),): 1,
        (("from_day", "2020-03-24"), ("until_day", "2020-03-24")): 1,
        (("from_day", "2020-03-27"),): 0,
    }
    for days, wanted in table.items():
        found = scene.ok(ask(auditor, id_number=number, **dict(days)))["items"]
        assert len([each for each in found if each["list_kind"]]) == wanted, days


def test_pages(scene: Scene, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.tracing.actions.MOST_ACCESSES", 2)
    ride = scene.locked(1)
    for _ in range(5):
        scene.world.clock.advance(minutes=1)
        scene.ok(scene.coordinator.get(f"/v1/trips/{ride.trip}/manifest"))
    number, found, after = number_of(scene, ride.workers[0]), [], None
    while True:
        page = scene.ok(ask(auditor, id_number=number, after=after))
        found += [each["at"] for each in page["items"] if each["list_kind"]]
        if (after := page["next"]) is None:
            break
    assert len(found) == 5
    assert found == sorted(found, reverse=True)


def test_what_an_account_looked_at(scene: Scene, auditor: Client) -> None:
    ride = scene.locked(2)
    look_at_everything(scene, ride)
    path = f"/v1/accounts/{scene.coordinator.actor.account_id}/accesses"
    found = scene.ok(auditor.get(path))["items"]
    assert [each["at"] for each in found] == sorted((e["at"] for e in found), reverse=True)
    assert "access.listed township_workers" in say(found)
    assert {each["account"] for each in found} == {found[0]["account"]}
    first = scene.ok(auditor.get(path, limit=2))
    rest = scene.ok(auditor.get(path, after=first["next"]))
    assert first["items"] + rest["items"] == found
    assert auditor.get(f"/v1/accounts/{scene.world.new_id()}/accesses").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_only_auditors_ask(scene: Scene, role: Role) -> None:
    scope = {"division_prefix": TOWNSHIP} if role is Role.TOWNSHIP_CLERK else {}
    client = scene.world.client(role, **scope)
    assert ask(client, number="1-8").status_code == 403
    path = f"/v1/accounts/{client.actor.account_id}/accesses"
    assert client.get(path).status_code == 403


def test_bad_questions(scene: Scene, auditor: Client) -> None:
    (worker,) = scene.make_workers()
    number = number_of(scene, worker)
    wrong = {
        "no person": {},
        "two": {"number": "1-8", "id_number": number},
        "no reason": {"id_number": number, "reason": ""},
        "no cursor": {"id_number": number, "after": "x"},
        "no number": {"number": "1-1"},
    }
    assert {key: ask(auditor, **each).status_code for key, each in wrong.items()} == dict.fromkeys(
        wrong, 422
    )
    unknown = make_id_number(birth="1980-01-01", sequence=1)
    assert ask(auditor, id_number=unknown).status_code == 404


def test_lists_of_before_are_possible_only(scene: Scene, auditor: Client) -> None:
    """An access without marks names nobody: everybody of the trip may have been shown."""
    ride = scene.locked(1)
    old = AccessListed(
        list_kind=ListKind.MANIFEST, trip_id=ride.trip, count=1, content_hash="0" * 64
    )
    with scene.world.context.writing(scene.coordinator.actor) as work:
        stream = account_stream(scene.coordinator.actor.account_id)
        record_event(work, old, kind=EventKind.ACCESS_LISTED, stream=stream)
    (found,) = accesses(scene, auditor, ride.workers[0])
    assert found["is_certain"] is False


def test_a_trip_in_detail_for_a_reason(scene: Scene) -> None:
    """What is sealed of the trip's events, in the classes that the role may open; recorded first."""
    ride = scene.departed(2)
    first = ride.passengers[0]
    scene.tell(ride.trip, "incident.reported", description="合成：追尾")
    scene.tell(ride.trip, "passenger.noted", what="fever", passenger_id=first, temperature=385)
    path = f"/v1/trips/{ride.trip}/trace"
    seen = {}
    for role in (Role.COUNTY_COORDINATOR, Role.HEALTH_OFFICER):
        client = scene.world.client(role)
        items = scene.ok(client.post(path, {"reason": REASON}))["items"]
        details: dict[str, Any] = {}
        for each in items:
            details |= each["details"] or {}
        seen[role] = (details.get("description"), details.get("temperature"))
        last = scene.world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)[-1]
        assert (last["kind"], last["data"]["trip_id"]) == ("access.revealed", str(ride.trip))
        assert len(last["data"]["people"]) == 2
    assert seen == {
        Role.COUNTY_COORDINATOR: ("合成：追尾", 385),
        Role.HEALTH_OFFICER: ("合成：追尾", 385),
    }
    auditor = scene.world.client(Role.AUDITOR)
    refused = auditor.post(path, {"reason": REASON})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission-denied")
    told = scene.world.list_bodies(StreamKind.ACCOUNT, auditor.actor.account_id)
    assert [each["kind"] for each in told if each["kind"].startswith("access.")] == []
    for each in scene.ok(scene.coordinator.get(path))["items"]:
        assert each["details"] is None


def test_a_health_officer_of_trips_has_their_people(scene: Scene) -> None:
    own, other = scene.locked(2), scene.locked(1, hours=30)
    officer = scene.world.client(Role.HEALTH_OFFICER, trip_ids=[own.trip])
    mine, theirs = own.workers[0], other.workers[0]
    event = scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=scene.world.new_id(),
        reason="合成",
    )
    ways: dict[str, tuple[str, str, Any]] = {
        "see": ("GET", "", None),
        "clearance": ("GET", "/clearance", None),
        "trace": ("GET", "/trace", None),
        "detail": ("POST", "/trace", {"reason": REASON}),
        "reveal": ("POST", "/reveal", {"fields": ["phone"], "reason": REASON}),
        "hold": ("POST", "/events", {"events": [event]}),
    }
    found = {
        name: [
            officer.request(method, f"/v1/workers/{worker}{path}", body=body).status_code
            for worker in (mine, theirs)
        ]
        for name, (method, path, body) in ways.items()
    }
    assert found == {key: [200, 404] for key in ways}
    listed = scene.ok(officer.get("/v1/workers"))["items"]
    assert {each["id"] for each in listed} == {str(each) for each in own.workers}
    number = number_of(scene, theirs)
    assert scene.ok(officer.post("/v1/workers/search", {"id_number": number}))["items"] == []
    scene.world.clock.advance(hours=1)
    scene.tell(own.trip, "manifest.unlocked", reason="合成")
    scene.tell(own.trip, "passenger.unassigned", passenger_id=own.passengers[0])
    assert officer.get(f"/v1/workers/{mine}").status_code == 404, "off the list again"
