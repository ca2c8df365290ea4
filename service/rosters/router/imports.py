"""Importing a roster: announce the file, send chunks and read the plan, apply chunk by chunk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from schemas.imports import (
    ApplyIn,
    ChunkAppliedOut,
    ChunkPlanOut,
    RosterChunkIn,
    RosterImportIn,
    RosterImportOut,
)
from schemas.permissions import Permission
from service.auth import Actor, allowed
from service.context import Here
from service.rosters import answers, queries
from service.rosters.actions import applying, opening, planning, preparing

router = APIRouter(prefix="/v1/roster-imports", tags=["imports 名册导入"])
Importer = Annotated[Actor, allowed(Permission.ROSTER_IMPORT)]
ChunkNumber = Annotated[int, Path(ge=0, le=300_000)]


@router.post("")
def open_import(actor: Importer, context: Here, wanted: RosterImportIn) -> RosterImportOut:
    """Announce a file; a content that was announced before gives that import again."""
    with context.database.write(actor) as session:
        row = opening.open_import(context, session, actor, wanted=wanted)
        return answers.present_import(context, session, row)


@router.get("")
def find_import(
    actor: Importer,
    context: Here,
    receipt: Annotated[str, Query(max_length=24, examples=["R-20200324-7F3A"])],
) -> RosterImportOut:
    """Find an import by its receipt number."""
    with context.database.read(actor) as session:
        row = queries.find_import_by_receipt(session, actor, receipt=receipt)
        return answers.present_import(context, session, row)


@router.get("/{import_id}")
def get_import(actor: Importer, context: Here, import_id: UUID) -> RosterImportOut:
    """How far an import has come."""
    with context.database.read(actor) as session:
        row = queries.find_import(session, actor, import_id=import_id)
        return answers.present_import(context, session, row)


@router.post("/{import_id}/chunks/{chunk}")
def plan_chunk(
    actor: Importer, context: Here, import_id: UUID, chunk: ChunkNumber, wanted: RosterChunkIn
) -> ChunkPlanOut:
    """Send up to 1,000 rows and read what applying them would do to each; staged for 24 hours."""
    with context.database.write(actor) as session:
        return planning.plan_chunk(
            context, session, actor, import_id=import_id, chunk=chunk, wanted=wanted
        )


@router.post("/{import_id}/apply")
def apply_chunk(
    actor: Importer, context: Here, import_id: UUID, wanted: ApplyIn
) -> ChunkAppliedOut:
    """Apply one staged chunk: all of its rows that are in no conflict, with one event."""
    with context.database.read(actor) as session:
        prepared = preparing.prepare_chunk(
            context, session, actor, import_id=import_id, chunk=wanted.chunk
        )
    with context.database.write(actor) as session:
        return applying.apply_chunk(
            context, session, actor, import_id=import_id, chunk=wanted.chunk, prepared=prepared
        )
