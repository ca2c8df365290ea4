"""Importing an enterprise's list of stranded staff: the same steps as a roster. The enterprise's own
account is told that its rows were received, and nothing of what the registry holds.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from schemas.imports import (
    ApplyIn,
    ChunkAppliedOut,
    ChunkPlanOut,
    RosterChunkIn,
    RosterImportIn,
    RosterImportOut,
)
from schemas.permissions import Permission
from schemas.workers import Feed
from service.auth import Actor, allowed
from service.context import Here
from service.rosters import answers, queries
from service.rosters.actions import applying, opening, planning
from service.rosters.router.imports import ChunkNumber
from service.rosters.rules import deciding

router = APIRouter(prefix="/v1/staff-imports", tags=["stranded 滞留员工"])
Importer = Annotated[Actor, allowed(Permission.STAFF_IMPORT)]


@router.post("")
def open_staff_import(actor: Importer, context: Here, wanted: RosterImportIn) -> RosterImportOut:
    """Announce a list; a content that was announced before gives that import again."""
    with context.database.write(actor) as session:
        row = opening.open_import(context, session, actor, wanted=wanted, feed=Feed.ENTERPRISE)
        return _show(actor, answers.present_import(context, session, row))


@router.get("")
def find_staff_import(
    actor: Importer,
    context: Here,
    receipt: Annotated[str, Query(max_length=24, examples=["R-20200324-7F3A"])],
) -> RosterImportOut:
    """Find an import by its receipt number."""
    with context.database.read(actor) as session:
        row = queries.find_import_by_receipt(session, actor, receipt=receipt)
        return _show(actor, answers.present_import(context, session, row))


@router.get("/{import_id}")
def get_staff_import(actor: Importer, context: Here, import_id: UUID) -> RosterImportOut:
    """How far an import has come."""
    with context.database.read(actor) as session:
        row = queries.find_import(session, actor, import_id=import_id)
        return _show(actor, answers.present_import(context, session, row))


@router.post("/{import_id}/chunks/{chunk}")
def plan_staff_chunk(
    actor: Importer, context: Here, import_id: UUID, chunk: ChunkNumber, wanted: RosterChunkIn
) -> ChunkPlanOut:
    """Send up to 1,000 rows and read what applying them would do to each; staged for 24 hours."""
    with context.database.write(actor) as session:
        plan = planning.plan_chunk(
            context, session, actor, import_id=import_id, chunk=chunk, wanted=wanted
        )
        return deciding.conceal_plan(plan) if deciding.is_enterprise(actor) else plan


@router.post("/{import_id}/apply")
def apply_staff_chunk(
    actor: Importer, context: Here, import_id: UUID, wanted: ApplyIn
) -> ChunkAppliedOut:
    """Apply one staged chunk: everybody on it is kept, known people are merged, with one event."""
    with context.database.write(actor) as session:
        applied = applying.apply_chunk(
            context, session, actor, import_id=import_id, chunk=wanted.chunk
        )
        return deciding.conceal_applied(applied) if deciding.is_enterprise(actor) else applied


def _show(actor: Actor, shown: RosterImportOut) -> RosterImportOut:
    return deciding.conceal_import(shown) if deciding.is_enterprise(actor) else shown
