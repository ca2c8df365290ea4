"""Every SELECT of travel demands: which demands count as current, filters of their list, counting them in
the actor's scope, whose registered enterprise an employer's name is; the newest demand for handlers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, select

from schemas.demands import DemandGap, DemandGrouping, DemandState
from schemas.events.fields import PersonalClass
from schemas.types import search_key
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_rows, read_rows
from service.db.columns import table_of
from service.demand.models import EmployerName, TravelDemand
from service.demand.rules import Count
from service.enterprises.queries import ENTERPRISE
from service.recording.handlers import Loader
from service.rest import Cursor
from service.vault.vault import Keyring

DEMAND = table_of(TravelDemand)
EMPLOYER_NAME = table_of(EmployerName)
CURRENT = (DemandState.OPEN, DemandState.ASSIGNED)
CREDIT_CODE_LENGTH = 18
_WEEK = timedelta(days=6)
_COLUMN = {
    DemandGrouping.CITY: DEMAND.c.destination_code,
    DemandGrouping.EMPLOYER: DEMAND.c.employer_name_key,
    DemandGrouping.WEEK: DEMAND.c.window_from,
}


@dataclass(frozen=True, slots=True)
class DemandFilter:
    """What narrows a list; None does not.

    `worker_id`: of one worker; `destination_prefix`: 2, 4 or 6 digits of a province, city or
    county; `monday`: windows that begin in that week; `township_code`: where the people live; `gaps`: what
    all of them lack.
    """

    states: tuple[DemandState, ...] = CURRENT
    worker_id: UUID | None = None
    destination_prefix: str | None = None
    employer_key: str | None = None
    monday: date | None = None
    township_code: str | None = None
    gaps: frozenset[DemandGap] = frozenset()


_LACKED: Final = {
    DemandGap.DATE: DEMAND.c.window_from,
    DemandGap.DESTINATION: DEMAND.c.destination_code,
    DemandGap.EMPLOYER: DEMAND.c.employer_name_key,
}


class _Named(NamedTuple):
    key: str
    name: str


class _Firm(NamedTuple):
    id: UUID
    name_key: str | None
    credit_code: str | None


# --- in the actor's scope -------------------------------------------------------------------------
def list_demands(work: Work, *, cursor: Cursor, wanted: DemandFilter) -> Sequence[TravelDemand]:
    """One page and a row more, oldest first."""
    conditions = [*_list_conditions(work.actor), DEMAND.c.state.in_(wanted.states)]
    if wanted.worker_id is not None:
        conditions.append(DEMAND.c.worker_id == wanted.worker_id)
    if wanted.destination_prefix is not None:
        prefix = wanted.destination_prefix
        conditions.append(DEMAND.c.destination_code.startswith(prefix, autoescape=True))
    if wanted.employer_key is not None:
        conditions.append(DEMAND.c.employer_name_key == wanted.employer_key)
    if wanted.monday is not None:
        conditions.append(DEMAND.c.window_from.between(wanted.monday, wanted.monday + _WEEK))
    if wanted.township_code is not None:
        conditions.append(DEMAND.c.township_code == wanted.township_code)
    conditions += [_LACKED[each].is_(None) for each in sorted(wanted.gaps)]
    if cursor.after_id is not None:
        conditions.append(DEMAND.c.id > cursor.after_id)
    statement = select(TravelDemand).where(*conditions).order_by(DEMAND.c.id)
    return work.session.exec(statement.limit(cursor.limit + 1)).all()


def count_demands(work: Work, *, by: DemandGrouping) -> list[Count]:
    """Open and assigned demands by the column of the grouping and by state."""
    column = _COLUMN[by]
    statement = (
        select_rows(column.label("value"), DEMAND.c.state, func.count().label("number"))
        .where(*_list_conditions(work.actor), DEMAND.c.state.in_(CURRENT))
        .group_by(column, DEMAND.c.state)
    )
    counts = read_rows(Count, work.session.execute(statement))
    return [each._replace(state=DemandState(each.state)) for each in counts]


def _list_conditions(actor: Actor) -> list[ColumnElement[bool]]:
    """The actor's county and divisions; PostgreSQL's row-level security says the same again."""
    conditions: list[ColumnElement[bool]] = [DEMAND.c.county_code == actor.county_code]
    if actor.division_prefix:
        prefix = actor.division_prefix
        conditions.append(DEMAND.c.township_code.startswith(prefix, autoescape=True))
    return conditions


# --- whatever the township ------------------------------------------------------------------------
def list_employer_names(
    session: Session, county_code: str, *, keys: Iterable[str]
) -> dict[str, str]:
    """Key → name, of those that have one."""
    rows = load_rows(
        session, _Named, EMPLOYER_NAME, county_code=county_code, column="key", keys=keys
    )
    return dict(rows)


def list_matching_enterprises(
    session: Session, county_code: str, *, names: Iterable[str]
) -> dict[str, UUID]:
    """Name as written → the county's enterprise of exactly this name or credit code. A name that
    two of them share is nobody's.
    """
    keys = {name: search_key(name) for name in names}
    codes = {name: key.upper() for name, key in keys.items() if len(key) == CREDIT_CODE_LENGTH}
    by_name: dict[str | None, list[UUID]] = {}
    for firm in _list_firms(session, county_code, "name_key", keys.values()):
        by_name.setdefault(firm.name_key, []).append(firm.id)
    by_code: dict[str | None, list[UUID]] = {}
    for firm in _list_firms(session, county_code, "credit_code", codes.values()):
        by_code.setdefault(firm.credit_code, []).append(firm.id)
    found = {name: by_name.get(key) or by_code.get(codes.get(name)) for name, key in keys.items()}
    return {name: ids[0] for name, ids in found.items() if ids is not None and len(ids) == 1}


def _list_firms(
    session: Session, county_code: str, column: str, keys: Iterable[str]
) -> list[_Firm]:
    return load_rows(session, _Firm, ENTERPRISE, county_code=county_code, column=column, keys=keys)


class StoredState(NamedTuple):
    """Of one demand: `state` as it is stored, which after tampering may be no state at all."""

    id: UUID
    worker_id: UUID
    state: str


def list_newest_states(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID]
) -> dict[UUID, StoredState]:
    """Worker id → the newest demand, whatever became of it. An open or assigned one is always the
    newest: no other can be opened beside it.
    """
    rows = load_rows(
        session, StoredState, DEMAND, county_code=county_code, column="worker_id", keys=worker_ids
    )
    return {row.worker_id: row for row in rows}


def get_newest_demand(
    session: Session, county_code: str, *, worker_id: UUID, lock: bool = False
) -> TravelDemand | None:
    """Of one worker, whatever became of it; `lock` until the transaction ends."""
    statement = select(TravelDemand).where(TravelDemand.county_code == county_code)
    statement = statement.where(TravelDemand.worker_id == worker_id).order_by(DEMAND.c.id)
    found = session.exec(statement.with_for_update() if lock else statement).all()
    return found[-1] if found else None


def open_wish(keyring: Keyring, demand: TravelDemand) -> dict[str, Any]:
    """Destination and employer as written; empty where the worker's key was destroyed."""
    place, sealed = sealing_place(demand.id), demand.wish_sealed
    return keyring.open(demand.worker_id, PersonalClass.NOTE, sealed, place=place) or {}


