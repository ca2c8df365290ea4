"""Requests of several people recorded in one group end as if each had come alone."""

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from schemas.errors import ErrorCode
from schemas.events.envelope import EventsIn, Outcome, OutcomesOut
from schemas.permissions import Role
from service.errors import DomainError
from service.manage.verify import verify
from service.recording import group_commit
from service.trips.actions.door import TripEvents, record_group
from service.trips.actions.rebuild import check_derived
from tests.factories import Client
from tests.service.trips.scenes import Ride, Scene

PEOPLE = 6


def request(scene: Scene, client: Client, trip_id: UUID, *events: Any) -> TripEvents:
    body = EventsIn.model_validate({"events": list(events)})
    return TripEvents(scene.world.context, client.actor, trip_id, body)


def record(scene: Scene, groups: Iterable[list[TripEvents]]) -> list[OutcomesOut | DomainError]:
    """Each group in a transaction of its own."""
    answers: list[OutcomesOut | DomainError] = []
    for group in groups:
        with scene.world.context.database.write(group[0].actor) as session:
            answers += record_group(session, group)
    return answers


def show(answer: OutcomesOut | DomainError) -> Any:
    """What a sender reads, without ids and hashes."""
    if isinstance(answer, DomainError):
        return answer.code
    return [_show_outcome(each) for each in answer.outcomes]


def _show_outcome(outcome: Outcome) -> Any:
    code = outcome.problem.code if outcome.problem else None
    sequence = outcome.receipt.sequence if outcome.receipt else None
    return (outcome.status, code, sequence, outcome.exceptions)


def tell_story(scene: Scene, ride: Ride, senders: dict[str, Client]) -> list[TripEvents]:
    """The door of one coach: fitting and unfitting words of people who may and who may not."""
    first, second, third, *others = ride.passengers
    escort, county, clerk, stranger = (
        senders[each] for each in ("escort", "county", "clerk", "stranger")
    )
    spare = scene.assign(ride.trip, scene.make_workers(), stand_by=True)[0]
    event = scene.event
    check = {"identity_shown": "card"}
    once = event("passenger.checked_in", passenger_id=first, **check)
    said: list[tuple[Client, list[Any]]] = [
        (clerk, [event("passenger.notified", passenger_id=each, channel="telephone",
                       outcome="reached") for each in (first, second)]),
        (escort, [event("passenger.checked_in", passenger_id=first, **check)]),
        (county, [event("manifest.locked")]),
        (escort, [once]),
        (county, [once]),
        (escort, [{**once, "data": {**once["data"], "identity_shown": "paper"}}]),
        (stranger, [event("passenger.boarded", passenger_id=first)]),
        (escort, [event("passenger.boarded", passenger_id=first)]),
        (county, [event("passenger.boarded", passenger_id=first)]),
        (escort, [event("passenger.no_show", passenger_id=second),
                  event("passenger.substituted", passenger_id=spare,
                        replaces_passenger_id=second)]),
        (county, [event("passenger.unassigned", passenger_id=third)]),
        (escort, scene.roll_call([third, *others])),
        (county, [event("passenger.seat_changed", passenger_id=third, seat_row=1, seat_column=1)]),
        (escort, [event("trip.departed", aboard=5)]),
        (clerk, [event("passenger.notified", passenger_id=third, channel="sms",
                       outcome="no_answer")]),
        (escort, [event("passenger.noted", what="fever", passenger_id=third, temperature=385),
                  event("passenger.left", end="given_on", given_to="police", passenger_id=third,
                        unit="派出所")]),
        (stranger, [event("trip.arrived")]),
        (county, [event("passenger.boarded", mode="afterwards", passenger_id=spare)]),
    ]  # fmt: skip
    return [request(scene, client, ride.trip, *events) for client, events in said]


def prepare(scene: Scene) -> tuple[Ride, list[TripEvents]]:
    ride = scene.listed(PEOPLE)
    senders = {
        "escort": scene.escort_of(ride.trip),
        "county": scene.coordinator,
        "clerk": scene.world.client(Role.TOWNSHIP_CLERK),
        "stranger": scene.escort_of(),
    }
    return ride, tell_story(scene, ride, senders)


def read_people(scene: Scene, ride: Ride) -> list[Any]:
    lines = scene.people(ride.trip).values()
    return [(each["status"], each["seat_label"], each["exceptions"]) for each in lines]


def cut(requests: list[TripEvents], seed: int) -> list[list[TripEvents]]:
    """Into groups of one to seven, in their order."""
    dice, groups, start = random.Random(seed), [], 0
    while start < len(requests):
        size = dice.randint(1, 7)
        groups.append(requests[start : start + size])
        start += size
    return groups


@pytest.mark.parametrize("seed", range(3))
def test_in_groups_as_one_by_one(scene: Scene, seed: int) -> None:
    """Two coaches of the same story, one of them in groups: answers, people and sums are equal."""
    alone, said_alone = prepare(scene)
    together, said_together = prepare(scene)
    answers = [show(each) for each in record(scene, [[each] for each in said_alone])]
    assert [show(each) for each in record(scene, cut(said_together, seed))] == answers
    assert read_people(scene, together) == read_people(scene, alone)
    trips = [scene.trip(ride.trip) for ride in (alone, together)]
    same = ("state", "taken", "aboard", "counts", "open_exceptions", "list_version", "balance")
    assert [trips[0][name] for name in same] == [trips[1][name] for name in same]
    assert {ErrorCode.NOT_FOUND} == {each for each in answers if isinstance(each, ErrorCode)}
    context, county = scene.world.context, scene.coordinator.actor.county_code
    with context.reading(scene.coordinator.actor) as work:
        assert verify(work).faults == []
        assert list(check_derived(work.session, county)) == []


