"""An enterprise and its list of staff, as its account or the coordinator sends it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from schemas.permissions import Role
from schemas.roster.report import RULES_VERSION
from tests.factories import Client, World, make_id_number
from tests.lists import add, make_enterprise
from tests.registry import make_values
from tests.service.rosters.conftest import AS_OF, Sender

NANYANG = "411302"
_SAID = ("name", "id_number", "gender", "birth_date", "phone", "departure_date")


def make_staff(number: int, *, area: str = "211221", **given: Any) -> dict[str, Any]:
    """What an enterprise knows of one of its people; None takes a field away."""
    id_number = make_id_number(sequence=number, area=area)
    values = make_values(number, id_number=id_number, **given)
    said = {name: values[name] for name in (*_SAID, *given) if name in values}
    return {"current_place": "湖北省武汉市洪山区", **said}


class Factory:
    """`account`: the enterprise's own; `send` takes who sends."""

    def __init__(self, world: World, number: int = 1, **given: Any) -> None:
        self.world = world
        self.coordinator = world.client()
        body = make_enterprise(world, number, **given)
        self.name: str = body["name"]
        self.id = add(self.coordinator, "/v1/enterprises", body)
        self.account = world.client(Role.ENTERPRISE_RECEIVER, enterprise_id=self.id)

    def open(self, rows: int, *, by: Client | None = None, **changed: Any) -> Any:
        form = {
            "id": str(self.world.new_id()),
            "key": f"{self.world.new_id().int:064x}",
            "feed": "enterprise",
            "enterprise_id": str(self.id),
            "file_name": "滞留员工.xlsx",
            "sha256": "cd" * 32,
            "rules_version": RULES_VERSION,
            "as_of": AS_OF.isoformat(),
            "sheets": ["滞留员工"],
            "accepted": rows,
            **changed,
        }
        return (by or self.coordinator).post("/v1/staff-imports", form)

    def stage(self, import_id: str, people: Sequence[Any], *, by: Client | None = None) -> Any:
        rows = [
            {"sheet": 0, "row": number + 2, "record": values}
            for number, values in enumerate(people)
        ]
        path = f"/v1/staff-imports/{import_id}/chunks/0"
        return (by or self.coordinator).post(path, {"rows": rows})

    def send(self, *people: dict[str, Any], by: Client | None = None, as_of: date = AS_OF) -> Any:
        """Open, stage, apply: the answer to the last."""
        self.world.clock.advance(minutes=1)
        opened = self.open(len(people), by=by, as_of=as_of.isoformat())
        assert opened.status_code == 200, opened.text
        import_id = opened.json()["id"]
        staged = self.stage(import_id, people, by=by)
        assert staged.status_code == 200, staged.text
        path = f"/v1/staff-imports/{import_id}/apply"
        applied = (by or self.coordinator).post(path, {"chunk": 0})
        assert applied.status_code == 200, applied.text
        return applied.json()

    def list(self, **how: Any) -> list[dict[str, Any]]:
        answer = self.coordinator.get("/v1/stranded-people", **how)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


@pytest.fixture
def factory(world: World) -> Factory:
    return Factory(world)


@pytest.fixture
def clerk(world: World) -> Sender:
    return Sender(world, world.client(Role.TOWNSHIP_CLERK))
