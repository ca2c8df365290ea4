"""One event that cannot be read does not keep the others out: it is answered by its place, kept sealed
beside the ledger, shown on the trip, and judged afresh when it comes again.
"""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.db.columns import table_of
from service.recording.models import UnreadEvent
from service.records import account_stream
from service.settings import Settings
from tests.canary.conftest import log  # noqa: F401 (a fixture)
from tests.canary.looking import find, read_places
from tests.dba import dba
from tests.factories import TOWNSHIP, Client
from tests.service.trips.scenes import Ride, Scene

pytestmark = pytest.mark.tables

Item = Any
NAME: Final = "司马如意"
NUMBER: Final = "211221197805123418"


def spoil_kind(item: Item) -> Item:
    return item | {"kind": "passenger.teleported"}


def forget_time(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "occurred_at"}


def add_field(item: Item) -> Item:
    return item | {"mood": NAME}


def add_secret_field(item: Item) -> Item:
    return item | {NAME: 1, f"n{'x' * 60}": 2, NUMBER: 3}


def break_id(item: Item) -> Item:
    return item | {"id": NAME}


def lose_id(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "id"}


def shorten_time(item: Item) -> Item:
    return item | {"occurred_at": "2020-03-24T08:00:00"}


def flatten_data(item: Item) -> Item:
    return item | {"data": [NAME]}


WAYS: dict[str, tuple[Callable[[Item], Item], bool, list[str]]] = {
    "a kind of a newer app": (spoil_kind, True, ["kind"]),
    "no time": (forget_time, True, ["occurred_at"]),
    "a field of a newer app": (add_field, True, ["mood"]),
    "fields with names of people": (add_secret_field, True, ["?", "?", "?"]),
    "an id that is none": (break_id, False, ["id"]),
    "no id": (lose_id, False, ["id"]),
    "a time without a zone": (shorten_time, True, ["occurred_at"]),
    "data that is no object": (flatten_data, True, ["data"]),
    "no object": (lambda _item: NAME, False, ["item"]),
    "null": (lambda _item: None, False, ["item"]),
    "a list": (lambda item: [item], False, ["item"]),
}


def round_of(scene: Scene, measured: int = 1) -> Item:
    return scene.event("temperature_round.taken", measured=measured)


def answer(scene: Scene, trip: UUID, items: Sequence[Item], by: Client | None = None) -> Any:
    client = by or scene.coordinator
    return client.post(f"/v1/trips/{trip}/events", {"events": list(items)})


def send(scene: Scene, trip: UUID, *items: Item, by: Client | None = None) -> list[Any]:
    found: list[Any] = scene.ok(answer(scene, trip, items, by))["outcomes"]
    assert [each["position"] for each in found] == list(range(len(items)))
    return found


def list_unread(scene: Scene, trip: UUID) -> list[Any]:
    listed: list[Any] = scene.ok(scene.coordinator.get(f"/v1/trips/{trip}/unread-events"))["items"]
    assert scene.trip(trip)["unread_events"] == len(listed)
    return listed


def open_unread(scene: Scene, trip: UUID, identifier: str) -> Any:
    return scene.coordinator.get(f"/v1/trips/{trip}/unread-events/{identifier}")


def count_rows(scene: Scene) -> int:
    with dba(scene.world.settings) as connection:
        return len(connection.execute(table_of(UnreadEvent).select()).all())


@pytest.mark.parametrize(("spoil", "has_id", "fields"), WAYS.values(), ids=list(WAYS))
def test_it_is_answered_by_its_place_and_the_others_are_recorded(
    scene: Scene, *, spoil: Callable[[Item], Item], has_id: bool, fields: list[str]
) -> None:
    trip = scene.locked(1).trip
    before, broken, after = (round_of(scene) for _ in range(3))
    first, second, third = send(scene, trip, before, spoil(broken), after)
    assert [first["status"], third["status"]] == ["recorded", "recorded"]
    assert third["receipt"]["sequence"] == first["receipt"]["sequence"] + 1
    assert (second["status"], second["problem"]["code"]) == ("refused", "event-unreadable")
    assert (second["id"], second["receipt"]) == (broken["id"] if has_id else None, None)
    nameless = {} if has_id else {"without_id": True}
    assert second["problem"]["facts"] == {"kept": True, **nameless}
    assert ("用同一编号重发" in second["problem"]["detail"]) is has_id
    assert [each["field"] for each in second["problem"]["errors"]] == fields

    (kept,) = list_unread(scene, trip)
    assert kept | {"id": None} == {
        "id": None,
        "event_id": broken["id"] if has_id else None,
        "code": "event-unreadable",
        "position": 1,
        "fields": fields,
        "account_id": str(scene.coordinator.actor.account_id),
        "received_at": "2020-03-24T00:00:00Z",
    }
    opened = scene.ok(open_unread(scene, trip, kept["id"]))
    assert json.loads(opened.pop("content")) == spoil(broken)
    assert opened == kept


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_said_in_words(scene: Scene, language: str) -> None:
    trip = scene.locked(1).trip
    client = scene.world.client(Role.COUNTY_COORDINATOR, language=language)
    (outcome,) = send(scene, trip, spoil_kind(round_of(scene)), by=client)
    title = {"zh": "这条事件无法识别", "en": "this event cannot be read"}[language]
    assert outcome["problem"]["title"] == title
    assert "temperature_round.taken" not in outcome["problem"]["detail"]


