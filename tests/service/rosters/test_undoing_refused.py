"""Who is not taken back: whoever has a seat, whom others wrote since; and what is left of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from schemas.permissions import Role
from service.rosters.queries.imports import BEFORE
from tests.factories import COUNTY, Client, World, make_id_number, make_phone
from tests.service.rosters.conftest import MakeSender, Sender, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults, read_versions
from tests.service.trips.scenes import Scene

HOME, ELSEWHERE = "211221105", "211221101"
FIRST = {"phone": make_phone(70), "emergency_phone": make_phone(5)}


def refused(sender: Sender, import_id: str, **wanted: Any) -> tuple[int, str, Any]:
    answer = sender.try_undo(import_id, **wanted)
    body = answer.json()
    return answer.status_code, body["code"], body.get("facts")


def count_befores(world: World) -> int:
    statement = select(func.count()).where(BEFORE.c.county_code == COUNTY)
    with world.context.database.read(world.console) as session:
        return int(session.execute(statement).scalar_one())


def test_whoever_was_given_a_seat_stays(world: World, clerk: Sender) -> None:
    """Also after the seat was taken back: the trip's events go on naming the person."""
    clerk.send(make_rows(1, 2))
    before = dump_rows(world)
    import_id = clerk.bring(make_rows(1, 2, 3, 4, remark="外出"))
    everybody = sorted(read_versions(world))
    world.clock.advance(minutes=1)
    scene = Scene(world)
    trip = scene.open_trip()
    passengers = scene.assign(trip, [everybody[0], everybody[3]])
    after = dump_rows(world)
    found = (409, "undo-travelled", {"count": 2})
    assert refused(clerk, import_id) == found
    scene.tell(trip, "passenger.unassigned", passenger_id=passengers[0], reason="not_going")
    assert refused(clerk, import_id) == found
    plan = clerk.undo(import_id, dry_run=True)
    assert (plan["travelled"], plan["changed"], plan["undone_at"]) == (2, 0, None)
    undone = clerk.undo(import_id, keep_changed=True)
    assert (undone["restored"], undone["removed"], undone["kept"]) == (1, 1, 2)
    left = dump_rows(world)["worker"]
    assert left == {
        everybody[0]: after["worker"][everybody[0]],
        everybody[1]: before["worker"][everybody[1]],
        everybody[3]: after["worker"][everybody[3]],
    }
    assert find_faults(world) == []


def test_a_seat_from_before_keeps_its_holder_only_while_it_is_held(
    world: World, clerk: Sender
) -> None:
    clerk.send(make_rows(1))
    scene = Scene(world)
    (worker_id,) = read_versions(world)
    trip = scene.open_trip()
    (passenger,) = scene.assign(trip, [worker_id])
    import_id = clerk.bring(make_rows(1, phone=make_phone(70)))
    assert refused(clerk, import_id) == (409, "undo-travelled", {"count": 1})
    assert clerk.undo(import_id, keep_changed=True)["kept"] == 1
    assert scene.people(trip)[str(passenger)]["status"] == "listed"


@dataclass
class Case:
    """Person `number` came with an import, person `number` + 1 was changed by it; what happens to
    the first since gives the facts of the refusal.
    """

    world: World
    clerk: Sender
    number: int
    worker_id: UUID

    def bring(self, sender: Sender | None = None, *, township: str = HOME, **said: Any) -> str:
        """Another import of the person; its receipt."""
        sender = sender or self.clerk
        rows = make_rows(self.number, **{**FIRST, **said})
        receipt: str = sender.show(sender.bring(rows, township=township))["receipt"]
        return receipt

    def say(self, who: Client, kind: str, **data: Any) -> None:
        self.world.clock.advance(minutes=1)
        event = {
            "id": str(self.world.new_id()),
            "kind": kind,
            "occurred_at": self.world.clock.now.isoformat(),
            "data": data,
        }
        answer = who.post(f"/v1/workers/{self.worker_id}/events", {"events": [event]})
        assert answer.json()["outcomes"][0]["status"] == "recorded", answer.text


def _import_again(case: Case) -> list[str]:
    return [case.bring(phone=make_phone(80))]


def _import_the_same(case: Case) -> list[str]:
    return [case.bring()]


