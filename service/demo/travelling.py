"""The second half, on the way: the door in the morning, the road, the gate; and what is asked afterwards."""

import struct
import zlib
from typing import Any
from uuid import UUID

from schemas.base import Page
from schemas.events.envelope import OutcomesOut, OutcomeStatus
from schemas.events.kinds import ExceptionCode
from schemas.events.payloads_passengers import PartyKind
from schemas.passengers import AboardOut, HandoverOut
from schemas.texts import choose
from schemas.trips import BalanceOut, BetweenOut, PassengerStatus
from schemas.workers import WorkerOut
from service.days import CHINA, local_date
from service.demo import epidemic
from service.demo.preparing import (
    CAR_PARTS,
    ELECTRONICS,
    PLATES,
    SPARE,
    Line,
    add_account,
    list_lines,
)
from service.demo.stage import Cast, DemoFailedError, Person, expect, join, screen, show, tell
from service.demo.texts import DemoText

WRONG_COACH = "第一服务区点名发现坐错车，已与两车领队核实"
REASONS = {
    ExceptionCode.OVER_CAPACITY: "途中故障换车，备用车较小，已报告县调度",
    ExceptionCode.SEAT_UNKNOWN: "途中故障换车，就近坐下",
}
"""How the exceptions of passengers are explained, where not by the wrong coach."""
HELD, LATE, FEVERISH = 3, 7, 12
"""Places on the first coach's list of those to whom something happens."""


# --- at the door --------------------------------------------------------------------------------
def at_the_door(cast: Cast) -> None:
    """Who is on hold, late, or on no list; then both coaches leave."""
    screen(DemoText.DOOR)
    cast.stage.clock.advance(hours=11, minutes=10)
    escort = cast.log_in("escort1")
    _refuse_held(cast, escort)
    absent = cast.passengers[cast.workers[ELECTRONICS][LATE]]
    _substitute(cast, escort, absent)
    stranger = {"passenger_id": cast.new_id()}
    problem = cast.refused(escort, cast.trips[0], "not-on-list", "passenger.boarded", **stranger)
    tell(DemoText.NOT_LISTED, title=problem.title)
    _board(cast, 0, skip={absent, cast.stand_bys[1]})
    wrong = cast.passengers[cast.workers[CAR_PARTS][0]]
    epidemic.disinfect(cast)
    epidemic.measure_at_the_door(cast)
    _board(cast, 1, skip={wrong}, no_shows=[wrong])


def _refuse_held(cast: Cast, escort: Person) -> None:
    worker, hold = cast.workers[ELECTRONICS][HELD], cast.new_id()
    _tell_about_worker(
        cast,
        worker,
        "worker.travel_changed",
        action="held",
        hold_id=hold,
        reason="等待复查结果",
        reason_class="health",
    )
    held = {"passenger_id": cast.passengers[worker]}
    problem = cast.refused(escort, cast.trips[0], "health-hold", "passenger.boarded", **held)
    tell(DemoText.HELD, title=problem.title)
    lifted = {"action": "released", "hold_id": hold, "reason": "复查正常"}
    _tell_about_worker(cast, worker, "worker.travel_changed", **lifted)


def _tell_about_worker(cast: Cast, worker: UUID, kind: str, **data: Any) -> None:
    body = {"events": [cast.event(kind, **data)]}
    told = cast.log_in("health").post(f"/v1/workers/{worker}/events", body, OutcomesOut)
    expect(told.outcomes[0].status is OutcomeStatus.RECORDED, told)


def _substitute(cast: Cast, escort: Person, absent: UUID) -> None:
    trip = cast.trips[0]
    seat = cast.lines(trip)[absent].seat_label
    cast.tell(escort, trip, "passenger.no_show", passenger_id=absent)
    people = {"passenger_id": cast.stand_bys[0], "replaces_passenger_id": absent}
    taken = cast.tell(escort, trip, "passenger.substituted", **people).decided
    tell(DemoText.NO_SHOW, seat=seat, version=taken["list_version"])
    expect(taken["seat_label"] == seat, "the stand-by sits elsewhere")


