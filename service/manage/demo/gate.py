"""Arrival, signatures, the sum, closing; and the questions that are asked afterwards."""

from datetime import datetime
from typing import Any

from service.clock import CHINA
from service.manage.demo.cast import Cast
from service.manage.demo.opening import add_account
from service.manage.demo.road import FEVERISH
from service.manage.demo.roster import ELECTRONICS
from service.manage.demo.texts import Say


def at_the_gate(cast: Cast) -> None:
    stage, by = cast.stage, cast.coordinator
    stage.screen(Say.S8)
    stage.clock.advance(hours=10)
    cast.people["county"] = by = stage.log_in(cast.http, "county")
    for place, trip in enumerate(cast.trips):
        escort = stage.log_in(cast.http, f"escort{place + 1}")
        cast.tell(escort, trip, "trip.arrived")
        if place == 0:
            problem = cast.refused(by, trip, "equation-open", "trip.closed")
            stage.say(Say.TOO_EARLY, title=problem["title"])
        _hand_over(cast, place, trip)
        _explain_all(cast, trip)
        cast.tell(by, trip, "trip.closed")
        stage.say(Say.BALANCE, line=_balance_line(cast, trip))
        stage.say(Say.CLOSED, number=cast.numbers[place])
    file = stage.folder / f"人员交接单-{cast.numbers[0]}.xlsx"
    purpose = ("--purpose", "归档", "-o", str(file))
    stage.run("cli", "trip", "handover", cast.trips[0], *purpose, token=by.token)
    stage.expect(file.exists(), "handover file")
    stage.say(Say.HANDOVER_PRINTED, file=file)


def _balance_line(cast: Cast, trip: str) -> str:
    """The server's own line in Chinese; in English the same numbers."""
    balance = cast.trip(trip)["balance"]
    if cast.stage.language == "zh":
        return str(balance["line"])
    ends = ("received", "refused", "transferred", "left", "moved", "returned", "missing")
    terms = " + ".join(f"{name} {balance[name]}" for name in ends if balance[name])
    return f"carried {balance['carried']} = {terms}; unaccounted {balance['unaccounted']}"


def _hand_over(cast: Cast, place: int, trip: str) -> None:
    """The enterprise's own account receives and signs at the first gate; the second by telephone."""
    own = place == 0
    receiver = _receiver(cast, place) if own else cast.coordinator
    aboard = [each["id"] for each in cast.lines(trip).values() if each["status"] == "boarded"]
    mine = {
        each["passenger_id"]
        for point in receiver.get(f"/v1/trips/{trip}/handover")["points"]
        for each in point["lines"]
    }
    seen = [each for each in aboard if each in mine]
    told = cast.send(
        receiver, trip, *[cast.event("passenger.received", passenger_id=each) for each in seen]
    )
    cast.stage.expect(all(each["status"] == "recorded" for each in told), str(told))
    others = [each for each in aboard if each not in mine]
    for each in others:  # not this factory's people: the coordinator records who takes them
        cast.tell(
            cast.coordinator, trip, "passenger.received", passenger_id=each, party="enterprise"
        )
    point = next(p for p in cast.trip(trip)["points"] if p["kind"] == "handover")
    method = "own_account" if own else "telephone"
    for who, signed in ((receiver, seen), (cast.coordinator, others)):
        if signed:
            cast.tell(
                who,
                trip,
                "handover.signed",
                point_id=point["id"],
                passenger_ids=signed,
                method=method if who is receiver else "telephone",
                receiver="张经理",
            )
    cast.stage.say(Say.SIGNED if own else Say.SIGNED_BY_PHONE, count=len(aboard))


def _receiver(cast: Cast, place: int) -> Any:
    username = f"factory{place + 1}"
    enterprise = list(cast.enterprises.values())[place]
    administrator = cast.stage.log_in(cast.http, "admin")
    scope = {"enterprise_id": enterprise}
    role = "enterprise_receiver"
    add_account(cast, administrator, username=username, role=role, name="张经理", scope=scope)
    return cast.people[username]


def _explain_all(cast: Cast, trip: str) -> None:
    """What did not fit stays in the record; with an explanation it no longer blocks closing."""
    for passenger, line in cast.lines(trip).items():
        for code in line["exceptions"]:
            cast.tell(
                cast.coordinator,
                trip,
                "exception.explained",
                code=code,
                passenger_id=passenger,
                explanation="第一服务区点名发现坐错车，已与两车领队核实",
            )
    for code in cast.trip(trip)["exceptions"]:
        cast.tell(cast.coordinator, trip, "exception.explained", code=code, explanation="已核实")


def ask_afterwards(cast: Cast) -> None:
    stage = cast.stage
    stage.screen(Say.S9)
    worker = cast.workers[ELECTRONICS][FEVERISH]
    token = cast.coordinator.token
    stage.show(stage.run("cli", "trace", "worker", worker, token=token), lines=30)
    trip = cast.trips[0]
    course = cast.trip(trip)
    at = course["departed_at"]
    aboard = cast.coordinator.get(f"/v1/trips/{trip}/aboard", at=at)["people"]
    row = next(each["seat_row"] for each in aboard if each["worker_id"] == worker)
    labels = {each["id"]: each["seat_label"] for each in cast.lines(trip).values()}
    near = [
        labels[each["passenger_id"]]
        for each in aboard
        if each["seat_row"] and abs(each["seat_row"] - row) <= 1
    ]
    stage.expect(len(near) > 1, "nobody sat near")
    moment = datetime.fromisoformat(at).astimezone(CHINA)
    stage.say(
        Say.ABOARD, at=f"{moment:%m-%d %H:%M}", count=len(aboard), seats=stage.join(map(str, near))
    )
