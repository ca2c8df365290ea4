"""What has happened to an import's people since: whatever decides who can be taken back. A fixed
number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.kinds import StreamKind
from service.demand import queries as demand_queries
from service.ledger.actions import lock_or_open_streams
from service.recording.commands import worker_stream
from service.rosters import queries
from service.rosters.rules.undoing import (
    Fate,
    History,
    Present,
    judge,
    keep_families,
    order_histories,
)
from service.workers import queries as worker_queries

_STREAMS_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """`workers`: rows as they are now; `demands`: all of each of them. `later`: the heads of other
    imports that named people since, or children of theirs.
    """

    histories: Mapping[UUID, History]
    workers: Mapping[UUID, RowMapping]
    demands: Mapping[UUID, Mapping[UUID, RowMapping]]
    fates: Mapping[UUID, Fate]
    later: Mapping[UUID, RowMapping]

    def count(self, fate: Fate) -> int:
        """Of the people whom the file names."""
        return sum(
            each is fate and self.histories[worker_id].is_named
            for worker_id, each in self.fates.items()
        )


def gather(
    session: Session, head: RowMapping, befores: list[RowMapping], *, lock: bool
) -> Evidence:
    """`lock`: streams, workers and demands, in this order, as whoever assigns or applies does."""
    county_code = head["county_code"]
    histories = order_histories(befores)
    if lock:
        _lock_streams(session, county_code, histories)
    workers = worker_queries.list_rows(session, county_code, worker_ids=histories, lock=lock)
    demands = demand_queries.list_all_demands(session, county_code, worker_ids=histories, lock=lock)
    wards = _list_wards(session, county_code, histories, workers)
    later, named = _list_later(session, head, histories, wards)
    rode, spoken = _list_spoken(session, county_code, histories)
    fates = {
        worker_id: judge(
            history,
            Present(
                version=workers[worker_id]["version"] if worker_id in workers else None,
                demands=_read_demands(demands.get(worker_id, {})),
                rode=worker_id in rode,
                spoken=worker_id in spoken,
                named=worker_id in named,
            ),
        )
        for worker_id, history in histories.items()
    }
    return Evidence(histories, workers, demands, keep_families(fates, wards), later)


def _lock_streams(session: Session, county_code: str, worker_ids: Iterable[UUID]) -> None:
    """Whoever gives a seat holds the worker's stream, also where there is no demand to lock."""
    keys = sorted(worker_stream(each) for each in worker_ids)
    for start in range(0, len(keys), _STREAMS_AT_ONCE):
        lock_or_open_streams(session, county_code, keys[start : start + _STREAMS_AT_ONCE])


def _read_demands(rows: Mapping[UUID, RowMapping]) -> dict[UUID, tuple[int, DemandState]]:
    return {key: (row["version"], DemandState(row["state"])) for key, row in rows.items()}


def _list_wards(
    session: Session,
    county_code: str,
    histories: Mapping[UUID, History],
    workers: Mapping[UUID, RowMapping],
) -> list[tuple[UUID, UUID]]:
    """Guardian and child, of guardians whose household would change."""
    moving = {
        row["id_number_index"]: worker_id
        for worker_id, row in workers.items()
        if histories[worker_id].is_named and _changes_household(histories[worker_id], row)
    }
    found = worker_queries.list_wards(session, county_code, guardian_digests=moving)
    return [(moving[ward["guardian_index"]], ward["id"]) for ward in found]


def _changes_household(history: History, row: Mapping[Any, Any]) -> bool:
    return history.is_new or history.before["household_key"] != row["household_key"]


def _list_later(
    session: Session,
    head: RowMapping,
    histories: Mapping[UUID, History],
    wards: list[tuple[UUID, UUID]],
) -> tuple[dict[UUID, RowMapping], set[UUID]]:
    """Imports that named people after this one wrote them, or children of theirs whom it did not
    know; and which of the people. Undone imports do not count.
    """
    county_code = head["county_code"]
    children = {child for _, child in wards if child not in histories}
    people = {each for each, history in histories.items() if history.is_named}
    rows = queries.list_believed_rows(session, county_code, worker_ids=people | children)
    others = [row for row in rows if row["import_id"] != head["id"]]
    heads = queries.list_heads(session, county_code, ids={row["import_id"] for row in others})
    later = [
        row
        for row in others
        if heads[row["import_id"]]["undone_at"] is None
        if row["worker_id"] in children or histories[row["worker_id"]].is_before(row)
    ]
    named = {row["worker_id"] for row in later}
    return {row["import_id"]: heads[row["import_id"]] for row in later}, named


def _list_spoken(
    session: Session, county_code: str, histories: Mapping[UUID, History]
) -> tuple[set[UUID], set[UUID]]:
    """Of whom a trip's event spoke since, and of whom an own one: a hold, a withdrawal."""
    rows = queries.list_events_about(session, county_code, worker_ids=histories)
    fresh = [row for row in rows if row["recorded_at"] >= histories[row["worker_id"]].begun_at]
    rode = {row["worker_id"] for row in fresh if row["stream_kind"] == StreamKind.TRIP}
    return rode, {row["worker_id"] for row in fresh} - rode
