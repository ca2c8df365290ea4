"""Which trips vehicles, drivers and escorts run. Read under the lock of the vehicle, the driver or the
escort, so that of two planners at one moment the second sees what the first has planned.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.events.kinds import StreamKind
from schemas.trips import TripState
from service.db.bulk import load_rows
from service.fleets.queries import DRIVER, VEHICLE
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey
from service.trips.queries.states import TRIP, TRIP_DRIVER, read_brief
from service.trips.rules.runs import Run, Runs, make_run

_CANCELLED = str(TripState.CANCELLED)


class _RunRow(NamedTuple):
    id: UUID
    number: str
    batch_id: UUID
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    over_at: datetime | None
    state: str
    vehicle_id: UUID | None
    escort_key: UUID | None
    escort_account_id: UUID | None
    distance_km: int | None
    brief: dict[str, Any] | None

    def read(self) -> Run:
        return make_run(
            trip_id=self.id,
            number=self.number,
            batch_id=self.batch_id,
            departure_at=self.planned_departure_at,
            arrival_at=self.planned_arrival_at,
            over_at=self.over_at,
            distance_km=self.distance_km,
            drivers=len(read_brief(self.brief).driver_ids),
        )


class _Locked(NamedTuple):
    id: UUID


class _DriverRow(NamedTuple):
    trip_id: UUID
    driver_id: UUID


def _load_runs(
    session: Session, county_code: str, *, column: str, keys: Iterable[UUID]
) -> list[_RunRow]:
    """Cancelled trips left out."""
    rows = load_rows(session, _RunRow, TRIP, county_code=county_code, column=column, keys=keys)
    return [row for row in rows if row.state != _CANCELLED]


def load_vehicle_runs(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, Runs]:
    """By vehicle, under the vehicles' locks, until the transaction ends: two statements."""
    wanted = set(ids)
    load_rows(
        session, _Locked, VEHICLE, county_code=county_code, column="id", keys=wanted, lock=True
    )
    return load_runs_of_vehicles(session, county_code, wanted)


def load_runs_of_vehicles(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, Runs]:
    """By vehicle, as they are now, without a lock: one statement."""
    wanted = set(ids)
    rows = _load_runs(session, county_code, column="vehicle_id", keys=wanted)
    return {each: tuple(row.read() for row in rows if row.vehicle_id == each) for each in wanted}


def load_driver_runs(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, Runs]:
    """By driver, under the drivers' locks, until the transaction ends: three statements."""
    wanted = set(ids)
    load_rows(
        session, _Locked, DRIVER, county_code=county_code, column="id", keys=wanted, lock=True
    )
    pairs = load_rows(
        session,
        _DriverRow,
        TRIP_DRIVER,
        county_code=county_code,
        column="driver_id",
        keys=wanted,
    )
    rows = _load_runs(session, county_code, column="id", keys={each.trip_id for each in pairs})
    runs = {row.id: row.read() for row in rows}
    found: dict[UUID, Runs] = dict.fromkeys(wanted, ())
    for pair in pairs:
        if pair.trip_id in runs:
            found[pair.driver_id] = (*found[pair.driver_id], runs[pair.trip_id])
    return found


def load_escort_runs(session: Session, county_code: str, keys: Iterable[UUID]) -> dict[UUID, Runs]:
    """By what an escort is told by (account, or digest of the telephone), under a lock for each, until
    the transaction ends. An escort has no row of its own: the lock is the head of a stream of that id,
    which stays empty where the id is no account's."""
    wanted = sorted(set(keys))
    streams = [StreamKey(StreamKind.ACCOUNT, each) for each in wanted]
    lock_or_open_streams(session, county_code, streams)
    rows = {
        row.id: row
        for column in ("escort_key", "escort_account_id")
        for row in _load_runs(session, county_code, column=column, keys=wanted)
    }
    return {
        each: tuple(
            row.read() for row in rows.values() if each in {row.escort_key, row.escort_account_id}
        )
        for each in wanted
    }
