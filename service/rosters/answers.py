"""An import as it leaves."""

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.imports import ChunkStateOut, Counts, ImportState, RosterImportOut
from schemas.workers import Feed
from service.context import Context, Work
from service.registry import queries as worker_queries
from service.rosters import queries


def present_import(work: Work, row: RowMapping) -> RosterImportOut:
    chunks = queries.list_chunks(work.session, row["county_code"], import_id=row["id"])
    state = _state(work.context, row)
    return RosterImportOut(
        id=row["id"],
        key=row["import_key"],
        receipt=row["receipt"],
        state=state,
        feed=Feed(row["feed"]),
        enterprise_id=row["enterprise_id"],
        township=row["township_code"],
        as_of=row["as_of"],
        accepted=row["accepted"],
        counts=Counts.model_validate(row["counts"]),
        chunks=[
            ChunkStateOut(chunk=each["chunk"], rows=each["row_count"], applied=each["applied"])
            for each in chunks
        ],
        absent=_count_absent(work.session, row, chunks, state),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        applied_at=row["applied_at"],
        undone_at=row["undone_at"],
    )


def _state(context: Context, row: RowMapping) -> ImportState:
    if row["undone_at"] is not None:
        return ImportState.UNDONE
    if row["applied_at"] is not None:
        return ImportState.APPLIED
    return ImportState.EXPIRED if row["expires_at"] <= context.now() else ImportState.STAGED


def _count_absent(
    session: Session, row: RowMapping, chunks: list[RowMapping], state: ImportState
) -> int | None:
    """The registry's people in the villages of the file, less those whom the file names; not known
    while only a part of it is applied. A list of an enterprise lacks nobody.
    """
    villages = {key for each in chunks for key in each["villages"]["named"]}
    if row["feed"] != Feed.TOWNSHIP:
        return None
    if state is ImportState.APPLIED:
        return queries.count_absent(
            session, row["county_code"], import_id=row["id"], village_keys=villages
        )
    if state is not ImportState.STAGED or any(each["applied"] for each in chunks):
        return None
    living = worker_queries.count_workers_of_villages(
        session, row["county_code"], village_keys=villages
    )
    met: int = sum(
        number
        for each in chunks
        for key, number in each["villages"]["known"].items()
        if key in villages
    )
    return max(living - met, 0)
