"""What applying a chunk can do before it locks anything: open the rows, and seal whoever seems to be new.

What was made of a row holds only if the registry, once locked, still knows nothing of the person;
else it is thrown away, and the row is decided as if this had not been.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.auth import Actor
from service.context import Context
from service.demand.actions import Demand, seal_wish
from service.rosters import queries
from service.rosters.actions.changing import (
    NOTHING_KNOWN,
    WRITTEN_DEMANDS,
    Change,
    Household,
    make_demand,
    make_entry,
    make_id,
)
from service.rosters.actions.framing import open_frame
from service.rosters.actions.loading import Registry
from service.rosters.actions.staging import open_rows
from service.rosters.rules.deciding import Verdict, decide
from service.rosters.rules.reading import Incoming, read_rows
from service.vault.vault import Keyring
from service.workers.actions import Entry, draw_keyring, prepare_worker
from service.workers.rules.indexing import WorkerIndex

_NO_HOUSEHOLDS: Final[Mapping[bytes, Household]] = {}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom the registry did not know: `worker` and `wish` are sealed under keys that are
    drawn, and stored nowhere yet.
    """

    place: int
    verdict: Verdict
    entry: Entry
    worker: Mapping[str, Any]
    demand: Demand | None
    wish: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """`newcomers` by place. `content_mac`: of the staged chunk that was read."""

    content_mac: bytes
    rows: Sequence[Incoming]
    index: WorkerIndex
    newcomers: Mapping[int, Newcomer]
    drawn: Keyring

    def find_verdict(self, row: Incoming, registry: Registry) -> Verdict | None:
        """What was decided of somebody unknown, if that still holds and no enterprise told of them."""
        found = self.newcomers.get(row.place)
        is_known = row.id_digest in registry.stored or row.id_digest in registry.told
        return None if found is None or is_known else found.verdict

    def find(self, row: Incoming, verdict: Verdict) -> Newcomer | None:
        """Whoever was sealed for this verdict."""
        found = self.newcomers.get(row.place)
        return found if found is not None and found.verdict is verdict else None


def prepare_chunk(
    context: Context, session: Session, actor: Actor, *, import_id: UUID, chunk: int
) -> Prepared | None:
    """In a read transaction. None where there is nothing to prepare: applying says why. Raises
    not-found as applying does.
    """
    head = queries.find_import(session, actor, import_id=import_id)
    stored = queries.get_chunk(session, actor.county_code, import_id=import_id, chunk=chunk)
    if stored is None or stored["staged_sealed"] is None:
        return None
    return read_staged(context, session, actor, head, stored, seals=True)


def read_staged(
    context: Context,
    session: Session,
    actor: Actor,
    head: RowMapping,
    stored: RowMapping,
    *,
    seals: bool,
) -> Prepared:
    """The staged rows of a chunk. `seals`: with whoever was unknown when the chunk was planned."""
    staged = open_rows(
        context,
        session,
        actor.county_code,
        import_id=head["id"],
        chunk=stored["chunk"],
        sealed=stored["staged_sealed"],
    )
    index = WorkerIndex(context.vault.indexes, actor.county_code)
    frame = open_frame(context, session, head)
    rows = read_rows(staged, frame=frame, actor=actor, index=index)
    unknown = [row for row, basis in zip(rows, stored["bases"], strict=True) if not basis]
    changes = list(_list_changes(context, unknown)) if seals else []
    drawn = draw_keyring(context.vault, actor.county_code, [each.worker_id for each in changes])
    newcomers = {each.row.place: _seal(context, each, index, drawn) for each in changes}
    return Prepared(stored["content_mac"], rows, index, newcomers, drawn)


def _list_changes(context: Context, rows: Iterable[Incoming]) -> Iterable[Change]:
    """A child whose guardian is named waits for the lock, which tells the household."""
    for row in rows:
        verdict = decide(row, None)
        if verdict.merged is not None and row.source is not None and not row.guardian_digest:
            yield Change(row, row.source, verdict, verdict.merged, make_id(context, row))


def _seal(context: Context, change: Change, index: WorkerIndex, drawn: Keyring) -> Newcomer:
    entry = make_entry(context, change, NOTHING_KNOWN, _NO_HOUSEHOLDS)
    opens = change.verdict.demand in WRITTEN_DEMANDS
    demand = make_demand(context, change, NOTHING_KNOWN) if opens else None
    return Newcomer(
        change.row.place,
        change.verdict,
        entry,
        prepare_worker(entry, index, drawn),
        demand,
        seal_wish(demand, drawn) if demand else b"",
    )
