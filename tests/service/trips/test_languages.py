"""Everybody is answered in the language of their own request, whoever's thread records it."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.envelope import EventsIn, OutcomesOut
from schemas.messages import make_problem
from schemas.texts import speaking
from service.ledger import actions as ledger
from service.recording.commands import trip_stream
from service.trips.actions.door import TripEvents, record_group
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

LANGUAGES = ("zh", "en") * 4
PATIENCE_SECONDS = 20


def make_events(scene: Scene, ride: Ride, told: Any) -> list[Any]:
    """An id told before with other content, what the present forbids, and what cannot be read."""
    first, event = ride.passengers[0], scene.event
    return [
        {**told, "data": {**told["data"], "identity_shown": "known_person"}},
        event("manifest.locked"),
        event("passenger.boarded", passenger_id=first, temperature="warm"),
    ]


def expect(language: Any, problems: Sequence[dict[str, Any]]) -> None:
    """The three problems say what their codes say in this language, the last one with its field."""
    with speaking(language):
        titles = [make_problem(ErrorCode(each["code"])).title for each in problems]
    assert [each["title"] for each in problems] == titles
    assert [each["code"] for each in problems][::2] == ["id-reused", "field-invalid"]
    (field,) = problems[2]["errors"]
    assert ("应" in field["message"]) is (language == "zh")


def tell_first(scene: Scene, ride: Ride) -> Any:
    told = scene.event(
        "passenger.checked_in", passenger_id=ride.passengers[0], identity_shown="card"
    )
    scene.send(ride.trip, told)
    return told


def test_in_one_group_each_sender_gets_their_own(scene: Scene) -> None:
    ride = scene.locked(1)
    told = tell_first(scene, ride)
    requests = [
        TripEvents(
            scene.world.context,
            scene.coordinator.actor,
            ride.trip,
            EventsIn.model_validate({"events": make_events(scene, ride, told)}),
            language,
        )
        for language in LANGUAGES
    ]
    with speaking("en"), scene.world.context.database.write(scene.coordinator.actor) as session:
        answers = record_group(session, requests)
    for language, answer in zip(LANGUAGES, answers, strict=True):
        assert isinstance(answer, OutcomesOut)
        problems = [each.problem for each in answer.outcomes if each.problem is not None]
        expect(language, [each.model_dump(mode="json") for each in problems])


def test_requests_at_once_are_grouped_and_answered_in_their_own(scene: Scene) -> None:
    """While the trip is locked all wait: in one group, or some of them to be the next one."""
    ride = scene.locked(1)
    told = tell_first(scene, ride)
    world, actor = scene.world, scene.coordinator.actor
    group_commit = world.context.group_commit

    def count_unanswered() -> int:
        return group_commit.count_unanswered(actor, record=record_group)

    clients = [replace(scene.coordinator, language=language) for language in LANGUAGES]
    bodies = [{"events": make_events(scene, ride, told)} for _ in LANGUAGES]
    with ThreadPoolExecutor(len(clients)) as pool:
        with world.context.database.write(actor) as session:
            ledger.lock_or_open_streams(session, actor.county_code, [trip_stream(ride.trip)])
            running = [
                pool.submit(_send, client, ride.trip, body)
                for client, body in zip(clients, bodies, strict=True)
            ]
            until = time.monotonic() + PATIENCE_SECONDS
            while count_unanswered() < len(clients) and time.monotonic() < until:
                time.sleep(0.001)
            assert count_unanswered() == len(clients)
        answers = [each.result(PATIENCE_SECONDS) for each in running]
    for client, answer in zip(clients, answers, strict=True):
        expect(client.language, [each["problem"] for each in answer["outcomes"]])


def _send(client: Client, trip_id: UUID, body: Any) -> Any:
    answer = client.post(f"/v1/trips/{trip_id}/events", body)
    assert answer.status_code == 200
    return answer.json()
