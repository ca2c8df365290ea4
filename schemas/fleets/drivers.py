"""Drivers with their papers."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import ConfigDict, StringConstraints

from schemas.base import Input, Wire
from schemas.changes import Change
from schemas.fleets.values import PaperNumber
from schemas.types import IdNumber, PersonName, Phone

LicenceClass = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Fa-f][1-4]?$")
]


class DriverIn(Input):
    """`licence_number` is of the 驾驶证, `qualification_number` of the 从业资格证."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000203",
                    "carrier_id": "01710a3e-2400-7000-8000-000000000201",
                    "name": "李师傅",
                    "phone": "15400003333",
                    "licence_class": "A1",
                    "licence_number": "210000000001",
                    "licence_valid_until": "2024-05-31",
                    "qualification_number": "2112000000000000003",
                    "qualification_valid_until": "2024-06-30",
                }
            ]
        }
    )

    id: UUID
    carrier_id: UUID
    name: PersonName
    phone: Phone
    id_number: IdNumber | None = None
    licence_class: LicenceClass
    licence_number: PaperNumber | None = None
    licence_valid_until: date | None = None
    qualification_number: PaperNumber | None = None
    qualification_valid_until: date | None = None


class DriverChange(Change):
    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "15400004444"}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"id_number", "licence_number", "licence_valid_until"}
        | {"qualification_number", "qualification_valid_until"}
    )

    carrier_id: UUID | None = None
    name: PersonName | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    licence_class: LicenceClass | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: date | None = None
    qualification_number: PaperNumber | None = None
    qualification_valid_until: date | None = None


class DriverOut(Wire):
    """Name, numbers and phone are masked, null once erased; the printed papers hold them in full."""

    id: UUID
    carrier_id: UUID
    name: str | None
    phone: str | None
    id_number: str | None
    licence_class: str
    licence_number: str | None
    licence_valid_until: date | None
    qualification_number: str | None
    qualification_valid_until: date | None
    version: int
