"""What names an import and its events: the number that people note down (R-20200324-7F3A), ids."""

import hashlib
from collections.abc import Collection
from datetime import date
from uuid import UUID

from schemas.ids import derive_id


def receipt_prefix(day: date) -> str:
    return f"R-{day:%Y%m%d}-"


def make_receipt(import_id: UUID, *, day: date, taken: Collection[str]) -> str:
    """Four characters of the id's hash, and more where another import of the day has them."""
    digest = hashlib.sha256(import_id.bytes).hexdigest().upper()
    candidates = (receipt_prefix(day) + digest[:length] for length in range(4, 17))
    return next(candidate for candidate in candidates if candidate not in taken)


def make_undo_event_id(import_id: UUID) -> UUID:
    return derive_id(import_id, "undo")


def make_undone_key(import_id: UUID) -> str:
    """The key of an import that was undone: its content's own key is free again."""
    return hashlib.sha256(b"fangang/undone/1\0" + import_id.bytes).hexdigest()
