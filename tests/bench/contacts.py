"""`python -m tests.bench.contacts`: how long the question who rode with whom takes over ten million event rows
(EVENTS=10000000), on SQLite and on PostgreSQL: wall time of a request through the application, and of three
commands (login, counts, workbook) as processes against a server.

One trip of 45, its people and what was told of them are real: registered, boarded, received, with keys. Other
rows are written by a generator, with other people's ids and those of the 45 among them, of other days.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from openpyxl import load_workbook
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from schemas.permissions import Role
from service.db.columns import table_of
from service.ledger.queries import EVENT
from service.trips.models import Trip
from service.trips.queries.states import PASSENGER, TRIP_VEHICLE
from tests.bench.figures import describe_machine
from tests.bench.imports.costs import Cost, read_clock, run
from tests.bench.places import Place, open_postgres, open_sqlite
from tests.crash.servers import Server
from tests.factories import COUNTY, PASSWORD, Client, World
from tests.service.trips.scenes import Ride, Scene
from tests.stages import open_world

EVENTS = int(os.environ.get("EVENTS", "10000000"))
TIMES = 15
EVENTS_OF_A_TRIP = 400
PEOPLE = 45
RIDES_EACH = 25
_BODY = b'{"v":2,"kind":"passenger.notified","data":{"channel":"telephone"}}'
_FIRST = datetime(2019, 1, 1, tzinfo=UTC)
_TRIP = table_of(Trip)
R = TypeVar("R")
Columns = tuple[Any, ...]
Pack = Callable[[int], Any]
Moment = Callable[[datetime], Any]
_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds: on the wall the median and the slowest; of a processor the mean, with asking, and with
    PostgreSQL's."""

    path: str
    median: float
    slowest: float
    processor: float
    lines: int


@dataclass(frozen=True, slots=True)
class Ran:
    """A command as a process, from its start to its end: milliseconds on the wall, the median and the slowest;
    of a processor the client's, the median, and the mean of server and PostgreSQL meanwhile."""

    command: str
    median: float
    slowest: float
    client: float
    server: float


@dataclass(frozen=True, slots=True)
class County:
    scene: Scene
    ride: Ride
    officer: Client


def open_county(world: World) -> County:
    """The real trip: everybody boards the seat that they say, is received and signed for."""
    scene = Scene(world, seat_rows=12)
    workers = scene.make_workers(PEOPLE)
    trip = scene.open_trip()
    passengers = scene.assign(trip, workers)
    events = [scene.event("manifest.locked")]
    lines = scene.people(trip)
    for each in passengers:
        seat = {name: lines[str(each)][name] for name in ("seat_row", "seat_column")}
        events.append(scene.event("passenger.boarded", passenger_id=each, **seat))
    scene.record(trip, *events)
    world.clock.advance(hours=1)
    scene.tell(trip, "trip.departed", aboard=PEOPLE)
    world.clock.advance(hours=14)
    scene.tell(trip, "trip.arrived")
    scene.hand_over(trip, passengers)
    return County(scene, Ride(trip, passengers, workers), world.client(Role.HEALTH_OFFICER))


