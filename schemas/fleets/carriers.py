"""Carriers: whoever runs the vehicles."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict

from schemas.base import Input, Wire
from schemas.changes import Change
from schemas.enterprises import OrganisationName
from schemas.fleets.values import PaperNumber
from schemas.types import CreditCode, Phone


class CarrierIn(Input):
    """`licence_number`: 道路运输经营许可证. `id` is made by the sender."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01710a3e-2400-7000-8000-000000000201",
                    "name": "铁岭示例客运有限公司",
                    "credit_code": "91211221MA0ABC121W",
                    "licence_number": "211200000001",
                    "licence_valid_until": "2023-12-31",
                    "phone": "024-74840000",
                }
            ]
        }
    )

    id: UUID
    name: OrganisationName
    credit_code: CreditCode | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: date | None = None
    phone: Phone | None = None


class CarrierChange(Change):
    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "15400002222"}]})
    may_be_empty: ClassVar[frozenset[str]] = frozenset(
        {"credit_code", "licence_number", "licence_valid_until", "phone"}
    )

    name: OrganisationName | None = None
    credit_code: CreditCode | None = None
    licence_number: PaperNumber | None = None
    licence_valid_until: date | None = None
    phone: Phone | None = None


class CarrierOut(Wire):
    """The phone is masked; the printed papers hold it in full."""

    id: UUID
    name: str
    credit_code: str | None
    licence_number: str | None
    licence_valid_until: date | None
    phone: str | None
    version: int
