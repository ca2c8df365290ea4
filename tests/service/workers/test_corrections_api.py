"""One worker corrected over HTTP: what follows from it, what is refused, what is recorded."""

from typing import Any
from uuid import UUID

import pytest

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.manage.verify import verify
from tests.factories import COUNTY, Client, World, make_id_number, make_phone
from tests.registry import enter_demands, enter_workers, make_values
from tests.service.trips.scenes import Scene

OTHER_TOWNSHIP = "211221101"


def correct(client: Client, worker_id: UUID, *, version: int = 1, **change: Any) -> Any:
    return client.patch(f"/v1/workers/{worker_id}", change, version=version)


def reveal(world: World, worker_id: UUID, *fields: str) -> list[Any]:
    asked = {"fields": fields, "reason": "核对"}
    answer = world.client().post(f"/v1/workers/{worker_id}/reveal", asked)
    assert answer.status_code == 200, answer.text
    return [answer.json()["fields"][field] for field in fields]


def list_demands(client: Client, worker_id: UUID) -> list[tuple[Any, ...]]:
    items = client.get("/v1/demands", worker=str(worker_id)).json()["items"]
    shown = ("state", "destination_code", "window_from", "source", "version")
    return [tuple(item[name] for name in shown) for item in items]


def test_a_correction_is_masked_recorded_and_followed_by_the_demand(world: World) -> None:
    values = make_values(1, departure_date=None, departure_text="月底")
    (worker_id,) = enter_workers(world, [values])
    enter_demands(world, [worker_id], window=None)
    clerk = world.client(Role.TOWNSHIP_CLERK)
    assert clerk.get(f"/v1/workers/{worker_id}").headers["etag"] == '"1"'
    said = {
        "phone": " 154-0000-7777 ",
        "departure_date": "2020年3月28日",
        "destination": "辽宁省大连市",
        "employer": "合成食品有限公司",
    }
    answer = correct(clerk, worker_id, **said)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    shown = answer.json()
    changed = ["departure_date", "departure_text", "destination", "destination_code"]
    changed += ["employer", "phone"]
    assert (shown["changed"], shown["notes"], shown["version"]) == (changed, [], 2)
    assert shown["phone"] == "154****7777"
    secrets = (values["name"], values["id_number"], "15400007777", "大连")
    assert [secret for secret in secrets if secret in answer.text] == []
    assert list_demands(clerk, worker_id) == [("open", "210200", "2020-03-28", "correction", 2)]
    assert reveal(world, worker_id, "phone", "destination") == ["15400007777", "辽宁省大连市"]
    found = clerk.post("/v1/workers/search", {"phone": "15400007777"}).json()["items"]
    assert [item["id"] for item in found] == [str(worker_id)]
    (body,) = world.list_bodies(StreamKind.WORKER, worker_id)
    commitment = body["data"].pop("content_hash")
    assert (body["kind"], body["data"]) == ("worker.changed", {"version": 2, "fields": changed})
    assert (body["worker"], len(commitment), body["commit"]) == (str(worker_id), 64, {})
    with world.context.reading(world.console) as work:
        assert verify(work).clean


def test_what_is_not_taken(world: World) -> None:
    ours, theirs = (
        enter_workers(world, [make_values(number)], township=township)[0]
        for number, township in ((1, "211221105"), (2, OTHER_TOWNSHIP))
    )
    clerk = world.client(Role.TOWNSHIP_CLERK)
    stranger = world.client(county_code="211223")
    phone = {"phone": make_phone(7)}
    refused = [
        (correct(clerk, theirs, **phone), 404, "not-found"),
        (correct(stranger, ours, **phone), 404, "not-found"),
        (correct(clerk, world.new_id(), **phone), 404, "not-found"),
        (correct(world.client(Role.HEALTH_OFFICER), ours, **phone), 403, "permission-denied"),
        (correct(clerk, ours, version=2, **phone), 412, "version-stale"),
        (clerk.patch(f"/v1/workers/{ours}", phone), 428, "precondition-required"),
        (correct(clerk, ours), 422, "request-invalid"),
        (correct(clerk, ours, name=None), 422, "request-invalid"),
        (correct(clerk, ours, id_number=make_id_number(sequence=9)), 422, "request-invalid"),
        (correct(clerk, ours, health="好"), 422, "request-invalid"),
        (correct(clerk, ours, phone="024-74840000"), 422, "request-invalid"),
        (correct(clerk, ours, other_phones=["15400"]), 422, "request-invalid"),
        (correct(clerk, ours, emergency_phone="村长家"), 422, "request-invalid"),
        (correct(clerk, ours, departure_date="3月底"), 422, "request-invalid"),
        (correct(clerk, ours, name="张3"), 422, "request-invalid"),
        (correct(clerk, ours, person_role="亲家"), 422, "request-invalid"),
        (correct(clerk, ours, guardian_id="211221197805123410"), 422, "request-invalid"),
        (correct(clerk, ours, guardian_id=make_values(1)["id_number"]), 422, "field-invalid"),
    ]
    assert [(each.status_code, each.json()["code"]) for each, _, _ in refused] == [
        (status, code) for _, status, code in refused
    ]
    spoken = ("村长家", "3月底", "张3", "亲家", "74840000", make_values(1)["id_number"])
    assert [word for each, _, _ in refused for word in spoken if word in each.text] == []
    number = refused[8][0].json()["errors"][0]["message"]
    assert number.startswith("身份证号不能改")
    assert world.list_bodies(StreamKind.WORKER, ours) == []
    assert clerk.get(f"/v1/workers/{ours}").json()["version"] == 1


