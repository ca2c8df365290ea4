"""What other features' handlers may ask health: the facts of a clearance, to be cleared by `clear`."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session

from service.health.queries import load_states
from service.health.rules import ClearanceFacts
from service.recording.registry import FactSource
from service.workers import facts as workers


def load_clearance_facts(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, ClearanceFacts]:
    """Of the workers that exist; two statements, whatever their number."""
    known = workers.load(session, county_code, worker_ids)
    states = load_states(session, county_code, known)
    return {
        worker.id: ClearanceFacts(
            worker_id=worker.id,
            role=worker.person_role,
            sixteen_on=worker.sixteen_on,
            withdrawn=states[worker.id].withdrawn,
            holds=states[worker.id].holds,
        )
        for worker in known.values()
    }


CLEARANCE_SOURCE = FactSource("clearance", load_clearance_facts)
