"""Applying a staged chunk: the registry, the rows' outcomes and one event, all or none."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events import EventKind, Receipt, StreamKind
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
from service.rosters.actions.loading import Registry, load_registry
from service.rosters.actions.planning import make_plan
from service.rosters.actions.staging import open_rows
from service.rosters.actions.writing import write_changes
from service.rosters.rules.deciding import Verdict, decide
from service.rosters.rules.leaves import make_root
from service.rosters.rules.reading import Incoming, make_frame, read_rows


def apply_chunk(
    context: Context, session: Session, actor: Actor, *, import_id: UUID, chunk: int
) -> ChunkAppliedOut:
    """What a repeat gets is the answer of the first time. Rows whose worker changed since the
    plan are left as they are. Raises import-expired when the staged rows are gone.
    """
    head = queries.find_import(session, actor, import_id=import_id, lock=True)
    stored = queries.get_chunk(session, actor.county_code, import_id=import_id, chunk=chunk)
    if stored is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    if stored["answer"] is not None:
        return ChunkAppliedOut.model_validate(stored["answer"])
    if stored["staged_sealed"] is None or head["expires_at"] <= context.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    rows = _read_staged(context, session, actor, head, stored)
    registry = load_registry(context, session, actor.county_code, rows, lock=True)
    verdicts = [
        decide(row, registry.stored.get(row.id_digest), basis=basis)
        for row, basis in zip(rows, stored["bases"], strict=True)
    ]
    written = write_changes(
        context, session, actor.county_code, rows=rows, verdicts=verdicts, registry=registry
    )
    leaves = [
        _make_leaf(head, chunk, row, verdict, worker_id=_find_worker(row, registry, written))
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    write_many(session, queries.WORKER_SOURCE, leaves)
    plan = make_plan(chunk, verdicts)
    receipt = _record(context, session, actor, head, plan=plan, leaves=leaves)
    applied = ChunkAppliedOut(**dict(plan), receipt=receipt)
    _finish(context, session, head, applied)
    return applied


def _read_staged(
    context: Context, session: Session, actor: Actor, head: RowMapping, stored: RowMapping
) -> list[Incoming]:
    staged = open_rows(
        context,
        session,
        actor.county_code,
        import_id=head["id"],
        chunk=stored["chunk"],
        sealed=stored["staged_sealed"],
    )
    frame = make_frame(head)
    return read_rows(staged, frame=frame, actor=actor, indexes=context.vault.indexes)


def _find_worker(row: Incoming, registry: Registry, written: Mapping[int, UUID]) -> UUID | None:
    """Whom a row is about; nobody where the account may not know."""
    stored = registry.stored.get(row.id_digest) if row.source else None
    return written.get(row.place) or (stored.worker_id if stored else None)


def _make_leaf(
    head: RowMapping, chunk: int, row: Incoming, verdict: Verdict, *, worker_id: UUID | None
) -> dict[str, Any]:
    return {
        "county_code": head["county_code"],
        "import_id": head["id"],
        "chunk": chunk,
        "place": row.place,
        "worker_id": worker_id,
        "feed": head["feed"],
        "township_code": row.township_code,
        "as_of": head["as_of"],
        "sheet": row.sheet,
        "row_number": row.row_number,
        "outcome": str(verdict.outcome),
        "code": str(verdict.code) if verdict.code else None,
        "content_mac": row.content_mac,
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
    (outcome,) = context.recorder.record(
        session, actor, [command], now=now, language=context.language
    )
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
        .values(answer=applied.model_dump(mode="json"), staged_sealed=None)
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
