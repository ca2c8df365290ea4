"""Imports and undos in any order: the registry is that of the imports that stand."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from schemas.permissions import Role
from tests.factories import World, make_id_number, make_phone
from tests.service.rosters.conftest import Sender, make_rows
from tests.service.rosters.dumps import dump_rows, find_faults, tell_registry

HOME, ELSEWHERE = "211221105", "211221101"
_PARENTS, _CHILDREN = range(6), range(20, 24)


@dataclass
class File:
    rows: list[dict[str, Any]]
    as_of: date
    is_ours: bool


@dataclass
class Office:
    """Two townships; `standing`: imports in their order, each with what was there before it."""

    world: World
    standing: list[tuple[str, File, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ours = Sender(self.world, self.world.client(Role.TOWNSHIP_CLERK))
        theirs = self.world.client(Role.TOWNSHIP_CLERK, township=ELSEWHERE)
        self.theirs = Sender(self.world, theirs)

    def bring(self, file: File) -> None:
        before = dump_rows(self.world)
        township = HOME if file.is_ours else ELSEWHERE
        sender = self.ours if file.is_ours else self.theirs
        import_id = sender.bring(file.rows, township=township, as_of=file.as_of)
        self.standing.append((import_id, file, before))

    def take_back(self) -> None:
        import_id, file, before = self.standing.pop()
        undone = (self.ours if file.is_ours else self.theirs).undo(import_id)
        assert undone["kept"] == 0
        assert dump_rows(self.world) == before


def _make_file(chance: Random) -> File:
    people = [*chance.sample(_PARENTS, 3), *chance.sample(_CHILDREN, 2)]
    chance.shuffle(people)
    day = date(2020, 3, 20) + timedelta(days=chance.randrange(4))
    return File([_make_row(number, chance) for number in people], day, chance.random() < 0.7)


def _make_row(number: int, chance: Random) -> dict[str, Any]:
    said = {
        "phone": make_phone(number * 10 + chance.randrange(3)),
        "emergency_phone": chance.choice([None, make_phone(900 + number % 2)]),
        "village": chance.choice([None, "东兴村", "西沟村"]),
        "destination_code": chance.choice([None, "320500", "310100"]),
        "return_status": chance.choice([None, None, "已返岗"]),
        "remark": chance.choice([None, "外出", "随行"]),
    }
    if number in _CHILDREN:
        parent = make_rows(chance.choice([number - 20, number - 19]))[0]["id_number"]
        birth = make_id_number(birth="2010-03-01", sequence=number)
        said |= {"id_number": birth, "person_role": "child", "guardian_id": parent}
    return make_rows(number, **said)[0]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 21))]
)
def test_what_was_undone_was_never_there(world: World, seed: int) -> None:
    chance, office = Random(seed), Office(world)
    for _ in range(9):
        if office.standing and chance.random() < 0.4:
            office.take_back()
        else:
            office.bring(_make_file(chance))
    said, files = tell_registry(world), [file for _, file, _ in office.standing]
    while office.standing:
        office.take_back()
    assert tell_registry(world) == []
    for file in files:
        office.bring(file)
    assert tell_registry(world) == said
    assert find_faults(world) == []
