"""Where a stranded person is at home by the identity number, which county's bureau is written to (and which
provinces are not), and how the planned day is shown. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol
from uuid import UUID

from schemas.divisions.table import full_name, get_division
from schemas.workers import Feed
from service.registry.merging import Source

_NO_BUREAU: Final = ("71", "81", "82")
"""Provinces whose authorities a county's bureau does not write to."""


class Statement(Protocol):
    """One row of an enterprise's list, as imports read it."""

    @property
    def id_digest(self) -> bytes: ...
    @property
    def name_digest(self) -> bytes: ...
    @property
    def content_mac(self) -> bytes: ...
    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def sheet(self) -> int: ...
    @property
    def row_number(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What an enterprise said of somebody whom the registry did not know."""

    source: Source
    name_digest: bytes
    content_mac: bytes
    values: Mapping[str, Any]


def make_source(enterprise_id: UUID, as_of: date) -> Source:
    return Source(Feed.ENTERPRISE, str(enterprise_id), as_of)


def find_home(id_number: str) -> str | None:
    """The first six digits: where the first card was made out, and mostly where the family lives.
    Residence permits and cards (8…, 9…) name no home.
    """
    return None if id_number[0] in "89" else id_number[:6]


def name_home(home_code: str | None) -> str | None:
    """None for what is in no table any more."""
    return full_name(home_code) if home_code and get_division(home_code) else None


def find_bureau(home_code: str | None, *, county_code: str) -> str | None:
    """The division whose bureau is written to: the home county; where its code no longer exists
    the city, else the province. None for people of our own county and of no known home.
    """
    if home_code is None or home_code == county_code or home_code.startswith(_NO_BUREAU):
        return None
    wider = (home_code, home_code[:4] + "00", home_code[:2] + "0000")
    return next((code for code in wider if get_division(code)), None)


def show_plan(values: Mapping[str, Any]) -> str | None:
    """The planned day, or what stands in its place."""
    return values.get("departure_date") or values.get("departure_text")
