"""The door in the morning and the road: a no-show, a refusal, the wrong coach, a fever."""

from service.clock import local_date
from service.manage.demo.cast import Cast
from service.manage.demo.roster import ELECTRONICS, Line, list_people
from service.manage.demo.stage import DemoFailedError
from service.manage.demo.texts import Say

HELD, LATE, FEVERISH = 3, 7, 12
"""Places on the first coach's list of those to whom something happens."""


def at_the_door(cast: Cast) -> None:
    stage, trip = cast.stage, cast.trips[0]
    stage.screen(Say.S6)
    stage.clock.advance(hours=11, minutes=10)
    escort = stage.log_in(cast.http, "escort1")
    cast.people["escort1"] = escort
    workers = cast.workers[ELECTRONICS]
    hold = _hold(cast, workers[HELD])
    problem = cast.refused(
        escort,
        trip,
        "health-hold",
        "passenger.boarded",
        passenger_id=cast.passengers[workers[HELD]],
    )
    stage.say(Say.HELD, title=problem["title"])
    _release(cast, workers[HELD], hold)
    absent = cast.passengers[workers[LATE]]
    seat = cast.lines(trip)[absent]["seat_label"]
    cast.tell(escort, trip, "passenger.no_show", passenger_id=absent)
    taken = cast.tell(
        escort,
        trip,
        "passenger.substituted",
        passenger_id=cast.stand_bys[0],
        replaces_passenger_id=absent,
    )["decided"]
    stage.say(Say.NO_SHOW, seat=seat, version=taken["list_version"])
    stage.expect(taken["seat_label"] == seat, "the stand-by sits elsewhere")
    stranger = cast.new_id()
    problem = cast.refused(escort, trip, "not-on-list", "passenger.boarded", passenger_id=stranger)
    stage.say(Say.NOT_LISTED, title=problem["title"])
    _board(cast, 0, skip={absent, cast.stand_bys[1]})
    wrong = cast.passengers[cast.workers[_second(cast)][0]]
    _board(cast, 1, skip={wrong})


def _second(cast: Cast) -> str:
    return list(cast.enterprises)[1]


def _hold(cast: Cast, worker: str) -> str:
    health = cast.stage.log_in(cast.http, "health")
    hold = cast.new_id()
    event = cast.event("worker.held", hold_id=hold, reason="等待复查结果")
    answer = health.post(f"/v1/workers/{worker}/events", {"events": [event]})
    cast.stage.expect(answer["outcomes"][0]["status"] == "recorded", str(answer))
    return hold


def _release(cast: Cast, worker: str, hold: str) -> None:
    health = cast.stage.log_in(cast.http, "health")
    event = cast.event("worker.hold_released", hold_id=hold, reason="复查正常")
    answer = health.post(f"/v1/workers/{worker}/events", {"events": [event]})
    cast.stage.expect(answer["outcomes"][0]["status"] == "recorded", str(answer))


def _board(cast: Cast, place: int, *, skip: set[str]) -> None:
    """Roll call, temperature, seat; then the coach leaves."""
    trip = cast.trips[place]
    escort = cast.stage.log_in(cast.http, f"escort{place + 1}")
    cast.people[f"escort{place + 1}"] = escort
    cast.tell(escort, trip, "trip.boarding_opened")
    listed = [
        each["id"]
        for each in cast.lines(trip).values()
        if each["status"] == "listed" and each["id"] not in skip
    ]
    events = []
    for number, passenger in enumerate(listed):
        shown = {"passenger_id": passenger, "identity_shown": "card"}
        events.append(cast.event("passenger.checked_in", **shown, temperature=362 + number % 6))
        events.append(cast.event("passenger.boarded", passenger_id=passenger))
    told = cast.send(escort, trip, *events)
    cast.stage.expect(all(each["status"] == "recorded" for each in told), str(told))
    if place == 1:
        absent = next(iter(skip))
        cast.tell(escort, trip, "passenger.no_show", passenger_id=absent)
    cast.stage.clock.advance(minutes=10)
    cast.tell(escort, trip, "trip.departed", aboard=len(listed))
    cast.stage.say(Say.DEPARTED, aboard=cast.trip(trip)["aboard"])


def on_the_road(cast: Cast) -> None:
    stage, trip = cast.stage, cast.trips[0]
    stage.screen(Say.S7)
    stage.clock.advance(hours=3)
    escort = cast.people["escort1"]
    cast.tell(escort, trip, "stop.begun", place="沈阳东服务区")
    _wrong_coach(cast)
    cast.tell(escort, trip, "stop.ended")
    stage.clock.advance(hours=2)
    _fever(cast)
    aboard = cast.trip(trip)["aboard"]
    cast.tell(escort, trip, "temperature_round.taken", measured=aboard, highest=369)
    stage.say(Say.ROUND, count=aboard)


def _wrong_coach(cast: Cast) -> None:
    """He sat down in the first coach; on his own he was noted as not come."""
    worker = cast.workers[_second(cast)][0]
    found = cast.new_id()
    card = _look_at_card(cast, worker)
    outcome = cast.tell(
        cast.people["escort1"],
        cast.trips[0],
        "passenger.found_aboard",
        passenger_id=found,
        id_number=card.id_cell,
        name=card.name,
        seat_row=9,
        seat_column=5,
        from_trip_id=cast.trips[1],
        from_passenger_id=cast.passengers[worker],
    )
    cast.tell(
        cast.people["escort2"],
        cast.trips[1],
        "passenger.moved",
        passenger_id=cast.passengers[worker],
        to_trip_id=cast.trips[0],
        to_passenger_id=found,
        mode="afterwards",
    )
    cast.stage.expect(outcome["exceptions"] == ["not-on-list"], str(outcome))
    cast.stage.say(Say.WRONG_COACH)
    cast.passengers[worker] = found


def _look_at_card(cast: Cast, worker: str) -> Line:
    """He shows it: an escort may name somebody of another coach by number and name only."""
    for line in list_people(local_date(cast.stage.clock.now)):
        if isinstance(line.id_cell, str) and line.employer == _second(cast):
            found = cast.coordinator.post("/v1/workers/search", {"id_number": line.id_cell})
            if [each["id"] for each in found["items"]] == [worker]:
                return line
    raise DemoFailedError("nobody has this card")


def _fever(cast: Cast) -> None:
    trip, escort = cast.trips[0], cast.people["escort1"]
    ill = cast.passengers[cast.workers[ELECTRONICS][FEVERISH]]
    cast.tell(
        escort, trip, "passenger.fever_found", passenger_id=ill, temperature=386, symptoms="咳嗽"
    )
    cast.tell(
        escort,
        trip,
        "passenger.transferred",
        passenger_id=ill,
        unit="天津示例留验站",
        receiver="刘护士",
    )
    party = cast.lines(trip)[ill]["custody"]["party"]
    cast.stage.expect(party == "health_point", party)
    cast.stage.say(Say.FEVER)
