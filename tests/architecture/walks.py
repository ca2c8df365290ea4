"""How many files of ours a request walks through: what a reader has to open who follows it."""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from service.manage.migrations import migrate
from service.settings import Settings
from tests.architecture.sources import ROOT
from tests.factories import TOWNSHIP, Client, World, make_id_number
from tests.registry import make_values

_OURS: Final = tuple(f"{ROOT / folder}/" for folder in ("service", "schemas"))
_CHUNK_ROWS: Final = 500


@dataclass
class Walk:
    """The files under service/ and schemas/, as paths from the root, of which a function was called
    while `is_on`.
    """

    files: set[str] = field(default_factory=set)
    is_on: bool = False

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        if self.is_on and event == "call" and frame.f_code.co_filename.startswith(_OURS):
            self.files.add(frame.f_code.co_filename.removeprefix(f"{ROOT}/"))


@contextmanager
def walking() -> Iterator[Walk]:
    """Watches the threads that are started inside the block, and this one: a World has to be opened
    inside of it.
    """
    walk, before = Walk(), sys.getprofile()
    threading.setprofile(walk.note)
    sys.setprofile(walk.note)
    try:
        yield walk
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


@contextmanager
def _open_world() -> Iterator[World]:
    """On an SQLite database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(
            database_url=f"sqlite:///{place / 'fangang.db'}", key_file=place / "fangang.kek"
        )
        migrate(settings)
        world = World(settings)
        try:
            yield world
        finally:
            world.close()


def count_files_of_one_row() -> int:
    return len(list_files_of_one_row())


def list_files_of_one_row() -> list[str]:
    """The files that a row of a chunk of 500 new people passes through while it is planned and
    applied. An import before has filled what is remembered.
    """
    with walking() as walk, _open_world() as world:
        clerk = world.client(Role.TOWNSHIP_CLERK)
        for first in (0, _CHUNK_ROWS):
            import_id = _open_import(world, clerk)
            walk.is_on = first > 0
            _send_chunk(clerk, import_id, first)
            walk.is_on = False
        return sorted(walk.files)


def _open_import(world: World, clerk: Client) -> str:
    import_id = str(world.new_id())
    form = {
        "id": import_id,
        "key": f"{world.new_id().int:064x}",
        "file_name": "花名册.xlsx",
        "sha256": "ab" * 32,
        "rules_version": RULES_VERSION,
        "township": TOWNSHIP,
        "as_of": world.clock.now.date().isoformat(),
        "sheets": ["东兴村"],
        "accepted": _CHUNK_ROWS,
    }
    answer = clerk.post("/v1/roster-imports", form)
    assert answer.status_code == 200, answer.text
    return import_id


def _send_chunk(clerk: Client, import_id: str, first: int) -> None:
    rows = [
        {"sheet": 0, "row": number + 4, "record": _make_record(first + number)}
        for number in range(_CHUNK_ROWS)
    ]
    planned = clerk.post(f"/v1/roster-imports/{import_id}/chunks/0", {"rows": rows})
    assert planned.json()["counts"]["new"] == _CHUNK_ROWS, planned.text
    applied = clerk.post(f"/v1/roster-imports/{import_id}/apply", {"chunk": 0})
    assert applied.json()["counts"]["new"] == _CHUNK_ROWS, applied.text


def _make_record(number: int) -> dict[str, Any]:
    """A different person for each of 0 … 999."""
    return make_values(number, id_number=make_id_number(sequence=number))


if __name__ == "__main__":
    print(*list_files_of_one_row(), sep="\n")
