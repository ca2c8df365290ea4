"""A whole import: how long staged rows wait (24 hours) and overwritten rows are kept for undoing (30 days);
the receipt number; the hash over a chunk's rows; which workers undoing restores, removes or leaves as they
are. Pure.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from schemas.demands import DemandState
from schemas.ids import derive_id
from schemas.imports import MAX_CHUNK_ROWS

STAGED_FOR: Final = timedelta(hours=24)
"""How long staged rows wait to be applied."""
KEPT_FOR: Final = timedelta(days=30)
"""How long overwritten rows are kept; after that nothing can be taken back any more."""


def receipt_prefix(day: date) -> str:
    return f"R-{day:%Y%m%d}-"


def make_receipt(import_id: UUID, *, day: date, taken: Collection[str]) -> str:
    """Four characters of the id's hash, and more where another import of the day has them."""
    digest = hashlib.sha256(import_id.bytes).hexdigest().upper()
    candidates = (receipt_prefix(day) + digest[:length] for length in range(4, 17))
    return next(candidate for candidate in candidates if candidate not in taken)


def make_undo_event_id(import_id: UUID) -> UUID:
    return derive_id(import_id, "undo")


def make_undone_key(import_id: UUID) -> str:
    """The key of an import that was undone: its content's own key is free again."""
    return hashlib.sha256(b"fangang/undone/1\0" + import_id.bytes).hexdigest()


# --- the leaves under an event's rows_root --------------------------------------------------------
_DOMAIN: Final = b"fangang/roster-row/1\0"
_LEAF, _NODE = b"\x00", b"\x01"


class Leaf(NamedTuple):
    """What became of one row of an import: a row of worker_source, and the feed and the day of its import.
    `place`: its position in the chunk. `worker_version` is no part of the hash.
    """

    county_code: str
    import_id: UUID
    chunk: int
    place: int
    worker_id: UUID | None
    feed: str
    township_code: str | None
    as_of: date
    sheet: int
    row_number: int
    outcome: str
    code: str | None
    content_mac: bytes
    worker_version: int | None

    @property
    def columns(self) -> dict[str, Any]:
        """What is stored of it."""
        return {
            "county_code": self.county_code,
            "import_id": self.import_id,
            "chunk": self.chunk,
            "place": self.place,
            "worker_id": self.worker_id,
            "township_code": self.township_code,
            "sheet": self.sheet,
            "row_number": self.row_number,
            "outcome": self.outcome,
            "code": self.code,
            "content_mac": self.content_mac,
            "worker_version": self.worker_version,
        }


def hash_leaf(leaf: Leaf) -> bytes:
    """SHA-256 over the canonical form (service/ledger/bodies.py), which is made directly: keys in their
    order, and nothing but plain texts and whole numbers.
    """
    content = {
        "as_of": leaf.as_of,
        "chunk": leaf.chunk,
        "code": leaf.code,
        "content_mac": leaf.content_mac.hex(),
        "feed": leaf.feed,
        "import": leaf.import_id,
        "outcome": leaf.outcome,
        "place": leaf.place,
        "row": leaf.row_number,
        "sheet": leaf.sheet,
        "township": leaf.township_code,
        "worker": leaf.worker_id,
    }
    return hashlib.sha256(_LEAF + _DOMAIN + to_json(content)).digest()