def sealing_place(demand_id: UUID) -> str:
    return f"travel_demand/{demand_id}/wish_sealed"


# --- for handlers ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DemandFacts:
    """Copied to the passenger on assignment. Changing `state` is what a handler may do to it."""

    id: UUID
    worker_id: UUID
    destination_code: str | None
    enterprise_id: UUID | None
    window_from: date | None
    window_to: date | None
    state: DemandState

    @property
    def current(self) -> bool:
        """Waits for a place, or has one."""
        return self.state in CURRENT


def load_demands(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, DemandFacts]:
    """Worker id → the newest demand, locked: an import that describes it anew waits. A cancelled or
    travelled one is given too, for a reversal can bring it back.
    """
    rows = load_rows(
        session,
        DemandFacts,
        DEMAND,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        lock=True,
    )
    return {row.worker_id: replace(row, state=DemandState(row.state)) for row in rows}


def save_demands(session: Session, county_code: str, changed: Mapping[UUID, DemandFacts]) -> None:
    """Write the states, keyed by worker id; nothing else of a demand changes by an event."""
    statement = (
        update(DEMAND)
        .where(DEMAND.c.county_code == county_code, DEMAND.c.id == bindparam("demand"))
        .values(state=bindparam("new_state"))
    )
    states = [
        {"demand": facts.id, "new_state": str(facts.state)} for _, facts in sorted(changed.items())
    ]
    session.execute(statement, states)


DEMANDS: Final = Loader("demand", load_demands, save_demands)
