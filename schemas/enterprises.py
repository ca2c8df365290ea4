"""Enterprises on the wire: kinds (enterprise, farm, household, site), at most 10 contacts, which fields may be
emptied, what is masked in answers.
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field

from schemas.base import Change, Input, Wire
from schemas.types import Address, CreditCode, DivisionCode, OrganisationName, PersonName, Phone

MAX_CONTACTS = 10


class EnterpriseKind(StrEnum):
    """Small sites, farms and households have no credit code. A household's name is a person's."""

    ENTERPRISE = "enterprise"
    FARM = "farm"
    HOUSEHOLD = "household"
    SITE = "site"


_EXAMPLE: dict[str, Any] = {
    "id": "01710a3e-2400-7000-8000-000000000101",
    "kind": "enterprise",
    "name": "苏州示例电子有限公司",
    "credit_code": "91320583MA1XYTE537",
    "division_code": "320583",
    "address": "示例路1号",
    "contacts": [{"name": "张经理", "phone": "15400004321"}],
}


class Contact(Input):
    """Somebody to speak to. Sealed where it lies, masked in every answer."""

    name: PersonName
    phone: Phone


Contacts = Annotated[list[Contact], Field(max_length=MAX_CONTACTS)]


class EnterpriseIn(Input):
    """`id` is made by the sender. `division_code` is the place of work: 6, 9 or 12 digits."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: UUID
    kind: EnterpriseKind = EnterpriseKind.ENTERPRISE
    name: OrganisationName
    credit_code: CreditCode | None = None
    division_code: DivisionCode
    address: Address | None = None
    contacts: Contacts = Field(default_factory=list)


class EnterpriseChange(Change):
    """`contacts` is the whole new list. The kind stays: another kind is another enterprise."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"address": "示例路2号"}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset({"credit_code", "address"})

    name: OrganisationName | None = None
    credit_code: CreditCode | None = None
    division_code: DivisionCode | None = None
    address: Address | None = None
    contacts: Contacts | None = None


class ContactOut(Wire):
    """Masked; the printed papers hold them in full."""

    name: str
    phone: str


class EnterpriseOut(Wire):
    """A household's name is masked and its address left out; null where it was erased."""

    id: UUID
    kind: EnterpriseKind
    name: str | None
    credit_code: str | None
    division_code: str
    address: str | None
    contacts: list[ContactOut]
    version: int
