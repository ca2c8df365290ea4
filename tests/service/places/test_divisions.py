"""Divisions over HTTP."""

import pytest

from schemas.permissions import Role
from tests.factories import World


def test_from_the_country_down_to_the_townships(world: World) -> None:
    clerk = world.client(Role.TOWNSHIP_CLERK)
    chain = {}
    for parent, code in [
        (None, "210000"),
        ("210000", "211200"),
        ("211200", "211221"),
        ("211221", "211221209"),
    ]:
        params = {} if parent is None else {"parent": parent}
        page = clerk.get("/v1/divisions", **params).json()
        assert page["next"] is None
        chain[code] = next(each for each in page["items"] if each["code"] == code)
    assert {code: tuple(each.values()) for code, each in chain.items()} == {
        "210000": ("210000", "province", "辽宁省", "辽宁省", None, "省"),
        "211200": ("211200", "city", "铁岭市", "辽宁省铁岭市", "210000", "地级市"),
        "211221": ("211221", "county", "铁岭县", "辽宁省铁岭市铁岭县", "211200", "县"),
        "211221209": (
            "211221209",
            "township",
            "白旗寨满族乡",
            "辽宁省铁岭市铁岭县白旗寨满族乡",
            "211221",
            "民族乡",
        ),
    }
    assert list(chain["210000"]) == ["code", "level", "name", "full_name", "parent", "kind"]


def test_the_sixteen_townships(world: World) -> None:
    coordinator = world.client()
    items = coordinator.get("/v1/divisions", parent="211221").json()["items"]
    assert [each["code"][6:] for each in items] == [
        *(str(number) for number in range(101, 113)),
        "208",
        "209",
        "400",
        "402",
    ]
    one = coordinator.get("/v1/divisions/211221105").json()
    assert one == next(each for each in items if each["name"] == "凡河镇")


@pytest.mark.parametrize("code", ["2", "999999", "211221999", "铁岭县", "211221105001"])
def test_unknown_codes(world: World, code: str) -> None:
    coordinator = world.client(language="en")
    for answer in (
        coordinator.get(f"/v1/divisions/{code}"),
        coordinator.get("/v1/divisions", parent=code),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert answer.json()["title"] == "not found"


def test_a_leaf_has_no_children(world: World) -> None:
    answer = world.client().get("/v1/divisions", parent="211221105")
    assert (answer.status_code, answer.json()) == (200, {"items": [], "next": None})


def test_nobody_without_a_token(world: World) -> None:
    answer = world.http.get("/v1/divisions")
    assert (answer.status_code, answer.json()["code"]) == (401, "not-logged-in")
