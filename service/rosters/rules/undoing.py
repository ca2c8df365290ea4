"""Who of an import can be taken back, and what becomes of whom. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from schemas.demands import DemandState
from schemas.imports import MAX_CHUNK_ROWS

Row = Mapping[Any, Any]


class Fate(Enum):
    REMOVE = auto()
    """Came with the import."""
    RESTORE = auto()
    TRAVELLED = auto()
    """Was given a seat since: stays."""
    CHANGED = auto()
    """Was written, spoken of or named by another import since: stays."""

    @property
    def stays(self) -> bool:
        return self in {Fate.TRAVELLED, Fate.CHANGED}


def _begin(row: Row) -> int:
    """The version that was overwritten. A link leaves the version as it is, whatever that is called
    since (restoring.py).
    """
    is_link = row["place"] >= MAX_CHUNK_ROWS
    version: int = row["worker_version"] if is_link else row["worker"]["version"]
    return version


class History(NamedTuple):
    """One person's rows of roster_before, of one import, in the order of writing."""

    rows: tuple[Row, ...]

    @property
    def is_named(self) -> bool:
        """The file names the person; else it only moved the link to a guardian."""
        return any(row["place"] < MAX_CHUNK_ROWS for row in self.rows)

    @property
    def is_new(self) -> bool:
        return any(row["worker"] is None for row in self.rows)

    @property
    def begun_at(self) -> datetime:
        begun: datetime = min(row["written_at"] for row in self.rows)
        return begun

    @property
    def is_whole(self) -> bool:
        """Nobody wrote between two rows of the import."""
        return all(
            row["worker"] is not None and _begin(row) == earlier["worker_version"]
            for earlier, row in pairwise(self.rows)
        )

    @property
    def version(self) -> int:
        """Under which the content of `before` is known; of somebody who is not new."""
        return _begin(self.rows[0])

    def is_before(self, row: Row) -> bool:
        """Whether another import's row (of worker_source) was said upon what this one wrote."""
        first = self.rows[0]["worker"]
        return first is None or (row["worker_version"] or 0) > first["version"]

    @property
    def before(self) -> dict[str, Any]:
        """The person's row as it stood, or the columns of it that the import changed."""
        before: dict[str, Any] = {}
        for row in reversed(self.rows):
            before |= row["worker"] or {}
        return before

    @property
    def demands(self) -> dict[UUID, tuple[dict[str, Any] | None, int]]:
        """Demand → the row as it stood (None: the import opened it), and the version that the
        import left.
        """
        found: dict[UUID, tuple[dict[str, Any] | None, int]] = {}
        for row in self.rows:
            if row["demand_id"] is not None:
                before, _ = found.get(row["demand_id"], (row["demand"], 0))
                found[row["demand_id"]] = (before, row["demand_version"])
        return found


@dataclass(frozen=True, slots=True)
class Present:
    """What holds about the person now. `version` None: no longer registered; `demands`: id →
    version and state; since the import wrote: `rode` a trip's event names the person, `spoken` an
    own event, `named` a row of another import.
    """

    version: int | None
    demands: Mapping[UUID, tuple[int, DemandState]]
    rode: bool = False
    spoken: bool = False
    named: bool = False


def order_histories(rows: Iterable[Row]) -> dict[UUID, History]:
    """Worker → history."""
    by_worker: dict[UUID, list[Row]] = {}
    for row in sorted(rows, key=_writing_order):
        by_worker.setdefault(row["worker_id"], []).append(row)
    return {worker_id: History(tuple(each)) for worker_id, each in by_worker.items()}


def _writing_order(row: Row) -> tuple[int, int, datetime, int]:
    """A link alone leaves the version as it is."""
    before = row["worker"]["version"] if row["worker"] else 0
    return row["worker_version"], before, row["written_at"], row["chunk"]


def judge(history: History, now: Present) -> Fate:
    is_latest = history.is_whole and now.version == history.rows[-1]["worker_version"]
    if not history.is_named:
        return Fate.RESTORE if is_latest else Fate.CHANGED
    states = {state for _, state in now.demands.values()}
    if now.rode or DemandState.ASSIGNED in states:
        return Fate.TRAVELLED
    demands = history.demands.items()
    are_latest = all(
        demand in now.demands and now.demands[demand][0] == version
        for demand, (_, version) in demands
    )
    if now.spoken or now.named or not is_latest or not are_latest:
        return Fate.CHANGED
    return Fate.REMOVE if history.is_new else Fate.RESTORE


def keep_families(
    fates: Mapping[UUID, Fate], wards: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, Fate]:
    """A guardian stays as it is whose child stays; children whose link the import did not make
    stay in any case. `wards`: guardian and child, of guardians whose household would change.
    """
    settled = dict(fates)
    pairs = list(wards)
    while found := [
        (guardian, settled.get(child, Fate.CHANGED))
        for guardian, child in pairs
        if not settled[guardian].stays and settled.get(child, Fate.CHANGED).stays
    ]:
        settled.update(found)
    return settled
