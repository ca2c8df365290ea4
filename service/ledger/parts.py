"""Opening the sealed parts of events, of the classes that are asked for; erased parts are None."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.ledger.actions import part_place
from service.ledger.queries import list_parts
from service.vault.vault import Vault


class OpenedPart(NamedTuple):
    """The personal fields of one event about one subject in one class; None once erased."""

    event_id: UUID
    name: str
    content: dict[str, Any] | None


def open_parts(
    session: Session,
    vault: Vault,
    county_code: str,
    event_ids: Iterable[UUID],
    *,
    classes: Collection[PersonalClass] = tuple(PersonalClass),
) -> list[OpenedPart]:
    """The parts of these events that are of one of the `classes`; others are not opened. Two reads,
    whatever their number. Raises SealBrokenError for a part that was altered.
    """
    rows = [
        row
        for row in list_parts(session, county_code, event_ids)
        if PersonalClass(row.personal_class) in classes
    ]
    if not rows:
        return []
    keyring = vault.open_keyring(session, county_code, {row.subject_id for row in rows})
    opened = []
    for row in rows:
        place = part_place(str(row.event_id), row.part)
        personal_class = PersonalClass(row.personal_class)
        found = keyring.open(row.subject_id, personal_class, row.sealed, place=place)
        content = found["content"] if found else None
        opened.append(OpenedPart(row.event_id, row.part, content))
    return opened


def open_contents(
    session: Session,
    vault: Vault,
    county_code: str,
    event_ids: Iterable[UUID],
    *,
    classes: Collection[PersonalClass],
) -> dict[UUID, dict[str, Any]]:
    """Event → the fields of its parts of these classes; of an event without such parts, or erased, nothing."""
    found: dict[UUID, dict[str, Any]] = {}
    for part in open_parts(session, vault, county_code, event_ids, classes=classes):
        if part.content:
            found.setdefault(part.event_id, {}).update(part.content)
    return found
