"""A county on the day of departure: people come from an imported roster, everything else is done by
its own person over the API.
"""

from typing import Any
from uuid import UUID

from schemas.permissions import Role
from tests.cli.client_commands import Desk, make_line, write_roster
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene


class CountyTown:
    """`scene` writes the plan for us; who does what afterwards stands in the journeys."""

    def __init__(self, scene: Scene, desk: Desk) -> None:
        self.world = world = scene.world
        self.desk = desk
        self.scene = scene
        self.coordinator = scene.coordinator
        self.factory = world.client(
            Role.ENTERPRISE_RECEIVER, enterprise_id=self.scene.enterprise_id
        )
        self.clock = world.clock

    def import_people(self, count: int) -> list[UUID]:
        """A township's clerk sends the roster; the coordinator sees who is there."""
        write_roster(
            self.desk.folder / "凡河镇.xlsx", {"东兴村": [make_line(n) for n in range(count)]}
        )
        self.desk.sit_down(self.world.client(Role.TOWNSHIP_CLERK))
        assert self.desk.roster("凡河镇.xlsx", "--yes").code == 0
        workers = self.coordinator.get("/v1/workers", limit=200).json()["items"]
        assert len(workers) == count
        return [UUID(each["id"]) for each in workers]

    def plan(self, workers: list[UUID], *, lock: bool = True, **changes: Any) -> Ride:
        """A trip to the factory's gate with these people on its list."""
        gate = {
            "id": str(self.world.new_id()),
            "name": "合成电子一厂门口",
            "enterprise_id": str(self.scene.enterprise_id),
        }
        trip = self.scene.open_trip(handover_points=[gate], **changes)
        passengers = self.scene.assign(trip, workers, enterprise_id=str(self.scene.enterprise_id))
        if lock:
            self.say(self.coordinator, trip, "manifest.locked")
        return Ride(trip, passengers, workers)

    def escort(self, ride: Ride) -> Client:
        return self.scene.escort_of(ride.trip)

    def say(self, who: Client, trip: UUID, kind: str, **data: Any) -> Any:
        """Said live, and recorded."""
        return self.scene.tell(trip, kind, by=who, **data)

    def refused(self, who: Client, trip: UUID, kind: str, **data: Any) -> str:
        """Said live, and refused: why."""
        outcome = self.scene.send(trip, self.scene.event(kind, **data), by=who)[0]
        assert outcome["status"] == "refused", outcome
        code: str = outcome["problem"]["code"]
        return code

    def seat_everybody(self, who: Client, ride: Ride) -> None:
        self.scene.record(ride.trip, *self.scene.roll_call(ride.passengers), by=who)

    def leave_and_arrive(self, who: Client, ride: Ride) -> None:
        self.clock.advance(hours=1)
        self.say(who, ride.trip, "trip.departed", aboard=len(ride.passengers))
        self.clock.advance(hours=14)
        self.say(who, ride.trip, "trip.arrived")

    def gate_of(self, ride: Ride) -> UUID:
        (point,) = self.scene.points(ride.trip)
        return point

    def trip(self, ride: Ride) -> Any:
        return self.scene.trip(ride.trip)

    def trace(self, worker: UUID) -> list[Any]:
        items: list[Any] = self.scene.ok(self.coordinator.get(f"/v1/workers/{worker}/trace"))[
            "items"
        ]
        return items
