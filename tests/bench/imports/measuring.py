"""The runs of `make bench-import`, one line of the table for each figure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.settings import Settings
from tests.bench import rosters
from tests.bench.figures import Line, at_least, at_most
from tests.bench.imports import peer, statements, stores, today
from tests.bench.imports.costs import compare, run
from tests.bench.imports.holding import time_holds
from tests.bench.imports.postgres import Place, open_postgres
from tests.bench.imports.replay import time_replay
from tests.bench.imports.whole import Whole, import_twice

THEIR_ROWS = 5_000
TOWNSHIP_ROWS = 1_000
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What all figures share: the files, R and B in seconds, and the cost of a check."""

    folder: Path
    rows: int
    book: Path
    text: Path
    r: float
    b: float
    check: float

    @property
    def limit(self) -> float:
        """What a whole import may cost, in seconds."""
        return 2.5 * self.r + 3 * self.b


def measure_all(folder: Path, rows: int, *, with_peer: bool) -> Iterator[Line]:
    shared, lines = measure_reading(folder, rows)
    yield from lines
    yield from _measure_memory(shared.book, shared.text)
    whole, lines = measure_whole(shared)
    yield from lines
    yield from _measure_small(folder)
    with open_postgres() as place:
        yield from _measure_postgres(shared, place)
    yield from measure_sqlite(shared, whole, with_peer=with_peer)


def measure_reading(folder: Path, rows: int) -> tuple[Run, list[Line]]:
    book, text = rosters.write_files(folder, rows)
    ratio, r = compare(lambda: rosters.check(book), lambda: rosters.read_book(book))
    text_ratio, _ = compare(lambda: rosters.check(text), lambda: rosters.read_text(text))
    b = stores.time_bare_sqlite(folder, rows).cpu
    return Run(folder, rows, book, text, r, b, check=ratio * r), [
        at_most("check of the xlsx ÷ calamine's bare iter_rows (R)", ratio, 2.5),
        at_most("check of the csv ÷ csv.reader", text_ratio, 12),
        Line("R: calamine, B: bare sqlite3.executemany", f"{r:.2f} s, {b:.2f} s"),
    ]


def measure_whole(shared: Run) -> tuple[Whole, list[Line]]:
    """On SQLite."""
    whole = _import(shared, "sqlite")
    floor = time_replay(shared.folder / "sqlite" / "fangang.db", shared.folder / "replayed")
    what = "of it, only storing the same rows again by bare sqlite3 ÷ (2.5 R + 3 B)"
    line = Line(what, f"{floor.cpu / shared.limit:.2f} ×")
    return whole, [*_judge_whole(shared, whole), line]


def _measure_memory(book: Path, text: Path) -> Iterator[Line]:
    mine, bare = (_read_peak(what, book) for what in ("check", "calamine"))
    what = f"peak of checking the xlsx ÷ calamine's own ({mine:.0f} MB ÷ {bare:.0f} MB)"
    yield at_most(what, mine / bare, 2)
    yield at_most("peak of checking the csv", _read_peak("check", text), 100, "MB")


def _read_peak(what: str, file: Path) -> float:
    _, printed = run(["-m", "tests.bench.imports.peaks", what, str(file)])
    return float(printed)


def _import(shared: Run, name: str, url: str = "", pid: int = 0) -> Whole:
    place = shared.folder / name
    place.mkdir()
    url = url or f"sqlite:///{place / 'fangang.db'}"
    settings = Settings(database_url=url, key_file=place / "fangang.kek")
    return import_twice(settings, place, shared.book, postmaster=pid)


def _judge_whole(shared: Run, whole: Whole) -> Iterator[Line]:
    what = f"whole import on SQLite ({whole.client.cpu:.1f} s client + {whole.server:.1f} s server)"
    yield at_most(f"{what} ÷ (2.5 R + 3 B)", whole.cpu / shared.limit, 1)
    again = whole.again / (shared.check + shared.b)
    yield at_most("the same file again ÷ (check + B)", again, 1)
    middle, longest = time_holds(shared.folder, shared.text)
    yield at_most(
        f"SQLite is held for one chunk of 500 (median; longest {longest:.0f} ms)", middle, 60, "ms"
    )
    yield _judge_newcomer("SQLite", whole, shared.rows, 300)


