"""What traces read beyond the ledger's own queries."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from schemas.events.kinds import StreamKind
from schemas.imports import RowOutcome
from schemas.tracing import TraceOrigin
from schemas.workers import Feed
from service.accounts.queries import ACCOUNT
from service.db.bulk import load_many
from service.db.columns import table_of
from service.enterprises.queries import list_enterprises
from service.ledger.queries import EVENT
from service.registry.queries import WORKER
from service.rosters.models import RosterImport, WorkerSource
from service.stranded.queries import STRANDED
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
    """Every row of every file that named the worker: file, sheet and row as the clerk sees them;
    and the newest list of each enterprise that named them before anybody else did.
    """
    sources: list[Mapping[Any, Any]] = []
    sources += load_many(
        session, _SOURCE, county_code=county_code, column="worker_id", keys=[worker_id]
    )
    seen = {(row["import_id"], row["sheet"], row["row_number"]) for row in sources}
    listed = _list_statements(session, county_code, worker_id)
    sources += [
        row for row in listed if (row["import_id"], row["sheet"], row["row_number"]) not in seen
    ]
    ids = {row["import_id"] for row in sources}
    imports = load_many(session, _IMPORT, county_code=county_code, column="id", keys=ids)
    heads = {row["id"]: row for row in imports}
    keyring = vault.open_keyring(session, county_code, ids)
    firms = {row["enterprise_id"] for row in imports} - {None}
    names = {
        firm: each.name for firm, each in list_enterprises(session, county_code, firms).items()
    }
    origins = [_origin(row, heads[row["import_id"]], keyring, names) for row in sources]
    return sorted(origins, key=lambda each: (each.imported_at, each.row))


def _list_statements(
    session: Session, county_code: str, worker_id: UUID
) -> list[Mapping[str, Any]]:
    """Shaped as rows of worker_source."""
    statement = (
        select(STRANDED.c.import_id, STRANDED.c.sheet, STRANDED.c.row_number)
        .join_from(STRANDED, WORKER, STRANDED.c.id_number_index == WORKER.c.id_number_index)
        .where(STRANDED.c.county_code == county_code, WORKER.c.county_code == county_code)
        .where(WORKER.c.id == worker_id)
        .order_by(STRANDED.c.id)
    )
    said = {"feed": str(Feed.ENTERPRISE), "township_code": None, "outcome": RowOutcome.UNMATCHED}
    return [{**row, **said} for row in session.execute(statement).mappings()]


def _origin(
    row: Mapping[Any, Any],
    head: RowMapping,
    keyring: Keyring,
    enterprises: Mapping[UUID, str | None],
) -> TraceOrigin:
    place = f"roster_import/{head['id']}/file_sealed"
    names = keyring.open(head["id"], PersonalClass.NOTE, head["file_sealed"], place=place) or {}
    sheets = names.get("sheets", [])
    return TraceOrigin(
        import_id=head["id"],
        receipt=head["receipt"],
        feed=row["feed"],
        township_code=row["township_code"],
        enterprise=enterprises.get(head["enterprise_id"]),
        file=names.get("file_name"),
        sheet=sheets[row["sheet"]] if row["sheet"] < len(sheets) else None,
        row=row["row_number"],
        outcome=row["outcome"],
        imported_at=head["applied_at"] or head["created_at"],
        undone_at=head["undone_at"],
    )