def test_one_id_twice_in_a_group_is_recorded_once(scene: Scene) -> None:
    ride = scene.locked(1)
    word = scene.event(
        "passenger.checked_in", passenger_id=ride.passengers[0], identity_shown="card"
    )
    requests = [request(scene, scene.coordinator, ride.trip, word) for _ in range(3)]
    first, *repeats = record(scene, [requests])
    assert isinstance(first, OutcomesOut)
    assert first.outcomes[0].status == "recorded"
    for each in repeats:
        assert isinstance(each, OutcomesOut)
        assert each.outcomes[0].status == "repeated"
        assert each.outcomes[0].receipt == first.outcomes[0].receipt


def test_many_requests_take_the_statements_of_one(scene: Scene) -> None:
    ride = scene.locked(PEOPLE)
    counts = []
    for people in (ride.passengers[:1], ride.passengers[1:]):
        group = [
            request(
                scene,
                scene.coordinator,
                ride.trip,
                scene.event("passenger.checked_in", passenger_id=each, identity_shown="card"),
            )
            for each in people
        ]
        with scene.world.counting() as statements:
            record(scene, [group])
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_in_a_group_each_request_has_its_own_unreadable_ones(scene: Scene) -> None:
    """Kept for who may know of the trip, at their places, in their language; nothing for a stranger."""
    ride, elsewhere = scene.locked(1), scene.locked(1)
    stranger, escort = scene.escort_of(elsewhere.trip), scene.escort_of(ride.trip)

    def some(*kinds: str) -> list[Any]:
        return [scene.event(each, measured=1) for each in kinds]

    fine, newer = "temperature_round.taken", "no.such"

    answers = record(
        scene,
        [
            [
                request(scene, scene.coordinator, ride.trip, *some(fine, newer)),
                request(scene, stranger, ride.trip, *some(newer)),
                request(scene, escort, ride.trip, *some(newer, fine, newer)),
                request(scene, stranger, elsewhere.trip, *some(newer)),
            ]
        ],
    )
    codes = [
        [(each.position, each.problem and each.problem.code) for each in answer.outcomes]
        if isinstance(answer, OutcomesOut)
        else answer.code
        for answer in answers
    ]
    unread = ErrorCode.EVENT_UNREADABLE
    assert codes == [
        [(0, None), (1, unread)],
        ErrorCode.NOT_FOUND,
        [(0, unread), (1, None), (2, unread)],
        [(0, unread)],
    ]
    counts = [scene.trip(each)["unread_events"] for each in (ride.trip, elsewhere.trip)]
    assert counts == [3, 1]


def test_readable_requests_take_no_statement_for_unreadable_ones(scene: Scene) -> None:
    """And unreadable ones of many requests those of one."""
    ride = scene.locked(1)
    taken = []
    for numbers in ((0,), (1,), (1, 40, 7)):
        group = []
        for number in numbers:
            broken = [scene.event("no.such") for _ in range(number)]
            fine = scene.event("temperature_round.taken", measured=1)
            group.append(request(scene, scene.coordinator, ride.trip, fine, *broken))
        with scene.world.counting() as statements:
            record(scene, [group])
        taken.append([each for each in statements if "unread_event" in each])
    assert [len(each) for each in taken] == [0, 3, 3]


@pytest.mark.parametrize(("language", "said"), [("zh", "太多"), ("en", "too many")])
def test_what_would_wait_too_long_is_told_when_to_come_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    ride = scene.locked(1)
    client = replace(scene.coordinator, language=language)
    body = {"events": [scene.event("trip.departed", aboard=0)]}
    with monkeypatch.context() as full:
        full.setattr(group_commit, "LONGEST_WAIT_SECONDS", -1)
        answer = client.post(f"/v1/trips/{ride.trip}/events", body)
    assert (answer.status_code, answer.json()["code"]) == (503, "server-busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert said in answer.json()["title"]
    again = client.post(f"/v1/trips/{ride.trip}/events", body).json()
    assert [each["status"] for each in again["outcomes"]] == ["recorded"]


def test_a_long_list_is_answered_whole_and_in_order(scene: Scene) -> None:
    """In pieces for the recorder; positions, receipts and what cannot be read are those of one list."""
    ride = scene.locked(2)
    told = {"channel": "telephone", "outcome": "reached"}
    events = [
        scene.event("passenger.notified", passenger_id=ride.passengers[each % 2], **told)
        for each in range(3 * group_commit.PIECE_EVENTS + 7)
    ]
    events[60] = {"id": str(scene.world.new_id()), "kind": "no.such_kind"}
    answer = scene.coordinator.post(f"/v1/trips/{ride.trip}/events", {"events": events}).json()
    outcomes = answer["outcomes"]
    assert [each["position"] for each in outcomes] == list(range(len(events)))
    assert [each["id"] for each in outcomes] == [each["id"] for each in events]
    places = [each["receipt"]["sequence"] for each in outcomes if each["receipt"]]
    assert places == list(range(places[0], places[0] + len(events) - 1))
    assert outcomes[60]["problem"]["code"] == "event-unreadable"
    assert answer["may_follow"] != []
