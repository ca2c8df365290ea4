"""Workers as they leave: masked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.workers import WorkerOut
from service.auth import Actor
from service.context import Context
from service.workers import queries
from service.workers.rules.masking import mask_person


def mask_rows(
    context: Context, session: Session, actor: Actor, *, rows: Sequence[RowMapping]
) -> dict[UUID, WorkerOut]:
    """Worker id → how it is shown. One read (of keys), whatever their number."""
    ids = [row["id"] for row in rows]
    keyring = context.vault.open_keyring(session, actor.county_code, ids)
    people = queries.open_rows(keyring, rows)
    return {worker_id: mask_person(person) for worker_id, person in people.items()}
