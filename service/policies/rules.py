"""The ordinary year; which policy is in force where and when, and which level of risk an area had; what follows
from a policy: how many passengers may ride, rows kept free for isolation, which temperature is too warm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas.errors import ErrorCode
from schemas.policies import (
    PolicyIn,
    PolicyMisfit,
    PolicyVersion,
    RiskArea,
    RiskLevel,
    RiskScheme,
    TemperatureComparison,
)
from service.errors import DomainError

ORDINARY = PolicyVersion(version="ordinary-1", title="常规年份：不设疫情防控条件")
"""In force in every county on every day for which nothing nearer was loaded."""

_ORDER = tuple(RiskLevel)


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """What one county has loaded, beside the ordinary year, which every county has."""

    county_code: str
    loaded: tuple[PolicyVersion, ...] = ()
    areas: tuple[RiskArea, ...] = ()

    @property
    def policies(self) -> tuple[PolicyVersion, ...]:
        return (ORDINARY, *self.loaded)

    def get(self, version: str) -> PolicyVersion | None:
        return next((each for each in self.policies if each.version == version), None)

    def find(self, version: str) -> PolicyVersion:
        """The version that a decision or a trip names; raises not-found for one never loaded."""
        if (policy := self.get(version)) is None:
            raise DomainError(ErrorCode.NOT_FOUND, facts={"policy": version})
        return policy

    def in_force(self, on: date, *, county_code: str | None = None) -> PolicyVersion:
        """What holds in the county (or in another) on a day. There always is one."""
        return select_policy(self.policies, county_code=county_code or self.county_code, on=on)

    def find_risk(
        self, scheme: RiskScheme | None, codes: Iterable[str], *, on: date
    ) -> RiskLevel | None:
        """The highest level of the places by this scheme on a day. A place that no area covers is low; None
        without a scheme, or without places."""
        places = list(codes)
        if scheme is None or not places:
            return None
        met = (
            area
            for area in self.areas
            if area.scheme is scheme and _lasts(area, on) and _meets(area.area_code, places)
        )
        levels = [area.level for area in _list_newest(met)]
        return min(levels, key=_ORDER.index, default=RiskLevel.LOW)

    def list_areas(self, on: date) -> list[RiskArea]:
        """Those that have a level on a day, the highest first."""
        lasting = (each for each in self.areas if _lasts(each, on))
        return sorted(
            _list_newest(lasting), key=lambda each: (_ORDER.index(each.level), each.area_code)
        )


def _list_newest(areas: Iterable[RiskArea]) -> list[RiskArea]:
    """Of one area in one scheme the one that began last; of two that began together the higher."""
    ordered = sorted(areas, key=lambda each: (each.valid_from, -_ORDER.index(each.level)))
    return list({(each.scheme, each.area_code): each for each in ordered}.values())


def _lasts(area: RiskArea, on: date) -> bool:
    return area.valid_from <= on and (area.valid_until is None or on <= area.valid_until)


def _meets(area_code: str, places: Iterable[str]) -> bool:
    """An area and a place meet where one contains the other: a city with a street of high level in it is
    high for whoever says no more than the city. 00 at the end of a code stands for all below it."""
    area = _trim(area_code)
    return any(place.startswith(area) or area.startswith(place) for place in map(_trim, places))


def _trim(code: str) -> str:
    while len(code) > 2 and len(code) % 2 == 0 and code.endswith("00"):
        code = code[:-2]
    return code


def select_policy(
    policies: Sequence[PolicyVersion], *, county_code: str, on: date
) -> PolicyVersion:
    """The nearer region before the wider one, in one region the one that began last."""
    holding = [policy for policy in policies if _holds(policy, county_code, on)]
    return max(holding, key=lambda each: (len(each.region), each.valid_from or date.min))


def _holds(policy: PolicyVersion, county_code: str, on: date) -> bool:
    return not list_misfits(policy, county_code=county_code, on=on)


def list_misfits(policy: PolicyVersion, *, county_code: str, on: date) -> list[PolicyMisfit]:
    """Why it does not hold in the county on that day; nothing where it does."""
    begun = policy.valid_from is None or policy.valid_from <= on
    ended = policy.valid_until is not None and policy.valid_until < on
    misfits = [] if begun and not ended else [PolicyMisfit.DATES]
    return misfits if county_code.startswith(policy.region) else [*misfits, PolicyMisfit.REGION]


def find_overlap(known: Iterable[PolicyVersion], new: PolicyVersion) -> PolicyVersion | None:
    """One of the same region that begins on the same day: which of the two holds would be chance. One that
    begins later is the newer rule, and the earlier one ends with it."""
    return next(
        (
            each
            for each in known
            if (each.region, each.valid_from) == (new.region, new.valid_from)
            and each.version != new.version
        ),
        None,
    )


def list_differences(one: PolicyIn, other: PolicyIn) -> list[tuple[str, Any, Any]]:
    """(parameter, value here, value there) of all in which they differ, as JSON has them; what only names a
    version and says where and when it holds is left out."""
    mine, theirs = one.model_dump(mode="json"), other.model_dump(mode="json")
    return [
        (name, value, theirs[name])
        for name, value in mine.items()
        if name not in NAMING and value != theirs[name]
    ]


NAMING: Final = frozenset(
    {"version", "title", "region", "valid_from", "valid_until", "document", "source"}
)
"""Fields that decide which version holds, or tell whence it comes; all others are parameters of decisions."""


def find_percentage(
    policy: PolicyVersion, *, risk: RiskLevel | None, between_cities: bool
) -> int | None:
    """Per cent of the licensed places that may be taken; None: all of them."""
    if policy.occupancy_between_cities_only and not between_cities:
        return None
    by_risk = policy.occupancy_by_risk
    if by_risk is None or risk is None:
        return policy.occupancy_percent
    percent: int | None = getattr(by_risk, risk)
    return percent


def occupancy_limit(
    policy: PolicyVersion,
    *,
    licensed_places: int,
    crew_seats: int,
    kept_free: int,
    risk: RiskLevel | None = None,
    between_cities: bool = True,
) -> int:
    """How many passengers may ride: two limits that cross, so both are looked at.

    The percentage is of 核定载客人数, which includes the driver, and is rounded down; unless
    `crew_counts`, it limits passengers only. Crew and passengers never exceed the licensed places.
    """
    by_places = licensed_places - crew_seats - kept_free
    percent = find_percentage(policy, risk=risk, between_cities=between_cities)
    if percent is None:
        return max(0, by_places)
    allowed = licensed_places * percent // 100
    by_percentage = allowed - crew_seats if policy.crew_counts else allowed
    return max(0, min(by_percentage, by_places))


def isolation_rows(
    policy: PolicyVersion, *, rows: Iterable[int], licensed_places: int
) -> frozenset[int]:
    """The rearmost rows that stay free for whoever falls ill; none in small vehicles."""
    if policy.isolation_rows == 0 or licensed_places < policy.isolation_from_places:
        return frozenset()
    return frozenset(sorted(set(rows))[-policy.isolation_rows :])


def is_too_warm(policy: PolicyVersion, tenths: int) -> bool:
    """A reading in tenths of a degree against the limit; without a limit nothing is too warm."""
    limit = policy.temperature_limit_tenths
    if limit is None:
        return False
    if policy.temperature_comparison is TemperatureComparison.AT_LEAST:
        return tenths >= limit
    return tenths > limit
