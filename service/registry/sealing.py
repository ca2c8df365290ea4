"""Which field of a worker is sealed in which column: sealing and opening them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from schemas.events.fields import PersonalClass
from service.vault.vault import Keyring

Values = Mapping[str, Any]
"""Field name → JSON value, as in a roster record; a field without a value is left out."""

CLASS_FIELDS: Final[Mapping[PersonalClass, tuple[str, ...]]] = {
    PersonalClass.IDENTITY: (
        "name",
        "id_number",
        "gender",
        "birth_date",
        "ethnicity",
        "guardian_id",
    ),
    PersonalClass.CONTACT: (
        "phone",
        "other_phones",
        "phone_text",
        "emergency_phone",
        "village",
        "current_place",
    ),
    PersonalClass.NOTE: (
        "destination",
        "destination_code",
        "employer",
        "occupation",
        "departure_date",
        "departure_text",
        "health",
        "return_status",
        "not_returned_reason",
        "remark",
    ),
}
SEALED_COLUMNS: Final[Mapping[PersonalClass, str]] = {
    PersonalClass.IDENTITY: "identity_sealed",
    PersonalClass.CONTACT: "contact_sealed",
    PersonalClass.NOTE: "detail_sealed",
}


def seal_values(keyring: Keyring, worker_id: UUID, values: Values) -> dict[str, bytes]:
    """Column → what is sealed in it. The worker must have a key of each class."""
    sealed = {}
    for personal_class, column in SEALED_COLUMNS.items():
        content = {name: values[name] for name in CLASS_FIELDS[personal_class] if name in values}
        place = _place(worker_id, column)
        sealed[column] = keyring.seal(worker_id, personal_class, content, place=place)
    return sealed


def open_values(keyring: Keyring, row: Mapping[Any, Any]) -> dict[str, Any]:
    """The opposite: `row` holds at least the id and the three columns. Fields whose key was destroyed
    are left out. Raises SealBrokenError for what was altered.
    """
    worker_id = row["id"]
    values: dict[str, Any] = {}
    for personal_class, column in SEALED_COLUMNS.items():
        place = _place(worker_id, column)
        values |= keyring.open(worker_id, personal_class, row[column], place=place) or {}
    return values


def _place(worker_id: UUID, column: str) -> str:
    return f"worker/{worker_id}/{column}"
