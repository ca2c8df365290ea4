"""A coach and the plan of a trip as the API takes them, and the derived tables as they lie there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from service.trips.queries.states import JOURNEY, PASSENGER, STAY, TRIP, TRIP_VEHICLE
from tests.factories import COUNTY, World, make_phone


def make_plan(world: World, *, start: datetime, points: int) -> dict[str, Any]:
    """One boarding point, `points` to hand over, fourteen hours on the road; so near that one driver may."""
    return {
        "distance_km": 390,
        "planned_departure_at": start.isoformat(),
        "planned_arrival_at": (start + timedelta(hours=14)).isoformat(),
        "boarding_points": [{"id": str(world.new_id()), "name": "凡河镇政府"}],
        "handover_points": [
            {"id": str(world.new_id()), "name": f"厂门{number}"} for number in range(points)
        ],
        "contacts": {
            "escort": "合成领队",
            "escort_phone": make_phone(99_000_001),
            "reception": "合成接站",
            "reception_phone": make_phone(99_000_002),
            "duty_phone": make_phone(99_000_003),
        },
    }


def make_coach(plate: str, *, rows: int) -> dict[str, Any]:
    """Rows of four, the last one of five; two places of the crew."""
    return {
        "plate": plate,
        "air_sealed": True,
        "kind": "coach",
        "licensed_places": 4 * (rows - 1) + 5 + 2,
        "crew_seats": 2,
        "layout": {"rows": rows, "columns": [1, 2, 4, 5], "last_row": 5},
    }


def read_derived(world: World) -> dict[str, list[Any]]:
    """All derived tables, row by row in the order of their keys."""
    with world.context.database.read(world.console) as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(
                    select(table)
                    .where(table.c.county_code == COUNTY)
                    .order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in (TRIP, TRIP_VEHICLE, PASSENGER, STAY, JOURNEY)
        }
