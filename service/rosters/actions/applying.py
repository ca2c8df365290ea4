"""Applying a staged chunk: the registry, the rows' outcomes and one event, all or none."""

from collections.abc import Container, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RosterApplied
from schemas.ids import derive_id
from schemas.imports import ChunkAppliedOut, ChunkPlanOut, Counts
from service.auth import Actor
from service.context import Context
from service.db import write_many
from service.errors import DomainError
from service.ledger.drafts import StreamKey
from service.recording.commands import make_command
from service.rosters import queries
from service.rosters.actions.keeping import keep_rows
from service.rosters.actions.listing import keep_listed
from service.rosters.actions.loading import Registry, load_registry
from service.rosters.actions.planning import make_plan
from service.rosters.actions.preparing import Prepared, read_staged
from service.rosters.actions.writing import Known, write_changes
from service.rosters.rules.deciding import Verdict, decide
from service.rosters.rules.leaves import make_root
from service.rosters.rules.reading import Incoming

_NO_VERSION: Final = -1


def apply_chunk(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    import_id: UUID,
    chunk: int,
    prepared: Prepared | None = None,
) -> ChunkAppliedOut:
    """What a repeat gets is the answer of the first time. Rows whose worker changed since the
    plan are left as they are. `prepared` (by prepare_chunk) spares the transaction work and changes
    nothing. Raises import-expired when the staged rows are gone, import-undone when the import was
    taken back.
    """
    head = queries.find_import(session, actor, import_id=import_id, lock=True)
    stored = queries.get_chunk(session, actor.county_code, import_id=import_id, chunk=chunk)
    if stored is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    if stored["answer"] is not None:
        return ChunkAppliedOut.model_validate(stored["answer"])
    if head["undone_at"] is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    if stored["staged_sealed"] is None or head["expires_at"] <= context.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    if prepared is None or prepared.content_mac != stored["content_mac"]:
        prepared = read_staged(context, session, actor, head, stored, seals=False)
    rows = prepared.rows
    keep_listed(context, session, head, rows)
    registry = load_registry(context, session, actor.county_code, rows, lock=True)
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
        context,
        session,
        actor.county_code,
        prepared=prepared,
        verdicts=verdicts,
        registry=registry,
    )
    keep_rows(session, head, chunk=chunk, written=written, registry=registry, now=context.now())
    known = written.versions
    leaves = [
        _make_leaf(head, chunk, row, verdict, worker=_find_worker(row, registry, known))
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    write_many(session, queries.WORKER_SOURCE, leaves)
    plan = make_plan(chunk, verdicts)
    receipt = _record(context, session, actor, head, plan=plan, leaves=leaves)
    applied = ChunkAppliedOut(**dict(plan), receipt=receipt)
    _finish(context, session, head, applied)
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
    context: Context,
    session: Session,
    actor: Actor,
    head: RowMapping,
    *,
    plan: ChunkPlanOut,
    leaves: Sequence[Mapping[str, Any]],
) -> Receipt:
    now = context.now()
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
    (outcome,) = context.recorder.record(session, actor, [command], now=now)
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt


def _finish(context: Context, session: Session, head: RowMapping, applied: ChunkAppliedOut) -> None:
    """The staged rows are dropped, the answer is kept, the import's counts grow."""
    chunk, table = queries.CHUNK, queries.IMPORT
    session.execute(
        update(chunk)
        .where(chunk.c.county_code == head["county_code"])
        .where(chunk.c.import_id == head["id"], chunk.c.chunk == applied.chunk)
        .values(answer=applied.model_dump(mode="json"), staged_sealed=None, known_ids=None)
    )
    counts = Counts.model_validate(head["counts"]) + applied.counts
    is_done = sum(counts.model_dump().values()) >= head["accepted"]
    session.execute(
        update(table)
        .where(table.c.county_code == head["county_code"], table.c.id == head["id"])
        .values(
            counts=counts.model_dump(),
            applied_at=context.now() if is_done else head["applied_at"],
        )
    )
