"""A scene with a trip, and somebody who uploads to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from httpx2 import Response

from tests.factories import Client, World
from tests.pictures import PHONE_JPEG
from tests.service.trips.scenes import Ride, Scene


@dataclass
class Album:
    """A ride at the gate and its escort."""

    scene: Scene
    ride: Ride
    escort: Client

    @property
    def world(self) -> World:
        return self.scene.world

    @property
    def path(self) -> str:
        return f"/v1/trips/{self.ride.trip}/attachments"

    def upload(
        self,
        content: bytes = PHONE_JPEG,
        *,
        by: Client | None = None,
        identifier: UUID | None = None,
        trip: UUID | None = None,
        **headers: str,
    ) -> Response:
        client = by or self.escort
        sent = {"Authorization": f"Bearer {client.token}", "Accept-Language": client.language}
        path = f"/v1/trips/{trip or self.ride.trip}/attachments/{identifier or self.world.new_id()}"
        return client.http.post(path, content=content, headers={**sent, **headers})

    def keep(self, content: bytes = PHONE_JPEG, **given: Any) -> Any:
        """One that must be taken; its answer."""
        answer = self.upload(content, **given)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def read(self, identifier: object, *, by: Client | None = None) -> Response:
        return (by or self.escort).get(f"{self.path}/{identifier}")

    def names(self, *, by: Client | None = None) -> list[str]:
        return [each["id"] for each in self.scene.ok((by or self.escort).get(self.path))]


@pytest.fixture
def album(built_scene: Scene) -> Album:
    ride = built_scene.arrived(2)
    return Album(built_scene, ride, built_scene.escort_of(ride.trip))
