"""The same facts in another order of arrival end in the same state, to the last column."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import permutations, product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from tests.databases import ON_SQLITE
from tests.service.trips.beginning import from_here
from tests.service.trips.orders import compare, read_end
from tests.service.trips.scenes import Ride, Scene

Event = dict[str, Any]


def told(scene: Scene, kind: str, minute: float, **data: Any) -> Event:
    """What happened then, told a day after the list was locked (see `a_day_later`)."""
    at = scene.now - timedelta(days=1) + timedelta(minutes=minute)
    event: Event = scene.event(kind, mode="afterwards", at=at, **data)
    return event


@contextmanager
def a_day_later(scene: Scene) -> Iterator[None]:
    """And then back, so that the next trip has the same times."""
    begin = scene.now
    scene.world.clock.advance(days=1)
    try:
        yield
    finally:
        scene.world.clock.now = begin


def play_in_order(
    scene: Scene, ride: Ride, events: list[Event], order: Iterable[int], *, grouped: bool
) -> list[Any]:
    arriving = [events[place] for place in order]
    for request in [arriving] if grouped else [[each] for each in arriving]:
        scene.record(ride.trip, *request)
    return read_end(scene, ride, events)


def unlike_the_first(ends: list[list[Any]]) -> list[str]:
    return [difference for end in ends for difference in compare(ends[0], end)]


def of_a_passenger(scene: Scene, ride: Ride) -> list[Event]:
    passenger = {"passenger_id": ride.passengers[0]}
    return [
        told(scene, "passenger.checked_in", 10, **passenger, identity_shown="card"),
        told(scene, "passenger.boarded", 20, **passenger, seat_row=3, seat_column=2),
        told(scene, "passenger.left", 300, **passenger, place="服务区"),
        told(scene, "passenger.found", 330, **passenger, place="服务区"),
    ]


def of_two_subjects(scene: Scene, ride: Ride) -> list[Event]:
    """Boarding after departure and receiving before arrival: judged from both sides."""
    passenger = {"passenger_id": ride.passengers[0]}
    return [
        told(scene, "trip.departed", 60, aboard=0),
        told(scene, "passenger.boarded", 70, **passenger),
        told(scene, "passenger.received", 880, **passenger),
        told(scene, "trip.arrived", 900, aboard=2),
    ]


def of_one_seat(scene: Scene, ride: Ride) -> list[Event]:
    """Two people who were told to sit on one seat, and one of them twice."""
    first, second = ({"passenger_id": each} for each in ride.passengers)
    return [
        told(scene, "passenger.boarded", 20, **first, seat_row=5, seat_column=1),
        told(scene, "passenger.boarded", 30, **second, seat_row=5, seat_column=1),
        told(scene, "passenger.no_show", 40, **first),
        told(scene, "passenger.boarded", 50, **first),
    ]


def of_one_moment(scene: Scene, ride: Ride) -> list[Event]:
    """Told in whole minutes, as paper is: the kinds decide, whatever the ids."""
    passenger = {"passenger_id": ride.passengers[0]}
    return [
        told(
            scene,
            "passenger.left",
            10,
            end="given_on",
            given_to="health_point",
            **passenger,
            unit="留验站",
        ),
        told(scene, "passenger.noted", 10, what="fever", **passenger),
        told(scene, "passenger.boarded", 10, **passenger) | {"id": str(uuid4())},
        told(scene, "passenger.checked_in", 10, **passenger, identity_shown="card"),
    ]


def of_one_exact_moment(scene: Scene, ride: Ride) -> list[Event]:
    """To the millisecond, from one device that counts and one that does not."""
    at = 10 + 0.25 / 60
    events = of_one_moment(scene, ride)
    moment = (scene.now - timedelta(days=1) + timedelta(minutes=at)).isoformat()
    for count, event in enumerate(events):
        event.update(occurred_at=moment, device=f"3f9a4c1e7b2d485{count % 2}")
        event.update({"device_sequence": 9 - count} if count % 2 else {})
    return events


def of_two_vehicles(scene: Scene, ride: Ride) -> list[Event]:
    """Two people on seats that the second vehicle lacks, which has one place; one sits down in it anew."""
    one, two = ({"passenger_id": each} for each in ride.passengers)
    tiny = scene.make_vehicle(f"辽M{scene.world.new_id().int % 90_000 + 10_000}", rows=1, places=1)
    return [
        told(scene, "passenger.boarded", 20, **one, seat_row=3, seat_column=2),
        told(scene, "passenger.boarded", 25, **two, seat_row=3, seat_column=4),
        told(scene, "vehicle.replaced", 200, vehicle_id=tiny),
        told(scene, "passenger.noted", 300, what="fever", **two, seat_row=1, seat_column=1),
    ]


def of_two_devices(scene: Scene, ride: Ride) -> list[Event]:
    """Two seats told of one moment by two phones, one of them twice with a count."""
    passenger = {"passenger_id": ride.passengers[0]}
    seats = [(3, "a", None), (4, "b", 1), (5, "b", 0)]
    events = [
        told(scene, "passenger.boarded", 10, **passenger, seat_row=row, seat_column=1)
        | {"device": device * 8, "device_sequence": count}
        for row, device, count in seats
    ]
    return [*events, told(scene, "passenger.left", 10, **passenger, place="服务区")]


def of_a_minute(scene: Scene, ride: Ride) -> list[Event]:
    """Boarded in that minute, before he left in it, although the roll call came half a minute later."""
    passenger = {"passenger_id": ride.passengers[0]}
    return [
        told(scene, "passenger.boarded", 10, **passenger),
        told(scene, "passenger.left", 10 + 20.5 / 60, **passenger, place="站前"),
        told(scene, "passenger.checked_in", 10 + 40.5 / 60, **passenger, identity_shown="card"),
        told(scene, "passenger.boarded", 11, **passenger),
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    ("make", "grouped"),
    [
        (of_a_passenger, True),
        (of_two_subjects, False),
        (of_two_subjects, True),
        (of_one_seat, True),
        (of_one_moment, False),
        (of_one_moment, True),
        (of_one_exact_moment, False),
        (of_two_devices, False),
        (of_a_minute, False),
        (of_two_vehicles, False),
        (of_two_vehicles, True),
    ],
)
def test_four_facts_in_24_orders(
    scene: Scene, make: Callable[[Scene, Ride], list[Event]], *, grouped: bool
) -> None:
    ends, ride = [], scene.locked(2)
    for order in from_here(scene, permutations(range(4))):
        with a_day_later(scene):
            events = make(scene, ride)
            ends.append(play_in_order(scene, ride, events, order, grouped=grouped))
    assert unlike_the_first(ends) == []


def with_a_wrong_one(scene: Scene, ride: Ride) -> list[Event]:
    passenger = {"passenger_id": ride.passengers[0]}
    wrong = told(scene, "passenger.no_show", 30, **passenger)
    return [
        told(scene, "passenger.boarded", 20, **passenger),
        wrong,
        told(scene, "passenger.noted", 200, what="fever", **passenger, temperature=384),
        told(scene, "event.reversed", 400, event_id=wrong["id"], reason="认错人"),
    ]


@ON_SQLITE
def test_a_reversal_leaves_the_rest_whatever_came_when(scene: Scene) -> None:
    """The wrong fact, its reversal (also before it) and two right facts in all orders; in one request as
    well."""
    ends, ride = [], scene.locked(2)
    orders = list(permutations(range(4)))
    for order, grouped in from_here(scene, product(orders, (False, True))):
        with a_day_later(scene):
            events = with_a_wrong_one(scene, ride)
            ends.append(play_in_order(scene, ride, events, order, grouped=grouped))
    assert len(ends) == 48
    assert unlike_the_first(ends) == []
    assert ends[0][1]["status"] == "boarded"
    assert ends[0][1]["exceptions"] == []


def whole_trip(scene: Scene, ride: Ride, stranger: Any) -> list[Event]:
    """Three people, one of them ill, one who was found aboard, and the road of a day."""
    one, two, three = ({"passenger_id": each} for each in ride.passengers)
    found = {"passenger_id": scene.world.new_id()}
    return [
        told(scene, "passenger.checked_in", 5, **one, identity_shown="card"),
        told(scene, "passenger.boarded", 6, **one),
        told(scene, "passenger.checked_in", 7, **two, identity_shown="card"),
        told(scene, "passenger.boarded", 8, **two),
        told(scene, "passenger.no_show", 9, **three),
        told(scene, "passenger.boarded", 12, **three, seat_row=1, seat_column=2),
        told(scene, "trip.departed", 60, aboard=3),
        told(scene, "stop.begun", 200, place="服务区"),
        told(scene, "passenger.found_aboard", 210, **found, worker_id=stranger, seat_row=9),
        told(scene, "stop.ended", 230, aboard=4),
        told(scene, "passenger.noted", 300, what="fever", **two, seat_row=11, seat_column=1),
        told(
            scene,
            "passenger.left",
            400,
            end="given_on",
            given_to="health_point",
            **two,
            unit="留验站",
        ),
        told(scene, "trip.held_up", 500, reason="大雾"),
        told(scene, "trip.resumed", 560),
        told(scene, "trip.arrived", 900, aboard=3),
        told(scene, "passenger.received", 910, **one),
        told(scene, "passenger.refused", 920, **three, next_holder="destination_bureau"),
        told(scene, "passenger.received", 890, **found),
    ]


@strategies.composite
def arrivals(draw: strategies.DrawFn) -> list[list[int]]:
    """Requests of some events each, in any order, some of them sent again later."""
    order = draw(strategies.permutations(range(18)))
    again = draw(strategies.lists(strategies.integers(0, 17), max_size=6))
    queue = [*order, *again]
    cuts = sorted(draw(strategies.sets(strategies.integers(1, len(queue) - 1), max_size=5)))
    return [queue[a:b] for a, b in zip([0, *cuts], [*cuts, len(queue)], strict=True)]


def play(scene: Scene, requests: list[list[int]]) -> list[Any]:
    """As a phone does it: what was refused, because nobody had yet said that there is somebody
    aboard, is sent again later."""
    ride = scene.locked(3)
    with a_day_later(scene):
        events = whole_trip(scene, ride, scene.make_workers()[0])
        unknown: list[Event] = []
        for request in requests:
            sent = [events[place] for place in request]
            outcomes = scene.send(ride.trip, *sent)
            pairs = zip(sent, outcomes, strict=True)
            refused = [(event, each) for event, each in pairs if each["status"] == "refused"]
            assert {each["problem"]["code"] for _, each in refused} <= {"passenger-unknown"}
            unknown += [event for event, _ in refused]
            scene.world.clock.advance(hours=7)
        if unknown:
            again = {each["status"] for each in scene.send(ride.trip, *unknown)}
            assert again <= {"recorded", "repeated"}
        return read_end(scene, ride, events)


def test_a_whole_trip_in_any_order_with_repeats_and_delays(scene: Scene) -> None:
    expected = play(scene, [list(range(18))])
    people = [row for row in expected if row.get("trip_id") == "trip" and "custody" in row]
    statuses = {row["id"]: row["status"] for row in people}
    assert statuses == {
        "passenger 0": "received",
        "passenger 1": "left",
        "passenger 2": "refused",
        "found": "received",
    }

    @settings(
        max_examples=8,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(arrivals())
    def in_any_order(requests: list[list[int]]) -> None:
        assert list(compare(expected, play(scene, requests))) == []

    in_any_order()


def test_two_swap_their_seats_in_one_request(scene: Scene) -> None:
    """Given up before given anew: the unique index never sees two on one seat."""
    ride = scene.boarded(2)
    one, two = ride.passengers
    change = "passenger.seat_changed"
    taken = scene.send(ride.trip, scene.event(change, passenger_id=one, seat_row=1, seat_column=2))
    assert taken[0]["problem"]["code"] == "seat-taken"
    scene.record(
        ride.trip,
        scene.event(change, passenger_id=one, seat_row=9, seat_column=1),
        scene.event(change, passenger_id=two, seat_row=1, seat_column=1),
        scene.event(change, passenger_id=one, seat_row=1, seat_column=2),
    )
    lines = scene.people(ride.trip)
    seats = [(lines[str(p)]["seat_row"], lines[str(p)]["seat_column"]) for p in (one, two)]
    assert seats == [(1, 2), (1, 1)]
