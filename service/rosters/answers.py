"""How imports, plans and outcomes are shown: the import's state, the count of absent workers; an
enterprise's account learns only that its rows were received.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from schemas.divisions.table import get_division
from schemas.imports import (
    ChunkPlanOut,
    ChunkStateOut,
    Counts,
    ImportState,
    RosterImportOut,
    RosterImportRow,
    RowOutcome,
)
from schemas.numbers import NumberKind, show_number
from schemas.workers import Feed
from service.accounts.queries import list_usernames
from service.auth import Actor
from service.context import Context, Work
from service.registry.queries import count_workers_of_villages
from service.rosters.models import RosterImport
from service.rosters.queries import imports, undoing
from service.rosters.queries.imports import ChunkSummary, is_enterprise

P = TypeVar("P", bound=ChunkPlanOut)


def present_import(work: Work, roster_import: RosterImport) -> RosterImportOut:
    """To an enterprise's account without `absent`, and all counts in one."""
    chunks = imports.list_chunks(
        work.session, roster_import.county_code, import_id=roster_import.id
    )
    state = _find_state(work.context, roster_import)
    counts = Counts.model_validate(roster_import.counts)
    is_concealed = is_enterprise(work.actor)
    return RosterImportOut(
        id=roster_import.id,
        key=roster_import.import_key,
        receipt=roster_import.receipt,
        number=_show_number(roster_import),
        state=state,
        feed=Feed(roster_import.feed),
        enterprise_id=roster_import.enterprise_id,
        township=roster_import.township_code,
        as_of=roster_import.as_of,
        accepted=roster_import.accepted,
        counts=_conceal_counts(counts) if is_concealed else counts,
        chunks=[
            ChunkStateOut(chunk=each.chunk, rows=each.row_count, applied=each.is_applied)
            for each in chunks
        ],
        absent=_count_absent(work.session, roster_import, chunks, state),
        created_at=roster_import.created_at,
        expires_at=roster_import.expires_at,
        applied_at=roster_import.applied_at,
        undone_at=roster_import.undone_at,
    )


def show_imports(work: Work, listed: Sequence[RosterImport]) -> list[RosterImportRow]:
    """Lines of the list: one read for all. To an enterprise's account all counts in one."""
    is_concealed = is_enterprise(work.actor)
    names = list_usernames(work.session, work.county_code, [each.account_id for each in listed])
    return [
        RosterImportRow(
            id=each.id,
            receipt=each.receipt,
            number=_show_number(each),
            state=_find_state(work.context, each),
            feed=Feed(each.feed),
            enterprise_id=each.enterprise_id,
            township=each.township_code,
            township_name=_name_township(each.township_code),
            as_of=each.as_of,
            accepted=each.accepted,
            rejected=each.rejected,
            ignored=each.ignored,
            counts=_conceal_counts(counts) if is_concealed else counts,
            account=names.get(each.account_id),
            created_at=each.created_at,
            applied_at=each.applied_at,
            undone_at=each.undone_at,
        )
        for each, counts in ((e, Counts.model_validate(e.counts)) for e in listed)
    ]


def _name_township(code: str | None) -> str | None:
    division = get_division(code) if code else None
    return division.name if division else None


def _show_number(roster_import: RosterImport) -> str | None:
    number = roster_import.number
    return None if number is None else show_number(NumberKind.IMPORT, number)


def _find_state(context: Context, roster_import: RosterImport) -> ImportState:
    if roster_import.undone_at is not None:
        return ImportState.UNDONE
    if roster_import.applied_at is not None:
        return ImportState.APPLIED
    is_expired = roster_import.expires_at <= context.now()
    return ImportState.EXPIRED if is_expired else ImportState.STAGED


def _count_absent(
    session: Session, roster_import: RosterImport, chunks: list[ChunkSummary], state: ImportState
) -> int | None:
    """The registry's people in the villages of the file, less those whom the file names; not known
    while only a part of it is applied. None for what is no township's roster.
    """
    county_code = roster_import.county_code
    villages = {key for each in chunks for key in each.named}
    if roster_import.feed != Feed.TOWNSHIP:
        return None
    if state is ImportState.APPLIED:
        return undoing.count_absent(
            session, county_code, import_id=roster_import.id, village_keys=villages
        )
    if state is not ImportState.STAGED or any(each.is_applied for each in chunks):
        return None
    living = count_workers_of_villages(session, county_code, village_keys=villages)
    named = sum(number for each in chunks for key, number in each.known.items() if key in villages)
    return max(living - named, 0)


def present_outcomes(actor: Actor, outcomes: P) -> P:
    """A plan, or what was applied. To an enterprise's account each row is received, whether the registry
    knows, contradicts or lacks the person.
    """
    if not is_enterprise(actor):
        return outcomes
    received: dict[str, Any] = {
        "outcome": RowOutcome.RECEIVED,
        "code": None,
        "notes": [],
        "changed": [],
    }
    return outcomes.model_copy(
        update={
            "counts": _conceal_counts(outcomes.counts),
            "rows": [row.model_copy(update=received) for row in outcomes.rows],
        }
    )


def _conceal_counts(counts: Counts) -> Counts:
    """Only how many: who of them is in the registry is nobody's at the enterprise to learn."""
    return Counts(received=sum(counts.model_dump().values()))
