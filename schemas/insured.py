"""The list of the insured (乘客意外险) on the wire: who is on a trip's list with a place, and who came or went
since an earlier version of the list.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from schemas.base import Wire


class InsuredChange(StrEnum):
    """What became of somebody since the earlier version."""

    ADDED = "added"
    REMOVED = "removed"


INSURED_CHANGE_NAMES: dict[InsuredChange, tuple[str, str]] = {
    InsuredChange.ADDED: ("增加", "added"),
    InsuredChange.REMOVED: ("减少", "removed"),
}


class InsuredLine(Wire):
    """One person."""

    passenger_id: UUID = Field(description="Id of the passenger.")
    seat_label: str | None = Field(
        description="The seat as it is written; null where it is not known."
    )
    name: str | None = Field(description="The person's name, in full; null where it is not known.")
    id_number: str | None = Field(
        description="The last four digits; in an export of a coordinator or the trip's escort the whole number."
    )
    change: InsuredChange | None = Field(
        description="Whether the person came or went; null where everybody is listed."
    )


class InsuredOut(Wire):
    """Stand-bys without a place are not on it."""

    trip_id: UUID
    number: str
    plate: str | None = Field(description="Of the vehicle in use; null where there is none.")
    passenger_insurance_number: str | None = Field(
        description="Number of the insurance; null where none is entered."
    )
    passenger_insurance_valid_until: date | None = Field(
        description="Last day of the insurance; null where it is not known."
    )
    planned_departure_at: datetime | None
    planned_arrival_at: datetime | None
    list_version: int
    since_version: int | None = Field(
        description="The version of the list with which this one is compared; null: everybody is listed."
    )
    lines: list[InsuredLine] = Field(description="One line for each person, by seat.")
