"""Taking an import back: every row as it stood, the same file new again, and what the ledger says."""

from datetime import date
from typing import Any
from uuid import UUID

from schemas.events.kinds import StreamKind
from schemas.permissions import Role
from service.rosters.queries.imports import list_leaves
from service.rosters.rules.imports import make_root
from tests.factories import COUNTY, World, make_id_number, make_phone
from tests.queries import list_statements
from tests.service.rosters.conftest import MakeSender, Sender, count_rows, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults, read_versions, tell_registry

ELSEWHERE = "211221101"
MOTHER = make_rows(2)[0]
CHILD = make_rows(
    21,
    id_number=make_id_number(birth="2010-03-01", sequence=21),
    person_role="child",
    guardian_id=MOTHER["id_number"],
    phone=None,
)[0]


def numbers(answer: Any) -> tuple[int, int, int]:
    return answer["restored"], answer["removed"], answer["kept"]


def test_everybody_is_what_they_were(world: World, clerk: Sender) -> None:
    """New, changed, unchanged, cancelled, and newly wishing people in one file of two chunks."""
    clerk.send([*make_rows(1, 2, 3), *make_rows(4, destination=None, employer=None)])
    clerk.send(make_rows(5, return_status="已返岗"))
    before, versions = dump_rows(world), read_versions(world)
    said = tell_registry(world)
    rows = [
        *make_rows(1),
        *make_rows(2, phone=make_phone(70), village="西沟村", health="良好"),
        *make_rows(3, return_status="不返岗"),
        *make_rows(4, departure_date="2020-04-02", return_status="已联系"),
        *make_rows(5, destination="上海市", destination_code="310100", return_status="未返岗"),
        *make_rows(8, 9),
    ]
    opened = clerk.open(len(rows)).json()
    for chunk, part in enumerate((rows[:4], rows[4:])):
        clerk.stage(opened["id"], part, chunk=chunk)
    for chunk in (1, 0):
        assert clerk.apply(opened["id"], chunk=chunk).status_code == 200
    assert dump_rows(world) != before
    assert numbers(clerk.undo(opened["id"], reason="选错了文件")) == (4, 2, 0)
    assert dump_rows(world) == before
    assert tell_registry(world) == said
    assert find_faults(world) == []
    rising = {key: read_versions(world)[key] - version for key, version in versions.items()}
    assert sorted(rising.values()) == [0, 2, 2, 2, 2]


