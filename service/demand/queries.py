"""Every SELECT of travel demands, and the present demand that handlers ask for and change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.demands import DemandGrouping, DemandState
from schemas.enterprises import search_key
from schemas.events.fields import PersonalClass
from service.auth import Actor
from service.context import Work
from service.db.bulk import load_many
from service.db.columns import table_of
from service.demand.models import EmployerName, TravelDemand
from service.enterprises import queries as enterprise_queries
from service.recording.values import Loader
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
    county; `monday`: windows that begin in that week.
    """

    states: tuple[DemandState, ...] = CURRENT
    worker_id: UUID | None = None
    destination_prefix: str | None = None
    employer_key: str | None = None
    monday: date | None = None


def list_demands(work: Work, *, cursor: Cursor, wanted: DemandFilter) -> list[RowMapping]:
    """One page and a row more, oldest first."""
    statement = _in_scope(select(DEMAND), work.actor).where(DEMAND.c.state.in_(wanted.states))
    if wanted.worker_id is not None:
        statement = statement.where(DEMAND.c.worker_id == wanted.worker_id)
    if wanted.destination_prefix is not None:
        prefix = wanted.destination_prefix
        statement = statement.where(DEMAND.c.destination_code.startswith(prefix, autoescape=True))
    if wanted.employer_key is not None:
        statement = statement.where(DEMAND.c.employer_name_key == wanted.employer_key)
    if wanted.monday is not None:
        sunday = wanted.monday + _WEEK
        statement = statement.where(DEMAND.c.window_from.between(wanted.monday, sunday))
    if cursor.after_id is not None:
        statement = statement.where(DEMAND.c.id > cursor.after_id)
    statement = statement.order_by(DEMAND.c.id).limit(cursor.limit + 1)
    return list(work.session.execute(statement).mappings())


def count_demands(work: Work, *, by: DemandGrouping) -> list[RowMapping]:
    """Open and assigned demands: value (of the grouping's column), state, number."""
    column = _COLUMN[by]
    counted = select(column.label("value"), DEMAND.c.state, func.count().label("number"))
    statement = _in_scope(counted, work.actor).where(DEMAND.c.state.in_(CURRENT))
    return list(work.session.execute(statement.group_by(column, DEMAND.c.state)).mappings())


def list_employer_names(
    session: Session, county_code: str, *, keys: Iterable[str]
) -> dict[str, str]:
    rows = load_many(session, EMPLOYER_NAME, county_code=county_code, column="key", keys=keys)
    return {row["key"]: row["name"] for row in rows}


def list_matching_enterprises(
    session: Session, county_code: str, *, names: Iterable[str]
) -> dict[str, UUID]:
    """Name as written → the county's enterprise of exactly this name or credit code. A name that
    two of them share is nobody's.
    """
    keys = {name: search_key(name) for name in names}
    codes = {name: key.upper() for name, key in keys.items() if len(key) == CREDIT_CODE_LENGTH}
    by_name = _list_enterprises(session, county_code, "name_key", keys.values())
    by_code = _list_enterprises(session, county_code, "credit_code", codes.values())
    found = {name: by_name.get(key) or by_code.get(codes.get(name)) for name, key in keys.items()}
    return {name: ids[0] for name, ids in found.items() if ids is not None and len(ids) == 1}


def _list_enterprises(
    session: Session, county_code: str, column: str, keys: Iterable[str]
) -> dict[str | None, list[UUID]]:
    rows = load_many(
        session,
        enterprise_queries.ENTERPRISE,
        county_code=county_code,
        column=column,
        keys=keys,
        columns=("id", column),
    )
    found: dict[str | None, list[UUID]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row["id"])
    return found


def list_newest_demands(
    session: Session, county_code: str, *, worker_ids: Iterable[UUID], lock: bool = False
) -> dict[UUID, RowMapping]:
    """Worker id → the newest demand, whatever became of it; `lock` until the transaction ends.
    An open or assigned one is always the newest: no other can be opened beside it.
    """
    rows = load_many(
        session, DEMAND, county_code=county_code, column="worker_id", keys=worker_ids, lock=lock
    )
    return {row["worker_id"]: row for row in rows}


def open_wish(keyring: Keyring, row: RowMapping) -> dict[str, Any]:
    """Destination and employer as written; empty where the worker's key was destroyed."""
    place = sealing_place(row["id"])
    opened = keyring.open(row["worker_id"], PersonalClass.NOTE, row["wish_sealed"], place=place)
    return opened or {}


def sealing_place(demand_id: UUID) -> str:
    return f"travel_demand/{demand_id}/wish_sealed"


def _in_scope(statement: Select[Any], actor: Actor) -> Select[Any]:
    """The actor's county and divisions; PostgreSQL's row-level security says the same again."""
    statement = statement.where(DEMAND.c.county_code == actor.county_code)
    if actor.division_prefix:
        prefix = actor.division_prefix
        statement = statement.where(DEMAND.c.township_code.startswith(prefix, autoescape=True))
    return statement


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


_FACT_COLUMNS = tuple(DemandFacts.__dataclass_fields__)


def load_demands(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, DemandFacts]:
    """Worker id → the newest demand, whatever became of it (a reversal can bring one back), locked:
    an import that describes it anew waits. An open or assigned one is always the newest.
    """
    rows = load_many(
        session,
        DEMAND,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        lock=True,
        columns=_FACT_COLUMNS,
    )
    return {
        row["worker_id"]: DemandFacts(**{**row, "state": DemandState(row["state"])}) for row in rows
    }


def save_demands(session: Session, county_code: str, changed: Mapping[UUID, DemandFacts]) -> None:
    """Write the states, keyed by worker id; nothing else of a demand changes by an event."""
    table = DEMAND
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.id == bindparam("demand"))
        .values(state=bindparam("new_state"))
    )
    states = [
        {"demand": facts.id, "new_state": str(facts.state)} for _, facts in sorted(changed.items())
    ]
    session.execute(statement, states)


DEMANDS: Final = Loader("demand", load_demands, save_demands)
