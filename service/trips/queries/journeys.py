"""Loading and saving the journeys of workers."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from service.db import load_many, table_of, write_many
from service.trips import models
from service.trips.queries.states import PASSENGER, TRIP, read_passenger
from service.trips.rules.journeys import Journey, Leg, WorkerJourneys, make_leg

JOURNEY = table_of(models.Journey)


def load_journeys(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, WorkerJourneys]:
    """All journeys of these workers with their legs: three reads."""
    wanted = list(worker_ids)
    rows = load_many(session, JOURNEY, county_code=county_code, column="worker_id", keys=wanted)
    legs = _load_legs(session, county_code, [row["id"] for row in rows])
    found: dict[UUID, list[Journey]] = {worker: [] for worker in wanted}
    for row in rows:
        journey = Journey(row["id"], row["worker_id"]).with_legs(legs.get(row["id"], ()))
        found[journey.worker_id].append(journey)
    return {worker: WorkerJourneys(worker, tuple(each)) for worker, each in found.items()}


def _load_legs(
    session: Session, county_code: str, journey_ids: list[UUID]
) -> dict[UUID, list[Leg]]:
    rows = load_many(
        session,
        PASSENGER,
        county_code=county_code,
        column="journey_id",
        keys=journey_ids,
        columns=("county_code", "trip_id", "id", "journey_id", "fold"),
    )
    trips = load_many(
        session,
        TRIP,
        county_code=county_code,
        column="id",
        keys={row["trip_id"] for row in rows},
        columns=("county_code", "id", "planned_departure_at", "planned_arrival_at"),
    )
    times = {row["id"]: row for row in trips}
    legs: dict[UUID, list[Leg]] = {}
    for row in rows:
        trip = times[row["trip_id"]]
        leg = make_leg(
            read_passenger(row["fold"]),
            trip_id=trip["id"],
            departure_at=trip["planned_departure_at"],
            arrival_at=trip["planned_arrival_at"],
        )
        legs.setdefault(row["journey_id"], []).append(leg)
    return legs


def save_journeys(
    session: Session, county_code: str, changed: Mapping[UUID, WorkerJourneys]
) -> None:
    """Closed ones first: at most one may be open. Those that lost their last leg are deleted."""
    rows = sorted(journey_rows(county_code, changed), key=lambda row: bool(row["open"]))
    write_many(session, JOURNEY, rows, conflict="overwrite")
    empty = [each.id for one in changed.values() for each in one.journeys if not each.legs]
    if empty:
        session.execute(
            delete(JOURNEY).where(JOURNEY.c.county_code == county_code, JOURNEY.c.id.in_(empty))
        )


def clear_derived(session: Session, county_code: str) -> None:
    """For writing all of them anew."""
    session.execute(delete(JOURNEY).where(JOURNEY.c.county_code == county_code))


def journey_rows(county_code: str, workers: Mapping[UUID, WorkerJourneys]) -> list[dict[str, Any]]:
    return [
        {
            "county_code": county_code,
            "id": journey.id,
            "worker_id": journey.worker_id,
            "demand_id": journey.demand_id,
            "open": journey == journeys.open_journey,
        }
        for journeys in workers.values()
        for journey in journeys.journeys
        if journey.legs
    ]
