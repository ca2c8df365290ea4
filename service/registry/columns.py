"""Which field of a worker is sealed in which class; keyed digests to find a number, name or phone and to
group households, employers, villages; who is reachable; the sixteenth birthday that is kept of people under
18.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json

from schemas import identity
from schemas.events.fields import PersonalClass
from schemas.numbers import NumberKind, read_number
from schemas.roster.records import WORKING_AGE
from schemas.types import normalise_phone, search_key
from schemas.workers import WorkerSearchIn
from service.vault.vault import BlindIndex, IndexPurpose, Keyring

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
_SORTED_FIELDS: Final = {key: tuple(sorted(names)) for key, names in CLASS_FIELDS.items()}
"""In the order in which a content is encoded."""
SEALED_COLUMNS: Final[Mapping[PersonalClass, str]] = {
    PersonalClass.IDENTITY: "identity_sealed",
    PersonalClass.CONTACT: "contact_sealed",
    PersonalClass.NOTE: "detail_sealed",
}


def seal_values(keyring: Keyring, worker_id: UUID, values: Values) -> dict[str, bytes]:
    """Column → what is sealed in it. The worker must have a key of each class."""
    sealed, worker = {}, f"worker/{worker_id}/"
    for personal_class, column in SEALED_COLUMNS.items():
        content = {name: values[name] for name in _SORTED_FIELDS[personal_class] if name in values}
        sealed[column] = keyring.seal_bytes(
            worker_id, personal_class, to_json(content), place=worker + column
        )
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


# All accepted numbers have the layout of the citizen's card; other papers would be other types.
DOCUMENT_TYPE: Final = "resident"
ADULT_AGE: Final = 18
_KEY_BYTES: Final = 16


class WorkerIndex:
    """The digests of one county, for the length of one transaction."""

    def __init__(self, indexes: BlindIndex, county_code: str) -> None:
        self._digest = indexes.digest
        self._county_code = county_code
        self._known: dict[tuple[str, ...], bytes] = {}
        self._firms: dict[str, str] = {}

    def id_number(self, number: str) -> bytes:
        return self._find(IndexPurpose.ID_NUMBER, DOCUMENT_TYPE, number)

    def name(self, name: str) -> bytes:
        return self._find(IndexPurpose.NAME, name)

    def phone(self, phone: str) -> bytes:
        return self._digest(IndexPurpose.PHONE, self._county_code, phone)

    def employer(self, text: str) -> str:
        known = self._firms.get(text)
        if known is None:
            known = self._firms[text] = self._key(IndexPurpose.EMPLOYER, search_key(text))
        return known

    def village(self, township_code: str | None, village: str) -> str:
        return self._key(IndexPurpose.VILLAGE, township_code or "", village)

    def household(self, values: Values) -> str:
        """The key of people with the same emergency number. Without a number it is a key of the person
        alone; of a child the guardian's (`household_of_guardian`), as long as the guardian is not
        registered.
        """
        if phone := first_phone(values.get("emergency_phone")):
            return self._key(IndexPurpose.HOUSEHOLD, "phone", phone)
        return self.household_of_guardian(values.get("guardian_id") or values["id_number"])

    def household_of_guardian(self, id_number: str) -> str:
        return self._key(IndexPurpose.HOUSEHOLD, DOCUMENT_TYPE, id_number)

    def remember(self, values: Values, id_digest: bytes, name_digest: bytes) -> None:
        """Digests that were made before, of the values' number and name."""
        self._known[IndexPurpose.ID_NUMBER, DOCUMENT_TYPE, values["id_number"]] = id_digest
        self._known[IndexPurpose.NAME, values["name"]] = name_digest

    def content(self, *parts: str) -> bytes:
        """The digest of a whole row. Not remembered: no row comes twice."""
        return self._digest(IndexPurpose.CONTENT, "roster-row", self._county_code, *parts)

    def _key(self, purpose: IndexPurpose, *parts: str) -> str:
        return self._find(purpose, *parts)[:_KEY_BYTES].hex()

    def _find(self, purpose: IndexPurpose, *parts: str) -> bytes:
        """Remembered: hundreds of rows share a village and a firm, and a row's own digests are needed
        when it is read and again when it is written.
        """
        known = self._known.get((purpose, *parts))
        if known is None:
            known = self._known[purpose, *parts] = self._digest(purpose, self._county_code, *parts)
        return known


def derive_columns(
    values: Values, *, township_code: str | None, index: WorkerIndex, entered_on: date
) -> dict[str, Any]:
    """All columns that follow from the values. The household of a child whose guardian is registered
    is the guardian's: the caller sets it.
    """
    phone, village, employer = (values.get(name) for name in ("phone", "village", "employer"))
    guardian = values.get("guardian_id")
    return {
        "id_number_index": index.id_number(values["id_number"]),
        "name_index": index.name(values["name"]),
        "phone_index": index.phone(phone) if phone else None,
        "guardian_index": index.id_number(guardian) if guardian else None,
        "reachable": is_reachable(values),
        "household_key": index.household(values),
        "employer_key": index.employer(employer) if employer else None,
        "village_key": index.village(township_code, village) if village else None,
        "sixteen_on": find_sixteenth_birthday(values["id_number"], entered_on=entered_on),
    }


def get_search_digest(
    wanted: WorkerSearchIn, indexes: BlindIndex, county_code: str
) -> tuple[str, bytes | int]:
    """The column to search in, and what to look for there."""
    index = WorkerIndex(indexes, county_code)
    if wanted.id_number is not None:
        return "id_number_index", index.id_number(wanted.id_number)
    if wanted.phone is not None:
        return "phone_index", index.phone(wanted.phone)
    if wanted.number is not None:
        return "number", read_number(NumberKind.WORKER, wanted.number) or 0
    return "name_index", index.name(wanted.name or "")


def first_phone(text: str | None) -> str | None:
    """The first number of an emergency telephone cell in its stored form."""
    return normalise_phone(text.split("、")[0]) if text else None


def is_reachable(values: Values) -> bool:
    """A number of the worker's own, another one, or the family's or village's."""
    return bool(
        values.get("phone")
        or values.get("other_phones")
        or first_phone(values.get("emergency_phone"))
    )


def find_sixteenth_birthday(id_number: str, *, entered_on: date) -> date | None:
    """None for people of 18 or more on the day of entry: of them no date is kept."""
    born = identity.get_birth_date(id_number)
    if born is None or born <= identity.years_before(entered_on, ADULT_AGE):
        return None
    try:
        return born.replace(year=born.year + WORKING_AGE)
    except ValueError:  # 29 February where the sixteenth year has none
        return date(born.year + WORKING_AGE, 3, 1)
