"""`make bench`: ratios of one run on this machine (repeat on a quiet one before quoting).

Bounded and on loopback only. PostgreSQL as the tests find it; without one its half is left out.
"""

import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, pool, text
from sqlalchemy.engine import make_url

from service.manage.migrations import migrate
from service.settings import Settings
from tests.bench import events, ledger, rosters
from tests.postgres import start_cluster

ROWS = 20_000
SINGLE, BATCHES = 1_600, 80
EVENTS = 20_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for kind, ratio in rosters.measure(place, ROWS).items():
            goal = {"xlsx": 2.5, "csv": 12}[kind]
            print(f"check of a {kind}, {ROWS} rows: {ratio:.1f} × the bare reader (goal ≤ {goal})")
        settings = Settings(database_url=f"sqlite:///{place / 'a.db'}", key_file=place / "a.kek")
        _report("SQLite", settings, f"sqlite:///{place / 'template.db'}")
        apart = f"sqlite:///{place / 'c.db'}"
        _report_ledger("SQLite", Settings(database_url=apart, key_file=place / "c.kek"))
        _report_postgres(place)


def _report_postgres(place: Path) -> None:
    cluster = start_cluster()
    if cluster is None:
        print("PostgreSQL: not found, not measured", file=sys.stderr)
        return
    try:
        url = make_url(cluster.url)
        engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name in ("bench", "template", "ledger"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        ours = url.set(database="bench").render_as_string(hide_password=False)
        theirs = url.set(database="template").render_as_string(hide_password=False)
        _report("PostgreSQL", Settings(database_url=ours, key_file=place / "b.kek"), theirs)
        apart = url.set(database="ledger").render_as_string(hide_password=False)
        _report_ledger("PostgreSQL", Settings(database_url=apart, key_file=place / "d.kek"))
    finally:
        cluster.stop()


def _report(name: str, settings: Settings, template_url: str) -> None:
    migrate(settings)
    found = events.measure(settings, template_url, single=SINGLE, batches=BATCHES)
    noop, template = found["noop"], found["template"]
    single, batch = found["single"], found["batch"]
    print(
        f"{name}: one event a request {single.requests:.0f}/s"
        f" = {single.requests / template.requests:.1f} × the ORM template (goal ≥ 10)"
        f" = {single.requests / noop.requests:.2f} × a POST that records nothing (goal ≥ 0.4);"
        f" p99 {single.p99:.0f} ms (goal ≤ 120)"
    )
    print(
        f"{name}: fifty a request {batch.events:.0f} events/s"
        f" = {batch.events / template.requests:.0f} × the ORM template (goal ≥ 40)"
    )


def _report_ledger(name: str, settings: Settings) -> None:
    migrate(settings)
    found = ledger.measure(settings, events=EVENTS)
    print(
        f"{name}: verify of {EVENTS} events in one process {found.ours:.0f} µs an event"
        f" = {found.ours / found.bare:.1f} × reading and hashing them bare"
    )


if __name__ == "__main__":
    main()
