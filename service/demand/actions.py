"""Writing travel demands: many at once, in a number of statements that does not depend on theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from schemas.demands import DemandState
from schemas.events import PersonalClass
from schemas.organisations import is_firm_name
from schemas.workers import Feed
from service.db import write_many
from service.demand import queries
from service.vault.vault import Keyring
from service.workers.rules.indexing import WorkerIndex


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand as it shall stand. `destination`, `employer`, `departure_text`: as written."""

    id: UUID
    worker_id: UUID
    township_code: str | None
    created_at: datetime
    destination_code: str | None = None
    destination: str | None = None
    employer: str | None = None
    departure_text: str | None = None
    window_from: date | None = None
    window_to: date | None = None
    source: Feed = Feed.TOWNSHIP
    state: DemandState = DemandState.OPEN
    version: int = 1


def write_demands(
    session: Session,
    county_code: str,
    demands: Sequence[Demand],
    *,
    keyring: Keyring,
    index: WorkerIndex,
    now: datetime,
) -> None:
    """Whole rows, new and old. Old ones must be locked (queries.lock_newest_demands); `keyring`
    holds the workers' keys of class note.
    """
    employers = {
        demand.employer: index.employer(demand.employer) for demand in demands if demand.employer
    }
    _name_employers(session, county_code, employers)
    rows = [
        {"county_code": county_code, "updated_at": now, **_make_row(demand, employers, keyring)}
        for demand in demands
    ]
    write_many(session, queries.DEMAND, rows, conflict="overwrite")


def _name_employers(session: Session, county_code: str, employers: dict[str, str]) -> None:
    names = {key: name for name, key in employers.items() if is_firm_name(name)}
    rows = [
        {"county_code": county_code, "key": key, "name": name}
        for key, name in sorted(names.items())
    ]
    write_many(session, queries.EMPLOYER_NAME, rows, conflict="ignore")


def _make_row(demand: Demand, employers: dict[str, str], keyring: Keyring) -> dict[str, Any]:
    wish = {
        "destination": demand.destination,
        "employer": demand.employer,
        "departure_text": demand.departure_text,
    }
    content = {name: value for name, value in wish.items() if value is not None}
    place = queries.sealing_place(demand.id)
    return {
        "id": demand.id,
        "worker_id": demand.worker_id,
        "township_code": demand.township_code,
        "destination_code": demand.destination_code,
        "enterprise_id": None,
        "employer_name_key": employers.get(demand.employer) if demand.employer else None,
        "wish_sealed": keyring.seal(demand.worker_id, PersonalClass.NOTE, content, place=place),
        "window_from": demand.window_from,
        "window_to": demand.window_to,
        "source": str(demand.source),
        "state": str(demand.state),
        "version": demand.version,
        "created_at": demand.created_at,
    }