def _judge_newcomer(name: str, whole: Whole, rows: int, goal: float) -> Line:
    client, server, database = (
        _per_person(seconds / rows) for seconds in (whole.client.cpu, whole.server, whole.database)
    )
    what = f"a newcomer on {name}, server and database: client {client}, server {server}"
    what += f", database {database}" if whole.database else " (SQLite within)"
    both = (whole.server + whole.database) * _MICROSECONDS / rows
    return at_most(what, both, goal, "µs", digits=0)


def _measure_small(folder: Path) -> Iterator[Line]:
    book, _ = rosters.write_files(folder, TOWNSHIP_ROWS)
    place = folder / "township"
    place.mkdir()
    settings = Settings(database_url=f"sqlite:///{place / 'f.db'}", key_file=place / "f.kek")
    small = import_twice(settings, place, book)
    what = f"a township's {TOWNSHIP_ROWS} rows, end to end (wall; {small.cpu:.1f} s of processor)"
    yield at_most(what, small.client.wall, 2, "s")
    cost, _ = run(["-m", "cli", "--help"])
    yield at_most("fangang --help (wall)", cost.wall, 0.5, "s")


def _measure_postgres(shared: Run, place: Place | None) -> Iterator[Line]:
    if place is None:
        yield Line("PostgreSQL", "not found, NOT MEASURED")
        return
    whole = _import(shared, "postgres", place.ours, place.pid)
    yield _judge_newcomer("PostgreSQL", whole, shared.rows, 400)
    steps = stores.time_postgres(place.ours, place.clock)
    step = steps["copy"].cpu / steps["ours"].cpu
    yield at_least("registry's rows on PostgreSQL: COPY of a prebuilt buffer ÷ ours", step, 0.5)
    goals = {"add_all": 8.0, "select, then add": 20.0}
    yield from _measure_today(shared, place.theirs, place.clock, whole.cpu / shared.rows, goals)


def measure_sqlite(shared: Run, whole: Whole, *, with_peer: bool) -> Iterator[Line]:
    ours = whole.cpu / shared.rows
    sent, people = statements.count_for_chunk(shared.folder, shared.text)
    yield Line(f"statements a person, ours ({sent} for {people} people)", f"{sent / people:.3f}")
    url = f"sqlite:///{shared.folder / 'today.db'}"
    goals = {"add_all": 8.0, "select, then add": 12.0}
    yield from _measure_today(shared, url, lambda: 0.0, ours, goals)
    found = peer.measure(_write_theirs(shared)) if with_peer else "left out (PEER=0)"
    if isinstance(found, str):
        yield Line("django-import-export: NOT MEASURED", found)
        return
    each, number = found["cpu"] / found["rows"], found["statements"] / found["rows"]
    yield _judge("SQLite, openpyxl + django-import-export, bulk", each, number, ours, 0.0)


def _measure_today(
    shared: Run,
    url: str,
    clock: Callable[[], float],
    ours: float,
    goals: Mapping[str, float],
) -> Iterator[Line]:
    """`ours`: seconds a person. Theirs grow with the rows: on fewer they look better than they are."""
    book, rows = _write_theirs(shared), min(THEIR_ROWS, shared.rows)
    ways = {"add_all": today.add_all, "select, then add": today.select_then_add}
    for name, way in ways.items():
        before = clock()
        cost, sent = way(url, book)
        each = (cost.cpu + clock() - before) / rows
        database = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        what = f"{database}, openpyxl + SQLModel {name} ({rows} rows)"
        yield _judge(what, each, sent / rows, ours, goals[name])


def _write_theirs(shared: Run) -> Path:
    return rosters.write_files(shared.folder, min(THEIR_ROWS, shared.rows))[0]


def _judge(what: str, each: float, sent: float, ours: float, goal: float) -> Line:
    """Theirs ÷ ours, with what theirs costs for one person."""
    described = f"{what}: {_per_person(each)} a person, {sent:.2f} statements; ÷ ours"
    if not goal:
        return Line(described, f"{each / ours:.2f} ×")
    return at_least(described, each / ours, goal)


def _per_person(seconds: float) -> str:
    return f"{seconds * _MICROSECONDS:,.0f} µs"
