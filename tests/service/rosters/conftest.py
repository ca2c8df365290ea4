"""Rosters as the township client sends them, without its file."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from tests.factories import Client, World
from tests.registry import make_values

AS_OF = date(2020, 3, 24)


class Sender:
    """Sends rows as one import of one chunk."""

    def __init__(self, world: World, client: Client) -> None:
        self._world = world
        self.client = client

    def open(
        self,
        rows: int,
        *,
        township: str | None = "211221105",
        as_of: date = AS_OF,
        key: str | None = None,
        import_id: UUID | None = None,
    ) -> Any:
        self._world.clock.advance(minutes=1)
        form = {
            "id": str(import_id or self._world.new_id()),
            "key": key or f"{self._world.new_id().int:064x}",
            "file_name": "张三家的花名册.xlsx",
            "sha256": "ab" * 32,
            "rules_version": RULES_VERSION,
            "township": township,
            "as_of": as_of.isoformat(),
            "sheets": ["东兴村"],
            "accepted": rows,
        }
        return self.client.post("/v1/roster-imports", form)

    def stage(self, import_id: str, people: Sequence[dict[str, Any]], *, chunk: int = 0) -> Any:
        rows = [
            {"sheet": 0, "row": number + 4, "record": values}
            for number, values in enumerate(people)
        ]
        return self.client.post(f"/v1/roster-imports/{import_id}/chunks/{chunk}", {"rows": rows})

    def apply(self, import_id: str, *, chunk: int = 0) -> Any:
        return self.client.post(f"/v1/roster-imports/{import_id}/apply", {"chunk": chunk})

    def plan(self, people: Sequence[dict[str, Any]], **how: Any) -> tuple[str, Any]:
        opened = self.open(len(people), **how)
        assert opened.status_code == 200, opened.text
        import_id = opened.json()["id"]
        planned = self.stage(import_id, people)
        assert planned.status_code == 200, planned.text
        return import_id, planned.json()

    def send(self, people: Sequence[dict[str, Any]], **how: Any) -> Any:
        """Open, stage, apply: the answer to the last."""
        import_id, _ = self.plan(people, **how)
        applied = self.apply(import_id)
        assert applied.status_code == 200, applied.text
        return applied.json()

    def bring(self, people: Sequence[dict[str, Any]], **how: Any) -> str:
        """The same; the import's id."""
        import_id, _ = self.plan(people, **how)
        applied = self.apply(import_id)
        assert applied.status_code == 200, applied.text
        return import_id

    def try_undo(self, import_id: str, **wanted: Any) -> Any:
        return self.client.post(f"/v1/roster-imports/{import_id}/undo", wanted)

    def undo(self, import_id: str, **wanted: Any) -> Any:
        answer = self.try_undo(import_id, **wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def show(self, import_id: str) -> Any:
        return self.client.get(f"/v1/roster-imports/{import_id}").json()


MakeSender = Callable[[Client], Sender]


def make_rows(*numbers: int, **given: Any) -> list[dict[str, Any]]:
    return [make_values(number, **given) for number in numbers]


def count_rows(answer: Any) -> tuple[int, int, int, int]:
    counts = answer["counts"]
    return counts["new"], counts["updated"], counts["unchanged"], counts["conflicts"]


def list_workers(client: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/v1/workers").json()["items"]
    return items


def list_demands(client: Client) -> list[tuple[Any, ...]]:
    items = client.get("/v1/demands").json()["items"]
    return [(d["destination_code"], d["window_from"], d["state"], d["version"]) for d in items]


@pytest.fixture
def make_sender(world: World) -> MakeSender:
    return lambda client: Sender(world, client)


@pytest.fixture
def clerk(world: World, make_sender: MakeSender) -> Sender:
    return make_sender(world.client(Role.TOWNSHIP_CLERK))
