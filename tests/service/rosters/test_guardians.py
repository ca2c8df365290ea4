"""A child's link to its guardian: whom the believed number names, as that one is now."""

from typing import Any

from schemas.permissions import Role
from tests.factories import World, make_id_number, make_phone
from tests.service.rosters.conftest import MakeSender, Sender, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults

ELSEWHERE = "211221101"
MOTHER, FATHER = make_rows(2, 3)
CHILD = make_rows(
    21,
    id_number=make_id_number(birth="2010-03-01", sequence=21),
    person_role="child",
    guardian_id=MOTHER["id_number"],
    phone=None,
)[0]
ADOPTED = {**CHILD, "guardian_id": FATHER["id_number"]}
MOVED = {**MOTHER, "emergency_phone": make_phone(5)}


def read_link(world: World) -> tuple[Any, Any, bool]:
    """The child's guardian and household, and whether they are those of the number it names."""
    workers = dump_rows(world)["worker"]
    (child,) = [row for row in workers.values() if row["person_role"] == "child"]
    guardian = workers.get(child["guardian_worker_id"])
    is_right = guardian is not None and (
        (guardian["id_number_index"], guardian["household_key"])
        == (child["guardian_index"], child["household_key"])
    )
    return child["guardian_worker_id"], child["household_key"], is_right


def test_a_new_guardian_who_is_unknown_is_not_the_old_one(world: World, clerk: Sender) -> None:
    clerk.send([CHILD, MOTHER])
    assert read_link(world)[2]
    clerk.send([ADOPTED])
    assert read_link(world)[0] is None
    clerk.send([FATHER])
    assert read_link(world)[2]


def test_whom_nobody_believes_to_be_the_guardian_is_none(
    world: World, clerk: Sender, make_sender: MakeSender
) -> None:
    """Another township fills gaps; it does not give a child to somebody else."""
    theirs = make_sender(world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE))
    clerk.send([CHILD, MOTHER, FATHER])
    theirs.send([{**ADOPTED, "remark": "外出"}], township=ELSEWHERE)
    assert read_link(world)[2]


def test_a_guardian_who_went_meanwhile_is_not_pointed_to(world: World, clerk: Sender) -> None:
    clerk.send([CHILD, FATHER])
    alone = read_link(world)
    mother = clerk.bring([MOTHER])
    other = clerk.bring([ADOPTED])
    clerk.undo(mother)
    assert read_link(world)[2]
    assert clerk.undo(other)["restored"] == 1
    assert read_link(world) == alone
    assert find_faults(world) == []


def test_a_guardian_who_came_or_moved_meanwhile_is_followed(world: World, clerk: Sender) -> None:
    clerk.send([CHILD, FATHER])
    first = clerk.bring([ADOPTED])
    clerk.send([MOTHER])
    clerk.undo(first)
    assert read_link(world)[2]
    second = clerk.bring([ADOPTED])
    clerk.send([MOVED])
    clerk.undo(second)
    assert read_link(world)[2]
