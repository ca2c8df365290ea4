"""What other features' handlers may ask about a worker: nothing personal, no look into seals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from schemas.events.payloads_passengers import PersonRole
from service.db import load_many
from service.recording.registry import FactSource
from service.workers import queries


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """`sixteen_on` is the sixteenth birthday of those who were younger than 18 at entry, else
    None. People with one `household_key` belong together; the other keys group by equality.
    """

    id: UUID
    township_code: str | None
    person_role: PersonRole
    sixteen_on: date | None
    guardian_worker_id: UUID | None
    reachable: bool
    household_key: str | None
    employer_key: str | None
    village_key: str | None


_COLUMNS = tuple(WorkerFacts.__dataclass_fields__)


def load(session: Session, county_code: str, ids: Iterable[UUID]) -> dict[UUID, WorkerFacts]:
    rows = load_many(
        session, queries.WORKER, county_code=county_code, column="id", keys=ids, columns=_COLUMNS
    )
    return {
        row["id"]: WorkerFacts(**{**row, "person_role": PersonRole(row["person_role"])})
        for row in rows
    }


WORKER_SOURCE = FactSource("worker", load)
