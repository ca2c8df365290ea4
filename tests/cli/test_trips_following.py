"""The order in which people read what may come next."""

import random

import pytest

from cli.names import get_name
from cli.trips.following import order_following
from schemas.events.kinds import EventKind
from schemas.events.specs import EVENT_SPECS
from schemas.permissions import ROLE_PERMISSIONS, Role
from tests.cli.client_commands import Desk
from tests.cli.trip_scenes import Coach, LoadedCoach

ORDERS = {
    "a plan": (
        "trip.filed manifest.locked passenger.assigned passenger.notified trip.changed trip.delayed "
        "event.reversed exception.explained incident.reported vehicle.replaced driver.replaced "
        "escort.replaced captain.named trip.cancelled"
    ),
    "at the door": (
        "trip.filed trip.boarding_opened trip.departed manifest.unlocked passenger.boarded "
        "passenger.checked_in filing.acknowledged temperature_round.taken event.reversed"
    ),
    "on the road": (
        "trip.held_up trip.arrived trip.turned_back trip.returned passenger.noted "
        "passenger.received handover.signed stop.begun stop.ended temperature_round.taken "
        "trip.delayed event.reversed incident.reported"
    ),
    "held up": "trip.resumed trip.arrived trip.turned_back trip.returned passenger.left",
    "at the gate": (
        "trip.turned_back trip.closed passenger.received passenger.refused handover.signed "
        "incident.settled exception.explained approval.confirmed captain.named"
    ),
    "nothing": "",
}


@pytest.mark.parametrize("expected", ORDERS.values(), ids=ORDERS)
def test_the_order(expected: str) -> None:
    kinds = [EventKind(each) for each in expected.split()]
    assert order_following(sorted(kinds)) == kinds


def test_every_kind_has_a_place() -> None:
    """None is lost, and the order does not depend on where it stood, but among equals."""
    kinds = list(EventKind)
    ordered = order_following(kinds)
    assert sorted(ordered) == kinds
    shuffled = random.Random(1).sample(kinds, len(kinds))
    places = [order_following(sorted(shuffled)), order_following(ordered)]
    assert places == [ordered, ordered]


@pytest.fixture
def coach(desk: Desk, built_coach: LoadedCoach) -> Coach:
    return built_coach.seen_from(desk)


def test_it_is_shown_by_show_and_event_and_not_by_the_api(coach: Coach) -> None:
    locked = coach.tell("锁定名册").out.splitlines()[-1]
    assert locked.startswith("接下来可以：函告输入地、开始上车、发车、解锁名册、")
    assert locked.endswith("、更换车辆、更换驾驶员、更换领队、指定车长、改用防控政策、取消趟次")
    assert coach.run("show").out.splitlines()[-1] == locked
    english = coach.run("show", "--lang", "en").out.splitlines()[-1]
    assert english.startswith(
        "May come next: plan filed, boarding opened, departed, manifest unlocked, "
    )
    for answer in (coach.run("show", "--json"), coach.tell("开始上车", "--json")):
        follow = answer.json["may_follow"]
        assert follow == sorted(follow)


def test_an_escort_reads_only_what_an_escort_may_say(coach: Coach) -> None:
    coach.seat_escort()
    sendable = {
        get_name(kind)
        for kind, spec in EVENT_SPECS.items()
        if spec.permission in ROLE_PERMISSIONS[Role.ESCORT]
    }
    line = coach.tell("换座", "--seat", "1", "--data", "seat=20").out.splitlines()[-1]
    named = line.removeprefix("接下来可以：").split("、")
    assert "更换领队" in named
    assert set(named) <= sendable