# --- any of 500 -------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", [0.6, 0.97])
def test_any_of_five_hundred(scene: Scene, part: float) -> None:
    """Whichever cannot be read: the others are recorded in order, and each receipt is its own. (Every
    subset of the places is tried in tests/schemas/test_reading_events.py.)"""
    dice, trip = random.Random(part), scene.locked(1).trip
    items = [round_of(scene, number) for number in range(1, 501)]
    broken = {place for place in range(500) if dice.random() < part}
    ways = [spoil for spoil, _, _ in WAYS.values()]
    sent = [dice.choice(ways)(each) if n in broken else each for n, each in enumerate(items)]
    count = len(scene.world.list_bodies(StreamKind.TRIP, trip))

    outcomes = send(scene, trip, *sent)

    assert {n for n, each in enumerate(outcomes) if each["status"] == "refused"} == broken
    readable = [n for n in range(500) if n not in broken]
    receipts = [outcomes[n]["receipt"] for n in readable]
    assert [each["event_id"] for each in receipts] == [items[n]["id"] for n in readable]
    assert [each["sequence"] for each in receipts] == list(
        range(count + 1, count + 1 + len(readable))
    )
    bodies = scene.world.list_bodies(StreamKind.TRIP, trip)[count:]
    assert [each["data"]["measured"] for each in bodies] == [n + 1 for n in readable]
    again = send(scene, trip, *sent)
    assert [each["receipt"] for each in again] == [each["receipt"] for each in outcomes]
    different = {json.dumps(sent[n], sort_keys=True) for n in broken}
    assert scene.trip(trip)["unread_events"] == len(different)


# --- again ------------------------------------------------------------------------------------------
def test_sent_again_unread_it_is_kept_once(scene: Scene) -> None:
    trip = scene.locked(1).trip
    item = spoil_kind(round_of(scene))
    first, second = send(scene, trip, item, item)
    (third,) = send(scene, trip, item)
    assert [each["problem"]["facts"] for each in (first, second, third)] == [{"kept": True}] * 3
    assert len(list_unread(scene, trip)) == 1
    (other,) = send(
        scene, trip, item | {"data": {"measured": 2}}
    )  # under the same id, not the same
    assert other["problem"]["facts"] == {"kept": True}
    assert len(list_unread(scene, trip)) == 2


def test_what_is_recorded_later_is_unread_no_more(scene: Scene) -> None:
    """The server learned to read it, or the app to write it."""
    trip = scene.locked(1).trip
    item, other = round_of(scene), round_of(scene)
    send(scene, trip, spoil_kind(item), add_field(item), spoil_kind(other))
    kept = list_unread(scene, trip)
    (outcome,) = send(scene, trip, item)
    assert outcome["status"] == "recorded"
    assert [each["event_id"] for each in list_unread(scene, trip)] == [other["id"]]
    gone = [each["id"] for each in kept if each["event_id"] == item["id"]]
    assert [open_unread(scene, trip, each).status_code for each in gone] == [404, 404]
    send(scene, trip, lose_id(item))  # whoever writes here next clears it away
    assert count_rows(scene) == 2


def test_an_event_of_another_trip_leaves_it_unread(scene: Scene) -> None:
    trip, elsewhere = scene.locked(1).trip, scene.locked(1).trip
    item = round_of(scene)
    scene.record(elsewhere, item)
    send(scene, trip, spoil_kind(item))
    assert len(list_unread(scene, trip)) == 1


# --- bounds -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("letter", ["x", "王"])
@pytest.mark.parametrize(("more", "kept"), [(0, True), (1, False)])
def test_eight_kibibytes_at_most(scene: Scene, *, letter: str, more: int, kept: bool) -> None:
    trip = scene.locked(1).trip
    item = spoil_kind(round_of(scene)) | {"note": ""}
    length = len(json.dumps(item, separators=(",", ":")).encode())
    letters, rest = divmod(8 * 1024 - length, len(letter.encode()))
    item["note"] = letter * letters + "x" * (rest + more)
    (outcome,) = send(scene, trip, item)
    assert outcome["problem"]["facts"] == {"kept": kept}
    assert ("没有保存" in outcome["problem"]["detail"]) is not kept
    assert len(list_unread(scene, trip)) == kept


