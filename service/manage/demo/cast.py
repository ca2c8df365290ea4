"""Who takes part in the demo, what the story has made so far, and how people speak."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from service.manage.demo.stage import Person, Stage


@dataclass
class Cast:
    """Who takes part, and what the story has made so far."""

    stage: Stage
    http: httpx.Client
    people: dict[str, Person] = field(default_factory=dict)
    enterprises: dict[str, str] = field(default_factory=dict)
    vehicles: list[str] = field(default_factory=list)
    drivers: list[str] = field(default_factory=list)
    workers: dict[str, list[str]] = field(default_factory=dict)
    """Worker ids by employer, in the order of entry."""
    trips: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    passengers: dict[str, str] = field(default_factory=dict)
    """Worker id → passenger id."""
    stand_bys: list[str] = field(default_factory=list)

    @property
    def coordinator(self) -> Person:
        return self.people["county"]

    def new_id(self) -> str:
        return str(self.stage.clock.new_id())

    def event(self, kind: str, /, *, mode: str = "live", source: str = "api", **data: Any) -> Any:
        return {
            "id": self.new_id(),
            "kind": kind,
            "occurred_at": self.stage.clock.now.isoformat(),
            "mode": mode,
            "source": source,
            "data": data,
        }

    def send(self, person: Person, trip: str, *events: Any) -> list[Any]:
        answer: list[Any] = person.post(f"/v1/trips/{trip}/events", {"events": list(events)})[
            "outcomes"
        ]
        return answer

    def tell(self, by: Person, trip: str, kind: str, /, **data: Any) -> Any:
        """One event that must be recorded."""
        outcome = self.send(by, trip, self.event(kind, **data))[0]
        self.stage.expect(outcome["status"] == "recorded", f"{kind}: {outcome}")
        return outcome

    def refused(self, by: Person, trip: str, code: str, kind: str, /, **data: Any) -> Any:
        """One event that must be refused, with this code; the problem."""
        problem = self.send(by, trip, self.event(kind, **data))[0]["problem"]
        self.stage.expect(bool(problem) and problem["code"] == code, f"{kind}: {problem}")
        return problem

    def trip(self, trip: str) -> Any:
        return self.coordinator.get(f"/v1/trips/{trip}")

    def lines(self, trip: str) -> dict[str, Any]:
        """Passenger id → the masked line."""
        return {each["id"]: each for each in self.coordinator.get(f"/v1/trips/{trip}/passengers")}
