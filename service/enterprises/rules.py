"""What other features know of an enterprise: plain values."""

from dataclasses import dataclass
from uuid import UUID

from schemas.enterprises import EnterpriseKind


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """`name` is None for a household: it is a person's, and opened for papers only."""

    id: UUID
    kind: EnterpriseKind
    name: str | None
    credit_code: str | None
    division_code: str


@dataclass(frozen=True, slots=True)
class ContactPerson:
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class EnterpriseContact:
    """In full, for printed papers. Everything sealed is None or empty once it was erased."""

    id: UUID
    name: str | None
    address: str | None
    contacts: tuple[ContactPerson, ...]