def make_root(leaves: Sequence[Leaf], *, known: Mapping[int, bytes] = MappingProxyType({})) -> str:
    """Over at least one leaf, in the order of their positions; 64 hexadecimal digits. `known`: place → what
    hash_leaf gave for that leaf before.
    """
    level = [known.get(leaf.place) or hash_leaf(leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(_NODE + _DOMAIN + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()


# --- taking back ---------------------------------------------------------------------------------
class Before(NamedTuple):
    """A row of roster_before, by its columns: what one row of an import overwrote. `place`: the row's
    position in the chunk, from MAX_CHUNK_ROWS on a child who was only linked to its guardian. `worker`
    and `demand` are frozen (service/db/columns.py); None: the import brought them.
    """

    county_code: str
    import_id: UUID
    chunk: int
    place: int
    worker_id: UUID
    worker_version: int
    worker: dict[str, Any] | None
    demand_id: UUID | None
    demand_version: int | None
    demand: dict[str, Any] | None
    written_at: datetime

    @property
    def is_link(self) -> bool:
        return self.place >= MAX_CHUNK_ROWS

    @property
    def old_version(self) -> int:
        """The worker's version that was overwritten; 0 for somebody who is new."""
        return self.worker["version"] if self.worker else 0


class LaterRow(NamedTuple):
    """Of a row of worker_source: an import named the worker, who had this version afterwards."""

    import_id: UUID
    worker_id: UUID
    worker_version: int | None
    outcome: str


class Fate(Enum):
    """What taking the import back does to a person."""

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


class DemandHistory(NamedTuple):
    """`before`: the row as it stood, frozen; None: the import opened it. `left_version`: the version
    that the import left.
    """

    before: dict[str, Any] | None
    left_version: int | None


class History(NamedTuple):
    """One person's rows of roster_before, of one import, in the order of writing."""

    rows: tuple[Before, ...]

    @property
    def is_named(self) -> bool:
        """The file names the person; else it only changed the link to a guardian."""
        return any(not row.is_link for row in self.rows)

    @property
    def is_new(self) -> bool:
        return any(row.worker is None for row in self.rows)

    @property
    def begun_at(self) -> datetime:
        return min(row.written_at for row in self.rows)

    @property
    def is_whole(self) -> bool:
        """Nobody wrote between two rows of the import."""
        return all(
            row.worker is not None and _begin(row) == earlier.worker_version
            for earlier, row in pairwise(self.rows)
        )

    @property
    def version(self) -> int:
        """Under which the content of `before` is known; of somebody who is not new."""
        return _begin(self.rows[0])

    @property
    def left_version(self) -> int:
        """That the import left."""
        return self.rows[-1].worker_version

    def is_before(self, row: LaterRow) -> bool:
        """Whether another import's row was written upon what this one wrote."""
        first = self.rows[0]
        return first.worker is None or (row.worker_version or 0) > first.old_version

    @property
    def before(self) -> dict[str, Any]:
        """The person's row as it stood, frozen, or the columns of it that the import changed."""
        before: dict[str, Any] = {}
        for row in reversed(self.rows):
            before |= row.worker or {}
        return before

    @property
    def demands(self) -> dict[UUID, DemandHistory]:
        """By the demand's id."""
        found: dict[UUID, DemandHistory] = {}
        for row in self.rows:
            if row.demand_id is not None:
                first = found.get(row.demand_id)
                before = first.before if first else row.demand
                found[row.demand_id] = DemandHistory(before, row.demand_version)
        return found


def _begin(row: Before) -> int:
    """The version that was overwritten. A link leaves the version as it is, whatever number that has
    been given since (actions/undoing.py).
    """
    return row.worker_version if row.is_link else row.old_version


def order_histories(rows: Iterable[Before]) -> dict[UUID, History]:
    """Worker → history."""
    by_worker: dict[UUID, list[Before]] = {}
    for row in sorted(rows, key=_writing_order):
        by_worker.setdefault(row.worker_id, []).append(row)
    return {worker_id: History(tuple(each)) for worker_id, each in by_worker.items()}


def _writing_order(row: Before) -> tuple[int, int, datetime, int]:
    """A link alone leaves the version as it is."""
    return row.worker_version, row.old_version, row.written_at, row.chunk


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


def judge(history: History, now: Present) -> Fate:
    is_latest = history.is_whole and now.version == history.left_version
    if not history.is_named:
        return Fate.RESTORE if is_latest else Fate.CHANGED
    states = {state for _, state in now.demands.values()}
    if now.rode or DemandState.ASSIGNED in states:
        return Fate.TRAVELLED
    are_latest = all(
        demand_id in now.demands and now.demands[demand_id][0] == demand.left_version
        for demand_id, demand in history.demands.items()
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
