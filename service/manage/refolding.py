"""What a migration makes anew from the events: trips, passengers, stays, journeys, holds of every county; which
states and exceptions are told otherwise since. Receipts and bodies stay as they were.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select
from sqlmodel import Session

from service.ledger.queries import STREAM
from service.trips.actions.rebuild import write_derived
from service.trips.queries.states import PASSENGER, TRIP
from service.workers.rebuild import write_workers


class Change(NamedTuple):
    """Something is told otherwise of so many trips or passengers. `column`: trip.state, passenger.status, or
    passenger.exceptions (then `before` or `after` is empty)."""

    column: str
    before: str
    after: str
    rows: int


@dataclass(frozen=True, slots=True)
class Refolded:
    trips: int
    changes: tuple[Change, ...]


def refold(connection: Connection) -> Refolded:
    """Folds every county's trips and workers anew in the migration's transaction. A repeat changes nothing."""
    session = Session(bind=connection)
    counties = session.execute(select(STREAM.c.county_code).distinct()).scalars().all()
    trips, changed = 0, Counter[tuple[str, str, str]]()
    for county_code in sorted(counties):
        before = _read(session, county_code)
        trips += write_derived(session, county_code)
        write_workers(session, county_code)
        changed += _compare(before, _read(session, county_code))
    return Refolded(trips, tuple(Change(*key, count) for key, count in sorted(changed.items())))


class _Told(NamedTuple):
    """Of each row: its state, and its exceptions."""

    column: str
    state: str
    exceptions: frozenset[str]


def _read(session: Session, county_code: str) -> dict[tuple[UUID, ...], _Told]:
    trips = select(TRIP.c.id, TRIP.c.state).where(TRIP.c.county_code == county_code)
    people = select(
        PASSENGER.c.trip_id, PASSENGER.c.id, PASSENGER.c.status, PASSENGER.c.exceptions
    ).where(PASSENGER.c.county_code == county_code)
    found: dict[tuple[UUID, ...], _Told] = {
        (row.id,): _Told("trip.state", row.state, frozenset()) for row in session.execute(trips)
    }
    return found | {
        (row.trip_id, row.id): _Told("passenger.status", row.status, frozenset(row.exceptions))
        for row in session.execute(people)
    }


def _compare(
    before: Mapping[tuple[UUID, ...], _Told], after: Mapping[tuple[UUID, ...], _Told]
) -> Counter[tuple[str, str, str]]:
    return Counter(
        change
        for key, now in after.items()
        for change in _list_changes(before.get(key, _Told(now.column, "", frozenset())), now)
    )


def _list_changes(before: _Told, now: _Told) -> Iterable[tuple[str, str, str]]:
    if before.state != now.state:
        yield now.column, before.state, now.state
    for code in before.exceptions - now.exceptions:
        yield "passenger.exceptions", code, ""
    for code in now.exceptions - before.exceptions:
        yield "passenger.exceptions", "", code