def _board(cast: Cast, place: int, *, skip: set[UUID], no_shows: list[UUID] | None = None) -> None:
    """Roll call, temperature, seat; then the coach leaves."""
    trip = cast.trips[place]
    escort = cast.log_in(f"escort{place + 1}")
    cast.tell(escort, trip, "trip.boarding_opened")
    listed = [
        each.id
        for each in cast.lines(trip).values()
        if each.status is PassengerStatus.LISTED and each.id not in skip
    ]
    events = []
    for number, passenger in enumerate(listed):
        check: dict[str, Any] = {"identity_shown": "card", "temperature": 362 + number % 6}
        events.append(cast.event("passenger.checked_in", passenger_id=passenger, **check))
        events.append(cast.event("passenger.boarded", passenger_id=passenger))
    cast.record(escort, trip, *events)
    for passenger in no_shows or ():
        cast.tell(escort, trip, "passenger.no_show", passenger_id=passenger)
    cast.stage.clock.advance(minutes=10)
    cast.tell(escort, trip, "trip.departed", aboard=len(listed))
    tell(DemoText.DEPARTED, aboard=cast.trip(trip).aboard)


# --- on the road --------------------------------------------------------------------------------
def on_the_road(cast: Cast) -> None:
    """A stop, at which somebody is found in the wrong coach; a fever; a temperature round; a breakdown."""
    trip, escort = cast.trips[0], cast.people["escort1"]
    screen(DemoText.ROAD)
    cast.stage.clock.advance(hours=3)
    cast.tell(escort, trip, "stop.begun", place="沈阳东服务区")
    _find_in_wrong_coach(cast)
    cast.tell(escort, trip, "stop.ended")
    cast.stage.clock.advance(hours=2)
    _find_fever(cast)
    aboard = cast.trip(trip).aboard
    cast.tell(escort, trip, "temperature_round.taken", measured=aboard, highest=369)
    tell(DemoText.ROUND, count=aboard)
    cast.stage.clock.advance(hours=1)
    _change_coach(cast)


def _change_coach(cast: Cast) -> None:
    """A smaller one is all there is: nobody stays at the roadside, and the record says how they rode."""
    trip, escort = cast.trips[0], cast.people["escort1"]
    cast.tell(escort, trip, "trip.held_up", reason="发动机故障")
    cast.tell(escort, trip, "vehicle.replaced", vehicle_id=cast.vehicles[-1], reason="故障换车")
    cast.tell(escort, trip, "trip.resumed")
    lines = cast.lines(trip).values()
    beyond, seatless = (
        sum(code in each.exceptions for each in lines)
        for code in (ExceptionCode.OVER_CAPACITY, ExceptionCode.SEAT_UNKNOWN)
    )
    expect(beyond > 0 and seatless > 0, f"beyond {beyond}, seatless {seatless}")
    aboard = cast.trip(trip).aboard
    tell(DemoText.REPLACED, plate=SPARE, count=aboard, beyond=beyond, seatless=seatless)


def _find_in_wrong_coach(cast: Cast) -> None:
    """He sat down in the first coach; his own escort tells first that he went over, and until he is recorded
    aboard there he is in nobody's hands."""
    worker, found = cast.workers[CAR_PARTS][0], cast.new_id()
    own = cast.passengers[worker]
    moved = cast.tell(
        cast.people["escort2"],
        cast.trips[1],
        "passenger.moved",
        passenger_id=own,
        to_trip_id=cast.trips[0],
        mode="afterwards",
    )
    expect(ExceptionCode.MOVED_NOT_ARRIVED in moved.exceptions, moved)
    waiting = _list_in_nobodys_hands(cast)
    expect([each.worker_id for each in waiting] == [worker], waiting)
    tell(DemoText.BETWEEN, number=cast.numbers[1], other=cast.numbers[0])
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
        from_passenger_id=own,
    )
    expect(outcome.exceptions == [ExceptionCode.NOT_ON_LIST], outcome)
    expect(_list_in_nobodys_hands(cast) == [], "he is aboard")
    tell(DemoText.WRONG_COACH)
    cast.passengers[worker] = found


