"""Names, identity numbers, telephones and texts of a whole story are found in no byte of the database,
its log, the key store, the key file, the program's log or an error; and would be found if they were.
"""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from schemas.permissions import Role
from service.db.columns import table_of
from service.settings import Settings
from service.trips.models import Batch
from tests.canary.looking import OF_HEALTH, find, read_places
from tests.dba import dba, is_sqlite
from tests.factories import World
from tests.stories import Story, tell_story


@pytest.fixture
def story(world: World, log: list[str]) -> Story:
    told = tell_story(world)
    assert log != []  # it was listened to from the beginning
    return told


def make_errors(story: Story) -> list[str]:
    """Answers to what is wrong: each request holds something that must not come back."""
    scene, secrets = story.scene, story.secrets
    coordinator = scene.coordinator
    passenger = str(story.passenger_ids[1])
    wrong = [
        scene.event("passenger.checked_in", passenger_id=passenger, symptoms=secrets[0]),
        scene.event("passenger.boarded", passenger_id=passenger, temperature=secrets[0]),
        scene.event(
            "passenger.left",
            end="given_on",
            given_to="health_point",
            passenger_id=passenger,
            unit=secrets[0],
            more=secrets[6],
        ),
        scene.event("no.such", name=secrets[0]),
    ]
    trip = f"/v1/trips/{story.trip_id}"
    answers = [
        *(coordinator.post(f"{trip}/events", {"events": [each]}) for each in wrong),
        *(coordinator.post("/v1/health-records", {"records": [each]}) for each in bad_notes(story)),
        coordinator.post(f"{trip}/passengers", {"passengers": [{"id": secrets[12]}]}),
        coordinator.post("/v1/login", {"username": secrets[0], "password": secrets[6]}),
        coordinator.get(f"/v1/workers/{secrets[12]}"),
        coordinator.get("/v1/workers", name=secrets[0] * 60, phone="x" * 99),
        coordinator.get(f"/v1/nothing/{secrets[0]}"),
        coordinator.request("POST", f"{trip}/events", headers={"Content-Encoding": secrets[6]}),
        story.world.client(Role.TOWNSHIP_CLERK).post(f"{trip}/events", {"events": wrong[:1]}),
    ]
    assert [each.status_code for each in answers if each.status_code >= 500] == []
    return [f"{answer.text}{dict(answer.headers)}" for answer in answers]


def bad_notes(story: Story) -> list[dict[str, Any]]:
    """Notes of health that are refused, each for another reason; all hold something that must not come back."""
    secrets, worker = story.secrets, str(story.held_worker_id)
    about = {"occurred_at": story.world.clock.now.isoformat(), "worker_id": worker}
    contents: list[Any] = [
        {"what": secrets[0]},
        {"what": "screening", "system": secrets[0], "result_code": secrets[12] + " "},
        {"what": "measured", "readings": [{"code": secrets[0], "value": secrets[6]}]},
        {"what": "declared", "question_set": secrets[0], "version": 1, "answers": {}},
        {"what": "proof", "kind": "health_code", "issued_on": "2999-01-01", "number": secrets[12]},
        secrets[0],
    ]
    notes = [{"id": str(story.world.new_id()), **about, "content": each} for each in contents]
    return [*notes, {**notes[0], "worker_id": secrets[12]}, {**notes[0], secrets[0]: secrets[6]}]


def make_lists(story: Story) -> None:
    """Work lists, and an export: whoever reads them leaves only counts and hashes behind."""
    trip = f"/v1/trips/{story.trip_id}"
    for path in (f"{trip}/manifest", f"{trip}/handover", f"{trip}/passengers"):
        answer = story.scene.coordinator.get(path)
        assert answer.status_code == 200, answer.text


def test_nothing_personal_lies_in_clear(story: Story, log: list[str]) -> None:
    make_lists(story)
    errors = make_errors(story)
    settings = story.world.settings
    places = read_places(settings) | {
        "log": "\n".join(log).encode(),
        "errors": "\n".join(errors).encode(),
    }
    expected = {"fangang.kek", "log", "errors"}
    expected |= (
        {"fangang.db", "fangang.db-wal", "fangang.db.keys"}
        if is_sqlite(settings)
        else {"public.event", "public.event_part", "public.worker", "vault.subject_key"}
    )
    assert expected <= places.keys()
    assert len(log) > 50
    assert find(places, story.secrets) == []


def test_nothing_tells_of_health_in_clear(story: Story, log: list[str]) -> None:
    """Not even by a code: neither in rows nor in logs. (Only in the question why somebody is not cleared.)"""
    make_lists(story)
    places = read_places(story.world.settings) | {"log": "\n".join(log).encode()}
    assert find(places, OF_HEALTH) == []


def test_what_is_planted_is_found(built_story: Story) -> None:
    """The control: a name where no names belong, in each form, and as bytes."""
    settings, secrets = built_story.world.settings, built_story.secrets
    name, number = secrets[0], secrets[12]
    plant(settings, number="planted", organiser=name)
    files = {
        "note.txt": number.encode("utf-16-le"),
        "list.csv": name.encode("gb18030"),
        "body.json": json.dumps([name]).encode(),
        "url.txt": quote(f"/v1/workers?name={name}").encode(),
        **{f"{n}.b64": base64.b64encode(b"x" * n + number.encode() + b"x") for n in range(3)},
    }
    for file, content in files.items():
        (settings.key_file.parent / file).write_bytes(content)
    planted = ("fangang.db", "fangang.db: batch") if is_sqlite(settings) else ("public.batch",)
    hits = find(read_places(settings), secrets)
    expected = {(place, name) for place in (*planted, "list.csv", "body.json", "url.txt")}
    expected |= {(place, number) for place in files if place.endswith((".txt", ".b64"))}
    assert {(place.removesuffix("-wal"), what) for place, what in hits} == (
        expected - {("url.txt", number)}
    )


def plant(settings: Settings, **values: Any) -> None:
    table = table_of(Batch)
    with dba(settings) as connection:
        row = dict(connection.execute(table.select()).mappings().first() or {})
        new = row["id"].int ^ 1
        connection.execute(insert(table).values({**row, "id": type(row["id"])(int=new), **values}))


def test_the_open_secrets_are_few(built_story: Story) -> None:
    """The list that is searched for is a real one: nothing short, nothing empty, nothing twice."""
    secrets = built_story.secrets
    assert len(secrets) == len(set(secrets)) > 25
    assert min(len(each) for each in secrets) >= 3
