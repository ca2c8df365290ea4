"""From stored events to facts, and the order in which a fold reads them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping

from schemas.events.kinds import EventKind, Mode
from service.ledger.bodies import decode_body
from service.recording.values import BEGINNINGS, Fact, FoldKey


def fact_of_row(row: RowMapping) -> Fact:
    body = decode_body(row["body"])
    return fact_of_body(
        body,
        key=FoldKey(row["happened_at"], row["device_sequence"], row["id"]),
        subject_id=row["subject_id"],
        worker_id=row["worker_id"],
    )


def fact_of_body(
    body: dict[str, Any], *, key: FoldKey, subject_id: UUID, worker_id: UUID | None
) -> Fact:
    return Fact(
        key=key,
        kind=EventKind(body["kind"]),
        subject_id=subject_id,
        worker_id=worker_id,
        data=body["data"],
        decided=body["decided"],
        mode=Mode(body["mode"]),
        actor_id=UUID(body["actor"]),
    )


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """In the order of happening, without what was reversed and without the reversals."""
    listed = list(facts)
    gone = {each.identifier("event_id") for each in listed if each.kind is EventKind.EVENT_REVERSED}
    kept = [
        each
        for each in listed
        if each.kind is not EventKind.EVENT_REVERSED and each.key.event_id not in gone
    ]
    return sorted(kept, key=lambda each: (each.kind not in BEGINNINGS, each.key))
