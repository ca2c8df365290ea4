"""Which policy holds where and when, and what follows from its parameters."""

from datetime import date

import pytest

from schemas.errors import ErrorCode
from schemas.permissions import Role
from schemas.policies import (
    PolicyVersion,
    RiskArea,
    RiskLevel,
    RiskScheme,
    TemperatureComparison,
)
from service.errors import DomainError
from service.policies.rules import (
    ORDINARY,
    PolicyBook,
    find_overlap,
    is_too_warm,
    isolation_rows,
    occupancy_limit,
    select_policy,
)
from tests.factories import World

COUNTY = "211221"


def _policy(name: str = "test", **given: object) -> PolicyVersion:
    return PolicyVersion.model_validate({"version": name, "title": name, **given})


EPIDEMIC = (
    ORDINARY,
    _policy("country", valid_from=date(2020, 2, 12), valid_until=date(2020, 4, 7)),
    _policy("country-later", valid_from=date(2020, 3, 1), valid_until=date(2020, 4, 7)),
    _policy("province", region="21", valid_from=date(2020, 2, 20), valid_until=date(2020, 3, 22)),
    _policy("elsewhere", region="2102", valid_from=date(2020, 2, 1)),
)


@pytest.mark.parametrize(
    ("county_code", "on", "version"),
    [
        (COUNTY, date(2019, 1, 1), "ordinary-1"),
        (COUNTY, date(2020, 2, 11), "ordinary-1"),
        (COUNTY, date(2020, 2, 12), "country"),
        (COUNTY, date(2020, 2, 20), "province"),
        (COUNTY, date(2020, 3, 22), "province"),
        (COUNTY, date(2020, 3, 23), "country-later"),
        (COUNTY, date(2020, 4, 7), "country-later"),
        (COUNTY, date(2020, 4, 8), "ordinary-1"),
        ("210224", date(2020, 3, 1), "elsewhere"),
        ("320583", date(2020, 2, 20), "country"),
    ],
)
def test_which_policy_holds(county_code: str, on: date, version: str) -> None:
    """The nearer region first, then what began last; both days count."""
    for policies in (EPIDEMIC, EPIDEMIC[::-1]):
        assert select_policy(policies, county_code=county_code, on=on).version == version


@pytest.mark.parametrize("on", [date(1, 1, 1), date(2020, 3, 24), date(9999, 12, 31)])
def test_the_ordinary_year_always_holds(on: date) -> None:
    assert PolicyBook(COUNTY).in_force(on) is ORDINARY


def test_the_ordinary_year_asks_for_nothing() -> None:
    asked = (ORDINARY.temperature_limit_tenths, ORDINARY.any_proof_of, ORDINARY.occupancy_percent)
    assert asked == (None, (), None)
    assert is_too_warm(ORDINARY, 420) is False
    assert isolation_rows(ORDINARY, rows=range(1, 12), licensed_places=47) == frozenset()
    assert occupancy_limit(ORDINARY, licensed_places=47, crew_seats=2, kept_free=0) == 45


def test_a_version_is_found_by_its_name() -> None:
    book = PolicyBook(COUNTY, EPIDEMIC[1:])
    assert book.find("ordinary-1") is ORDINARY
    assert book.find("country") is EPIDEMIC[1]
    with pytest.raises(DomainError) as caught:
        book.find("ordinary-0")
    assert caught.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize(
    ("percent", "licensed", "crew", "kept_free", "crew_counts", "limit"),
    [
        (50, 45, 1, 0, False, 22),
        (50, 49, 1, 0, False, 24),
        (50, 55, 1, 9, False, 27),
        (70, 55, 1, 9, False, 38),
        (90, 55, 1, 9, False, 45),
        (90, 45, 1, 0, False, 40),
        (90, 55, 4, 9, False, 42),
        (50, 55, 1, 0, True, 26),
        (None, 55, 3, 9, False, 43),
        (50, 4, 1, 9, False, 0),
        (10, 10, 2, 0, True, 0),
    ],
)
def test_two_limits_cross(
    *,
    percent: int | None,
    licensed: int,
    crew: int,
    kept_free: int,
    crew_counts: bool,
    limit: int,
) -> None:
    policy = _policy(occupancy_percent=percent, crew_counts=crew_counts)
    found = occupancy_limit(policy, licensed_places=licensed, crew_seats=crew, kept_free=kept_free)
    assert found == limit


