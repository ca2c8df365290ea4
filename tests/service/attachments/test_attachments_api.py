"""Uploading, listing and reading attachments: repeats, refusals, who may, and what is recorded."""

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schemas.attachments import MAX_ATTACHMENT_BYTES
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.attachments import rules
from service.attachments.rules import Amount
from tests.databases import ON_SQLITE
from tests.factories import Client
from tests.pictures import PHONE_JPEG, PHONE_PNG, make_jpeg, make_pdf
from tests.service.attachments.conftest import Album
from tests.service.trips.test_scopes import account, own_and_other

KEPT_JPEG = rules.read_content(PHONE_JPEG).content


def list_accesses(album: Album, client: Client) -> list[dict[str, Any]]:
    bodies = album.world.list_bodies(StreamKind.ACCOUNT, client.actor.account_id)
    return [body["data"] for body in bodies if body["kind"].startswith("access.")]


def test_an_upload_is_answered_with_what_is_kept(album: Album) -> None:
    identifier = album.world.new_id()
    kept = album.keep(identifier=identifier)
    assert kept == {
        "id": str(identifier),
        "trip_id": str(album.ride.trip),
        "sha256": hashlib.sha256(KEPT_JPEG).hexdigest(),
        "size": len(KEPT_JPEG),
        "media_type": "image/jpeg",
        "uploaded_at": album.world.clock().isoformat().replace("+00:00", "Z"),
        "account_id": str(album.escort.actor.account_id),
        "uploaded_by": kept["uploaded_by"],
    }
    assert kept["uploaded_by"].startswith("escort-")
    assert album.scene.ok(album.escort.get(album.path)) == [kept]


def test_it_is_read_as_it_is_kept_and_the_reading_is_recorded(album: Album) -> None:
    kept = album.keep()
    coordinator = album.scene.coordinator
    album.names(by=coordinator)
    assert list_accesses(album, coordinator) == []
    answer = album.read(kept["id"], by=coordinator)
    assert (answer.status_code, answer.content) == (200, KEPT_JPEG)
    wanted = {
        "content-type": "image/jpeg",
        "content-disposition": f'attachment; filename="{kept["id"]}.jpg"',
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "content-security-policy": "sandbox",
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    (access,) = list_accesses(album, coordinator)
    access.pop("content_hash")
    assert access == {
        "list_kind": "attachment",
        "trip_id": str(album.ride.trip),
        "attachment_id": kept["id"],
        "count": 1,
    }


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [(PHONE_PNG, "image/png", ".png"), (make_pdf(b"x"), "application/pdf", ".pdf")],
)
@ON_SQLITE
def test_the_type_is_told_by_the_content(
    album: Album, content: bytes, media_type: str, ending: str
) -> None:
    kept = album.keep(content, **{"Content-Type": "application/json"})
    answer = album.read(kept["id"])
    assert (kept["media_type"], answer.headers["content-type"]) == (media_type, media_type)
    assert ending in answer.headers["content-disposition"]
    assert answer.content == rules.read_content(content).content


def test_a_repeat_changes_nothing(album: Album) -> None:
    """Also later, zipped, from another account, and as the server keeps it."""
    identifier = album.world.new_id()
    first = album.keep(identifier=identifier)
    album.world.clock.advance(hours=1)
    packed = {"Content-Encoding": "gzip"}
    again = [
        album.keep(identifier=identifier),
        album.keep(gzip.compress(PHONE_JPEG), identifier=identifier, **packed),
        album.keep(identifier=identifier, by=album.scene.coordinator),
        album.keep(KEPT_JPEG, identifier=identifier),
    ]
    assert again == [first] * 4
    assert album.names() == [first["id"]]


