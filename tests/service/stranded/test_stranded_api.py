"""The county's lists of stranded people: masked, to telephone, and by home county in letters."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.events.payloads_records import CallResult
from service.records import county_stream
from tests.factories import World
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.stranded.conftest import NANYANG, Factory, make_staff

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

BASE = "/v1/stranded-people"
SHANGQIU = "411402"


def _chase(factory: Factory, **how: Any) -> list[Any]:
    answer = factory.coordinator.get(f"{BASE}/chase", **how)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def _call(factory: Factory, person: Any, result: str, **given: Any) -> Any:
    factory.world.clock.advance(minutes=1)
    form = {
        "id": str(factory.world.new_id()),
        "result": result,
        "called_at": factory.world.clock.now.isoformat(),
        **given,
    }
    return factory.coordinator.post(f"{BASE}/{person['id']}/calls", form)


def _write(factory: Factory, bureau: str = NANYANG, **given: Any) -> Any:
    form = {"id": str(factory.world.new_id()), "bureau": bureau, "purpose": "函请协助", **given}
    return factory.coordinator.post(f"{BASE}/letters", form)


def _bureaus(factory: Factory) -> list[tuple[str, int, int]]:
    items = factory.coordinator.get(f"{BASE}/bureaus").json()["items"]
    return [(each["name"], each["people"], each["fresh"]) for each in items]


def _accesses(factory: Factory) -> list[tuple[str, str, int]]:
    bodies = factory.world.list_bodies(StreamKind.ACCOUNT, factory.coordinator.actor.account_id)
    return [
        (body["kind"], body["data"]["list_kind"], body["data"]["count"])
        for body in bodies
        if body["kind"].startswith("access.")
    ]


# --- the list -------------------------------------------------------------------------------------
@ON_SQLITE
def test_a_person_is_shown_masked(factory: Factory) -> None:
    factory.send(make_staff(1, area=NANYANG))
    (person,) = factory.list()
    assert {name: value for name, value in person.items() if name != "id"} == {
        "state": "unmatched",
        "enterprise_id": str(factory.id),
        "enterprise": factory.name,
        "name": "李**",
        "id_number": "411302********0017",
        "phone": "154****0001",
        "home_code": NANYANG,
        "home": "河南省南阳市宛城区",
        "township_code": None,
        "township": None,
        "name_differs": False,
        "planned_on": "2020-03-26",
        "call_result": None,
        "called_at": None,
        "requested_at": None,
        "as_of": "2020-03-24",
    }


def test_the_list_is_narrowed_and_paged(factory: Factory, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    factory.send(make_staff(1), make_staff(2), make_staff(3, area=NANYANG))
    ends = {
        (): 3,
        (("state", "matched"),): 1,
        (("state", "unmatched"),): 2,
        (("home", "41"),): 1,
        (("home", "2112"),): 2,
        (("state", "unmatched"), ("home", "211221")): 1,
    }
    assert {how: len(factory.list(**dict(how))) for how in ends} == ends
    first = factory.coordinator.get(BASE, limit=2).json()
    second = factory.coordinator.get(BASE, limit=2, after=first["next"]).json()
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert [each["id"] for page in (first, second) for each in page["items"]] == [
        each["id"] for each in factory.list()
    ]
    assert second["next"] is None


@ON_SQLITE
def test_a_household_that_waits_for_somebody_is_masked(world: World) -> None:
    household = Factory(world, kind="household", name="司马丰收", credit_code=None)
    household.send(make_staff(1))
    assert household.list()[0]["enterprise"] == "司***"
    assert _chase(household)[0]["enterprise"] == "司马丰收"


# --- telephoning ------------------------------------------------------------------------------------
def test_whom_the_county_has_to_telephone(factory: Factory, clerk: Sender) -> None:
    """Our own whom no roster names, those under another name, and those of no known home."""
    clerk.send(make_rows(1, 2))
    factory.send(
        make_staff(1),
        make_staff(2, name="别人"),
        make_staff(3),
        make_staff(4, area=NANYANG),
        make_staff(5, area="830000"),
    )
    people = _chase(factory)
    assert [(each["id_number_end"], each["phone"], each["township"]) for each in people] == [
        ("0021", "15400000002", "凡河镇"),
        ("003X", "15400000003", None),
        (people[2]["id_number_end"], "15400000005", None),
    ]
    assert people[1]["name"] == make_staff(3)["name"]
    assert (people[1]["current_place"], people[1]["planned"]) == (
        "湖北省武汉市洪山区",
        "2020-03-26",
    )


def test_each_reading_is_recorded(factory: Factory) -> None:
    factory.send(make_staff(1), make_staff(2))
    _chase(factory)
    _chase(factory, export="分给各乡镇核实")
    assert _accesses(factory) == [
        ("access.listed", "stranded_chase", 2),
        ("access.exported", "stranded_chase", 2),
    ]
    assert factory.coordinator.get(f"{BASE}/chase", export="x").status_code == 422


@ON_SQLITE
def test_a_call_that_settled_it_ends_the_chase(factory: Factory) -> None:
    results = list(CallResult)
    factory.send(*(make_staff(number) for number in range(1, len(results) + 1)))
    for person, result in zip(_chase(factory), results, strict=True):
        answer = _call(factory, person, result)
        assert (answer.status_code, answer.json()["person"]["call_result"]) == (200, result)
    left = [person["call_result"] for person in _chase(factory)]
    assert left == ["no_answer", "wrong_number"]


def test_calls_are_events_and_the_latest_counts(factory: Factory) -> None:
    factory.send(make_staff(1))
    (person,) = _chase(factory)
    form = {"id": str(factory.world.new_id()), "called_at": "2020-03-24T07:00:00+08:00"}
    first = _call(factory, person, "no_answer", **form)
    assert _call(factory, person, "no_answer", **form).json()["receipt"] == first.json()["receipt"]
    other = _call(factory, person, "reached", **form)
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    assert _call(factory, person, "reached").status_code == 200
    earlier = _call(factory, person, "no_answer", called_at="2020-03-24T06:00:00+08:00")
    assert earlier.json()["person"]["call_result"] == "reached"
    stream = county_stream(factory.world.settings.county_code)
    told = factory.world.list_bodies(StreamKind.COUNTY, stream.id)
    calls = [each["data"] for each in told if each["kind"] == "stranded_person.called"]
    assert calls == [
        {"stranded_id": person["id"], "result": result}
        for result in ("no_answer", "reached", "no_answer")
    ]
    nobody = {"id": str(UUID(int=7))}
    assert _call(factory, nobody, "reached").status_code == 404


@ON_SQLITE
def test_what_an_enterprise_says_anew_is_asked_anew(factory: Factory) -> None:
    factory.send(make_staff(1))
    _call(factory, _chase(factory)[0], "wrong_number")
    factory.send(make_staff(1))
    assert _chase(factory)[0]["call_result"] == "wrong_number"
    factory.send(make_staff(1, phone="15400000099"))
    (person,) = _chase(factory)
    assert (person["phone"], person["call_result"]) == ("15400000099", None)


# --- letters ------------------------------------------------------------------------------------------
def test_letters_are_by_home_county_and_name_everybody_once(
    factory: Factory, clerk: Sender
) -> None:
    known = make_staff(6, area=NANYANG)
    clerk.send(make_rows(6, id_number=known["id_number"]))
    factory.send(
        make_staff(1),
        make_staff(2, area=NANYANG),
        make_staff(3, area=NANYANG),
        make_staff(4, area=SHANGQIU),
        known,
    )
    assert _bureaus(factory) == [("河南省南阳市宛城区", 2, 2), ("河南省商丘市梁园区", 1, 1)]
    letter = _write(factory).json()
    assert (letter["bureau"]["name"], letter["sender"]) == (
        "河南省南阳市宛城区",
        "辽宁省铁岭市铁岭县",
    )
    assert [(each["id_number"], each["phone"]) for each in letter["lines"]] == [
        (make_staff(number, area=NANYANG)["id_number"], f"1540000000{number}") for number in (2, 3)
    ]
    assert letter["lines"][0]["enterprise_address"] == "合成路1号"
    assert _bureaus(factory) == [("河南省南阳市宛城区", 2, 0), ("河南省商丘市梁园区", 1, 1)]
    assert _write(factory).json()["lines"] == []
    factory.send(make_staff(5, area=NANYANG))
    assert len(_write(factory).json()["lines"]) == 1
    assert len(_write(factory, again=True).json()["lines"]) == 3


def test_a_letter_sent_again_is_the_same_letter(factory: Factory) -> None:
    """The answer was lost: nobody is left out of every letter for that."""
    factory.send(make_staff(1, area=NANYANG), make_staff(2, area=SHANGQIU))
    letter_id = str(factory.world.new_id())
    first = _write(factory, id=letter_id)
    again = _write(factory, id=letter_id)
    assert again.json()["lines"] == first.json()["lines"] != []
    assert again.json()["requested_at"] == first.json()["requested_at"]
    other = _write(factory, SHANGQIU, id=letter_id)
    assert (other.status_code, other.json()["code"]) == (409, "id-reused")
    assert _write(factory, "999999").status_code == 404


def test_a_letter_is_recorded_and_noted(factory: Factory) -> None:
    factory.send(make_staff(1, area=NANYANG), make_staff(2, area=NANYANG))
    letter = _write(factory).json()
    assert _write(factory, SHANGQIU).json()["lines"] == []
    assert _accesses(factory) == [("access.exported", "stranded_letter", 2)]
    stream = county_stream(factory.world.settings.county_code)
    told = factory.world.list_bodies(StreamKind.COUNTY, stream.id)
    (noted,) = [each["data"] for each in told if each["kind"] == "stranded_person.requested"]
    assert (noted["letter_id"], noted["bureau"], noted["count"]) == (letter["id"], NANYANG, 2)
    assert {each["requested_at"] for each in factory.list()} == {letter["requested_at"]}
