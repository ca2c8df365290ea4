"""HTTP of imports of rosters and of enterprises' lists (announce, plan, apply, undo, absent) and of
sign-ups; the highest number of a chunk.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query

from schemas.base import Page
from schemas.imports import (
    AbsentOut,
    ApplyIn,
    ChunkAppliedOut,
    ChunkPlanOut,
    RosterChunkIn,
    RosterImportIn,
    RosterImportOut,
    RosterImportRow,
    UndoIn,
    UndoOut,
)
from schemas.permissions import Permission
from schemas.sign_ups import SignUpIn, SignUpOut
from schemas.types import Day
from schemas.workers import Feed
from service.accounts import access
from service.auth import Actor, allowed
from service.context import Here, Work
from service.rest import Cursor, Router, make_page
from service.rosters import answers
from service.rosters.actions import absence, applying, opening, planning, sign_ups, undoing
from service.rosters.queries import imports
from service.rosters.queries.imports import ImportFilter

ChunkNumber = Annotated[int, Path(ge=0, le=300_000)]
Receipt = Annotated[
    str | None,
    Query(
        max_length=24,
        description="One import, by its receipt or its short number.",
        examples=["R-20200324-7F3A"],
    ),
]
After = Annotated[str | None, Query(max_length=64)]
Purpose = Annotated[str | None, Query(min_length=2, max_length=200, examples=["逐人核实去向"])]

# --- a township's rosters ------------------------------------------------------------------------
rosters = Router(prefix="/v1/roster-imports", tags=["imports 名册导入"])
Importer = Annotated[Actor, allowed(Permission.ROSTER_IMPORT)]


@rosters.post("")
def open_import(actor: Importer, context: Here, wanted: RosterImportIn) -> RosterImportOut:
    """Announce a file; a content that was announced before gives that import again."""
    with context.writing(actor) as work:
        return answers.present_import(work, opening.open_import(work, wanted=wanted))


def read_filter(
    receipt: Receipt = None,
    township: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{9}$", description="One township.", examples=["211221105"]),
    ] = None,
    feed: Annotated[Feed | None, Query(description="Who tells it.")] = None,
    on: Annotated[
        Day | None, Query(description="The day in China on which it was announced.")
    ] = None,
) -> ImportFilter:
    """What narrows the list of imports; all that is given has to fit."""
    return ImportFilter(receipt=receipt, township_code=township, feed=feed, on=on)


@rosters.get("")
def list_imports(
    actor: Importer,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    wanted: Annotated[ImportFilter, Depends(read_filter)],
) -> Page[RosterImportRow]:
    """Which townships delivered, when, how many: the newest first."""
    with context.reading(actor) as work:
        return _show_page(work, cursor, wanted)


def _show_page(work: Work, cursor: Cursor, wanted: ImportFilter) -> Page[RosterImportRow]:
    found = imports.list_imports(work, cursor=cursor, wanted=wanted)
    shown = {each.id: each for each in answers.show_imports(work, found)}
    return make_page(
        found, cursor=cursor, present=lambda each: shown[each.id], key=lambda each: each.id
    )


@rosters.get("/{import_id}")
def get_import(actor: Importer, context: Here, import_id: UUID) -> RosterImportOut:
    """How far an import has come."""
    with context.reading(actor) as work:
        return answers.present_import(work, imports.find_import(work, import_id=import_id))


@rosters.post("/{import_id}/chunks/{chunk}")
def plan_chunk(
    actor: Importer, context: Here, import_id: UUID, chunk: ChunkNumber, wanted: RosterChunkIn
) -> ChunkPlanOut:
    """Send up to 1,000 rows and read what applying them would do to each; staged for 24 hours."""
    with context.writing(actor) as work:
        return planning.plan_chunk(work, import_id=import_id, chunk=chunk, wanted=wanted)


@rosters.post("/{import_id}/apply")
def apply_chunk(
    actor: Importer, context: Here, import_id: UUID, wanted: ApplyIn
) -> ChunkAppliedOut:
    """Apply one staged chunk: all of its rows that are in no conflict, with one event."""
    with context.reading(actor) as work:
        prepared = applying.prepare_chunk(work, import_id=import_id, chunk=wanted.chunk)
    with context.writing(actor) as work:
        return applying.apply_chunk(
            work, import_id=import_id, chunk=wanted.chunk, prepared=prepared
        )


@rosters.post("/{import_id}/undo")
def undo_import(actor: Importer, context: Here, import_id: UUID, wanted: UndoIn) -> UndoOut:
    """Take back a whole import while nobody of it has been given a seat; `dry_run` only tells."""
    with context.writing(actor) as work:
        return undoing.undo_import(work, import_id=import_id, wanted=wanted)


@rosters.get("/{import_id}/absent")
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
    with context.reading(actor) as work:
        page = absence.list_absent(work, import_id=import_id, after=after)
    with context.writing(actor) as work:
        access.record_township_list(work, items=page.items, export_purpose=export)
    return page


# --- an enterprise's lists -----------------------------------------------------------------------
staff_lists = Router(prefix="/v1/staff-imports", tags=["stranded 滞留员工"])
StaffImporter = Annotated[Actor, allowed(Permission.STAFF_IMPORT)]


@staff_lists.post("")
def open_staff_import(
    actor: StaffImporter, context: Here, wanted: RosterImportIn
) -> RosterImportOut:
    """Announce a list; a content that was announced before gives that import again."""
    with context.writing(actor) as work:
        opened = opening.open_import(work, wanted=wanted, feed=Feed.ENTERPRISE)
        return answers.present_import(work, opened)


@staff_lists.get("")
def list_staff_imports(
    actor: StaffImporter,
    context: Here,
    cursor: Annotated[Cursor, Depends()],
    receipt: Receipt = None,
) -> Page[RosterImportRow]:
    """The enterprise's own lists, the newest first."""
    wanted = ImportFilter(receipt=receipt, feed=Feed.ENTERPRISE)
    with context.reading(actor) as work:
        return _show_page(work, cursor, wanted)


