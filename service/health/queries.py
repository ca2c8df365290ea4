"""What health asks of the registry and of the workers' own events."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session

from service.health.rules import ClearanceFacts, make_clearance_facts
from service.registry.queries import load_worker_facts
from service.workers.queries import load_states


def load_clearance_facts(
    session: Session, county_code: str, worker_ids: Iterable[UUID]
) -> dict[UUID, ClearanceFacts]:
    """Of the workers that exist; two statements, whatever their number."""
    known = load_worker_facts(session, county_code, worker_ids)
    states = load_states(session, county_code, known)
    return {worker.id: make_clearance_facts(worker, states[worker.id]) for worker in known.values()}
