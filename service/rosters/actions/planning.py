"""Staging a chunk and saying what applying it would do; nothing of the registry is written."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode, FieldProblem
from schemas.imports import ChunkPlanOut, RosterChunkIn
from service.auth import Actor
from service.context import Context
from service.db import write_many
from service.errors import DomainError
from service.rosters import queries
from service.rosters.actions.framing import open_frame
from service.rosters.actions.loading import Registry, load_registry
from service.rosters.actions.staging import digest_rows, seal_rows
from service.rosters.rules.deciding import Verdict, count_verdicts, decide, show_verdict
from service.rosters.rules.reading import (
    Incoming,
    StagedRow,
    list_problems,
    read_rows,
    stage_rows,
)
from service.workers.rules.indexing import WorkerIndex

_MAX_PROBLEMS: Final = 100


def plan_chunk(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    import_id: UUID,
    chunk: int,
    wanted: RosterChunkIn,
) -> ChunkPlanOut:
    """Sent again, a chunk that was applied gets the plan that was applied; one that was not is
    compared anew. Raises row-invalid where the shared rules find anything, id-reused for other
    rows under the same number, import-undone when the import was taken back.
    """
    head = queries.find_import(session, actor, import_id=import_id, lock=True)
    if head["undone_at"] is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    staged = _read_chunk(head, wanted)
    mac = digest_rows(context, actor.county_code, import_id=import_id, rows=staged)
    stored = queries.get_chunk(session, actor.county_code, import_id=import_id, chunk=chunk)
    if stored is not None and stored["content_mac"] != mac:
        raise DomainError(ErrorCode.ID_REUSED)
    if stored is not None and stored["answer"] is not None:
        return ChunkPlanOut.model_validate(stored["plan"])
    if head["expires_at"] <= context.now():
        raise DomainError(ErrorCode.IMPORT_EXPIRED)
    _check_total(session, head, chunk=chunk, added=len(staged))
    frame = open_frame(context, session, head)
    index = WorkerIndex(context.vault.indexes, actor.county_code)
    rows = read_rows(staged, frame=frame, actor=actor, index=index)
    registry = load_registry(context, session, actor.county_code, rows, lock=False)
    plan = make_plan(chunk, [decide(row, registry.stored.get(row.id_digest)) for row in rows])
    sealed = seal_rows(
        context, session, actor.county_code, import_id=import_id, chunk=chunk, rows=staged
    )
    kept = {
        "county_code": actor.county_code,
        "import_id": import_id,
        "chunk": chunk,
        "content_mac": mac,
        "staged_sealed": sealed,
        "plan": plan.model_dump(mode="json"),
        "answer": None,
        "staged_at": context.now(),
        **_note_basis(rows, registry, index),
    }
    write_many(session, queries.CHUNK, [kept], conflict="overwrite")
    return plan


def _read_chunk(head: RowMapping, wanted: RosterChunkIn) -> list[StagedRow]:
    """Raises row-invalid, naming places and codes."""
    problems = list_problems(wanted.rows, sheet_count=head["sheet_count"], as_of=head["as_of"])
    if problems:
        raise DomainError(ErrorCode.ROW_INVALID, errors=problems[:_MAX_PROBLEMS])
    return stage_rows(wanted.rows)


def make_plan(chunk: int, verdicts: Sequence[Verdict]) -> ChunkPlanOut:
    rows = [show_verdict(place, verdict) for place, verdict in enumerate(verdicts)]
    return ChunkPlanOut(chunk=chunk, counts=count_verdicts(verdicts), rows=rows)


def _check_total(session: Session, head: RowMapping, *, chunk: int, added: int) -> None:
    chunks = queries.list_chunks(session, head["county_code"], import_id=head["id"])
    others = sum(each["row_count"] for each in chunks if each["chunk"] != chunk)
    if others + added > head["accepted"]:
        problem = FieldProblem(field="rows", message="more rows than the import announced")
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])


def _note_basis(rows: Sequence[Incoming], registry: Registry, index: WorkerIndex) -> dict[str, Any]:
    """What the plan was made from: the workers' versions, and whom the villages had."""
    known = [registry.stored.get(row.id_digest) for row in rows]
    return {
        "row_count": len(rows),
        "bases": [stored.version if stored else 0 for stored in known],
        "known_ids": [stored.worker_id.hex for stored in known if stored],
        "villages": _note_villages(rows, registry, index),
    }


def _note_villages(
    rows: Sequence[Incoming], registry: Registry, index: WorkerIndex
) -> dict[str, Any]:
    """For `absent`: the villages that the rows name, and where the known people of them live."""
    named = {
        index.village(row.township_code, row.values["village"])
        for row in rows
        if row.source is not None and "village" in row.values
    }
    known = Counter(
        stored.village_key
        for row in rows
        if (stored := registry.stored.get(row.id_digest)) is not None and stored.village_key
    )
    return {"named": sorted(named), "known": dict(known)}
