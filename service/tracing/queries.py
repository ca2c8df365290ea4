"""What traces read beyond the ledger's own queries."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events import PersonalClass, StreamKind
from schemas.tracing import TraceOrigin
from service.accounts.queries import ACCOUNT
from service.db import load_many, table_of
from service.ledger.queries import EVENT
from service.rosters.models import RosterImport, WorkerSource
from service.vault.vault import Keyring, Vault

_SOURCE = table_of(WorkerSource)
_IMPORT = table_of(RosterImport)


def list_events_of_trips(
    session: Session, county_code: str, trip_ids: Iterable[UUID], *, kinds: Iterable[str] = ()
) -> list[RowMapping]:
    """What is said of the trips as such, not of a passenger; `kinds` narrows."""
    wanted = sorted(set(trip_ids))
    if not wanted:
        return []
    statement = (
        select(EVENT)
        .where(EVENT.c.county_code == county_code, EVENT.c.stream_kind == str(StreamKind.TRIP))
        .where(EVENT.c.stream_id.in_(wanted), EVENT.c.subject_id == EVENT.c.stream_id)
    )
    if named := list(kinds):
        statement = statement.where(EVENT.c.kind.in_(named))
    return list(session.execute(statement).mappings())


def list_usernames(
    session: Session, county_code: str, account_ids: Iterable[UUID]
) -> dict[UUID, str]:
    rows = load_many(
        session,
        ACCOUNT,
        county_code=county_code,
        column="id",
        keys=account_ids,
        columns=("county_code", "id", "username"),
    )
    return {row["id"]: row["username"] for row in rows}


def list_origins(
    session: Session, vault: Vault, county_code: str, *, worker_id: UUID
) -> list[TraceOrigin]:
    """Every row of every file that named the worker: file, sheet and row as the clerk sees them."""
    sources = load_many(
        session, _SOURCE, county_code=county_code, column="worker_id", keys=[worker_id]
    )
    ids = {row["import_id"] for row in sources}
    imports = load_many(session, _IMPORT, county_code=county_code, column="id", keys=ids)
    heads = {row["id"]: row for row in imports}
    keyring = vault.open_keyring(session, county_code, ids)
    origins = [_origin(row, heads[row["import_id"]], keyring) for row in sources]
    return sorted(origins, key=lambda each: (each.imported_at, each.row))


def _origin(row: RowMapping, head: RowMapping, keyring: Keyring) -> TraceOrigin:
    place = f"roster_import/{head['id']}/file_sealed"
    names = keyring.open(head["id"], PersonalClass.NOTE, head["file_sealed"], place=place) or {}
    sheets = names.get("sheets", [])
    return TraceOrigin(
        import_id=head["id"],
        receipt=head["receipt"],
        feed=row["feed"],
        township_code=row["township_code"],
        file=names.get("file_name"),
        sheet=sheets[row["sheet"]] if row["sheet"] < len(sheets) else None,
        row=row["row_number"],
        outcome=row["outcome"],
        imported_at=head["applied_at"] or head["created_at"],
    )