def test_an_id_is_not_used_twice(album: Album) -> None:
    """For another content, or on another trip."""
    first = album.keep()
    other = album.scene.listed(1)
    coordinator = album.scene.coordinator
    answers = [
        album.upload(PHONE_PNG, identifier=first["id"]),
        album.upload(identifier=first["id"], trip=other.trip, by=coordinator),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(409, "id-reused")] * 2
    assert album.read(first["id"]).content == KEPT_JPEG
    elsewhere = coordinator.get(f"/v1/trips/{other.trip}/attachments/{first['id']}")
    assert elsewhere.status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "attachment-type"),
        ("王国强".encode(), 415, "attachment-type"),
        (PHONE_JPEG[:60], 422, "attachment-damaged"),
        (bytes(MAX_ATTACHMENT_BYTES), 415, "attachment-type"),
        (bytes(MAX_ATTACHMENT_BYTES + 1), 413, "attachment-too-large"),
    ],
    ids=["nothing", "a text", "cut off", "just as large", "one byte more"],
)
@ON_SQLITE
def test_what_is_refused(album: Album, content: bytes, status: int, code: str) -> None:
    answer = album.upload(content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert album.names() == []


@ON_SQLITE
def test_a_packed_one_is_counted_unpacked(album: Album) -> None:
    packed = gzip.compress(bytes(MAX_ATTACHMENT_BYTES + 1))
    answer = album.upload(packed, **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "attachment-too-large")


@ON_SQLITE
def test_only_an_attachment_may_be_so_large(album: Album) -> None:
    """The limit of all other requests stays what the settings say."""
    large = bytes(album.world.settings.body_limit_bytes + 1)
    sent = {"Authorization": f"Bearer {album.escort.token}"}
    trip = f"/v1/trips/{album.ride.trip}"
    for path in (f"{trip}/events", album.path, f"{album.path}/1/2"):
        answer = album.escort.http.post(path, content=large, headers=sent)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("full", ["trip", "account"])
@pytest.mark.parametrize("bound", ["count", "bytes"])
@ON_SQLITE
def test_a_trip_and_an_account_have_so_many(
    album: Album, monkeypatch: pytest.MonkeyPatch, full: str, bound: str
) -> None:
    size = len(KEPT_JPEG)
    most = Amount(2, 10**9) if bound == "count" else Amount(100, 2 * size + 1)
    monkeypatch.setattr(rules, f"MOST_OF_{full.upper()}", most)
    first, _second = album.keep(), album.keep()
    answer = album.upload()
    assert (answer.status_code, answer.json()["code"]) == (409, "attachment-limit")
    assert answer.json()["facts"] == {"full": full, "count": most.count, "bytes": most.size}
    assert album.keep(identifier=first["id"]) == first
    other = album.upload(by=album.scene.coordinator)
    assert other.status_code == (201 if full == "account" else 409)
    if full == "account":
        album.world.clock.advance(hours=23, minutes=59)
        assert album.upload().status_code == 409
        album.world.clock.advance(minutes=1)
        assert album.upload().status_code == 201


def test_uploads_at_once_are_counted_one_by_one(
    album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those of one id and content are one."""
    monkeypatch.setattr(rules, "MOST_OF_TRIP", Amount(3, 10**9))
    identifiers = [*(album.world.new_id() for _ in range(6))] * 2
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: album.upload(identifier=each), identifiers))
    taken = {each.json()["id"] for each in answers if each.status_code == 201}
    assert {each.status_code for each in answers} == {201, 409}
    assert (len(taken), set(album.names())) == (3, taken)
    assert {album.read(each).content for each in taken} == {KEPT_JPEG}


def test_a_trip_without_keys_gets_its_first(album: Album) -> None:
    """A plan without telephones has sealed nothing yet."""
    scene = album.scene
    trip = scene.open_trip(contacts=None)
    path = f"/v1/trips/{trip}/attachments"
    kept = album.keep(trip=trip, by=scene.coordinator)
    assert scene.coordinator.get(f"{path}/{kept['id']}").content == KEPT_JPEG
    second = album.keep(PHONE_PNG, trip=trip, by=scene.coordinator)
    assert scene.coordinator.get(f"{path}/{second['id']}").status_code == 200


# --- who may ------------------------------------------------------------------------------------
WRITES = {
    Role.CARRIER,
    Role.COUNTY_COORDINATOR,
    Role.DESTINATION_OFFICER,
    Role.ENTERPRISE_RECEIVER,
    Role.ESCORT,
    Role.TOWNSHIP_CLERK,
}
READS_ALL = {
    Role.AUDITOR,
    Role.COUNTY_COORDINATOR,
    Role.DESTINATION_OFFICER,
    Role.ESCORT,
    Role.HEALTH_OFFICER,
}
READS_OWN = {Role.CARRIER, Role.ENTERPRISE_RECEIVER, Role.TOWNSHIP_CLERK}
COUNTY_WIDE = {
    Role.AUDITOR,
    Role.COUNTY_COORDINATOR,
    Role.HEALTH_OFFICER,
    Role.TOWNSHIP_CLERK,
}


def test_every_role_uploads_and_reads_what_it_may(built_scene: Any) -> None:
    """Own trip and another one; a clerk's people are on both."""
    scene = built_scene
    own, other = own_and_other(scene)
    album = Album(scene, own, scene.coordinator)
    kept, there = album.keep(), album.keep(trip=other.trip)["id"]
    elsewhere = f"/v1/trips/{other.trip}/attachments"
    found, wanted = {}, {}
    for role in Role:
        client = account(scene, role, own.trip)
        mine = album.upload(make_jpeg(), by=client)
        found[role] = (
            mine.status_code,
            album.upload(by=client, trip=other.trip).status_code,
            client.get(album.path).status_code,
            album.read(kept["id"], by=client).status_code,
            client.get(elsewhere).status_code,
            client.get(f"{elsewhere}/{there}").status_code,
            album.read(mine.json()["id"], by=client).status_code if role in WRITES else 0,
        )
        writes, wide = role in WRITES, role in COUNTY_WIDE
        sees = 200 if role in READS_ALL | READS_OWN else 403
        wanted[role] = (
            201 if writes else 403,
            (201 if wide else 404) if writes else 403,
            sees,
            404 if role in READS_OWN else sees,
            sees if sees == 403 or wide else 404,
            sees if sees == 403 or (wide and role not in READS_OWN) else 404,
            200 if writes else 0,
        )
    assert found == wanted


def test_a_clerk_attaches_to_trips_of_own_people(album: Album) -> None:
    """And reads what the own account brought, not what others photographed."""
    scene = album.scene
    township = "211221106"
    trip = scene.open_trip()
    scene.assign(trip, scene.make_workers(1, township=township))
    near = scene.world.client(Role.TOWNSHIP_CLERK, township=township)
    far = scene.world.client(Role.TOWNSHIP_CLERK, township="211221107")
    others = album.keep(trip=trip, by=scene.coordinator)["id"]
    mine = album.keep(PHONE_PNG, trip=trip, by=near)["id"]
    path = f"/v1/trips/{trip}/attachments"
    assert [each["id"] for each in scene.ok(near.get(path))] == [mine]
    assert near.get(f"{path}/{mine}").status_code == 200
    assert near.get(f"{path}/{others}").status_code == 404
    assert album.upload(trip=trip, by=far).status_code == 404
    assert far.get(path).status_code == 404


def test_an_escort_sends_late_what_it_no_longer_reads(album: Album) -> None:
    """As its events: 24 hours to read, 30 days more to send."""
    scene, ride = album.scene, album.ride
    scene.hand_over(ride.trip, ride.passengers)
    scene.tell(ride.trip, "trip.closed")
    album.world.clock.advance(hours=25)
    kept = album.keep()
    assert album.read(kept["id"]).status_code == 404
    assert album.read(kept["id"], by=scene.coordinator).status_code == 200
    album.world.clock.advance(days=30)
    assert album.upload().status_code == 404


def test_another_county_knows_nothing_of_it(album: Album) -> None:
    kept = album.keep()
    stranger = album.world.client(county_code="211224")
    answers = [
        stranger.get(album.path),
        album.read(kept["id"], by=stranger),
        album.upload(by=stranger),
        album.upload(by=stranger, identifier=kept["id"]),
    ]
    assert [each.status_code for each in answers] == [404] * 4


@pytest.mark.parametrize("known", [1, 3])
def test_the_list_takes_the_same_statements(album: Album, known: int) -> None:
    for _ in range(known):
        album.keep()
    with album.world.counting() as statements:
        assert len(album.names()) == known
    assert len(statements) == 5