def test_the_same_file_is_new_again(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    rows = [*make_rows(1, phone=make_phone(70)), *make_rows(2, 3)]
    first = clerk.bring(rows, key="1" * 64)
    said = tell_registry(world)
    undone = clerk.undo(first)
    assert numbers(undone) == (1, 2, 0)
    assert (clerk.show(first)["state"], clerk.show(first)["undone_at"]) == (
        "undone", undone["undone_at"],
    )  # fmt: skip
    again = clerk.bring(rows, key="1" * 64)
    assert again != first
    assert tell_registry(world) == said
    assert numbers(clerk.undo(again)) == (1, 2, 0)


def test_twice_is_once(world: World, clerk: Sender) -> None:
    import_id = clerk.bring(make_rows(1, 2))
    first = clerk.undo(import_id)
    before = dump_rows(world)
    world.clock.advance(days=40)
    assert clerk.undo(import_id, keep_changed=True, reason="再来一次") == first
    assert clerk.undo(import_id, dry_run=True) == first
    assert dump_rows(world) == before
    assert len(world.list_bodies(StreamKind.IMPORT, UUID(import_id))) == 2


def test_imports_are_taken_back_one_after_the_other(world: World, clerk: Sender) -> None:
    """Also those on whose content a later one stood that is gone."""
    dumps, imports = [dump_rows(world)], []
    for phone in (1, 2, 3):
        rows = [*make_rows(1, phone=make_phone(70 + phone)), *make_rows(phone + 1)]
        imports.append(clerk.bring(rows))
        dumps.append(dump_rows(world))
    for import_id, dump in zip(imports[::-1], dumps[-2::-1], strict=True):
        assert clerk.undo(import_id)["kept"] == 0
        assert dump_rows(world) == dump
    assert find_faults(world) == []


def test_a_half_applied_import_can_be_taken_back(world: World, clerk: Sender) -> None:
    before = dump_rows(world)
    opened = clerk.open(3).json()
    clerk.stage(opened["id"], make_rows(1, 2), chunk=0)
    clerk.stage(opened["id"], make_rows(3), chunk=1)
    applied = clerk.apply(opened["id"], chunk=0).json()
    assert numbers(clerk.undo(opened["id"])) == (0, 2, 0)
    assert dump_rows(world) == before
    assert clerk.show(opened["id"])["chunks"] == [{"chunk": 0, "rows": 2, "applied": True}]
    assert clerk.apply(opened["id"], chunk=0).json() == applied
    assert clerk.apply(opened["id"], chunk=1).status_code == 404
    late = clerk.stage(opened["id"], make_rows(3), chunk=1)
    assert (late.status_code, late.json()["code"]) == (409, "import-undone")


def test_what_was_never_applied_is_dropped(clerk: Sender) -> None:
    import_id, _ = clerk.plan(make_rows(1), key="1" * 64)
    assert numbers(clerk.undo(import_id)) == (0, 0, 0)
    assert clerk.show(import_id)["chunks"] == []
    assert clerk.open(1, key="1" * 64).json()["id"] != import_id


def test_families_are_parted_as_they_came(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    moved = [{**MOTHER, "emergency_phone": make_phone(5)}]
    for files in ([[CHILD], [MOTHER]], [[MOTHER], [CHILD]], [[CHILD, MOTHER]]):
        dumps, imports = [], []
        for rows in (*files, moved):
            dumps.append(dump_rows(world))
            imports.append(clerk.bring(rows))
        for import_id, dump in zip(imports[::-1], dumps[::-1], strict=True):
            clerk.undo(import_id)
            assert dump_rows(world) == dump


def test_a_guardian_who_came_twice_in_one_import(world: World, clerk: Sender) -> None:
    clerk.send([CHILD])
    before = dump_rows(world)
    opened = clerk.open(3).json()
    clerk.stage(opened["id"], [MOTHER], chunk=0)
    clerk.apply(opened["id"], chunk=0)
    rows = [{**MOTHER, "emergency_phone": make_phone(5)}, {**CHILD, "remark": "随行"}]
    clerk.stage(opened["id"], rows, chunk=1)
    clerk.apply(opened["id"], chunk=1)
    assert numbers(clerk.undo(opened["id"])) == (1, 1, 0)
    assert dump_rows(world) == before


def test_what_another_township_added_goes(world: World, make_sender: MakeSender) -> None:
    ours = make_sender(world.client(Role.TOWNSHIP_CLERK))
    theirs = make_sender(world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    ours.send(make_rows(1, 2))
    before = dump_rows(world)
    import_id = theirs.bring(make_rows(1, remark="外出"), township=ELSEWHERE)
    assert dump_rows(world) != before
    for answer in (ours.try_undo(import_id), ours.client.get(f"/v1/roster-imports/{import_id}")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert numbers(theirs.undo(import_id)) == (1, 0, 0)
    assert dump_rows(world) == before


def test_an_undone_import_was_never_heard(clerk: Sender) -> None:
    """Its day does not make an older roster old."""
    clerk.send(make_rows(1), as_of=date(2020, 3, 1))
    wrong = clerk.bring(make_rows(1, phone=make_phone(70)), as_of=date(2020, 3, 23))
    clerk.undo(wrong)
    right = clerk.send(make_rows(1, phone=make_phone(80)), as_of=date(2020, 3, 10))
    assert count_rows(right) == (0, 1, 0, 0)


def test_plans_that_knew_the_undone_content_do_not_overwrite(clerk: Sender) -> None:
    clerk.send(make_rows(1))
    wrong = clerk.bring([*make_rows(1, phone=make_phone(70)), *make_rows(2)])
    slow, _ = clerk.plan(make_rows(1, 2, phone=make_phone(80)))
    clerk.undo(wrong)
    applied = clerk.apply(slow).json()
    assert [row["code"] for row in applied["rows"]] == ["changed-since-check"] * 2


def test_whoever_comes_anew_is_another(clerk: Sender) -> None:
    """With the same version as the one who was undone."""
    wrong = clerk.bring(make_rows(1))
    slow, _ = clerk.plan(make_rows(1, phone=make_phone(80)))
    clerk.undo(wrong)
    clerk.send(make_rows(1, phone=make_phone(70)))
    applied = clerk.apply(slow).json()
    assert [row["code"] for row in applied["rows"]] == ["changed-since-check"]


def test_the_ledger_tells_it(world: World, clerk: Sender) -> None:
    import_id = clerk.bring([*make_rows(1), *make_rows(2)])
    undone = clerk.undo(import_id, reason="选错了文件")
    applied, event = world.list_bodies(StreamKind.IMPORT, UUID(import_id))
    assert (event["kind"], event["data"]) == (
        "roster.undone",
        {"import_id": import_id, "restored": 0, "removed": 2, "unlisted": 0, "kept": 0},
    )
    assert list(event["commit"]) == ["stream.note"]
    assert undone["event"]["event_id"] == event["id"]
    with world.context.database.read(world.console) as session:
        leaves = list_leaves(session, COUNTY, import_id=UUID(import_id), chunk=0)
    assert make_root(leaves) == applied["data"]["rows_root"]
    assert find_faults(world) == []


def test_a_trace_shows_what_no_longer_counts(world: World, clerk: Sender) -> None:
    clerk.send(make_rows(1))
    undone = clerk.undo(clerk.bring(make_rows(1, phone=make_phone(70))))
    (worker_id,) = read_versions(world)
    origins = clerk.client.get(f"/v1/workers/{worker_id}/trace").json()["origins"]
    assert [origin["undone_at"] for origin in origins] == [None, undone["undone_at"]]


def test_it_costs_the_same_number_of_statements(clerk: Sender) -> None:
    costs = []
    for start, number in ((0, 2), (200, 40)):
        known = range(start, start + number)
        clerk.send(make_rows(*known))
        changed = make_rows(*known, phone=make_phone(9), destination="上海市")
        import_id = clerk.bring([*changed, *make_rows(*range(start + 100, start + 100 + number))])
        with list_statements() as statements:
            clerk.undo(import_id)
        costs.append(len(statements))
    assert costs == [33, 33]
