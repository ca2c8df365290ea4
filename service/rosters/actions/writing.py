"""From verdicts to rows: workers with their guardians, and their travel demands."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events.payloads_passengers import PersonRole
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.context import Context
from service.demand.actions import Demand, write_demands
from service.demand.rules import DemandStep, read_destination
from service.rosters.actions.loading import Registry
from service.rosters.rules.deciding import Verdict
from service.rosters.rules.reading import Incoming
from service.workers import queries as worker_queries
from service.workers.actions import Entry, Ward, link_wards, make_keyring, write_workers
from service.workers.rules.indexing import WorkerIndex
from service.workers.rules.merging import Merged, Source

_WRITTEN_DEMANDS = frozenset({DemandStep.OPEN, DemandStep.UPDATE, DemandStep.CANCEL})


class Change(NamedTuple):
    """One row that is written: the worker's id, new or old."""

    row: Incoming
    source: Source
    verdict: Verdict
    merged: Merged
    worker_id: UUID


class Known(NamedTuple):
    """A worker, if there is one, and the version after a row."""

    id: UUID | None = None
    version: int | None = None


class Person(NamedTuple):
    """A worker as written: its version now, and the demand that was written with it."""

    place: int
    id_digest: bytes
    worker_id: UUID
    version: int
    demand: Demand | None


class Written(NamedTuple):
    """`wards`: the children outside of the chunk that were linked, as they stood before."""

    people: tuple[Person, ...] = ()
    wards: tuple[RowMapping, ...] = ()

    @property
    def versions(self) -> dict[int, Known]:
        """By place."""
        return {each.place: Known(each.worker_id, each.version) for each in self.people}


class Household(NamedTuple):
    worker_id: UUID
    key: str | None


def write_changes(
    context: Context,
    session: Session,
    county_code: str,
    *,
    rows: Sequence[Incoming],
    verdicts: Sequence[Verdict],
    registry: Registry,
) -> Written:
    """The number of statements is fixed."""
    changes = list(_list_changes(context, rows, verdicts, registry))
    if not changes:
        return Written()
    index = WorkerIndex(context.vault.indexes, county_code)
    ids = [change.worker_id for change in changes]
    keyring = make_keyring(session, context.vault, county_code, ids)
    now = context.now()
    households = _list_households(changes, registry, index)
    entries = [_make_entry(context, change, registry, households) for change in changes]
    write_workers(session, county_code, entries, keyring=keyring, index=index, now=now)
    wards = _link_wards(session, county_code, changes, households)
    demands = {
        change.worker_id: _make_demand(context, change, registry)
        for change in changes
        if change.verdict.demand in _WRITTEN_DEMANDS
    }
    write_demands(
        session, county_code, list(demands.values()), keyring=keyring, index=index, now=now
    )
    people = tuple(
        Person(
            change.row.place, change.row.id_digest, entry.id, entry.version, demands.get(entry.id)
        )
        for change, entry in zip(changes, entries, strict=True)
    )
    return Written(people, wards)


def _list_changes(
    context: Context,
    rows: Sequence[Incoming],
    verdicts: Sequence[Verdict],
    registry: Registry,
) -> list[Change]:
    changes = []
    for row, verdict in zip(rows, verdicts, strict=True):
        if verdict.merged is None or row.source is None:
            continue
        stored = registry.stored.get(row.id_digest)
        worker_id = stored.worker_id if stored else _new_id(context, row)
        changes.append(Change(row, row.source, verdict, verdict.merged, worker_id))
    return changes


def _new_id(context: Context, row: Incoming) -> UUID:
    """In the order of the file, which is the order in which lists will show the people."""
    # The first 12 of the random bits stand right after the time: room for 4,096 places.
    first = (row.place << 4).to_bytes(2, "big")
    noise = secrets.token_bytes(RANDOM_BYTES - len(first))
    return make_uuid7(at=context.now(), randomness=first + noise)


def _list_households(
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


def _make_entry(
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


def _link_wards(
    session: Session,
    county_code: str,
    changes: Sequence[Change],
    households: Mapping[bytes, Household],
) -> tuple[RowMapping, ...]:
    """Children who were entered before the guardian, or whose guardian's household changed."""
    digests = {change.row.id_digest for change in changes}
    written = {change.worker_id for change in changes}
    found = worker_queries.list_wards(session, county_code, guardian_digests=digests)
    wards = tuple(ward for ward in found if ward["id"] not in written)
    links = [Ward(ward["id"], *households[ward["guardian_index"]]) for ward in wards]
    link_wards(session, county_code, links)
    return wards


def _make_demand(context: Context, change: Change, registry: Registry) -> Demand:
    values = change.merged.values
    newest = registry.demands.get(change.worker_id)
    is_new = change.verdict.demand is DemandStep.OPEN or newest is None
    day = values.get("departure_date")
    departure = date.fromisoformat(day) if day else None
    return Demand(
        id=_new_id(context, change.row) if is_new or newest is None else newest["id"],
        worker_id=change.worker_id,
        township_code=_residence(change, registry),
        created_at=context.now() if is_new or newest is None else newest["created_at"],
        destination_code=read_destination(values.get("destination_code")),
        destination=values.get("destination"),
        employer=values.get("employer"),
        enterprise_id=_choose_enterprise(change, newest),
        departure_text=values.get("departure_text"),
        window_from=departure,
        window_to=departure,
        source=change.source.feed,
        state=_next_state(change.verdict.demand),
        version=1 if is_new or newest is None else newest["version"] + 1,
    )


def _choose_enterprise(change: Change, newest: RowMapping | None) -> UUID | None:
    """The one that told the employer itself, as long as nobody is believed who names another."""
    is_kept = newest is not None and "employer" not in change.merged.changed
    stored = newest["enterprise_id"] if newest is not None and is_kept else None
    return stored or change.verdict.enterprise_id


def _next_state(step: DemandStep) -> DemandState:
    return DemandState.CANCELLED if step is DemandStep.CANCEL else DemandState.OPEN
