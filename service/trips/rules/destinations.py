"""Whether a trip goes to another city than a demand named. Pure."""

from typing import Final

from schemas.divisions.reading import MUNICIPALITIES, within
from service.trips.rules.overview import Plan

_NO_CITY: Final = "90"
"""Counties right under their province (429004 仙桃, 659001 石河子): each is as good as a city."""


def goes_elsewhere(plan: Plan, wanted: str | None) -> bool:
    """To another city than the wanted one, by the destination and by every handover point. A trip
    that ends in the own county (a feeder, people coming home) says nothing about where they go.
    """
    destination = plan.destination_code
    if wanted is None or destination is None or within(destination, plan.county_code):
        return False
    named = [destination, *(each.division_code for each in plan.handover_points)]
    return not any(_is_near(place[:6], wanted) for place in named if place is not None)


def _is_near(place: str, wanted: str) -> bool:
    """The same city; or one of them names a province only, and the other lies in it."""
    return within(wanted, _city_of(place)) or within(place, wanted)


def _city_of(code: str) -> str:
    if code[2:] == "0000" or code[2:4] == _NO_CITY:
        return code
    return MUNICIPALITIES.get(code[:2], f"{code[:4]}00")
