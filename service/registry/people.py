"""A worker in plain values: the opened person, the masked one (which fields, how), and what handlers may
know of a worker.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias
from uuid import UUID

from schemas import identity
from schemas.divisions.table import get_division
from schemas.events.payloads_passengers import PersonRole
from schemas.identity import get_end, mask_id, mask_name, mask_phone
from schemas.numbers import NumberKind, show_number
from schemas.roster.records import WORKING_AGE
from schemas.workers import WorkerOut
from service.registry.columns import ADULT_AGE, open_values
from service.registry.models import Worker, WorkerRow
from service.vault.vault import Keyring

StoredWorker: TypeAlias = Worker | WorkerRow
"""A row that a person is made of: one by itself, or one of many."""


@dataclass(frozen=True, slots=True)
class Person:
    """One worker in full, opened for a work list or a reveal. Where keys were destroyed (erased),
    name and number are empty and the rest is None.
    """

    id: UUID
    person_role: PersonRole
    reachable: bool
    version: int
    township_code: str | None = None
    guardian_worker_id: UUID | None = None
    sixteen_on: date | None = None
    number: str | None = None
    name: str = ""
    id_number: str = ""
    gender: str | None = None
    birth_date: date | None = None
    ethnicity: str | None = None
    guardian_id: str | None = None
    phone: str | None = None
    other_phones: tuple[str, ...] = ()
    phone_text: str | None = None
    emergency_phone: str | None = None
    village: str | None = None
    current_place: str | None = None
    destination: str | None = None
    destination_code: str | None = None
    employer: str | None = None
    occupation: str | None = None
    departure_date: date | None = None
    departure_text: str | None = None
    health: str | None = None
    return_status: str | None = None
    not_returned_reason: str | None = None
    remark: str | None = None

    @property
    def township(self) -> str | None:
        division = get_division(self.township_code) if self.township_code else None
        return division.name if division else None

    @property
    def id_number_end(self) -> str:
        return get_end(self.id_number)


def open_person(keyring: Keyring, row: StoredWorker) -> Person:
    """Raises SealBrokenError for what was altered."""
    columns = row.model_dump() if isinstance(row, Worker) else row._asdict()
    values = open_values(keyring, columns)
    for name in ("birth_date", "departure_date"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    values["other_phones"] = tuple(values.get("other_phones", ()))
    return Person(
        id=row.id,
        person_role=PersonRole(row.person_role),
        reachable=row.reachable,
        version=row.version,
        township_code=row.township_code,
        guardian_worker_id=row.guardian_worker_id,
        sixteen_on=row.sixteen_on,
        number=show_number(NumberKind.WORKER, row.number) if row.number else None,
        **values,
    )


def mask_person(person: Person) -> WorkerOut:
    return WorkerOut(
        id=person.id,
        number=person.number,
        name=mask_name(person.name),
        id_number=mask_id(person.id_number),
        gender=person.gender,
        phone=mask_phone(person.phone) if person.phone else None,
        reachable=person.reachable,
        person_role=person.person_role,
        township_code=person.township_code,
        township=person.township,
        village=person.village,
        sixteen_on=person.sixteen_on,
        version=person.version,
    )


def is_adult(sixteen_on: date | None, on: date) -> bool:
    """18 or older on that day. Of adults at entry no birthday is kept."""
    return sixteen_on is None or sixteen_on <= identity.years_before(on, ADULT_AGE - WORKING_AGE)


class Guardian(NamedTuple):
    """The worker whom a child names as guardian, and that one's own 16th birthday (None: an adult at entry)."""

    worker_id: UUID
    sixteen_on: date | None = None


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """`sixteen_on` is the sixteenth birthday of those who were younger than 18 at entry, else
    None. People with one `household_key` belong together; the other keys group by equality.
    """

    id: UUID
    township_code: str | None
    person_role: PersonRole
    sixteen_on: date | None
    guardian_worker_id: UUID | None
    reachable: bool
    household_key: str | None
    employer_key: str | None
    village_key: str | None


@dataclass(frozen=True, slots=True)
class WorkerFacts(StoredFacts):
    """`guardian`: of those whose 16th birthday is kept."""

    guardian: Guardian | None = None
