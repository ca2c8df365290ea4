"""After an import: taking it back, and whom its villages have beside it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from schemas.base import Page
from schemas.imports import AbsentOut, UndoIn, UndoOut
from schemas.permissions import Permission
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here
from service.rosters.actions import absence, undoing

router = APIRouter(prefix="/v1/roster-imports", tags=["imports 名册导入"])
Importer = Annotated[Actor, allowed(Permission.ROSTER_IMPORT)]
After = Annotated[str | None, Query(max_length=64)]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["逐人核实去向"])]


@router.post("/{import_id}/undo")
def undo_import(actor: Importer, context: Here, import_id: UUID, wanted: UndoIn) -> UndoOut:
    """Take back a whole import while nobody of it has been given a seat; `dry_run` only tells."""
    with context.database.write(actor) as session:
        return undoing.undo_import(context, session, actor, import_id=import_id, wanted=wanted)


@router.get("/{import_id}/absent")
def list_absent(
    actor: Importer,
    context: Here,
    import_id: UUID,
    after: After = None,
    export: Purpose = None,
) -> Page[AbsentOut]:
    """Who lives in the file's villages and is not in the file: a work list, whose reading is recorded.

    A page holds up to 2,000 people; `export` states the purpose of a file.
    """
    with context.database.read(actor) as session:
        page = absence.list_absent(context, session, actor, import_id=import_id, after=after)
    with context.database.write(actor) as session:
        access.record_township_list(
            context, session, actor, items=page.items, export_purpose=export
        )
    return page
