"""Events name attachments of their trip, by id and hash; an event is not recorded with one that nobody has."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.attachments.models import AttachmentContent
from service.attachments.queries import ATTACHMENT
from service.db.columns import table_of
from service.manage.verify import verify
from tests.databases import ON_SQLITE
from tests.dba import dba
from tests.pictures import PHONE_JPEG, PHONE_PNG, make_jpeg, make_pdf
from tests.service.attachments.conftest import Album
from tests.service.trips.bodies import make_plan
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables


def name(event: Any, *attachments: object) -> Any:
    return {**event, "attachments": [str(each) for each in attachments]}


def body_of(album: Album, event: Any) -> dict[str, Any]:
    bodies = album.world.list_bodies(StreamKind.TRIP, album.ride.trip)
    (found,) = [each for each in bodies if each["id"] == event["id"]]
    return found


def tell(album: Album, *, mode: str = "live") -> Any:
    """Of the whole trip."""
    return album.scene.event("incident.reported", description="合成情况", mode=mode)


def sign(album: Album, method: str, **data: Any) -> Any:
    signature = album.scene.signature(album.ride.trip, album.ride.passengers)
    signature["data"] |= {"method": method, **data}
    return signature


def receive_all(album: Album) -> None:
    people = album.ride.passengers
    received = [album.scene.event("passenger.received", passenger_id=each) for each in people]
    album.scene.record(album.ride.trip, *received)


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_the_body_says_id_and_hash(album: Album, mode: str) -> None:
    first, second = album.keep(), album.keep(make_pdf())
    event = name(tell(album, mode=mode), first["id"], second["id"])
    album.scene.record(album.ride.trip, event)
    assert body_of(album, event)["attachments"] == [
        {"id": each["id"], "sha256": each["sha256"]} for each in (first, second)
    ]


@pytest.mark.parametrize("mode", ["live", "afterwards"])
def test_an_unknown_one_is_uploaded_first_and_sent_again(album: Album, mode: str) -> None:
    identifier, known = album.world.new_id(), album.keep(PHONE_PNG)["id"]
    event = name(tell(album, mode=mode), known, identifier)
    before = album.scene.rows()
    (outcome,) = album.scene.send(album.ride.trip, event)
    assert (outcome["status"], outcome["problem"]["code"]) == ("refused", "attachment-unknown")
    assert outcome["problem"]["facts"] == {"attachments": [str(identifier)]}
    assert outcome["receipt"] is None
    assert album.scene.rows() == before
    album.keep(identifier=identifier)
    (again,) = album.scene.send(album.ride.trip, event)
    assert again["status"] == "recorded"


def test_a_filing_and_a_passenger_s_event_name_theirs(built_scene: Scene) -> None:
    ride = built_scene.listed(1)
    album = Album(built_scene, ride, built_scene.coordinator)
    letter, photo = album.keep(make_pdf()), album.keep()
    filed = name(
        built_scene.event("trip.filed", channel="letter", recipient_unit="合成人社局"), letter["id"]
    )
    told = built_scene.event(
        "passenger.notified",
        passenger_id=ride.passengers[0],
        channel="telephone",
        outcome="reached",
    )
    told = name(told, photo["id"])
    built_scene.record(ride.trip, filed, told)
    named = [body_of(album, each)["attachments"] for each in (filed, told)]
    assert [each["sha256"] for (each,) in named] == [letter["sha256"], photo["sha256"]]


def test_one_of_another_trip_is_unknown(album: Album) -> None:
    other = album.scene.listed(1)
    elsewhere = album.keep(trip=other.trip, by=album.scene.coordinator)["id"]
    event = name(tell(album), elsewhere)
    (outcome,) = album.scene.send(album.ride.trip, event)
    assert outcome["problem"]["code"] == "attachment-unknown"


def test_a_worker_s_own_events_name_none(album: Album) -> None:
    officer = album.world.client(Role.HEALTH_OFFICER)
    hold = album.scene.event(
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=album.world.new_id(),
        reason="合成",
    )
    path = f"/v1/workers/{album.ride.workers[0]}/events"
    answer = album.scene.ok(officer.post(path, {"events": [name(hold, album.keep()["id"])]}))
    assert answer["outcomes"][0]["problem"]["code"] == "attachment-unknown"


def test_a_repeat_names_the_same(album: Album) -> None:
    first, second = album.keep()["id"], album.keep(PHONE_PNG)["id"]
    event = tell(album)
    (recorded,) = album.scene.send(album.ride.trip, name(event, first, second))
    again = album.scene.send(
        album.ride.trip,
        name(event, second, first),
        name(event, first, second, first),
        name(event, first),
        event,
    )
    assert [each["status"] for each in again] == ["repeated", "repeated", "refused", "refused"]
    assert [each["receipt"] for each in again[:2]] == [recorded["receipt"]] * 2
    assert {each["problem"]["code"] for each in again[2:]} == {"id-reused"}
    assert len(body_of(album, event)["attachments"]) == 2


def test_ten_are_the_most(album: Album) -> None:
    ids = [album.keep()["id"] for _ in range(11)]
    event = tell(album)
    path = f"/v1/trips/{album.ride.trip}/events"
    answer = album.scene.coordinator.post(path, {"events": [name(event, *ids)]})
    problems = [each["problem"] for each in answer.json().get("outcomes", ())]
    assert answer.status_code == 422 or problems[0] is not None
    assert album.scene.send(album.ride.trip, name(event, *ids[:10]))[0]["status"] == "recorded"


@ON_SQLITE
def test_a_group_looks_them_up_once(album: Album) -> None:
    """One statement, however many events and attachments."""
    ids = [album.keep()["id"] for _ in range(6)]
    counts = []
    for some in (ids[:1], ids):
        events = [name(tell(album), each) for each in some]
        with album.world.counting() as statements:
            album.scene.record(album.ride.trip, *events)
        counts.append(len(statements))
        assert len([each for each in statements if "FROM attachment" in each]) == 1
    assert counts[0] == counts[1]
    with album.world.counting() as statements:
        album.scene.record(album.ride.trip, tell(album))
    assert [each for each in statements if "FROM attachment" in each] == []


def test_a_clerk_who_named_an_unknown_one_is_told_so(built_scene: Scene) -> None:
    """And not that there is no such trip."""
    trip = built_scene.open_trip()
    (worker,) = built_scene.make_workers(1)
    (passenger,) = built_scene.assign(trip, [worker])
    clerk = built_scene.world.client(Role.TOWNSHIP_CLERK)
    told = built_scene.event(
        "passenger.notified", passenger_id=passenger, channel="telephone", outcome="reached"
    )
    unknown = built_scene.world.new_id()
    (outcome,) = built_scene.send(trip, name(told, unknown), by=clerk)
    assert outcome["problem"]["code"] == "attachment-unknown"
    album = Album(built_scene, Ride(trip, [passenger], [worker]), clerk)
    album.keep(identifier=unknown)
    assert built_scene.send(trip, name(told, unknown), by=clerk)[0]["status"] == "recorded"
    stranger = built_scene.world.client(Role.TOWNSHIP_CLERK, township="211221106")
    body = {"events": [name({**told, "id": str(built_scene.world.new_id())}, unknown)]}
    assert stranger.post(f"/v1/trips/{trip}/events", body).status_code == 404


# --- signatures on paper --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hashed", "attached", "seen"),
    [(True, False, False), (True, True, True), (False, True, True)],
    ids=["a hash alone", "both", "an attachment alone"],
)
def test_a_paper_s_signature_names_an_attachment_or_says_that_nobody_has_seen_it(
    album: Album, *, hashed: bool, attached: bool, seen: bool
) -> None:
    receive_all(album)
    event = sign(album, "paper", **({"file_hash": "ab" * 32} if hashed else {}))
    if attached:
        event = name(event, album.keep()["id"])
    (outcome,) = album.scene.record(album.ride.trip, event)
    assert outcome["decided"]["paper_seen"] is seen
    sheet = album.scene.ok(album.scene.coordinator.get(f"/v1/trips/{album.ride.trip}/handover"))
    lines = [line for point in sheet["points"] for line in point["lines"]]
    assert [(line["signed"], line["paper_seen"]) for line in lines] == [("paper", seen)] * 2


def test_a_paper_without_either_is_refused(album: Album) -> None:
    receive_all(album)
    (outcome,) = album.scene.send(album.ride.trip, sign(album, "paper"))
    assert outcome["problem"]["code"] == "field-invalid"


def test_other_signatures_say_nothing_of_paper(album: Album) -> None:
    receive_all(album)
    (outcome,) = album.scene.record(album.ride.trip, sign(album, "telephone"))
    assert "paper_seen" not in outcome["decided"]
    sheet = album.scene.ok(album.scene.coordinator.get(f"/v1/trips/{album.ride.trip}/handover"))
    lines = [line for point in sheet["points"] for line in point["lines"]]
    assert [line["paper_seen"] for line in lines] == [None] * 2


# --- who reads what an event names ----------------------------------------------------------------
def test_a_receiver_reads_what_its_own_people_s_events_name(built_scene: Scene) -> None:
    """Not what shows others."""
    scene = built_scene
    mine = {
        "id": str(scene.world.new_id()),
        "name": "厂门",
        "enterprise_id": str(scene.enterprise_id),
    }
    other = {
        "id": str(scene.world.new_id()),
        "name": "另一厂门",
        "enterprise_id": str(scene.make_enterprise("合成玩具厂")),
    }
    contacts = make_plan(scene.world, start=scene.now, points=1)["contacts"]
    second = {"point_id": other["id"], "name": "合成接站二", "phone": "15499000004"}
    trip = scene.open_trip(
        handover_points=[mine, other], contacts={**contacts, "receptions": [second]}
    )
    workers = scene.make_workers(2)
    (own,) = scene.assign(trip, workers[:1], handover_point_id=mine["id"])
    (theirs,) = scene.assign(trip, workers[1:], handover_point_id=other["id"])
    ride = Ride(trip, [own, theirs], workers)
    scene._ride_on(ride, "manifest.locked", "roll call", "trip.departed", "trip.arrived")
    receiver = scene.world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=scene.enterprise_id)
    album = Album(scene, ride, scene.escort_of(trip))
    shown, hidden, unnamed, about_all = (
        album.keep(make_pdf(bytes([65 + number])))["id"] for number in range(4)
    )
    scene.record(
        trip,
        name(scene.event("passenger.received", passenger_id=own), shown),
        name(scene.event("passenger.received", passenger_id=theirs), hidden),
        name(tell(album), about_all),
    )
    assert album.names(by=receiver) == [shown]
    found = {each: album.read(each, by=receiver).status_code for each in (shown, hidden, unnamed)}
    assert found == {shown: 200, hidden: 404, unnamed: 404}
    signed = album.keep(make_jpeg())["id"]
    sheet = scene.signature(trip, [own])
    sheet["data"] |= {"point_id": mine["id"], "method": "paper"}
    scene.record(trip, name(sheet, signed))
    assert album.names(by=receiver) == [shown, signed]


def test_a_clerk_reads_what_own_people_s_events_name(album: Album) -> None:
    scene, trip = album.scene, album.scene.open_trip()
    near, far = scene.make_workers(1, township="211221106"), scene.make_workers(1)
    (here,), (there,) = scene.assign(trip, near), scene.assign(trip, far)
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, township="211221106")
    kept = [
        album.keep(make_pdf(each), trip=trip, by=scene.coordinator)["id"] for each in (b"1", b"2")
    ]
    about = {"channel": "telephone", "outcome": "reached"}
    scene.record(
        trip,
        name(scene.event("passenger.notified", passenger_id=here, **about), kept[0]),
        name(scene.event("passenger.notified", passenger_id=there, **about), kept[1]),
    )
    path = f"/v1/trips/{trip}/attachments"
    assert [each["id"] for each in scene.ok(clerk.get(path))] == kept[:1]
    assert [clerk.get(f"{path}/{each}").status_code for each in kept] == [200, 404]


def test_a_trace_shows_what_an_event_names(album: Album) -> None:
    kept = album.keep()
    event = name(tell(album), kept["id"])
    album.scene.record(album.ride.trip, event)
    trace = album.scene.ok(album.scene.coordinator.get(f"/v1/trips/{album.ride.trip}/trace"))
    named = {each["event_id"]: each["attachments"] for each in trace["items"]}
    assert named.pop(event["id"]) == [{"id": kept["id"], "sha256": kept["sha256"]}]
    assert set(map(str, named.values())) == {"[]"}


# --- verifying ------------------------------------------------------------------------------------
def test_verify_names_an_attachment_that_an_event_names_and_nobody_has(album: Album) -> None:
    """Its row was deleted, or says another hash than the event."""
    first, second, third = (album.keep(each)["id"] for each in (PHONE_JPEG, PHONE_PNG, make_pdf()))
    album.scene.record(album.ride.trip, name(tell(album), first, second))
    _forget(album, first)
    _forget(album, third)
    with album.world.context.reading(album.world.console) as work:
        found = verify(work).attachments
    assert [(each.code, each.name) for each in found.faults] == [("attachment-missing", first)]


def _forget(album: Album, identifier: str) -> None:
    """Row and content."""
    with dba(album.world.settings) as connection:
        for table in (table_of(AttachmentContent), ATTACHMENT):
            key = table.c.get("attachment_id", table.c.get("id"))
            connection.execute(table.delete().where(key == UUID(identifier)))
