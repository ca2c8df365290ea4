"""A coach on its way, and somebody at a desk who looks at it."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from schemas.permissions import Role
from tests.cli.client_commands import Desk, Shown
from tests.service.trips.scenes import Scene


@dataclass
class Coach:
    """A trip with people in seats 1, 2, 3 … and a coordinator at the desk."""

    scene: Scene
    desk: Desk
    trip_id: UUID
    passengers: list[UUID]

    @property
    def number(self) -> str:
        number: str = self.scene.trip(self.trip_id)["number"]
        return number

    @property
    def at(self) -> str:
        """The standing clock's time, as a coordinator types it."""
        return f"{self.scene.now:%Y-%m-%dT%H:%M}"

    def seat_escort(self) -> None:
        """From here on the commands are those of an escort who sees this trip only."""
        world = self.scene.world
        self.desk.sit_down(world.client(Role.ESCORT, trip_ids=[self.trip_id]))

    def run(self, command: str, *more: Any) -> Shown:
        """`fangang trip COMMAND <number> …`"""
        return self.desk.run("trip", command, self.number, *more)

    def tell(self, kind: str, *more: Any) -> Shown:
        """An event now, by the standing clock."""
        return self.run("event", kind, "--at", self.at, *more)

    def drive_off(self) -> None:
        """Locked, everybody called and aboard, departed an hour later."""
        scene, trip = self.scene, self.trip_id
        scene.tell(trip, "manifest.locked")
        for each in self.passengers:
            scene.tell(trip, "passenger.checked_in", passenger_id=each, identity_shown="card")
            scene.tell(trip, "passenger.boarded", passenger_id=each)
        scene.world.clock.advance(hours=1)
        scene.tell(trip, "trip.departed", aboard=len(self.passengers))

    def arrive(self) -> None:
        self.scene.world.clock.advance(hours=14)
        self.scene.tell(self.trip_id, "trip.arrived")


class LoadedCoach(NamedTuple):
    """Before anybody sits at the desk."""

    scene: Scene
    trip_id: UUID
    passengers: list[UUID]

    def seen_from(self, desk: Desk) -> Coach:
        desk.sit_down(self.scene.coordinator)
        return Coach(self.scene, desk, self.trip_id, self.passengers)


def load_coach(scene: Scene, *, people: int = 3, **changes: Any) -> LoadedCoach:
    """Assigned one by one, so that everybody sits where they stand in the list."""
    trip = scene.open_trip(**changes)
    workers = scene.make_workers(people)
    return LoadedCoach(scene, trip, [scene.assign(trip, [worker])[0] for worker in workers])
