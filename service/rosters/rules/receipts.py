"""The number that people note down for an import: R-20200324-7F3A."""

import hashlib
from collections.abc import Collection
from datetime import date
from uuid import UUID


def receipt_prefix(day: date) -> str:
    return f"R-{day:%Y%m%d}-"


def make_receipt(import_id: UUID, *, day: date, taken: Collection[str]) -> str:
    """Four characters of the id's hash, and more where another import of the day has them."""
    digest = hashlib.sha256(import_id.bytes).hexdigest().upper()
    candidates = (receipt_prefix(day) + digest[:length] for length in range(4, 17))
    return next(candidate for candidate in candidates if candidate not in taken)
