"""Applying a chunk: the decided rows written, and one event for all of them."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RosterApplied
from schemas.ids import derive_id
from schemas.imports import MAX_CHUNK_ROWS, ChunkAppliedOut, ChunkPlanOut, Counts
from service.context import Context, Work
from service.db.bulk import write_many
from service.db.columns import freeze
from service.demand.actions import Demand, write_demands
from service.errors import DomainError
from service.ledger.bodies import StreamKey
from service.recording.commands import make_command
from service.registry import queries as worker_queries
from service.registry.actions import Ward, link_wards, make_keyring, write_workers
from service.rosters import queries
from service.rosters.actions.planning import Registry, load_registry, make_plan
from service.rosters.actions.preparing import (
    WRITTEN_DEMANDS,
    Change,
    Household,
    Newcomer,
    Prepared,
    list_households,
    make_demand,
    make_entry,
    make_id,
    read_staged,
)
from service.rosters.rules.deciding import Verdict, decide, make_root
from service.rosters.rules.reading import Incoming
from service.stranded.actions import keep_statements
from service.stranded.rules import Statement


def keep_listed(work: Work, head: RowMapping, rows: Sequence[Incoming]) -> None:
    """`head`: the row of roster_import. Nothing to do for other feeds."""
    if head["enterprise_id"] is None:
        return
    keep_statements(
        work,
        head["county_code"],
        enterprise_id=head["enterprise_id"],
        import_id=head["id"],
        as_of=head["as_of"],
        statements=[
            Statement(
                id_digest=row.id_digest,
                name_digest=row.name_digest,
                content_mac=row.content_mac,
                values=row.values,
                sheet=row.sheet,
                row_number=row.row_number,
            )
            for row in rows
        ],
    )


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


def write_changes(
    work: Work,
    county_code: str,
    *,
    prepared: Prepared,
    verdicts: Sequence[Verdict],
    registry: Registry,
) -> Written:
    """The number of statements is fixed."""
    newcomers = _find_newcomers(prepared, verdicts)
    changes = list(_list_changes(work.context, prepared, verdicts, registry, newcomers))
    if not changes:
        return Written()
    work.context.vault.store_keyring(work.session, prepared.drawn, newcomers)
    others = [change.worker_id for change in changes if change.worker_id not in newcomers]
    keyring = make_keyring(work.session, work.context.vault, county_code, others)
    now, index = work.now(), prepared.index
    households = list_households(changes, registry, index)
    entries = [
        newcomers[change.worker_id].entry
        if change.worker_id in newcomers
        else make_entry(work.context, change, registry, households)
        for change in changes
    ]
    write_workers(
        work.session,
        county_code,
        entries,
        keyring=keyring,
        index=index,
        now=now,
        prepared={key: each.worker for key, each in newcomers.items()},
    )
    wards = _link_wards(work.session, county_code, changes, households)
    demands = dict(_list_demands(work.context, changes, registry, newcomers))
    write_demands(
        work.session,
        county_code,
        list(demands.values()),
        keyring=keyring,
        index=index,
        now=now,
        sealed={each.demand.id: each.wish for each in newcomers.values() if each.demand},
    )
    people = tuple(
        Person(
            change.row.place, change.row.id_digest, entry.id, entry.version, demands.get(entry.id)
        )
        for change, entry in zip(changes, entries, strict=True)
    )
    return Written(people, wards)


def _find_newcomers(prepared: Prepared, verdicts: Sequence[Verdict]) -> dict[UUID, Newcomer]:
    """By the id that they were given."""
    found = map(prepared.find, prepared.rows, verdicts)
    return {each.entry.id: each for each in found if each is not None}


def _list_changes(
    context: Context,
    prepared: Prepared,
    verdicts: Sequence[Verdict],
    registry: Registry,
    newcomers: Mapping[UUID, Newcomer],
) -> Iterable[Change]:
    ids = {each.place: key for key, each in newcomers.items()}
    for row, verdict in zip(prepared.rows, verdicts, strict=True):
        if verdict.merged is None or row.source is None:
            continue
        stored = registry.stored.get(row.id_digest)
        known = stored.worker_id if stored else ids.get(row.place)
        yield Change(row, row.source, verdict, verdict.merged, known or make_id(context, row))


def _list_demands(
    context: Context,
    changes: Sequence[Change],
    registry: Registry,
    newcomers: Mapping[UUID, Newcomer],
) -> Iterable[tuple[UUID, Demand]]:
    """Worker → demand."""
    for change in changes:
        if change.verdict.demand not in WRITTEN_DEMANDS:
            continue
        newcomer = newcomers.get(change.worker_id)
        made = newcomer.demand if newcomer else None
        yield change.worker_id, made or make_demand(context, change, registry)


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


KEPT_FOR: Final = timedelta(days=30)
LINK: Final = ("guardian_worker_id", "household_key")
"""The columns of a child that change when its guardian is entered or moves."""


def keep_rows(
    session: Session,
    head: RowMapping,
    *,
    chunk: int,
    written: Written,
    registry: Registry,
    now: datetime,
) -> None:
    """Everything comes from rows that were loaded, and locked, for the decision itself."""
    frame = {
        "county_code": head["county_code"],
        "import_id": head["id"],
        "chunk": chunk,
        "written_at": now,
    }
    kept = [*_keep_people(written.people, registry), *_keep_links(written.wards)]
    write_many(session, queries.BEFORE, [{**frame, **each} for each in kept])


def drop_old_rows(work: Work) -> None:
    """After 30 days nothing can be taken back any more."""
    table = queries.BEFORE
    work.session.execute(
        delete(table)
        .where(table.c.county_code == work.county_code)
        .where(table.c.written_at <= work.now() - KEPT_FOR)
    )


def _keep_people(people: tuple[Person, ...], registry: Registry) -> Iterator[dict[str, Any]]:
    for each in people:
        head, demand = registry.heads.get(each.id_digest), each.demand
        newest = registry.demands.get(each.worker_id)
        is_described = demand is not None and newest is not None and newest["id"] == demand.id
        yield {
            "place": each.place,
            "worker_id": each.worker_id,
            "worker_version": each.version,
            "worker": freeze({**head, **registry.sealed[each.worker_id]}) if head else None,
            "demand_id": demand.id if demand else None,
            "demand_version": demand.version if demand else None,
            "demand": freeze(newest) if is_described and newest else None,
        }


def _keep_links(wards: tuple[RowMapping, ...]) -> Iterator[dict[str, Any]]:
    for number, ward in enumerate(wards):
        yield {
            "place": MAX_CHUNK_ROWS + number,
            "worker_id": ward["id"],
            "worker_version": ward["version"],
            "worker": freeze({name: ward[name] for name in ("version", *LINK)}),
            "demand_id": None,
            "demand_version": None,
            "demand": None,
        }


_NO_VERSION: Final = -1


def apply_chunk(
    work: Work, *, import_id: UUID, chunk: int, prepared: Prepared | None = None
) -> ChunkAppliedOut:
    """What a repeat gets is the answer of the first time. Rows whose worker changed since the
    plan are left as they are. `prepared` (by prepare_chunk) spares the transaction work and changes
    nothing. Raises import-expired when the staged rows are gone, import-undone when the import was
    taken back.
    """
    head = queries.find_import(work, import_id=import_id, lock=True)
    stored = queries.get_chunk(work.session, work.county_code, import_id=import_id, chunk=chunk)
    if stored is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    if stored["answer"] is not None:
        return ChunkAppliedOut.model_validate(stored["answer"])
    if head["undone_at"] is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    if stored["staged_sealed"] is None or head["expires_at"] <= work.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    if prepared is None or prepared.content_mac != stored["content_mac"]:
        prepared = read_staged(work, head, stored, seals=False)
    rows = prepared.rows
    keep_listed(work, head, rows)
    registry = load_registry(work, work.county_code, rows, lock=True)
    planned = frozenset(stored["known_ids"] or ())
    verdicts = [
        prepared.find_verdict(row, registry)
        or decide(
            row,
            registry.stored.get(row.id_digest),
            basis=_find_basis(row, registry, planned, basis),
            told=registry.told.get(row.id_digest, ()),
        )
        for row, basis in zip(rows, stored["bases"], strict=True)
    ]
    written = write_changes(
        work,
        work.county_code,
        prepared=prepared,
        verdicts=verdicts,
        registry=registry,
    )
    keep_rows(work.session, head, chunk=chunk, written=written, registry=registry, now=work.now())
    known = written.versions
    leaves = [
        _make_leaf(head, chunk, row, verdict, worker=_find_worker(row, registry, known))
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    write_many(work.session, queries.WORKER_SOURCE, leaves)
    plan = make_plan(chunk, verdicts)
    receipt = _record(work, head, plan=plan, leaves=leaves)
    applied = ChunkAppliedOut(**dict(plan), receipt=receipt)
    _finish(work, head, applied)
    return applied


def _find_basis(row: Incoming, registry: Registry, planned: Container[str], basis: int) -> int:
    """The version that the plan saw. Somebody who was undone and came anew begins at 1 again, and
    is another. `planned`: the ids of the people whom the plan knew.
    """
    worker = registry.stored.get(row.id_digest)
    is_another = worker is not None and worker.worker_id.hex not in planned
    return _NO_VERSION if basis and is_another else basis


def _find_worker(row: Incoming, registry: Registry, written: Mapping[int, Known]) -> Known:
    """Whom a row is about; nobody where the account may not know."""
    stored = registry.stored.get(row.id_digest) if row.source else None
    known = Known(stored.worker_id, stored.version) if stored else Known()
    return written.get(row.place, known)


def _make_leaf(
    head: RowMapping, chunk: int, row: Incoming, verdict: Verdict, *, worker: Known
) -> dict[str, Any]:
    return {
        "county_code": head["county_code"],
        "import_id": head["id"],
        "chunk": chunk,
        "place": row.place,
        "worker_id": worker.id,
        "feed": head["feed"],
        "township_code": row.township_code,
        "as_of": head["as_of"],
        "sheet": row.sheet,
        "row_number": row.row_number,
        "outcome": str(verdict.outcome),
        "code": str(verdict.code) if verdict.code else None,
        "content_mac": row.content_mac,
        "worker_version": worker.version,
    }


def _record(
    work: Work, head: RowMapping, *, plan: ChunkPlanOut, leaves: Sequence[Mapping[str, Any]]
) -> Receipt:
    now = work.now()
    payload = RosterApplied(
        import_id=head["id"],
        chunk=plan.chunk,
        file_sha256=head["file_sha256"],
        created=plan.counts.new,
        updated=plan.counts.updated,
        unchanged=plan.counts.unchanged,
        conflicts=plan.counts.conflicts,
        unmatched=plan.counts.unmatched,
        rows_root=make_root(leaves),
    )
    command = make_command(
        payload,
        identifier=derive_id(head["id"], "chunk", str(plan.chunk)),
        kind=EventKind.ROSTER_APPLIED,
        stream=StreamKey(StreamKind.IMPORT, head["id"]),
        now=now,
    )
    (outcome,) = work.context.recorder.record(work.session, work.actor, [command], now=now)
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt


def _finish(work: Work, head: RowMapping, applied: ChunkAppliedOut) -> None:
    """The staged rows are dropped, the answer is kept, the import's counts grow."""
    chunk, table = queries.CHUNK, queries.IMPORT
    work.session.execute(
        update(chunk)
        .where(chunk.c.county_code == head["county_code"])
        .where(chunk.c.import_id == head["id"], chunk.c.chunk == applied.chunk)
        .values(answer=applied.model_dump(mode="json"), staged_sealed=None, known_ids=None)
    )
    counts = Counts.model_validate(head["counts"]) + applied.counts
    is_done = sum(counts.model_dump().values()) >= head["accepted"]
    work.session.execute(
        update(table)
        .where(table.c.county_code == head["county_code"], table.c.id == head["id"])
        .values(
            counts=counts.model_dump(),
            applied_at=work.now() if is_done else head["applied_at"],
        )
    )
