"""From one verdict to the rows that it writes: the worker with its guardian, and the travel demand."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.events.payloads_passengers import PersonRole
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.context import Context
from service.demand.actions import Demand, describe_demand
from service.demand.rules import DemandStep
from service.rosters.actions.loading import Registry
from service.rosters.rules.deciding import Verdict
from service.rosters.rules.reading import Incoming
from service.workers.actions import Entry
from service.workers.rules.indexing import WorkerIndex
from service.workers.rules.merging import Merged, Source

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
    return describe_demand(
        change.merged.values,
        registry.demands.get(change.worker_id),
        step=change.verdict.demand,
        changed=change.merged.changed,
        worker={"id": change.worker_id, "township_code": _residence(change, registry)},
        source=change.source.feed,
        fresh_id=make_id(context, change.row),
        now=context.now(),
        enterprise_id=change.verdict.enterprise_id,
    )
