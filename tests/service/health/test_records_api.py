"""Notes of health recorded and read: outcomes, scopes, permissions, repeats; nothing of them is public."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.events.fields import PersonalClass
from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.manage.verify import verify
from tests.factories import COUNTY, TOWNSHIP, World
from tests.service.health.saying import (
    FEVERISH,
    PROOF,
    SCREENED,
    declare,
    enter,
    follow_up,
    measure,
    note,
    say,
    send,
)
from tests.service.workers.saying import assert_rebuilt, event

ELSEWHERE = "211221101"


def invalidate(proof: Any) -> dict[str, Any]:
    return {"what": "proof_invalidated", "proof_id": proof["id"]}


def read(client: Any, worker_id: UUID, **params: Any) -> list[Any]:
    answer = client.get(f"/v1/workers/{worker_id}/health-records", **params)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def test_many_at_once_each_for_itself(world: World) -> None:
    mine, second = enter(world, 2)
    (theirs,) = enter(world, township=ELSEWHERE)
    clerk = world.client(Role.TOWNSHIP_CLERK, division_prefix=TOWNSHIP)
    good = note(world, mine, FEVERISH)
    records = [
        good,
        note(world, second, declare(met_case=True)),
        note(world, theirs, FEVERISH),
        note(world, world.new_id(), FEVERISH),
        note(world, mine, measure(98)),
        {"id": "none", "worker_id": str(mine)},
        good,
        {**good, "content": SCREENED},
        note(world, mine, {**PROOF, "issued_on": "2020-03-25"}),
    ]
    outcomes = send(clerk, *records)
    assert [each["position"] for each in outcomes] == list(range(len(records)))
    told = [each["problem"]["code"] if each["problem"] else each["status"] for each in outcomes]
    assert told == [
        *("recorded", "recorded", "not-found", "not-found", "field-invalid", "field-invalid"),
        *("repeated", "id-reused", "field-invalid"),
    ]
    named = {
        place: [each["field"] for each in outcomes[place]["problem"]["errors"]]
        for place in (2, 4, 8)
    }
    assert named == {
        2: ["worker_id"],
        4: ["content.measured.readings.0.value"],
        8: ["content.issued_on"],
    }
    assert outcomes[0]["receipt"] == outcomes[6]["receipt"]
    assert len(world.list_bodies(StreamKind.WORKER, mine)) == 1
    assert_rebuilt(world)


def test_nothing_of_a_note_is_public(world: World) -> None:
    """The same body for a fever and for a screening but for ids, times and commitment."""
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    proof = note(world, worker_id, PROOF)
    contents = [FEVERISH, declare(), SCREENED, follow_up(1), measure(346), invalidate(proof)]
    assert say(officer, proof, *(note(world, worker_id, each) for each in contents)) == (
        ["recorded"] * 7
    )
    bodies = world.list_bodies(StreamKind.WORKER, worker_id)
    told = {(each["kind"], str(each["data"]), str(each["decided"])) for each in bodies}
    assert told == {("worker.health_noted", "{}", "{}")}
    assert {tuple(each["commit"]) for each in bodies} == {("worker.health",)}


def test_a_low_temperature_asks_for_another_and_is_not_told(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    low, fine = note(world, worker_id, measure(349)), note(world, worker_id, measure(350))
    assert [each["measure_again"] for each in send(officer, low, fine, low)] == [True, False, True]
    other = event(world, "worker.health_noted", content=measure(320))
    answer = officer.post(f"/v1/workers/{worker_id}/events", {"events": [other]}).json()
    assert answer["outcomes"][0]["measure_again"] is True
    assert "again" not in str(world.list_bodies(StreamKind.WORKER, worker_id))


def test_a_proof_is_invalidated_by_its_event(world: World) -> None:
    """Live, it has to be there and this worker's; told afterwards it may still come."""
    mine, other = enter(world, 2)
    officer = world.client(Role.HEALTH_OFFICER)
    proof = note(world, mine, PROOF)
    wrong = note(world, other, invalidate(proof))
    unknown = note(world, mine, invalidate({"id": str(world.new_id())}))
    right = note(world, mine, invalidate(proof))
    assert say(officer, proof, wrong, unknown, right) == [
        *("recorded", "not-found", "not-found", "recorded")
    ]
    assert say(officer, {**unknown, "mode": "afterwards"}) == ["recorded"]
    shown = {each["id"]: each for each in read(officer, mine)}
    assert shown[proof["id"]]["invalidated"] is True
    assert len(shown) == 3


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("issued_on", "2020-03-24", False),
        ("issued_on", "2020-03-25", True),
        ("sampled_at", "2020-03-24T08:04:00+08:00", False),
        ("sampled_at", "2020-03-24T08:06:00+08:00", True),
    ],
)
def test_no_proof_is_of_the_future(world: World, *, field: str, value: str, refused: bool) -> None:
    """Days are China's; a clock of an office may be five minutes ahead."""
    (worker_id,) = enter(world)
    content = {"what": "proof", "kind": "nucleic_test", field: value}
    told = say(world.client(Role.HEALTH_OFFICER), note(world, worker_id, content))
    assert told == (["field-invalid"] if refused else ["recorded"])