def _list_in_nobodys_hands(cast: Cast) -> list[BetweenOut]:
    return cast.coordinator.get("/v1/journeys", Page[BetweenOut], custody="none").items


def _look_at_card(cast: Cast, worker: UUID) -> Line:
    """An escort may name somebody of another coach by number and name only, so he shows his card."""
    for line in list_lines(local_date(cast.stage.clock.now)):
        if isinstance(line.id_cell, str) and line.employer == CAR_PARTS:
            wanted = {"id_number": line.id_cell}
            found = cast.coordinator.post("/v1/workers/search", wanted, Page[WorkerOut])
            if [each.id for each in found.items] == [worker]:
                return line
    raise DemoFailedError("nobody has this card")


def _find_fever(cast: Cast) -> None:
    trip, escort = cast.trips[0], cast.people["escort1"]
    ill = cast.passengers[cast.workers[ELECTRONICS][FEVERISH]]
    fever = {"passenger_id": ill, "what": "fever", "temperature": 386, "symptoms": "咳嗽"}
    cast.tell(escort, trip, "passenger.noted", **fever)
    place = {"unit": "天津示例留验站", "given_to": "health_point", "receiver": "刘护士"}
    cast.tell(escort, trip, "passenger.left", passenger_id=ill, end="given_on", **place)
    party = cast.lines(trip)[ill].custody.party
    expect(party is PartyKind.OTHER, party)
    tell(DemoText.FEVER)


# --- at the gate --------------------------------------------------------------------------------
def at_the_gate(cast: Cast) -> None:
    """Arrival, signatures, the sum, closing; the handover sheet."""
    screen(DemoText.GATE)
    cast.stage.clock.advance(hours=15)
    by = cast.log_in("county")
    for place, trip in enumerate(cast.trips):
        cast.tell(cast.log_in(f"escort{place + 1}"), trip, "trip.arrived")
        if place == 0:
            problem = cast.refused(by, trip, "equation-open", "trip.closed")
            tell(DemoText.TOO_EARLY, title=problem.title)
        _hand_over(cast, place)
        _explain_all(cast, trip)
        if place == epidemic.COACH:
            epidemic.disinfect(cast)
        cast.tell(by, trip, "trip.closed")
        tell(DemoText.BALANCE, line=_describe_balance(cast.trip(trip).balance))
        tell(DemoText.CLOSED, number=cast.numbers[place])
    file = cast.stage.folder / f"人员交接单-{cast.numbers[0]}.xlsx"
    command = ("trip", "handover", str(cast.trips[0]), "--purpose", "归档", "-o", str(file))
    cast.stage.run("cli", *command, token=by.token)
    expect(file.exists(), "handover file")
    tell(DemoText.HANDOVER_PRINTED, file=file)


def _describe_balance(balance: BalanceOut) -> str:
    """The server's own line in Chinese; in English the same numbers."""
    ends = {
        "received": balance.received,
        "refused": balance.refused,
        "given on": balance.given_on,
        "left": balance.left,
        "moved": balance.moved,
        "returned": balance.returned,
        "missing": balance.missing,
    }
    terms = " + ".join(f"{name} {count}" for name, count in ends.items() if count)
    english = f"carried {balance.carried} = {terms}; unaccounted {balance.unaccounted}"
    return choose(balance.line, english)


def _hand_over(cast: Cast, place: int) -> None:
    """The enterprise's own account receives and signs at the first gate; for the second, which signs by
    telephone, the coordinator does. Who is not this factory's is the coordinator's in any case.
    """
    trip, own = cast.trips[place], place == 0
    receiver = _add_receiver(cast, place) if own else cast.coordinator
    aboard = [
        each.id for each in cast.lines(trip).values() if each.status is PassengerStatus.BOARDED
    ]
    sheet = receiver.get(f"/v1/trips/{trip}/handover", HandoverOut)
    mine = {line.passenger_id for point in sheet.points for line in point.lines}
    seen = [each for each in aboard if each in mine]
    others = [each for each in aboard if each not in mine]
    received = [cast.event("passenger.received", passenger_id=each) for each in seen]
    cast.record(receiver, trip, *received)
    for each in others:
        about = {"passenger_id": each, "party": "enterprise"}
        cast.tell(cast.coordinator, trip, "passenger.received", **about)
    photograph = _photograph_sheet(cast, place)
    method = "own_account" if own else "telephone"
    _sign(cast, receiver, trip, seen, method=method, photograph=photograph)
    _sign(cast, cast.coordinator, trip, others, method="telephone", photograph=photograph)
    tell(DemoText.SIGNED if own else DemoText.SIGNED_BY_PHONE, count=len(aboard))