# --- the other rows ---------------------------------------------------------------------------------
def fill(world: World, county: County, *, events: int) -> None:
    """Trips of 400 events. They rode on 25 of them each, the coach ran on one in a hundred."""
    count = max(1, events // EVENTS_OF_A_TRIP)
    with Session(world.context.database.writing_engine) as session:
        session.connection()
        if not world.context.database.is_sqlite:
            session.connection().exec_driver_sql(f"SET LOCAL fangang.county = '{COUNTY}'")
        row = session.execute(select(_TRIP).where(_TRIP.c.id == county.ride.trip)).mappings().one()
        rode = select(PASSENGER).where(PASSENGER.c.trip_id == county.ride.trip)
        people = [dict(each) for each in session.execute(rode).mappings()]
        for part in _batch(range(count), 200):
            _insert(session, _TRIP, [_make_trip(dict(row), number) for number in part])
            _insert(session, TRIP_VEHICLE, [_make_run(county, number) for number in part])
            own = [each for number in part for each in _make_rides(people, number, count)]
            _insert(session, PASSENGER, own)
        session.commit()
    _write_events(world, county, events)


def _batch(rows: Iterable[R], size: int) -> Iterator[list[R]]:
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(table.insert(), rows)


def _make_id(kind: int, number: int) -> UUID:
    return UUID(int=kind << 112 | 7 << 76 | 2 << 62 | number)


def _day_of(number: int) -> datetime:
    """One day of a year or so each, before the real trip."""
    return _FIRST + timedelta(days=number % 365)


def _make_trip(row: dict[str, Any], number: int) -> dict[str, Any]:
    begun = _day_of(number)
    times = {
        "planned_departure_at": begun,
        "departed_at": begun,
        "planned_arrival_at": begun + timedelta(hours=14),
        "arrived_at": begun + timedelta(hours=14),
        "over_at": begun + timedelta(hours=14),
    }
    free = {"fold": None, "brief": None, "contacts_sealed": None}
    return {**row, "id": _make_id(1, number), "number": f"G-{number}", **free, **times}


def _make_run(county: County, number: int) -> dict[str, Any]:
    vehicle = county.scene.vehicle_id if number % 100 == 0 else _make_id(2, number % 500)
    ids = {"trip_id": _make_id(1, number), "vehicle_id": vehicle}
    return {"county_code": COUNTY, "ordinal": 0, "from_at": None, "to_at": None, **ids}


def _make_rides(people: list[dict[str, Any]], number: int, count: int) -> Iterator[dict[str, Any]]:
    """They rode on the first 25 trips, or on as many as there are."""
    if number >= min(RIDES_EACH, count):
        return
    for place, row in enumerate(people):
        key = {"trip_id": _make_id(1, number), "id": _make_id(3, number * 100 + place)}
        free = {"seat_held": False, "leg_held": False, "journey_id": None}
        yield {**row, **key, **free, "fold": {**row["fold"], "id": str(key["id"])}}


def _make_events(county: County, count: int, pack: Pack, moment: Moment) -> Iterator[Columns]:
    """Columns in the order of the table. `pack`, `moment`: how the database takes ids and instants."""
    workers = [pack(each.int) for each in county.ride.workers]
    for number in range(count):
        trip, at = pack(_make_id(1, number).int), moment(_day_of(number))
        subjects = [pack(_make_id(3, number * 100 + place).int) for place in range(50)]
        first, base = number * EVENTS_OF_A_TRIP, _make_id(5, 0).int
        others = [pack(_make_id(4, (first // 8 + place) % 50_000).int) for place in range(51)]
        for seq in range(1, EVENTS_OF_A_TRIP + 1):
            own = seq % 8 == 0 and number < RIDES_EACH
            worker = workers[seq // 8 % len(workers)] if own else others[seq // 8]
            told = ("trip", trip, seq, "passenger.notified", subjects[seq % 50], worker)
            yield (COUNTY, pack(base + first + seq), *told, at, at, _BODY, _HASH)


def _write_events(world: World, county: County, events: int) -> None:
    """By the bare driver: what is measured is reading them."""
    count = max(1, events // EVENTS_OF_A_TRIP)
    connection = world.context.database.writing_engine.raw_connection()
    names = ", ".join(column.name for column in EVENT.columns)
    cursor = connection.cursor()
    try:
        if world.context.database.is_sqlite:
            indexes = _drop_indexes(cursor)
            rows = _make_events(county, count, _pack, _count_microseconds)
            marks = ", ".join("?" for _ in EVENT.columns)
            statement = f"INSERT INTO event ({names}) VALUES ({marks})"
            for part in _batch(islice(rows, events), 200_000):
                cursor.execute("BEGIN")  # else each row is a transaction of its own
                cursor.executemany(statement, part)
                connection.commit()
            for index in indexes:
                cursor.execute(index)
        else:
            cursor.execute(f"SET LOCAL fangang.county = '{COUNTY}'")
            rows = _make_events(county, count, lambda number: UUID(int=number), lambda at: at)
            # Not COPY: row-level security does not allow it.
            arrays = ", ".join(f"%s::{each}[]" for each in _ARRAYS)
            statement = f"INSERT INTO event ({names}) SELECT * FROM unnest({arrays})"
            for part in _batch(islice(rows, events), 20_000):
                cursor.execute(statement, [list(column) for column in zip(*part, strict=True)])
        connection.commit()
    finally:
        connection.close()


_ARRAYS = (
    *("text", "uuid", "text", "uuid", "int", "text", "uuid", "uuid"),
    *("timestamptz", "timestamptz", "bytea", "bytea"),
)


def _pack(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _count_microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def _drop_indexes(cursor: Any) -> list[str]:
    """What makes them again: built at the end they take minutes less."""
    cursor.execute("PRAGMA cache_size = -1000000")
    wanted = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'event' AND type = 'index'"
    found = [row for row in cursor.execute(wanted).fetchall() if row[1] is not None]
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


# --- asking -----------------------------------------------------------------------------------------
def make_question() -> dict[str, Any]:
    return {
        "plate": "辽M12345",
        "date": "2020-03-24",
        "seat": "17",
        "purpose": "epidemiological",
        "reason": "合成流调",
        "case_reference": "合成-1",
    }


def ask(
    county: County, *, times: int = TIMES, read_database: Callable[[], float] = lambda: 0.0
) -> list[Asked]:
    """`read_database`: processor seconds of PostgreSQL so far."""
    found = []
    for path in ("/v1/contacts", "/v1/contacts/lists"):
        took, lines = [], 0
        before = time.process_time() + read_database()
        for _ in range(times):
            began = time.perf_counter()
            answer = county.scene.ok(county.officer.post(path, make_question()))
            took.append((time.perf_counter() - began) * 1000)
            lines = len(answer.get("lines", ())) or answer["count"]
        processor = (time.process_time() + read_database() - before) * 1000 / times
        found.append(Asked(path, statistics.median(took), max(took), processor, lines))
    return found


def make_account(world: World) -> str:
    """A health officer who can log in."""
    form = {
        "id": str(world.new_id()),
        "username": "weijian",
        "name": "王卫健",
        "password": PASSWORD,
        "role": "health_officer",
    }
    made = world.client(Role.ADMINISTRATOR).post("/v1/accounts", form)
    assert made.status_code == 201, made.text
    return form["username"]


def run_commands(place: Place, folder: Path, username: str, *, times: int = TIMES) -> list[Ran]:
    """Each as often, in turn, against one server that has just begun. `folder` is made."""
    folder.mkdir()
    sheet = folder / "list.xlsx"
    server = Server(place.settings, log=folder / "server.log", bare=True)
    question = make_question()
    what = [
        *("-m", "cli", "contacts", question["plate"], "--date", question["date"]),
        *("--seat", question["seat"], "--purpose", "流调", "--case", question["case_reference"]),
    ]
    commands = {
        "login": (["-m", "cli", "login"], f"{username}\n{PASSWORD}\n"),
        "contacts": (what, ""),
        "contacts --out": ([*what, "--out", str(sheet), "--force"], ""),
    }
    client = {"FANGANG_SERVER": server.address, "FANGANG_CONFIG_DIR": str(folder / "client")}
    took: dict[str, list[Cost]] = {name: [] for name in commands}
    served = dict.fromkeys(commands, 0.0)
    try:
        for _ in range(times):
            for name, (command, typed) in commands.items():
                before = read_clock(server.process.pid) + place.read_clock()
                took[name].append(run(command, client, typed=typed)[0])
                served[name] += read_clock(server.process.pid) + place.read_clock() - before
    finally:
        server.kill()
    assert sum(each.max_row for each in load_workbook(sheet)) > PEOPLE
    return [_sum_up(name, costs, served[name]) for name, costs in took.items()]


def _sum_up(command: str, costs: list[Cost], served: float) -> Ran:
    walls = [each.wall * 1000 for each in costs]
    client = statistics.median(each.cpu * 1000 for each in costs)
    return Ran(command, statistics.median(walls), max(walls), client, served * 1000 / len(costs))


def measure(place: Place, folder: Path, *, events: int) -> Iterator[str]:
    """Lines to print."""
    with closing(open_world(place.settings)) as world:
        county = open_county(world)
        username = make_account(world)
        yield from _tell("the trip alone", ask(county, read_database=place.read_clock))
        began = time.perf_counter()
        fill(world, county, events=events)
        yield f"  {events} rows written in {time.perf_counter() - began:.0f} s"
        gc.collect()
        gc.freeze()  # as the server does when it begins
        beside = f"{events} events beside it"
        if not world.context.database.is_sqlite:
            found = ask(county, read_database=place.read_clock)
            yield from _tell(f"{beside}, without statistics", found)
            gather_statistics(place)
        yield from _tell(beside, ask(county, read_database=place.read_clock))
    for each in run_commands(place, folder, username):
        yield (
            f"  fangang {each.command}, {beside}: median {each.median:.0f} ms, slowest "
            f"{each.slowest:.0f} ms, processor {each.client:.0f} ms of the client and "
            f"{each.server:.0f} ms of the server"
        )


def gather_statistics(place: Place) -> None:
    """What autovacuum does within a minute in a county; the cluster of the tests runs without."""
    assert place.settings.owner_database_url is not None
    engine = create_engine(place.settings.owner_database_url.get_secret_value())
    with engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    engine.dispose()


def _tell(size: str, found: Iterable[Asked]) -> Iterator[str]:
    for each in found:
        yield (
            f"  {each.path}, {size}: median {each.median:.0f} ms, slowest {each.slowest:.0f} ms, "
            f"processor {each.processor:.0f} ms, {each.lines} people"
        )


def _report(place: Place, folder: Path) -> None:
    print(f"{place.name} {place.version}")
    for line in measure(place, folder, events=EVENTS):
        print(line, flush=True)


def main() -> None:
    print(*describe_machine(), sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if "postgres" not in sys.argv:
            _report(open_sqlite(Path(folder) / "sqlite"), Path(folder) / "desk-sqlite")
        if "sqlite" not in sys.argv:
            with open_postgres(Path(folder) / "postgres") as place:
                if place is None:
                    print("PostgreSQL: not found, not measured", file=sys.stderr)
                else:
                    _report(place, Path(folder) / "desk-postgres")


if __name__ == "__main__":
    main()
