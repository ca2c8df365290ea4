"""The policy versions, and which is in force where and when; what follows from one: how many passengers may
ride, rows kept free for isolation, which temperature is too warm.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from schemas.errors import ErrorCode
from schemas.policies import PolicyVersion, TemperatureComparison
from service.errors import DomainError

ORDINARY = PolicyVersion(version="ordinary-1", title="常规年份：不设疫情防控条件")

POLICIES: tuple[PolicyVersion, ...] = (ORDINARY,)
"""Dated data: a new rule is a new version with a new name; an old one is never edited, because
decisions name it."""


def find_policy(version: str) -> PolicyVersion:
    """The version that a decision or a trip names; raises not-found for a name never issued."""
    for policy in POLICIES:
        if policy.version == version:
            return policy
    raise DomainError(ErrorCode.NOT_FOUND, facts={"policy": version})


def policy_in_force(county_code: str, on: date) -> PolicyVersion:
    """What holds in a county on a day. There always is one: the ordinary year has no dates."""
    return select_policy(POLICIES, county_code=county_code, on=on)


def select_policy(
    policies: Sequence[PolicyVersion], *, county_code: str, on: date
) -> PolicyVersion:
    """The nearer region before the wider one, in one region the one that began last."""
    holding = [policy for policy in policies if _holds(policy, county_code, on)]
    return max(holding, key=lambda each: (len(each.region), each.valid_from or date.min))


def _holds(policy: PolicyVersion, county_code: str, on: date) -> bool:
    begun = policy.valid_from is None or policy.valid_from <= on
    ended = policy.valid_until is not None and policy.valid_until < on
    return county_code.startswith(policy.region) and begun and not ended


def occupancy_limit(
    policy: PolicyVersion, *, licensed_places: int, crew_seats: int, kept_free: int
) -> int:
    """How many passengers may ride: two limits that cross, so both are looked at.

    The percentage is of 核定载客人数, which includes the driver, and is rounded down; unless
    `crew_counts`, it limits passengers only. Crew and passengers never exceed the licensed places.
    """
    by_places = licensed_places - crew_seats - kept_free
    if policy.occupancy_percent is None:
        return max(0, by_places)
    allowed = licensed_places * policy.occupancy_percent // 100
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
