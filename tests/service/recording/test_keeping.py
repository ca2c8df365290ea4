"""A kept state is believed as long as the stream's head is the one that it was kept for."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update

from schemas.events.kinds import StreamKind
from service.app.composition import make_context
from service.ledger.bodies import StreamKey
from service.recording.group_commit import KeptStates
from service.trips.actions.door import record_group
from service.trips.actions.rebuild import check_derived
from service.trips.queries.states import TRIP
from tests.dba import dba
from tests.factories import COUNTY, World
from tests.service.trips.scenes import Ride, Scene
from tests.service.trips.test_together import record, request, show

FIRST, SECOND = (StreamKey(StreamKind.TRIP, UUID(int=number)) for number in (1, 2))
HEAD, NEXT = (7, b"seven"), (8, b"eight")


def test_only_the_newest_head_is_kept() -> None:
    kept = KeptStates()
    kept.put(COUNTY, FIRST, HEAD, "old")
    kept.put(COUNTY, FIRST, NEXT, "new")
    assert [kept.get(COUNTY, FIRST, head) for head in (HEAD, NEXT)] == [None, "new"]
    assert (kept.get(COUNTY, SECOND, NEXT), kept.get("211224", FIRST, NEXT)) == (None, None)


def test_whoever_was_kept_longest_ago_goes_first() -> None:
    kept = KeptStates(most=2)
    for number, head in ((1, HEAD), (2, HEAD), (1, NEXT), (3, HEAD)):
        kept.put(COUNTY, StreamKey(StreamKind.TRIP, UUID(int=number)), head, number)
    assert kept.get(COUNTY, FIRST, NEXT) == 1
    assert kept.get(COUNTY, SECOND, HEAD) is None


def test_nothing_is_kept_of_workers_and_of_streams_without_events() -> None:
    kept, worker = KeptStates(), StreamKey(StreamKind.WORKER, UUID(int=1))
    kept.put(COUNTY, worker, HEAD, "worker")
    kept.put(COUNTY, SECOND, (0, bytes(32)), "empty")
    assert kept.get(COUNTY, worker, HEAD) is None
    assert kept.get(COUNTY, SECOND, (0, bytes(32))) is None


@pytest.fixture
def ride(scene: Scene) -> Ride:
    """Known to the door: the last request was about it."""
    return scene.locked(2)


@pytest.fixture
def scene(world: World, built_scene: Scene) -> Iterator[Scene]:
    yield built_scene
    with world.context.database.read(world.console) as session:
        assert list(check_derived(session, COUNTY)) == []


def test_what_another_process_records_is_seen(scene: Scene, ride: Ride) -> None:
    other = make_context(scene.world.settings, clock=scene.world.clock)
    first, second = ride.passengers
    here = request(scene, scene.coordinator, ride.trip, *scene.roll_call([first]))
    [answer] = record(scene, [[replace(here, context=other)]])
    other.dispose()
    assert show(answer) == [("recorded", None, 5, []), ("recorded", None, 6, [])]
    checked = scene.event("passenger.checked_in", passenger_id=first, identity_shown="card")
    assert [each["status"] for each in scene.send(ride.trip, checked)] == ["refused"]
    scene.board(ride.trip, [second])
    assert scene.statuses(ride) == ["boarded", "boarded"]


def test_a_plan_that_was_changed_is_seen(scene: Scene) -> None:
    ride = scene.listed(1)
    [passenger] = ride.passengers
    reached = {"channel": "telephone", "outcome": "reached"}
    scene.tell(ride.trip, "passenger.notified", passenger_id=passenger, **reached)
    path = f"/v1/trips/{ride.trip}"
    scene.ok(scene.coordinator.patch(path, {"kept_free_rows": [5]}, version=1))
    moved = {"passenger_id": passenger, "seat_row": 5, "seat_column": 1}
    assert scene.refused(ride.trip, "passenger.seat_changed", **moved) == "seat-kept-free"


def test_what_was_rolled_back_is_not_remembered(scene: Scene, ride: Ride) -> None:
    first = ride.passengers[0]
    said = request(scene, scene.coordinator, ride.trip, *scene.roll_call([first]))
    with scene.world.context.database.write(said.actor) as session:
        record_group(session, [said])
        session.rollback()
    assert scene.statuses(ride) == ["listed", "listed"]
    assert show(record(scene, [[said]])[0])[0] == ("recorded", None, 5, [])
    assert scene.statuses(ride) == ["boarded", "listed"]


def test_a_row_that_was_altered_by_hand_is_not_believed(scene: Scene, ride: Ride) -> None:
    """The next event writes what follows from the events."""
    with dba(scene.world.settings) as connection:
        connection.execute(update(TRIP).values(aboard=9))
    scene.board(ride.trip, ride.passengers)
    assert scene.trip(ride.trip)["aboard"] == 2