def _import_elsewhere(case: Case) -> list[str]:
    """Their receipt is not for this clerk."""
    theirs = Sender(case.world, case.world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    case.bring(theirs, township=ELSEWHERE, remark="外出")
    return []


def _hold(case: Case) -> list[str]:
    officer = case.world.client(Role.HEALTH_OFFICER)
    case.say(
        officer,
        "worker.travel_changed",
        action="held",
        reason_class="health",
        hold_id=str(case.world.new_id()),
        reason="待核实",
    )
    return []


def _withdraw(case: Case) -> list[str]:
    case.say(case.clerk.client, "worker.withdrawn", reason="not_going")
    return []


def _correct(case: Case) -> list[str]:
    path = f"/v1/workers/{case.worker_id}"
    answer = case.clerk.client.patch(path, {"remark": "电话更正"}, version=1)
    assert answer.status_code == 200, answer.text
    return []


def _enter_a_child(case: Case) -> list[str]:
    """It would lose its guardian, or the household that it was put in."""
    child = make_rows(
        case.number,
        id_number=make_id_number(birth="2010-03-01", sequence=case.number),
        person_role="child",
        guardian_id=make_rows(case.number)[0]["id_number"],
    )
    return [case.clerk.show(case.clerk.bring(child))["receipt"]]


HAPPENINGS = (
    _import_again,
    _import_the_same,
    _import_elsewhere,
    _hold,
    _withdraw,
    _correct,
    _enter_a_child,
)


def test_whom_somebody_wrote_since_stays(world: World, clerk: Sender) -> None:
    """Of the two in each file one; with `keep_changed` the other is taken back."""
    for number, happen in enumerate(HAPPENINGS):
        first, second = 10 * number + 1, 10 * number + 2
        clerk.send(make_rows(second))
        before = dump_rows(world)
        import_id = clerk.bring([*make_rows(first, **FIRST), *make_rows(second, remark="外出")])
        (worker_id,) = read_versions(world).keys() - before["worker"].keys()
        receipts = happen(Case(world, clerk, first, worker_id))
        after = dump_rows(world)
        facts = {"count": 1, "receipts": receipts}
        assert refused(clerk, import_id) == (409, "undo-superseded", facts), happen
        plan = clerk.undo(import_id, dry_run=True)
        assert (plan["changed"], plan["later"]) == (1, receipts)
        assert dump_rows(world) == after
        undone = clerk.undo(import_id, keep_changed=True)
        assert (undone["restored"], undone["removed"], undone["kept"]) == (1, 0, 1)
        assert dump_rows(world) == {
            table: {**after[table], **before[table]} for table in ("worker", "travel_demand")
        }
    assert find_faults(world) == []


def test_later_imports_that_are_undone_stand_in_nobodys_way(world: World, clerk: Sender) -> None:
    first = clerk.bring(make_rows(1, 2))
    second = clerk.bring([*make_rows(1, phone=make_phone(70)), *make_rows(2)])
    assert refused(clerk, first)[2]["count"] == 2
    clerk.undo(second)
    assert clerk.undo(first)["removed"] == 2
    assert dump_rows(world) == {"worker": {}, "travel_demand": {}}


def test_after_thirty_days_it_is_too_late(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    import_id = clerk.bring(make_rows(1, phone=make_phone(70)))
    world.clock.advance(days=29)
    assert clerk.undo(clerk.bring(make_rows(2)))["removed"] == 1
    world.clock.advance(days=1)
    assert refused(clerk, import_id)[:2] == (410, "undo-expired")
    assert count_befores(world) == 1
    clerk.open(1)
    assert count_befores(world) == 0
    assert refused(clerk, import_id)[:2] == (410, "undo-expired")


def test_only_whoever_imports_takes_back(world: World, make_sender: MakeSender) -> None:
    clerk = make_sender(world.client(Role.TOWNSHIP_CLERK))
    import_id = clerk.bring(make_rows(1))
    for role, status in ((Role.AUDITOR, 403), (Role.HEALTH_OFFICER, 403)):
        other = make_sender(world.client(role))
        assert other.try_undo(import_id).status_code == status
    unknown = clerk.try_undo(str(world.new_id()))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    county = make_sender(world.client(Role.COUNTY_COORDINATOR))
    assert county.undo(import_id)["removed"] == 1
