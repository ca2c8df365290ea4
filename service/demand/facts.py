"""A worker's present travel demand, as other features' handlers ask for it and change its state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlmodel import Session

from schemas.demands import DemandState
from service.db import load_many
from service.demand import queries
from service.recording.registry import FactSource


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
        return self.state in queries.CURRENT


_COLUMNS = tuple(DemandFacts.__dataclass_fields__)


def load(session: Session, county_code: str, worker_ids: Iterable[UUID]) -> dict[UUID, DemandFacts]:
    """Worker id → the newest demand, whatever became of it (a reversal can bring one back), locked:
    an import that describes it anew waits. An open or assigned one is always the newest.
    """
    rows = load_many(
        session,
        queries.DEMAND,
        county_code=county_code,
        column="worker_id",
        keys=worker_ids,
        lock=True,
        columns=_COLUMNS,
    )
    return {
        row["worker_id"]: DemandFacts(**{**row, "state": DemandState(row["state"])}) for row in rows
    }


def save(session: Session, county_code: str, changed: Mapping[UUID, DemandFacts]) -> None:
    """Write the states, keyed by worker id; nothing else of a demand changes by an event."""
    table = queries.DEMAND
    statement = (
        update(table)
        .where(table.c.county_code == county_code, table.c.id == bindparam("demand"))
        .values(state=bindparam("new_state"))
    )
    states = [
        {"demand": facts.id, "new_state": str(facts.state)} for _, facts in sorted(changed.items())
    ]
    session.execute(statement, states)


DEMAND_SOURCE = FactSource("demand", load, save)