_PLACE_TAKEN = b"31.2989N,120.5853E"


def _photograph_sheet(cast: Cast, place: int) -> UUID:
    """The picture that the telephone made says where; what is kept does not."""
    trip, photograph = cast.trips[place], _make_photograph()
    path = f"/v1/trips/{trip}/attachments/{cast.new_id()}"
    kept = cast.people[f"escort{place + 1}"].upload(path, photograph)
    expect(kept.size < len(photograph), "the place is still in it")
    tell(DemoText.PHOTOGRAPHED, sha256=kept.sha256[:12])
    return kept.id


def _make_photograph() -> bytes:
    """A white sheet with lines, and in a text beside it the place."""
    side = 64
    rows = b"".join(b"\0" + (b"\0" if n % 8 == 4 else b"\xff") * (side // 8) for n in range(side))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        (b"tEXt", b"Location\0" + _PLACE_TAKEN),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _sign(
    cast: Cast, by: Person, trip: UUID, people: list[UUID], *, method: str, photograph: UUID
) -> None:
    if not people:
        return
    point = next(each for each in cast.trip(trip).points if each.kind == "handover")
    signed: dict[str, Any] = {"point_id": point.id, "passenger_ids": people, "method": method}
    event = cast.event("handover.signed", **signed, receiver="张经理")
    cast.record(by, trip, {**event, "attachments": [photograph]})


def _add_receiver(cast: Cast, place: int) -> Person:
    return add_account(
        cast,
        cast.log_in("admin"),
        username=f"factory{place + 1}",
        role="enterprise_receiver",
        name="张经理",
        scope={"enterprise_id": list(cast.enterprises.values())[place]},
    )


def _explain_all(cast: Cast, trip: UUID) -> None:
    """What did not fit stays in the record; with an explanation it no longer blocks closing."""
    by, kind = cast.coordinator, "exception.explained"
    for passenger, line in cast.lines(trip).items():
        for code in line.exceptions:
            about = {"code": code, "passenger_id": passenger}
            cast.tell(by, trip, kind, **about, explanation=REASONS.get(code, WRONG_COACH))
    for code in cast.trip(trip).exceptions:
        cast.tell(by, trip, kind, code=code, explanation="已核实")


# --- afterwards ---------------------------------------------------------------------------------
def ask_afterwards(cast: Cast) -> None:
    """The way of the one with the fever, and who sat near."""
    screen(DemoText.QUESTIONS)
    worker, trip = cast.workers[ELECTRONICS][FEVERISH], cast.trips[0]
    token = cast.coordinator.token
    show(cast.stage.run("cli", "trace", "worker", str(worker), token=token), lines=30)
    at = cast.trip(trip).departed_at
    if at is None:
        raise DemoFailedError("no departure")
    aboard = cast.coordinator.get(f"/v1/trips/{trip}/aboard", AboardOut, at=at.isoformat())
    people = aboard.people
    row = next(each.seat_row for each in people if each.worker_id == worker)
    near = [
        str(each.seat_label)
        for each in people
        if each.seat_row and row and abs(each.seat_row - row) <= 1
    ]
    expect(len(near) > 1, "nobody sat near")
    moment = f"{at.astimezone(CHINA):%m-%d %H:%M}"
    tell(DemoText.ABOARD, at=moment, plate=aboard.plate, count=len(people), seats=join(near))
    sheet = cast.coordinator.get(f"/v1/trips/{trip}/handover", HandoverOut)
    plates = [str(each.plate) for each in sheet.vehicles]
    expect(plates == [PLATES[0], SPARE], plates)
    tell(DemoText.TWO_COACHES, plates=join(plates))