@pytest.mark.parametrize(
    ("rows", "licensed", "kept"),
    [(range(1, 12), 47, {10, 11}), ([1, 2, 2, 3], 9, set()), ([1], 10, {1})],
)
def test_the_rear_rows_stay_free(rows: list[int], licensed: int, kept: set[int]) -> None:
    policy = _policy(isolation_rows=2)
    assert isolation_rows(policy, rows=rows, licensed_places=licensed) == kept


@pytest.mark.parametrize(
    ("comparison", "tenths", "too_warm"),
    [
        (TemperatureComparison.ABOVE, 373, False),
        (TemperatureComparison.ABOVE, 374, True),
        (TemperatureComparison.AT_LEAST, 372, False),
        (TemperatureComparison.AT_LEAST, 373, True),
    ],
)
def test_the_limit_and_how_it_is_compared(
    *, comparison: TemperatureComparison, tenths: int, too_warm: bool
) -> None:
    policy = _policy(temperature_limit_tenths=373, temperature_comparison=comparison)
    assert is_too_warm(policy, tenths) is too_warm


def test_everybody_may_read_what_holds(world: World) -> None:
    answers = [
        client.get("/v1/policies/current", **params)
        for client in (world.client(Role.ESCORT), world.client(Role.ENTERPRISE_RECEIVER))
        for params in ({}, {"on": "2023-01-08"})
    ]
    assert [each.status_code for each in answers] == [200] * 4
    assert [each.json() for each in answers] == [ORDINARY.model_dump(mode="json")] * 4
    assert world.client().get("/v1/policies/current", on="2023-02-30").status_code == 422


# --- levels of risk -------------------------------------------------------------------------------
def _area(code: str, level: str, begun: int, ended: int | None = None, **more: str) -> RiskArea:
    until = None if ended is None else date(2020, 3, ended)
    told = {"scheme": "2020"} | more
    return RiskArea.model_validate(
        {
            "area_code": code,
            "level": level,
            "valid_from": date(2020, 3, begun),
            "valid_until": until,
        }
        | told
    )


AREAS = PolicyBook(
    COUNTY,
    areas=(
        _area("320500", "medium", 1, 14),
        _area("320583", "high", 10, 12),
        _area("110000", "low", 1),
        _area("330000", "high", 1),
        _area("330000", "low", 20),
        _area("310000", "high", 1, scheme="2022-06"),
    ),
)


@pytest.mark.parametrize(
    ("places", "day", "scheme", "level"),
    [
        (["320583"], 9, "2020", "medium"),
        (["320583"], 10, "2020", "high"),
        (["320583"], 12, "2020", "high"),
        (["320583"], 13, "2020", "medium"),
        (["320583"], 14, "2020", "medium"),
        (["320583"], 15, "2020", "low"),
        (["320500"], 11, "2020", "high"),  # says no more than the city
        (["320582"], 11, "2020", "medium"),
        (["320600", "320583"], 11, "2020", "high"),
        (["110105"], 31, "2020", "low"),
        (["310101"], 11, "2020", "low"),  # of another scheme
        (["310101"], 11, "2022-06", "high"),
        (["330100"], 19, "2020", "high"),
        (["330100"], 20, "2020", "low"),  # what begins later ends what was said before
        (["320583"], 11, None, None),
        ([], 11, "2020", None),
    ],
)
def test_the_level_of_places(
    places: list[str], day: int, scheme: str | None, level: str | None
) -> None:
    known = RiskScheme(scheme) if scheme else None
    found = AREAS.find_risk(known, places, on=date(2020, 3, day))
    assert found == (RiskLevel(level) if level else None)


def test_areas_are_listed_with_the_highest_first() -> None:
    listed = AREAS.list_areas(date(2020, 3, 11))
    assert [each.area_code for each in listed] == [
        "310000",
        "320583",
        "330000",
        "320500",
        "110000",
    ]
    assert len(AREAS.list_areas(date(2020, 3, 15))) == 3


@pytest.mark.parametrize(
    ("new", "clashes"),
    [
        (_policy("other", region="21", valid_from=date(2020, 2, 20)), True),
        (_policy("province", region="21", valid_from=date(2020, 2, 20)), False),  # itself
        (_policy("other", region="21", valid_from=date(2020, 2, 21)), False),
        (_policy("other", region="2101", valid_from=date(2020, 2, 20)), False),
        (_policy("other"), True),
    ],
)
def test_two_of_one_region_do_not_begin_together(new: PolicyVersion, *, clashes: bool) -> None:
    assert (find_overlap(EPIDEMIC, new) is not None) == clashes