def test_what_stands_there_already_changes_nothing(world: World) -> None:
    (worker_id,) = enter_workers(world, [make_values(1)])
    clerk = world.client(Role.TOWNSHIP_CLERK)
    same = correct(clerk, worker_id, phone=make_phone(1), destination="江苏省苏州市", remark=None)
    assert same.status_code == 200
    assert (same.json()["changed"], same.json()["version"]) == ([], 1)
    assert world.list_bodies(StreamKind.WORKER, worker_id) == []
    assert list_demands(clerk, worker_id) == []


def test_a_field_can_be_emptied_and_a_demand_can_end(world: World) -> None:
    (worker_id,) = enter_workers(world, [make_values(1)])
    enter_demands(world, [worker_id])
    clerk = world.client(Role.TOWNSHIP_CLERK)
    emptied = correct(clerk, worker_id, phone=None, departure_date=None).json()
    assert (emptied["phone"], emptied["reachable"]) == (None, False)
    assert list_demands(clerk, worker_id) == [("open", "320500", None, "correction", 2)]
    correct(clerk, worker_id, version=2, return_status="已自行返岗")
    assert [each[0] for each in list_demands(clerk, worker_id)] == ["cancelled"]
    correct(clerk, worker_id, version=3, return_status="未返岗", departure_date="2020-04-02")
    assert [each[:3] for each in list_demands(clerk, worker_id)] == [
        ("cancelled", "320500", None),
        ("open", "320500", "2020-04-02"),
    ]


def test_whoever_has_a_seat_keeps_the_journey_as_it_is(world: World, built_scene: Scene) -> None:
    scene = built_scene
    (worker_id,) = scene.make_workers(destination="苏州", destination_code="320500")
    enter_demands(world, [worker_id])
    scene.assign(scene.open_trip(), [worker_id])
    before = list_demands(scene.coordinator, worker_id)
    answer = correct(scene.coordinator, worker_id, destination="大连", phone=make_phone(99)).json()
    assert answer["notes"] == ["already-on-trip"]
    assert answer["phone"] == "154****0099"
    assert list_demands(scene.coordinator, worker_id) == before
    assert before[0][0] == "assigned"


def test_a_family_stays_together(world: World) -> None:
    """A child follows its guardian's household, from either side."""
    father, child = make_values(1), make_values(2, id_number=make_id_number(birth="2012-05-12"))
    father_id, child_id = enter_workers(world, [father, child])
    clerk = world.client(Role.TOWNSHIP_CLERK)
    young = correct(clerk, child_id, village="甲村")
    assert (
        young.status_code == 200
    )  # entered too young: what was wrong before hinders no correction
    alone = correct(clerk, child_id, version=2, person_role="儿童")
    problem = alone.json()
    assert (alone.status_code, problem["errors"][0]["field"]) == (422, "guardian_id")
    guarded = correct(
        clerk, child_id, version=2, person_role="儿童", guardian_id=father["id_number"]
    )
    assert guarded.json()["person_role"] == "child"
    assert len(_households(world, father_id, child_id)) == 1
    before = _households(world, father_id)
    correct(clerk, father_id, emergency_phone="15400000055，15400000056")
    assert len(_households(world, father_id, child_id)) == 1
    assert _households(world, father_id) != before
    gone = correct(clerk, child_id, version=3, guardian_id=None)
    assert (gone.status_code, gone.json()["errors"][0]["field"]) == (422, "guardian_id")


def _households(world: World, *worker_ids: UUID) -> set[Any]:
    from service.registry.queries import load_worker_facts  # noqa: PLC0415

    with world.context.database.read(world.console) as session:
        return {
            each.household_key for each in load_worker_facts(session, COUNTY, worker_ids).values()
        }


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_correction_costs_the_same_for_one_field_and_for_many(world: World) -> None:
    first, second = enter_workers(world, [make_values(1), make_values(2)])
    clerk = world.client(Role.TOWNSHIP_CLERK)
    counts = []
    for worker_id, change in (
        (first, {"destination": "大连"}),
        (second, {"destination": "大连", "phone": None, "village": "甲村", "remark": "x"}),
    ):
        with world.counting() as sent:
            assert correct(clerk, worker_id, **change).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