def test_five_hundred_at_most_for_each_trip_and_account(scene: Scene) -> None:
    trip, elsewhere = scene.locked(1).trip, scene.locked(1).trip
    items = [spoil_kind(round_of(scene, number)) for number in range(1, 501)]
    assert {each["problem"]["facts"]["kept"] for each in send(scene, trip, *items)} == {True}
    fresh = spoil_kind(round_of(scene))
    (beyond, known) = send(scene, trip, fresh, items[0])
    assert [each["problem"]["facts"] for each in (beyond, known)] == [
        {"kept": False},
        {"kept": True},
    ]
    assert count_rows(scene) == 500
    others = ((trip, scene.escort_of(trip)), (elsewhere, None))
    for where, by in others:
        (outcome,) = send(scene, where, fresh, by=by)
        assert outcome["problem"]["facts"] == {"kept": True}
    mended = items[7] | {"kind": "temperature_round.taken"}  # what was read makes room
    scene.record(trip, mended)
    (outcome,) = send(scene, trip, fresh)
    assert outcome["problem"]["facts"] == {"kept": True}


def test_what_json_allows_and_text_does_not(scene: Scene) -> None:
    """Half a surrogate pair, a number that is none: kept as it came."""
    trip = scene.locked(1).trip
    raw = '{"events": [{"kind": "a", "note": "\\ud800", "n": NaN, "f": 36.5}]}'
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {scene.coordinator.token}",
    }
    reply = scene.world.http.post(f"/v1/trips/{trip}/events", content=raw, headers=headers)
    facts = scene.ok(reply)["outcomes"][0]["problem"]["facts"]
    assert facts == {"kept": True, "without_id": True}
    (kept,) = list_unread(scene, trip)
    content = scene.ok(open_unread(scene, trip, kept["id"]))["content"]
    assert content == '{"kind":"a","note":"\\ud800","n":NaN,"f":36.5}'


# --- the envelope -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"events": "all"}, "body.events"),
        ({"events": {"0": {}}}, "body.events"),
        ({"events": []}, "body.events"),
        ({"events": [None] * 501}, "body.events"),
        ({"sent_at": "today"}, "body.sent_at"),
        ({"sender": "me"}, "body.sender"),
    ],
)
def test_the_envelope_is_refused_whole(scene: Scene, change: Item, field: str) -> None:
    trip = scene.locked(1).trip
    body = {"events": [round_of(scene), spoil_kind(round_of(scene))]} | change
    reply = scene.coordinator.post(f"/v1/trips/{trip}/events", body)
    assert (reply.status_code, reply.json()["code"]) == (422, "request-invalid")
    assert [each["field"] for each in reply.json()["errors"]] == [field]
    assert count_rows(scene) == 0


# --- who --------------------------------------------------------------------------------------------
STRANGERS: dict[str, Callable[[Scene], Client]] = {
    "an escort of another trip": lambda scene: scene.escort_of(scene.open_trip()),
    "a clerk without people on it": lambda scene: scene.world.client(
        Role.TOWNSHIP_CLERK, division_prefix="211221106"
    ),
    "another carrier": lambda scene: scene.world.client(Role.CARRIER),
    "another receiver": lambda scene: scene.world.client(Role.ENTERPRISE_RECEIVER),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=list(STRANGERS))
def test_nothing_is_kept_of_who_may_not_know_of_the_trip(
    scene: Scene, stranger: Callable[[Scene], Client]
) -> None:
    ride = scene.locked(1)
    by = stranger(scene)
    reply = answer(scene, ride.trip, [spoil_kind(round_of(scene))], by)
    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")
    assert count_rows(scene) == 0
    nowhere = answer(scene, scene.world.new_id(), [spoil_kind(round_of(scene))])
    assert nowhere.status_code == 404


def test_nothing_is_kept_of_who_may_tell_nothing(scene: Scene) -> None:
    """An auditor sees the trip, and says nothing of it; a clerk does not depart a coach."""
    ride = scene.locked(1)
    auditor, clerk = scene.world.client(Role.AUDITOR), scene.world.client(Role.TOWNSHIP_CLERK)
    (outcome,) = send(scene, ride.trip, spoil_kind(round_of(scene)), by=auditor)
    assert outcome["problem"]["code"] == "permission-denied"
    departed = forget_time(scene.event("trip.departed", aboard=1))
    mine = scene.event(
        "passenger.notified", passenger_id=ride.passengers[0], channel="sms", outcome="reached"
    )
    first, second = send(scene, ride.trip, mine, departed, by=clerk)
    assert (first["status"], second["problem"]["code"]) == ("recorded", "permission-denied")
    assert count_rows(scene) == 0


