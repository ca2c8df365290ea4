"""Names, identity numbers, telephones and texts of a whole story are found in no byte of the database,
its log, the key store, the key file, the program's log or an error; and would be found if they were.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import insert, inspect, text

from schemas.permissions import Role
from service.app import logs
from service.db.columns import table_of
from service.settings import Settings
from service.trips.models import Batch
from tests.dba import dba, is_sqlite
from tests.factories import World
from tests.stories import Story, tell_story

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
CLIENTS = ("httpx2", "httpcore2")
"""The callers are in this process too, and log what they ask for."""
Places = dict[str, bytes]


@pytest.fixture
def log() -> Iterator[list[str]]:
    """Everything that is logged, at the finest level, as both of the program's formats write it."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name in CLIENTS:
                return
            lines.append(logs.JsonFormatter().format(record))
            lines.append(logs.TextFormatter().format(record))

    root, handler = logging.getLogger(), Keep(level=logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


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


def read_places(settings: Settings) -> Places:
    """Every file beside the database and in folders there; of PostgreSQL every column of every row as
    text.
    """
    folder = settings.key_file.parent
    places = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return places if is_sqlite(settings) else {**places, **dump_postgres(settings)}


def dump_postgres(settings: Settings) -> Places:
    places: Places = {}
    with dba(settings) as connection:
        inspector = inspect(connection)
        for schema in ("public", "vault"):
            for table in inspector.get_table_names(schema=schema):
                rows = connection.execute(text(f'SELECT t::text FROM {schema}."{table}" t'))
                places[f"{schema}.{table}"] = "\n".join(row[0] for row in rows).encode()
    return places


def find(places: Places, secrets: Sequence[str]) -> list[tuple[str, str]]:
    """Where something lies in clear, in any of the encodings, or as the hex of them."""
    hits = []
    for place, content in places.items():
        lower = content.lower()
        for secret in secrets:
            forms = {secret.encode(encoding) for encoding in ENCODINGS}
            hexed = {form.hex().encode() for form in forms}
            if any(form in content for form in forms) or any(form in lower for form in hexed):
                hits.append((place, secret))
    return hits


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


OF_HEALTH = (
    *("fever", "发热", "health_point", "body_temperature", "met_case", "has_symptoms"),
    *("health_certificate", "proof_invalidated", "declared", "hospital", "armpit"),
)
"""What a note, a remark, an end or a hold is: each of them stands in the story, and is sealed."""


def test_nothing_tells_of_health_in_clear(story: Story, log: list[str]) -> None:
    """Not even by a code: neither in rows nor in logs. (Only in the question why somebody is not cleared.)"""
    make_lists(story)
    places = read_places(story.world.settings) | {"log": "\n".join(log).encode()}
    assert find(places, OF_HEALTH) == []


def test_what_is_planted_is_found(built_story: Story) -> None:
    """The control: a name where no names belong, in each encoding, and as bytes."""
    settings, secrets = built_story.world.settings, built_story.secrets
    name, number = secrets[0], secrets[12]
    plant(settings, number="planted", organiser=name)
    (settings.key_file.parent / "note.txt").write_bytes(number.encode("utf-16-le"))
    (settings.key_file.parent / "list.csv").write_bytes(name.encode("gb18030"))
    place = "fangang.db" if is_sqlite(settings) else "public.batch"
    hits = find(read_places(settings), secrets)
    assert {(place.removesuffix("-wal"), what) for place, what in hits} == {
        (place, name),
        ("note.txt", number),
        ("list.csv", name),
    }


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
