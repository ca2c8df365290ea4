"""The second half: the door, the road, the gate, the questions afterwards, and the tampering."""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from service.clock import CHINA
from service.manage.console import ExitCode
from service.manage.demo.opening import Cast, add_account
from service.manage.demo.roster import ELECTRONICS
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
    outcome = cast.tell(
        cast.people["escort1"],
        cast.trips[0],
        "passenger.found_aboard",
        passenger_id=found,
        worker_id=worker,
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
        stage.say(Say.BALANCE, line=cast.trip(trip)["balance"]["line"])
        stage.say(Say.CLOSED, number=cast.numbers[place])
    file = stage.folder / f"人员交接单-{cast.numbers[0]}.xlsx"
    purpose = ("--purpose", "归档", "-o", str(file))
    stage.run("cli", "trip", "handover", cast.trips[0], *purpose, token=by.token)
    stage.expect(file.exists(), "handover file")
    stage.say(Say.HANDOVER_PRINTED, file=file)


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
        Say.ABOARD, at=f"{moment:%m-%d %H:%M}", count=len(aboard), seats="、".join(map(str, near))
    )


def tamper(cast: Cast) -> None:
    """Two copies are altered behind the program's back; verify names what was done."""
    stage = cast.stage
    stage.screen(Say.S10)
    stage.show(stage.run("service.manage", "verify"))
    stage.show(stage.run("service.manage", "rebuild", "--check"))
    altered = _copy(cast, "altered")
    event = _alter_temperature(altered / "fangang.db")
    stage.say(Say.ALTERED)
    _accused(cast, altered, event)
    deleted = _copy(cast, "deleted")
    stream = _delete_event(deleted / "fangang.db")
    stage.say(Say.DELETED)
    _accused(cast, deleted, stream)


def _copy(cast: Cast, name: str) -> Path:
    """A copy of database, keys and key file, whole although the write-ahead log may hold pages."""
    folder = cast.stage.folder / name
    folder.mkdir()
    for file in ("fangang.db", "fangang.db.keys"):
        with (
            sqlite3.connect(cast.stage.folder / file) as source,
            sqlite3.connect(folder / file) as copy,
        ):
            source.backup(copy)
    shutil.copy(cast.stage.folder / "fangang.kek", folder)
    return folder


def _alter_temperature(database: Path) -> str:
    """A reading is sealed: whoever alters it can only change bytes. The event's id."""
    with sqlite3.connect(database) as connection:
        event_id, part, sealed = connection.execute(
            "SELECT p.event_id, p.part, p.sealed FROM event_part p JOIN event e"
            " ON e.county_code = p.county_code AND e.id = p.event_id"
            " WHERE e.kind = 'passenger.fever_found' AND p.personal_class = 'health'"
        ).fetchone()
        changed = bytes([*sealed[:-20], sealed[-20] ^ 1, *sealed[-19:]])
        connection.execute(
            "UPDATE event_part SET sealed = ? WHERE event_id = ? AND part = ?",
            (changed, event_id, part),
        )
    return _dashed(event_id)


def _delete_event(database: Path) -> str:
    """A transfer to a health point disappears. The stream that now lacks an event."""
    with sqlite3.connect(database) as connection:
        event_id, stream = connection.execute(
            "SELECT id, stream_id FROM event WHERE kind = 'passenger.transferred'"
        ).fetchone()
        for table, column in (("event_part", "event_id"), ("event", "id")):
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (event_id,))  # noqa: S608
    return _dashed(stream)


def _dashed(identifier: bytes) -> str:
    text = identifier.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _accused(cast: Cast, folder: Path, named: str) -> None:
    environment = {
        "FANGANG_DATABASE_URL": f"sqlite:///{folder / 'fangang.db'}",
        "FANGANG_KEY_FILE": str(folder / "fangang.kek"),
    }
    output = cast.stage.run(
        "service.manage", "verify", expect=ExitCode.NOT_VERIFIED, environment=environment
    )
    cast.stage.expect(named in output, f"verify did not name {named}:\n{output}")
    cast.stage.show(output)