@staff_lists.get("/{import_id}")
def get_staff_import(actor: StaffImporter, context: Here, import_id: UUID) -> RosterImportOut:
    """How far an import has come."""
    with context.reading(actor) as work:
        return answers.present_import(work, imports.find_import(work, import_id=import_id))


@staff_lists.post("/{import_id}/chunks/{chunk}")
def plan_staff_chunk(
    actor: StaffImporter, context: Here, import_id: UUID, chunk: ChunkNumber, wanted: RosterChunkIn
) -> ChunkPlanOut:
    """Send up to 1,000 rows and read what applying them would do to each; staged for 24 hours."""
    with context.writing(actor) as work:
        plan = planning.plan_chunk(work, import_id=import_id, chunk=chunk, wanted=wanted)
        return answers.present_outcomes(actor, plan)


@staff_lists.post("/{import_id}/apply")
def apply_staff_chunk(
    actor: StaffImporter, context: Here, import_id: UUID, wanted: ApplyIn
) -> ChunkAppliedOut:
    """Apply one staged chunk: everybody on it is kept, known people are merged, with one event."""
    with context.writing(actor) as work:
        applied = applying.apply_chunk(work, import_id=import_id, chunk=wanted.chunk)
        return answers.present_outcomes(actor, applied)


# --- a worker's own sign-up ----------------------------------------------------------------------
own_sign_ups = Router(prefix="/v1/sign-ups", tags=["imports 名册导入"])
Writer = Annotated[Actor, allowed(Permission.WORKER_WRITE)]


@own_sign_ups.post("")
def sign_up(actor: Writer, context: Here, wanted: SignUpIn) -> SignUpOut:
    """One worker's own word, which is believed before any roster; sent again it changes nothing."""
    with context.writing(actor) as work:
        return sign_ups.sign_up(work, wanted=wanted)


router = Router()
router.include_router(rosters)
router.include_router(staff_lists)
router.include_router(own_sign_ups)
