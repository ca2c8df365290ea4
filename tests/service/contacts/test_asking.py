"""Asking who rode with whom: by number, phone, name, plate and seat; what is chosen from; what is said of what
nobody has.
"""

from typing import Any

from schemas.permissions import Role
from service.clock import CHINA
from tests.service.trips.scenes import Scene

CASE: dict[str, Any] = {
    "purpose": "epidemiological",
    "reason": "合成流调",
    "case_reference": "LD-合成-1",
}


def test_everybody_of_an_ordinary_year(scene: Scene) -> None:
    ride = scene.departed(3)
    officer = scene.world.client(Role.HEALTH_OFFICER)
    day = scene.now.astimezone(CHINA).date().isoformat()
    body = {**CASE, "plate": "辽M12345", "date": day, "seat": "1"}
    answer = scene.ok(officer.post("/v1/contacts", body))
    print(answer)
    listed = scene.ok(officer.post("/v1/contacts/lists", body))
    print(listed)
    assert len(listed["lines"]) == 2 + 2
    assert scene.ok(officer.get("/v1/contacts", open=True))["items"][0]["unanswered"] == 4
    where = scene.ok(officer.get(f"/v1/workers/{ride.workers[0]}/where"))
    print(where)
