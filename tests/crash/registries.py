"""What a registry holds, for comparing one with another, and whether it fits its record."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from schemas.events.kinds import EventKind, StreamKind
from service.app.composition import make_context
from service.ledger import queries as ledger
from service.ledger.bodies import StreamKey, decode_body
from service.manage.verify import verify
from service.rosters.queries import imports
from service.rosters.rules.imports import make_root
from service.settings import Settings
from service.trips.actions.rebuild import check_derived
from service.workers.rebuild import check_workers
from tests.factories import COUNTY, Client, World
from tests.ledgers import ACTOR

_OF_PEOPLE: Final = (
    *("name", "id_number", "gender", "phone", "reachable", "person_role", "township_code"),
    *("village", "version"),
)
_OF_DEMANDS: Final = (
    *("name", "phone", "destination_code", "destination", "employer", "window_from", "window_to"),
    *("state", "source", "version"),
)


@dataclass(frozen=True)
class Registry:
    """Masked people and demands, each with how often it is there, and the counts of every import."""

    people: Counter[tuple[Any, ...]]
    demands: Counter[tuple[Any, ...]]
    imports: list[tuple[str, int, dict[str, int], bool]]


def read_registry(world: World, client: Client) -> Registry:
    return Registry(
        Counter(tuple(each[name] for name in _OF_PEOPLE) for each in _list(client, "workers")),
        Counter(tuple(each[name] for name in _OF_DEMANDS) for each in _list(client, "demands")),
        sorted(_list_imports(world), key=lambda each: each[0]),
    )


def _list(client: Client, name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = client.get(f"/v1/{name}", limit=200, **after).json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = {"after": page["next"]}


def _list_imports(world: World) -> list[tuple[str, int, dict[str, int], bool]]:
    table = imports.IMPORT
    with world.context.database.read(ACTOR) as session:
        rows = session.execute(select(table).where(table.c.county_code == COUNTY)).mappings()
        return [
            (
                row["file_sha256"],
                row["accepted"],
                dict(row["counts"]),
                row["applied_at"] is not None,
            )
            for row in rows
        ]


def check_imports(settings: Settings, receipts: list[dict[str, Any]], *, thorough: bool) -> int:
    """Every applied chunk has one event over exactly its rows, every receipt is in the record.
    The number of events. `thorough`: of all imports, not only the newest one, and the whole record
    is verified and folded anew.
    """
    context = make_context(settings)
    try:
        with context.reading(ACTOR) as work:
            session = work.session
            ids = _list_import_ids(session)[0 if thorough else -1 :]
            found = [_check_import(session, import_id) for import_id in ids]
            known = {event["id"]: event["hash"] for events in found for event in events}
            assert [r for r in receipts if known.get(r["event_id"]) != r["hash"]] == []
            if thorough:
                assert verify(work).faults == []
                assert [*check_derived(session, COUNTY), *check_workers(session, COUNTY)] == []
    finally:
        context.dispose()
    return sum(map(len, found))


def _list_import_ids(session: Session) -> list[UUID]:
    """In the order in which they were announced."""
    table = imports.IMPORT
    statement = select(table.c.id).where(table.c.county_code == COUNTY)
    return list(session.execute(statement.order_by(table.c.created_at)).scalars())


def _check_import(session: Session, import_id: UUID) -> list[dict[str, Any]]:
    """The events of its chunks."""
    table = imports.CHUNK
    statement = select(table.c.chunk, table.c.row_count, table.c.answer)
    statement = statement.where(table.c.county_code == COUNTY, table.c.import_id == import_id)
    rows = session.execute(statement).all()
    applied = {row.chunk: row.row_count for row in rows if row.answer is not None}
    events = _list_applied(session, import_id)
    assert events.keys() == applied.keys()
    for chunk, event in events.items():
        leaves = imports.list_leaves(session, COUNTY, import_id=import_id, chunk=chunk)
        assert len(leaves) == applied[chunk]
        assert make_root(leaves) == event["rows_root"]
    return list(events.values())


def _list_applied(session: Session, import_id: UUID) -> dict[int, dict[str, Any]]:
    """By chunk; no chunk has two."""
    found: dict[int, dict[str, Any]] = {}
    stream = StreamKey(StreamKind.IMPORT, import_id)
    for row in ledger.list_events_of_stream(session, COUNTY, stream):
        if row.kind == EventKind.ROSTER_APPLIED:
            data = decode_body(row.body)["data"]
            assert data["chunk"] not in found
            found[data["chunk"]] = {"id": str(row.id), "hash": row.hash.hex(), **data}
    return found
