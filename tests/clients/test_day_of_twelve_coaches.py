"""A day of twelve coaches and twenty-four mishaps, played with a client that was written from the API document
alone: each mishap is on the board at its trip by one call, and in the end everybody is somewhere by name.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from tests.clients.county import Coach, County, Needed

DAY = "2020-03-25"
ENDS = {"received", "refused", "left", "moved", "returned", "no_show", "removed"}
"""Statuses in which somebody may be found when the day is over."""
Fleet = dict[str, Coach]


class Board:
    """What needs somebody, as it is known; each look is one call and has to show just what is said."""

    def __init__(self, county: County) -> None:
        self._county, self._known = county, set[Needed]()
        self.found = 0

    def expect(self, *appeared: Needed, gone: Iterable[Needed] = ()) -> None:
        """`appeared` stand on the board now and did not before, `gone` no longer, and the rest as before."""
        seen = self._county.look(DAY)
        assert seen - self._known == set(appeared)
        assert self._known - seen == set(gone)
        self._known = seen
        self.found += len(appeared)

    def mend(self, *gone: Needed) -> None:
        self.expect(gone=gone)

    @property
    def empty(self) -> bool:
        return not self._known


def test_the_day_of_twelve_coaches(county: County) -> None:
    county.clock.now = county.clock.now.replace(hour=16, minute=30)
    fleet, board = _plan(county), Board(county)
    board.expect()
    _the_evening_before(county, fleet, board)
    assert board.empty
    _the_morning(county, fleet, board)
    _the_road(county, fleet, board)
    _the_gate(county, fleet, board)
    _everybody_is_somewhere(county, fleet)
    assert board.empty
    assert board.found >= 24


def _plan(county: County) -> Fleet:
    """Twelve plans with four people each, all told, all locked but T02; T01 has no driver, and of T03 the
    destination was told and said nothing yet.
    """
    leaves_at = county.now.replace(hour=5, minute=30) + timedelta(days=1)
    numbers = [f"T{number:02d}" for number in range(1, 13)]
    fleet = {
        each: county.plan(each, leaves_at=leaves_at, people=4, driver=each != "T01")
        for each in numbers
    }
    for coach in fleet.values():
        told = [
            {"passenger_id": each, "channel": "telephone", "outcome": "reached"}
            for each in (coach.people[1:] if coach.number == "T04" else coach.people)
        ]
        county.tell_all(coach, [("passenger.notified", each) for each in told])
        if coach.number == "T03":
            filing = {"channel": "letter", "recipient_unit": "苏州市人社局"}
            county.tell(coach, "trip.filed", by=county.coordinator, **filing)
        if coach.number not in {"T01", "T02"}:
            county.tell(coach, "manifest.locked", by=county.coordinator)
    return fleet


def _the_evening_before(county: County, fleet: Fleet, board: Board) -> None:
    """Twelve hours before leaving it shows what is not ready."""
    county.clock.advance(hours=1, minutes=5)
    no_driver, unlocked = Needed("T01", "no-driver"), Needed("T02", "not-locked")
    also_unlocked = Needed("T01", "not-locked")
    silent, unreached = Needed("T03", "not-acknowledged"), Needed("T04", "not-reached")
    board.expect(no_driver, unlocked, also_unlocked, silent, unreached)

    driver = county.hire_driver(99)
    county.tell(fleet["T01"], "driver.replaced", by=county.coordinator, driver_id=driver)
    board.mend(no_driver)
    for number in ("T01", "T02"):
        county.tell(fleet[number], "manifest.locked", by=county.coordinator)
    yes = {"channel": "telephone", "person": "钱科长", "post": "科长", "unit": "苏州市人社局"}
    yes |= {"approved_at": county.now.isoformat()}
    county.tell(fleet["T03"], "filing.acknowledged", by=county.coordinator, **yes)
    call = {"passenger_id": fleet["T04"].people[0], "channel": "village", "outcome": "reached"}
    county.tell(fleet["T04"], "passenger.notified", **call)
    board.mend(unlocked, also_unlocked, silent, unreached)

    held, hold = fleet["T05"].workers[0], county.new_id()
    county.tell_of_worker(
        held,
        "worker.travel_changed",
        action="held",
        reason_class="health",
        by=county.health,
        hold_id=hold,
        reason="待核验",
    )
    board.expect(Needed("T05", "not-travelling"))
    gone = fleet["T06"].workers[0]
    county.tell_of_worker(gone, "worker.withdrawn", reason="employed_nearby")
    board.expect(Needed("T06", "not-travelling"))
    no = {"passenger_id": fleet["T07"].people[0], "channel": "telephone", "outcome": "declined"}
    county.tell(fleet["T07"], "passenger.notified", **no)
    board.expect(Needed("T07", "not-travelling"))

    well = {"hold_id": hold, "reason": "已核验", "person": "赵医生", "post": "主任"}
    approved = {**well, "approved_at": county.now.isoformat()}
    county.tell_of_worker(
        held, "worker.travel_changed", action="released", by=county.health, **approved
    )
    for number in ("T06", "T07"):
        coach = fleet[number]
        by, removed = county.coordinator, coach.people[0]
        county.tell(coach, "manifest.unlocked", by=by, reason="有人不去")
        county.tell(coach, "passenger.unassigned", by=by, passenger_id=removed)
        county.tell(coach, "manifest.locked", by=by)
    board.mend(*(Needed(number, "not-travelling") for number in ("T05", "T06", "T07")))


def _the_morning(county: County, fleet: Fleet, board: Board) -> None:
    """T08 does not leave, T07 leaves before anybody was told aboard, on T09 and T10 sits somebody more."""
    county.clock.now = county.now.replace(hour=5, minute=0) + timedelta(days=1)
    for coach in fleet.values():
        if coach.number != "T07":
            _board(county, coach)
    county.clock.advance(minutes=30)
    for coach in fleet.values():
        if coach.number != "T08":
            county.tell(coach, "trip.departed", by=county.coordinator)
    board.expect(Needed("T07", "departed-empty"))
    county.clock.advance(minutes=20)
    board.expect(Needed("T08", "should-have-left"))
    county.tell(fleet["T08"], "trip.departed", aboard=4)
    board.mend(Needed("T08", "should-have-left"))

    stranger, unknown = county.new_id(), county.new_id()
    shown = county.cards[county.sign_up()]
    county.tell(fleet["T09"], "passenger.found_aboard", passenger_id=stranger, **shown)
    board.expect(Needed("T09", "not-on-list"))
    nobody = {"passenger_id": unknown, "unregistered": True, "name": "合成乘客"}
    county.tell(fleet["T10"], "passenger.found_aboard", **nobody)
    board.expect(Needed("T10", "unregistered"), Needed("T10", "not-on-list"))
    late = {"expected_at": (county.now + timedelta(hours=16)).isoformat(), "reason": "大雾"}
    county.tell(fleet["T11"], "trip.delayed", **late)
    board.expect(Needed("T11", "delayed"))
    fleet["T09"].people.append(stranger)
    fleet["T10"].people.append(unknown)


def _board(county: County, coach: Coach) -> None:
    """Everybody who is on the list still; it is what the coach carries."""
    waiting = [each for each, told in county.list_people(coach).items() if told == "listed"]
    coach.people = waiting
    county.tell_all(coach, _roll_call(waiting))


def _roll_call(people: Iterable[str]) -> list[tuple[str, dict[str, object]]]:
    shown = {"identity_shown": "card", "temperature": 365}
    return [
        (kind, {"passenger_id": each, **data})
        for each in people
        for kind, data in (("passenger.checked_in", shown), ("passenger.boarded", {}))
    ]


# --- on the road --------------------------------------------------------------------------------
def _the_road(county: County, fleet: Fleet, board: Board) -> None:
    """One mishap on each of seven coaches, then somebody changes the coach, and of T12 nothing is heard."""
    county.clock.advance(hours=1)
    first = {number: coach.people[0] for number, coach in fleet.items()}
    ill = {"passenger_id": first["T01"], "temperature": 385}
    county.tell(fleet["T01"], "passenger.noted", what="fever", **ill)
    board.expect(Needed("T01", "fever"))
    incident = county.tell(fleet["T02"], "incident.reported", description="追尾，两人轻伤")
    board.expect(Needed("T02", "incident"))
    lost = {"passenger_id": first["T03"], "last_seen": "徐州服务区"}
    county.tell(fleet["T03"], "passenger.missing", reported_to="徐州服务区派出所", **lost)
    board.expect(Needed("T03", "missing"))
    county.tell(fleet["T04"], "passenger.left", passenger_id=first["T04"], place="徐州站")
    board.expect(Needed("T04", "left"))
    county.tell(fleet["T05"], "trip.held_up", reason="高速封闭")
    board.expect(Needed("T05", "held-up"))
    county.tell(fleet["T06"], "trip.turned_back", authority="沪宁高速检查点")
    board.expect(Needed("T06", "turned-back"))
    county.tell(fleet["T07"], "stop.begun", place="徐州服务区")
    county.tell(fleet["T07"], "stop.ended", aboard=2)
    board.expect(Needed("T07", "count-differs"))
    _mend_the_road(county, fleet, board, incident=incident)

    between = Needed("T08", "moved-not-arrived"), Needed("T09", "moved-not-arrived")
    to = {"passenger_id": first["T08"], "to_trip_id": fleet["T09"].id}
    county.tell(fleet["T08"], "passenger.moved", reason="座位损坏", **to)
    board.expect(*between)
    came = {"from_trip_id": fleet["T08"].id, "from_passenger_id": first["T08"]}
    other, worker = county.new_id(), fleet["T08"].workers[0]
    seen = {"passenger_id": other, "worker_id": worker, **came}
    county.tell(fleet["T09"], "passenger.found_aboard", by=county.coordinator, **seen)
    fleet["T09"].people.append(other)
    board.expect(Needed("T09", "not-on-list"), gone=between)
    said = {"code": "not-on-list", "passenger_id": other, "explanation": "从T08换乘"}
    county.tell(fleet["T09"], "exception.explained", by=county.coordinator, **said)
    board.mend(Needed("T09", "not-on-list"))

    county.clock.now = county.now.replace(hour=8, minute=36)
    board.expect(Needed("T12", "silent"))
    county.tell(fleet["T12"], "stop.begun", place="连云港服务区")
    board.mend(Needed("T12", "silent"))


def _mend_the_road(county: County, fleet: Fleet, board: Board, *, incident: str) -> None:
    first = {number: coach.people[0] for number, coach in fleet.items()}
    handed = {"passenger_id": first["T01"], "unit": "徐州市留验站"}
    county.tell(fleet["T01"], "passenger.left", end="given_on", given_to="health_point", **handed)
    settled = {"incident_id": incident, "outcome": "已包扎，可继续乘车"}
    county.tell(fleet["T02"], "incident.settled", by=county.coordinator, **settled)
    county.tell(fleet["T03"], "passenger.found", passenger_id=first["T03"], place="服务区餐厅")
    county.tell(fleet["T05"], "trip.resumed")
    back = [("passenger.returned", {"passenger_id": each}) for each in fleet["T06"].people]
    county.tell_all(fleet["T06"], back)
    county.tell(fleet["T06"], "trip.returned")
    before_leaving = county.now.replace(hour=5, minute=10)
    fleet["T07"].people.remove(first["T07"])
    county.tell_all(fleet["T07"], _roll_call(fleet["T07"].people), at=before_leaving)
    said = {"explanation": "已逐人核对"}
    counted = {"code": "count-differs", **said}
    county.tell(fleet["T07"], "exception.explained", by=county.coordinator, **counted)
    for number in ("T09", "T10"):
        more = {"code": "not-on-list", "passenger_id": fleet[number].people[-1], **said}
        county.tell(fleet[number], "exception.explained", by=county.coordinator, **more)
    known = {"passenger_id": fleet["T10"].people[-1], "worker_id": county.sign_up()}
    county.tell(fleet["T10"], "passenger.linked", by=county.coordinator, **known)
    board.mend(
        Needed("T01", "fever"),
        Needed("T02", "incident"),
        Needed("T03", "missing"),
        Needed("T05", "held-up"),
        Needed("T06", "turned-back"),
        Needed("T07", "departed-empty"),
        Needed("T07", "count-differs"),
        Needed("T09", "not-on-list"),
        Needed("T10", "not-on-list"),
        Needed("T10", "unregistered"),
    )


# --- at the gate --------------------------------------------------------------------------------
def _the_gate(county: County, fleet: Fleet, board: Board) -> None:
    """T10 comes late, one of T11 is taken by nobody, and for T12 nobody signs."""
    on_the_road = [coach for number, coach in fleet.items() if number != "T06"]
    for hour in (11, 13, 15, 17, 19):
        county.clock.now = county.now.replace(hour=hour, minute=0)
        for coach in on_the_road:
            county.tell(coach, "temperature_round.taken", measured=len(coach.people))
    board.expect()
    county.clock.now = county.now.replace(hour=20, minute=30)
    for coach in on_the_road:
        if coach.number != "T10":
            county.tell(coach, "trip.arrived")
    board.mend(Needed("T11", "delayed"))
    county.clock.advance(minutes=16)
    board.expect(Needed("T10", "should-have-arrived"))
    county.tell(fleet["T10"], "trip.arrived")
    board.mend(Needed("T10", "should-have-arrived"))

    unwanted = {"passenger_id": fleet["T11"].people[0], "reason": "名额已满"}
    county.tell(fleet["T11"], "passenger.refused", by=county.factory, **unwanted)
    board.expect(Needed("T11", "nobodys-hands"))
    taken = {**unwanted, "next_holder": "destination_bureau", "next_holder_name": "苏州市人社局"}
    county.tell(fleet["T11"], "passenger.refused", by=county.coordinator, **taken)
    board.mend(Needed("T11", "nobodys-hands"))

    for coach in on_the_road:
        if coach.number != "T12":
            _sign(county, coach)
    county.clock.advance(hours=1)
    board.expect(Needed("T12", "not-signed", 4))
    _sign(county, fleet["T12"])
    board.mend(Needed("T12", "not-signed", 4))
    for coach in fleet.values():
        county.tell(coach, "trip.closed", by=county.coordinator)
    board.mend(Needed("T04", "left"))


def _sign(county: County, coach: Coach) -> None:
    here = [each for each, status in county.list_people(coach).items() if status == "boarded"]
    received = [("passenger.received", {"passenger_id": each}) for each in here]
    county.tell_all(coach, received, by=county.factory)
    paper = {"point_id": coach.point, "method": "own_account", "receiver": "张经理"}
    county.tell(coach, "handover.signed", by=county.factory, passenger_ids=here, **paper)


def _everybody_is_somewhere(county: County, fleet: Fleet) -> None:
    """Nobody is in a state without a name, and what the factory signed for is what the coaches brought."""
    ends = {number: county.list_people(coach) for number, coach in fleet.items()}
    assert {each for people in ends.values() for each in people.values()} <= ENDS
    total = Counter(status for people in ends.values() for status in people.values())
    # 48 were planned, one came whom nobody planned, one whom nobody knew, and one changed the coach.
    assert sum(total.values()) == 48 + 3
    carried = signed = 0
    for coach in fleet.values():
        sheet = county.act("readHandover", trip_id=coach.id)
        balance = sheet["balance"]
        assert balance["balanced"], balance["line"]
        assert balance["unaccounted"] == 0
        carried += balance["carried"]
        for point in sheet["points"]:
            assert point["signed"] == point["balance"]["received"] + point["difference"]
            assert point["difference"] == 0
            signed += point["signed"]
    assert carried == sum(total.values()) - total["removed"]
    assert signed == total["received"]
