"""Preparing a chunk before the lock: what each row will change, newcomers sealed."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.events.payloads_passengers import PersonRole
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.context import Context, Work
from service.demand.actions import Demand, describe_demand, seal_wish
from service.demand.models import TravelDemand
from service.demand.rules import DemandStep
from service.registry.actions import Entry, draw_keyring, prepare_worker
from service.registry.indexing import WorkerIndex
from service.registry.merging import Merged, Source
from service.rosters import queries
from service.rosters.actions.planning import Registry, open_frame, open_rows
from service.rosters.rules.deciding import Verdict, decide
from service.rosters.rules.reading import Incoming, read_rows
from service.vault.vault import Keyring

WRITTEN_DEMANDS: Final = frozenset({DemandStep.OPEN, DemandStep.UPDATE, DemandStep.CANCEL})
NOTHING_KNOWN: Final = Registry({}, {}, {}, {}, {})


class Change(NamedTuple):
    """One row that is written: the worker's id, new or old."""

    row: Incoming
    source: Source
    verdict: Verdict
    merged: Merged
    worker_id: UUID


class Household(NamedTuple):
    worker_id: UUID
    key: str | None


def make_id(context: Context, row: Incoming) -> UUID:
    """In the order of the file, which is the order in which lists will show the people."""
    # The first 12 of the random bits stand right after the time: room for 4,096 places.
    first = (row.place << 4).to_bytes(2, "big")
    noise = secrets.token_bytes(RANDOM_BYTES - len(first))
    return make_uuid7(at=context.now(), randomness=first + noise)


def list_households(
    changes: Sequence[Change], registry: Registry, index: WorkerIndex
) -> dict[bytes, Household]:
    """Digest of the number → who that is, of all whom a row may name as its guardian."""
    households = {
        digest: Household(head["id"], head["household_key"])
        for digest, head in registry.heads.items()
    }
    for change in changes:
        key = index.household(change.merged.values)
        households[change.row.id_digest] = Household(change.worker_id, key)
    return households


def make_entry(
    context: Context,
    change: Change,
    registry: Registry,
    households: Mapping[bytes, Household],
) -> Entry:
    row, merged, head = change.row, change.merged, registry.heads.get(change.row.id_digest)
    guardian = _find_guardian(change, head, households)
    return Entry(
        id=change.worker_id,
        version=head["version"] + 1 if head else 1,
        created_at=head["created_at"] if head else context.now(),
        township_code=_residence(change, registry),
        person_role=PersonRole(merged.values.get("person_role", PersonRole.WORKER)),
        values=merged.values,
        origins=merged.origins,
        source_macs={
            **(head["source_macs"] if head else {}),
            **change.verdict.told_macs,
            change.source.key: row.content_mac.hex(),
        },
        guardian_worker_id=guardian.worker_id if guardian else None,
        household_key=guardian.key if guardian else None,
    )


def _find_guardian(
    change: Change, head: RowMapping | None, households: Mapping[bytes, Household]
) -> Household | None:
    """Of the guardian who is believed, which need not be the one that the row names."""
    if head is None or "guardian_id" in change.merged.changed:
        digest = change.row.guardian_digest
        return households.get(digest) if digest else None
    linked = head["guardian_worker_id"]
    known = Household(linked, head["household_key"]) if linked is not None else None
    return households.get(head["guardian_index"], known)


def _residence(change: Change, registry: Registry) -> str | None:
    """An import gives a township to whoever has none; it moves nobody."""
    stored = registry.stored.get(change.row.id_digest)
    return (stored.township_code if stored else None) or change.row.township_code


def make_demand(context: Context, change: Change, registry: Registry) -> Demand:
    newest = registry.demands.get(change.worker_id)
    return describe_demand(
        change.merged.values,
        TravelDemand(**newest) if newest else None,
        step=change.verdict.demand,
        changed=change.merged.changed,
        worker_id=change.worker_id,
        township_code=_residence(change, registry),
        source=change.source.feed,
        fresh_id=make_id(context, change.row),
        now=context.now(),
        enterprise_id=change.verdict.enterprise_id,
    )


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


def prepare_chunk(work: Work, *, import_id: UUID, chunk: int) -> Prepared | None:
    """In a read transaction. None where there is nothing to prepare: applying says why. Raises
    not-found as applying does.
    """
    head = queries.find_import(work, import_id=import_id)
    stored = queries.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if stored is None or stored["staged_sealed"] is None:
        return None
    return read_staged(work, head, stored, seals=True)


def read_staged(work: Work, head: RowMapping, stored: RowMapping, *, seals: bool) -> Prepared:
    """The staged rows of a chunk. `seals`: with whoever was unknown when the chunk was planned."""
    staged = open_rows(
        work,
        work.county_code,
        import_id=head["id"],
        chunk=stored["chunk"],
        sealed=stored["staged_sealed"],
    )
    index = WorkerIndex(work.context.vault.indexes, work.county_code)
    frame = open_frame(work, head)
    rows = read_rows(staged, frame=frame, actor=work.actor, index=index)
    unknown = [row for row, basis in zip(rows, stored["bases"], strict=True) if not basis]
    changes = list(_list_changes(work.context, unknown)) if seals else []
    drawn = draw_keyring(work.context.vault, work.county_code, [each.worker_id for each in changes])
    newcomers = {each.row.place: _seal(work.context, each, index, drawn) for each in changes}
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