def test_a_clerk_with_people_on_the_trip_may_be_unreadable(scene: Scene) -> None:
    ride = scene.locked(1)
    clerk = scene.world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    (outcome,) = send(scene, ride.trip, spoil_kind(round_of(scene)), by=clerk)
    assert outcome["problem"]["code"] == "event-unreadable"
    assert len(list_unread(scene, ride.trip)) == 1


def test_only_a_coordinator_sees_and_opens_it(scene: Scene) -> None:
    trip, elsewhere = scene.locked(1).trip, scene.locked(1).trip
    send(scene, trip, spoil_kind(round_of(scene)))
    (kept,) = list_unread(scene, trip)
    for role in (Role.ESCORT, Role.AUDITOR, Role.HEALTH_OFFICER, Role.TOWNSHIP_CLERK):
        client = scene.world.client(role, trip_ids=[trip] if role is Role.ESCORT else None)
        for path in ("", f"/{kept['id']}"):
            reply = client.get(f"/v1/trips/{trip}/unread-events{path}")
            assert (role, path, reply.status_code) == (role, path, 403)
    assert open_unread(scene, elsewhere, kept["id"]).status_code == 404


def test_each_opening_is_an_access(scene: Scene) -> None:
    trip = scene.locked(1).trip
    send(scene, trip, add_field(round_of(scene)))
    (kept,) = list_unread(scene, trip)
    account = account_stream(scene.coordinator.actor.account_id)

    def read_accesses() -> list[Any]:
        bodies = scene.world.list_bodies(StreamKind.ACCOUNT, account.id)
        kept = [each["data"] for each in bodies if each["kind"] == "access.listed"]
        return [each for each in kept if each["list_kind"] != "trip_contacts"]

    assert read_accesses() == []  # the list shows nothing of anybody
    scene.ok(open_unread(scene, trip, kept["id"]))
    (access,) = read_accesses()
    assert (access["list_kind"], access["trip_id"], access["count"]) == (
        "unread_event",
        str(trip),
        1,
    )


# --- cost, and what must not leak -----------------------------------------------------------------------
def test_the_statements_do_not_depend_on_how_many(scene: Scene) -> None:
    trip = scene.locked(1).trip
    scene.trip(trip)
    counts = []
    for number in (1, 3, 40):
        items = [spoil_kind(round_of(scene)) for _ in range(number)]
        with scene.world.counting() as sent:
            send(scene, trip, round_of(scene), *items)
        counts.append(len(sent))
    assert counts[1] == counts[2] <= counts[0]  # the first makes the trip's key


def test_pages(scene: Scene) -> None:
    trip = scene.locked(1).trip
    send(scene, trip, *(spoil_kind(round_of(scene)) for _ in range(5)))
    path, seen, after = f"/v1/trips/{trip}/unread-events", [], {}
    for expected in (2, 2, 1):
        page = scene.ok(scene.coordinator.get(path, limit=2, **after))
        seen += [each["position"] for each in page["items"]]
        assert len(page["items"]) == expected
        after = {"after": page["next"]}
    assert (seen, page["next"]) == ([0, 1, 2, 3, 4], None)


def test_nothing_of_it_lies_in_clear(scene: Scene, log: list[str]) -> None:  # noqa: F811
    settings: Settings = scene.world.settings
    ride: Ride = scene.locked(1)
    item = round_of(scene)
    answers = [
        answer(scene, ride.trip, [spoil(item) | {"who": {NAME: [NUMBER]}}])
        for spoil in (spoil_kind, forget_time, add_field, add_secret_field, break_id, flatten_data)
    ]
    answers.append(answer(scene, ride.trip, [NAME, [NUMBER], {NAME: NUMBER}]))
    answers.append(scene.coordinator.get(f"/v1/trips/{ride.trip}/unread-events"))
    answers.append(scene.coordinator.get(f"/v1/trips/{ride.trip}"))
    assert {each.status_code for each in answers} == {200}
    assert count_rows(scene) == 9
    places = read_places(settings) | {
        "log": "\n".join(log).encode(),
        "answers": "".join(f"{each.text}{dict(each.headers)}" for each in answers).encode(),
    }
    assert find(places, [NAME, NUMBER]) == []
