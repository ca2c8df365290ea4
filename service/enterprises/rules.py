"""What is known of an enterprise in plain values; which of it is sealed: contacts, and of a household also
name and address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.enterprises import Contact, EnterpriseKind


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """What other features ask. `name` is None for a household: it is a person's, and opened for papers
    only.
    """

    id: UUID
    name: str | None
    credit_code: str | None
    division_code: str


@dataclass(frozen=True, slots=True)
class EnterpriseDetails:
    """All that is described of an enterprise. Once its key was destroyed there are no contacts, and of
    a household neither name nor address.
    """

    kind: str
    name: str | None
    credit_code: str | None
    division_code: str
    address: str | None
    contacts: Sequence[Contact]

    @property
    def is_private(self) -> bool:
        """A household is a person: its name and address are sealed too."""
        return self.kind == EnterpriseKind.HOUSEHOLD

    def list_sealed(self) -> dict[str, Any]:
        """What is sealed; without what is not there."""
        own = {"name": self.name, "address": self.address} if self.is_private else {}
        values = {**own, "contacts": [each.model_dump() for each in self.contacts]}
        return {name: value for name, value in values.items() if value is not None}
