"""One person told by township, enterprise and their own sign-up: in whatever order, the same values."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.workers import Feed
from service.registry.merging import Source, merge
from service.registry.queries import open_people
from tests.factories import make_phone
from tests.registry import make_values
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.stranded.conftest import Factory, make_staff

HOME = "211221105"
DAYS = {"township": date(2020, 3, 20), "enterprise": date(2020, 3, 22), "own": date(2020, 3, 18)}
SOURCES = {
    "township": Source(Feed.TOWNSHIP, HOME, DAYS["township"]),
    "enterprise": Source(Feed.ENTERPRISE, "01710a3e", DAYS["enterprise"]),
    "own": Source(Feed.OWN, "", DAYS["own"]),
}
_FIELDS = (
    "phone", "other_phones", "phone_text", "destination", "destination_code", "employer",
    "departure_date", "departure_text", "current_place", "village", "remark", "return_status",
)  # fmt: skip


def _merge_all(said: dict[str, dict[str, Any]], order: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for feed in order:
        merged = merge(values, origins, incoming=said[feed], source=SOURCES[feed], residence=HOME)
        values, origins = merged.values, merged.origins
    return values


@given(silent=st.lists(st.sets(st.sampled_from(_FIELDS)), min_size=3, max_size=3))
@settings(max_examples=60)
def test_the_rule_of_merging_knows_no_order(silent: list[set[str]]) -> None:
    """Whatever each of them says or leaves out."""
    said = {
        feed: {name: f"{feed} {name}" for name in _FIELDS if name not in missing}
        for feed, missing in zip(SOURCES, silent, strict=True)
    }
    ends = [_merge_all(said, order) for order in permutations(SOURCES)]
    assert ends == [ends[0]] * 6


class Teller:
    """One person of whom each of the three has something of its own to say, and something that the
    others say too.
    """

    def __init__(self, factory: Factory, number: int) -> None:
        self.factory, self.number = factory, number
        self.values = make_values(number)

    def tell(self, feed: str) -> None:
        self.factory.world.clock.advance(minutes=1)
        getattr(self, f"_tell_{feed}")()

    def _tell_township(self) -> None:
        rows = make_rows(self.number, destination=None, destination_code=None, departure_date=None)
        county = Sender(self.factory.world, self.factory.coordinator)
        county.send(rows, as_of=DAYS["township"])

    def _tell_enterprise(self) -> None:
        said = make_staff(self.number, phone=make_phone(71), departure_date="2020-03-30")
        self.factory.send(said, as_of=DAYS["enterprise"])

    def _tell_own(self) -> None:
        form = {
            "id": str(self.factory.world.new_id()),
            "signed_on": DAYS["own"].isoformat(),
            "name": self.values["name"],
            "id_number": self.values["id_number"],
            "phone": make_phone(72),
            "township": "凡河镇",
            "return_status": "想去",
        }
        answer = self.factory.coordinator.post("/v1/sign-ups", form)
        assert answer.status_code == 200, answer.text

    def read(self) -> dict[str, Any]:
        coordinator, world = self.factory.coordinator, self.factory.world
        wanted = {"id_number": self.values["id_number"]}
        (worker,) = coordinator.post("/v1/workers/search", wanted).json()["items"]
        worker_id, county_code = UUID(worker["id"]), world.settings.county_code
        with world.context.database.read(world.console) as session:
            people = open_people(session, world.context.vault, county_code, [worker_id])
        person = people[worker_id]
        found = {name: getattr(person, name) for name in (*_FIELDS, "township_code", "person_role")}
        demands = coordinator.get("/v1/demands").json()["items"]
        (demand,) = [each for each in demands if each["worker_id"] == worker["id"]]
        return {**found, "window": demand["window_from"], "state": demand["state"]}


def test_the_registry_ends_the_same(factory: Factory) -> None:
    """Also where the enterprise speaks before the registry knows anybody."""
    orders = list(permutations(SOURCES))
    tellers = [Teller(factory, number) for number in range(1, len(orders) + 1)]
    for teller, order in zip(tellers, orders, strict=True):
        for feed in order:
            teller.tell(feed)
    assert [teller.read() for teller in tellers] == [
        {
            "phone": make_phone(72),
            "other_phones": (),
            "phone_text": None,
            "destination": "江苏省苏州市昆山市",
            "destination_code": "320583",
            "employer": "合成电子有限公司",
            "departure_date": date(2020, 3, 30),
            "departure_text": None,
            "current_place": "湖北省武汉市洪山区",
            "village": "东兴村",
            "remark": None,
            "return_status": "想去",
            "township_code": HOME,
            "person_role": "worker",
            "window": "2020-03-30",
            "state": "open",
        }
    ] * len(orders)
