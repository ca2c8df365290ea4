"""Workers of 16 and 17 (未成年工), and posts that name work which the law forbids them."""

from datetime import date
from uuid import UUID

import pytest

from schemas.events.payloads_passengers import PersonRole
from schemas.gate import Caution
from service.registry.people import Person, is_adult
from service.workers.young import find_forbidden, is_young, list_cautions

WORKER = PersonRole.WORKER
LEAP = date(2020, 2, 29)


@pytest.mark.parametrize(
    ("sixteen_on", "on", "adult"),
    [
        (None, LEAP, True),
        (date(2018, 2, 28), LEAP, True),
        (date(2018, 3, 1), LEAP, False),
        (date(2018, 3, 1), date(2020, 3, 1), True),
        (date(2020, 2, 29), date(2022, 2, 28), False),
        (date(2020, 2, 29), date(2022, 3, 1), True),
        (date(2020, 3, 1), LEAP, False),
    ],
)
def test_who_is_an_adult(sixteen_on: date | None, on: date, *, adult: bool) -> None:
    assert is_adult(sixteen_on, on) is adult


@pytest.mark.parametrize(
    ("role", "sixteen_on", "young"),
    [
        (WORKER, date(2020, 2, 29), True),
        (WORKER, date(2018, 3, 1), True),
        (WORKER, date(2018, 2, 28), False),
        (WORKER, date(2020, 3, 1), False),
        (WORKER, None, False),
        (PersonRole.FAMILY, date(2020, 2, 29), False),
        (PersonRole.CHILD, date(2020, 2, 29), False),
    ],
)
def test_who_is_a_young_worker(role: PersonRole, sixteen_on: date | None, *, young: bool) -> None:
    assert is_young(role, sixteen_on, LEAP) is young


@pytest.mark.parametrize(
    ("post", "works"),
    [
        ("包装工", []),
        ("缝纫", []),
        ("打磨抛光", ["接尘作业"]),
        ("汽车喷漆工", ["有毒作业"]),
        ("架子工", ["高处作业"]),
        ("水产冷库", ["冷水和低温作业"]),
        ("铸造车间炉前工", ["高温作业"]),
        ("装卸", ["重体力和负重作业"]),
        ("煤矿井下掘进", ["矿山井下和采石"]),
        ("林场伐木", ["伐木、流放和守林"]),
        ("无损探伤", ["放射性作业"]),
        ("烟花厂装药", ["易燃易爆、灼伤等危险作业"]),
        ("地质勘探", ["野外勘探"]),
        ("隧道工", ["潜水、涵洞和高原作业"]),
        ("风镐手", ["凿岩机、气镐、电锤等作业"]),
        ("司炉工", ["锅炉司炉"]),
        ("冷库搬运", ["冷水和低温作业", "重体力和负重作业"]),
    ],
)
def test_posts_that_the_law_forbids(post: str, works: list[str]) -> None:
    """Each kind of work has a post here."""
    assert [zh for zh, _ in find_forbidden(post)] == works


@pytest.mark.parametrize(
    ("occupation", "found"),
    [
        (None, [Caution.YOUNG_WORKER, Caution.POST_MISSING]),
        ("包装工", [Caution.YOUNG_WORKER]),
        ("搬运工", [Caution.YOUNG_WORKER, Caution.POST_FORBIDDEN]),
    ],
)
def test_what_is_noted(occupation: str | None, found: list[Caution]) -> None:
    person = Person(
        id=UUID(int=1),
        person_role=WORKER,
        reachable=True,
        version=1,
        sixteen_on=LEAP,
        occupation=occupation,
    )
    assert [code for code, _ in list_cautions(person, WORKER, LEAP)] == found
    assert list(list_cautions(person, PersonRole.FAMILY, LEAP)) == []
