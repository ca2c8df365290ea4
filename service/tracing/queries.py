"""What traces read beyond the ledger's own queries."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from service.trips.queries.states import TRIP


def list_trip_ids_of_vehicle(session: Session, county_code: str, *, vehicle_id: UUID) -> list[UUID]:
    """Trips that this vehicle runs."""
    statement = select(TRIP.c.id).where(
        TRIP.c.county_code == county_code, TRIP.c.vehicle_id == vehicle_id
    )
    return sorted(session.execute(statement).scalars())
