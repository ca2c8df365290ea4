"""What traces read beyond the ledger's own queries."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.events import PersonalClass
from schemas.tracing import TraceOrigin
from service.db import load_many, table_of
from service.rosters.models import RosterImport, WorkerSource
from service.trips.queries.states import TRIP
from service.vault.vault import Keyring, Vault

_SOURCE = table_of(WorkerSource)
_IMPORT = table_of(RosterImport)


def list_trip_ids_of_vehicle(session: Session, county_code: str, *, vehicle_id: UUID) -> list[UUID]:
    """Trips that this vehicle runs."""
    statement = select(TRIP.c.id).where(
        TRIP.c.county_code == county_code, TRIP.c.vehicle_id == vehicle_id
    )
    return sorted(session.execute(statement).scalars())


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
