"""Which remarks about passengers are fevers: told from their sealed parts, for who may know."""

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PassengerRemark
from service.db.bulk import read_rows
from service.ledger.actions import part_place
from service.ledger.queries import EVENT, EVENT_PART
from service.vault.vault import Keyring, Vault

_SAME_EVENT: Final = and_(
    EVENT_PART.c.county_code == EVENT.c.county_code,
    EVENT_PART.c.event_id == EVENT.c.id,
    EVENT_PART.c.personal_class == str(PersonalClass.HEALTH),
)


class _RemarkRow(NamedTuple):
    id: UUID
    kind: str
    part: str | None
    subject_id: UUID | None
    sealed: bytes | None


def open_fevers(
    session: Session, vault: Vault, county_code: str, *, event_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of the remarks that tell a fever. One of before tells it by its kind; one whose key was destroyed
    tells nothing. One read, and one of keys."""
    statement = (
        select(
            *(EVENT.c.id, EVENT.c.kind, EVENT_PART.c.part),
            *(EVENT_PART.c.subject_id, EVENT_PART.c.sealed),
        )
        .join_from(EVENT, EVENT_PART, _SAME_EVENT, isouter=True)
        .where(EVENT.c.county_code == county_code, EVENT.c.id.in_(sorted(set(event_ids))))
    )
    rows = read_rows(_RemarkRow, session.execute(statement))
    of_before = {row.id for row in rows if row.kind == EventKind.PASSENGER_FEVER_FOUND}
    sealed = [row for row in rows if row.id not in of_before and row.sealed is not None]
    if not sealed:
        return frozenset(of_before)
    subjects = {row.subject_id for row in sealed if row.subject_id is not None}
    keyring = vault.open_keyring(session, county_code, subjects)
    return frozenset(of_before | {row.id for row in sealed if _is_fever(keyring, row)})


def _is_fever(keyring: Keyring, row: _RemarkRow) -> bool:
    if row.part is None or row.subject_id is None or row.sealed is None:
        return False
    place = part_place(str(row.id), row.part)
    found = keyring.open(row.subject_id, PersonalClass.HEALTH, row.sealed, place=place)
    return bool(found and found["content"].get("what") == PassengerRemark.FEVER)