def test_who_may_record_and_who_may_read(world: World) -> None:
    (worker_id,) = enter(world)
    may: dict[str, list[bool]] = {}
    scopes: dict[Role, dict[str, Any]] = {
        Role.TOWNSHIP_CLERK: {"division_prefix": TOWNSHIP},
        Role.DESTINATION_OFFICER: {"division_prefix": "320500"},
    }
    for role in (
        *(Role.TOWNSHIP_CLERK, Role.COUNTY_COORDINATOR, Role.HEALTH_OFFICER, Role.AUDITOR),
        *(Role.ESCORT, Role.ADMINISTRATOR, Role.DESTINATION_OFFICER),
    ):
        client = world.client(role, **scopes.get(role, {}))
        recorded = client.post(
            "/v1/health-records", {"records": [note(world, worker_id, FEVERISH)]}
        )
        listed = client.get(f"/v1/workers/{worker_id}/health-records")
        own = event(world, "worker.health_noted", content=SCREENED)
        by_door = client.post(f"/v1/workers/{worker_id}/events", {"events": [own]})
        done = by_door.is_success and by_door.json()["outcomes"][0]["problem"] is None
        may[role] = [recorded.is_success, done, listed.is_success]
    assert may == {
        "township_clerk": [True, True, False],
        "county_coordinator": [True, True, True],
        "health_officer": [True, True, True],
        "auditor": [False, False, False],
        "escort": [False, False, False],
        "administrator": [False, False, False],
        "destination_officer": [False, False, False],
    }


def test_reading_is_recorded_and_scoped(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    first = note(world, worker_id, FEVERISH)
    world.clock.advance(minutes=5)
    second = note(world, worker_id, declare(has_symptoms=True))
    assert say(officer, second, first) == ["recorded", "recorded"]
    shown = read(officer, worker_id)
    assert [(each["id"], each["what"]) for each in shown] == [
        (second["id"], "declared"),
        (first["id"], "measured"),
    ]
    assert shown[1]["content"]["readings"][0]["value"] == 386
    accesses = world.list_bodies(StreamKind.ACCOUNT, officer.actor.account_id)
    listed = [each["data"] for each in accesses if each["kind"] == "access.listed"]
    assert [(each["list_kind"], each["count"], len(each["people"])) for each in listed] == [
        ("health_records", 2, 1)
    ]
    assert officer.get(f"/v1/workers/{world.new_id()}/health-records").status_code == 404
    answer = officer.get(f"/v1/workers/{worker_id}/health-records", limit=1).json()
    (rest,) = read(officer, worker_id, after=answer["next"])
    assert rest["id"] == first["id"]


def test_a_reversed_note_is_gone_and_an_erased_one_says_so(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    wrong, kept = note(world, worker_id, FEVERISH), note(world, worker_id, SCREENED)
    say(officer, wrong, kept)
    undone = event(world, "event.reversed", event_id=wrong["id"], reason="记错人")
    answer = officer.post(f"/v1/workers/{worker_id}/events", {"events": [undone]}).json()
    assert answer["outcomes"][0]["status"] == "recorded"
    assert [each["id"] for each in read(officer, worker_id)] == [kept["id"]]
    vault, health = world.context.vault, [PersonalClass.HEALTH]
    with world.context.database.write(world.console) as session:
        vault.destroy(session, COUNTY, [worker_id], at=world.clock.now, classes=health)
    (left,) = read(officer, worker_id)
    assert (left["what"], left["content"]) == (None, None)
    assert_rebuilt(world)
    with world.context.reading(world.console) as work:
        assert list(verify(work).faults) == []


def test_late_and_early_by_the_clock(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    late = note(world, worker_id, FEVERISH)
    late["occurred_at"] = (world.clock.now - timedelta(days=3)).isoformat()
    ahead = note(world, worker_id, FEVERISH)
    ahead["occurred_at"] = (world.clock.now + timedelta(days=2)).isoformat()
    assert say(officer, late, ahead) == ["recorded", "clock-ahead"]


def test_at_most_five_hundred(world: World) -> None:
    (worker_id,) = enter(world)
    officer = world.client(Role.HEALTH_OFFICER)
    many = [note(world, worker_id, FEVERISH) for _ in range(501)]
    assert officer.post("/v1/health-records", {"records": many}).status_code == 422
    assert officer.post("/v1/health-records", {"records": []}).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_statements(world: World, number: int) -> None:
    """As many for one as for three people."""
    people = enter(world, number)
    officer = world.client(Role.HEALTH_OFFICER)
    records = [note(world, each, FEVERISH) for each in people]
    with world.counting() as sent:
        assert say(officer, *records) == ["recorded"] * number
    assert len(sent) == 11, sent
