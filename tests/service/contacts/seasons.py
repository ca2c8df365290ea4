"""Random seasons, told to the server and kept as a script of who sat where in which minute; and a simple model
that finds from the script, minute by minute, who rode with whom.

A season has a feeder trip on the day before, a main trip and another one at the same time: replaced coaches,
moved people, changes of seats, boardings that name a seat and others that name none, people who were received
without having been told aboard, families.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tests.service.trips.scenes import Scene

ROWS = 4
SEATS = [(row, column) for row in range(1, ROWS) for column in (1, 2, 4, 5)]


class Place(NamedTuple):
    """Where somebody is in a minute: in which vehicle, on which seat, and whether that was told there."""

    trip: int
    vehicle: int
    seat: tuple[int, int]
    is_sure: bool


class Known(NamedTuple):
    """What the model says of one person on one trip, or the server does."""

    first: datetime
    last: datetime
    basis: str
    relations: frozenset[str]
    distance: int | None


@dataclass
class Trip:
    """`sat`: worker → from which minute on they are where; None: not aboard."""

    id: UUID
    begun: datetime
    passengers: dict[int, UUID]
    seats: dict[int, tuple[int, int]]
    sat: dict[int, list[tuple[int, tuple[tuple[int, int], bool] | None]]] = field(
        default_factory=dict
    )
    changes: list[int] = field(default_factory=list)
    """Minutes in which another vehicle came."""
    departed: int = 60
    events: list[tuple[int, Any]] = field(default_factory=list)


@dataclass
class Season:
    scene: Scene
    draw: random.Random
    rows: int | None
    """Of the policy's rule; None: everybody."""
    is_ruled: bool
    plate: int = 80_000
    """The first one's number."""
    workers: list[UUID] = field(default_factory=list)
    families: list[int] = field(default_factory=list)
    trips: list[Trip] = field(default_factory=list)
    spare: list[UUID] = field(default_factory=list)

    # --- telling it -------------------------------------------------------------------------------
    def tell(self) -> None:
        scene, draw = self.scene, self.draw
        for number in range(9):
            family = draw.choice([number, number, max(0, number - 1)])
            self.families.append(self.families[family] if family < number else number)
        for number in range(9):
            phone = f"1549{self.families[number]:07d}"
            self.workers += scene.make_workers(1, emergency_phone=phone)
        self.spare = [
            scene.make_vehicle(f"辽M{self.plate + number}", rows=ROWS) for number in range(6)
        ]
        feeder = draw.sample(range(9), 3)
        self._ride(feeder, to_station=True)
        scene.world.clock.advance(hours=20)
        split = draw.randint(5, 7)
        people = draw.sample(range(9), 9)
        main = self._open(people[:split])
        other = self._open(people[split:])
        for trip in (main, other):
            self._board(trip, list(range(1, 60)))
        self._drive(main, other)
        self._drive(other, None)
        self._send(main)
        self._send(other)

    def _open(self, people: list[int], *, leg: int = 1) -> Trip:
        scene = self.scene
        taken = [self.workers[each] for each in people]
        trip = scene.open_trip(vehicle_id=str(self.spare.pop()))
        begun = scene.now
        passengers = scene.assign(trip, taken)
        lines = scene.people(trip)
        told = dict(zip(people, passengers, strict=True))
        seats = {
            who: (lines[str(each)]["seat_row"], lines[str(each)]["seat_column"])
            for who, each in told.items()
        }
        scene.tell(trip, "manifest.locked")
        made = Trip(trip, begun, told, seats)
        self.trips.append(made)
        return made

    def _ride(self, people: list[int], *, to_station: bool) -> None:
        trip = self._open(people)
        self._board(trip, list(range(1, 60)))
        self._arrive(trip, 200, party="station" if to_station else None)
        self._send(trip)

    def _board(self, trip: Trip, minutes: list[int]) -> None:
        for who in list(trip.passengers):
            way = self.draw.random()
            if way < 0.12:
                continue  # nobody tells that they boarded
            at = minutes.pop(self.draw.randrange(len(minutes)))
            if way < 0.5:
                self._say(trip, at, "passenger.boarded", who)
                self._sit(trip, at, who, trip.seats[who], is_sure=False)
                continue
            seat = trip.seats[who] if way < 0.9 else self._find_free(trip)
            self._say(trip, at, "passenger.boarded", who, seat=seat)
            self._sit(trip, at, who, seat, is_sure=True)
        trip.events.append((60, ("trip.departed", {"aboard": len(trip.passengers)})))

    def _drive(self, trip: Trip, other: Trip | None) -> None:
        draw = self.draw
        road = sorted(draw.sample(range(61, 300), 8))
        for at in road:
            aboard = [who for who in trip.passengers if self._now(trip, who, at) is not None]
            deed = draw.choice(["seat", "seat", "left", "vehicle", "move", "none"])
            if deed == "vehicle" and self.spare and len(trip.changes) < 2:
                vehicle = str(self.spare.pop())
                trip.events.append((at, ("vehicle.replaced", {"vehicle_id": vehicle})))
                trip.changes.append(at)
            elif not aboard or deed == "none":
                continue
            elif deed == "seat":
                who, seat = draw.choice(aboard), self._find_free(trip)
                if seat != self._now(trip, who, at)[0]:  # type: ignore[index]
                    self._say(trip, at, "passenger.seat_changed", who, seat=seat)
                    self._sit(trip, at, who, seat, is_sure=True)
            elif deed == "left":
                who = draw.choice(aboard)
                self._say(trip, at, "passenger.left", who, place="合成服务区")
                self._get_off(trip, at, who)
            elif deed == "move" and other is not None:
                self._move(trip, other, at, draw.choice(aboard))
        self._arrive(trip, 320)

    def _move(self, trip: Trip, other: Trip, at: int, who: int) -> None:
        """To the other coach, where they are seen some minutes later."""
        self._say(trip, at, "passenger.moved", who, to_trip_id=other.id)
        self._get_off(trip, at, who)
        seat, later = self._find_free(other), at + self.draw.randint(1, 9)
        passenger = self.scene.world.new_id()
        other.passengers[who], other.seats[who] = passenger, seat
        row, column = seat
        data = {"worker_id": str(self.workers[who]), "seat_row": row, "seat_column": column}
        other.events.append(
            (later, ("passenger.found_aboard", {"passenger_id": str(passenger), **data}))
        )
        self._sit(other, later, who, seat, is_sure=True)

    def _arrive(self, trip: Trip, at: int, *, party: str | None = None) -> None:
        trip.events.append((at, ("trip.arrived", {})))
        more = {"party": party} if party else {}
        for number, who in enumerate(sorted(trip.passengers)):
            sat = trip.sat.get(who)
            if sat is None:
                # Taken to have been aboard from the departure on.
                trip.sat[who] = [(trip.departed, (trip.seats[who], False))]
            elif sat[-1][1] is None:
                continue
            self._say(trip, at + 1 + number, "passenger.received", who, **more)
            self._get_off(trip, at + 1 + number, who)

    def _find_free(self, trip: Trip) -> tuple[int, int]:
        """A seat that nobody sits on, or is planned for."""
        taken = {sat[-1][1][0] for sat in trip.sat.values() if sat[-1][1] is not None}
        taken |= {seat for who, seat in trip.seats.items() if who not in trip.sat}
        return self.draw.choice([each for each in SEATS if each not in taken])

    def _now(self, trip: Trip, who: int, at: int) -> Any:
        """Where they are by what was told until now; None: not aboard, or not yet."""
        sat = trip.sat.get(who)
        return sat[-1][1] if sat and sat[-1][0] < at else None

    def _sit(self, trip: Trip, at: int, who: int, seat: tuple[int, int], *, is_sure: bool) -> None:
        trip.sat.setdefault(who, []).append((at, (seat, is_sure)))

    def _get_off(self, trip: Trip, at: int, who: int) -> None:
        trip.sat[who].append((at, None))

    def _say(
        self, trip: Trip, at: int, kind: str, who: int, *, seat: Any = None, **data: Any
    ) -> None:
        told = {"seat_row": seat[0], "seat_column": seat[1]} if seat else {}
        data = {name: str(v) if isinstance(v, UUID) else v for name, v in data.items()}
        trip.events.append(
            (at, (kind, {"passenger_id": str(trip.passengers[who]), **told, **data}))
        )

    def _send(self, trip: Trip) -> None:
        """All told afterwards, in the order of happening."""
        moment = trip.begun + timedelta(minutes=max(at for at, _ in trip.events))
        clock = self.scene.world.clock
        clock.now = max(clock.now, moment)
        events = [
            self.scene.event(kind, mode="afterwards", at=trip.begun + timedelta(minutes=at), **data)
            for at, (kind, data) in sorted(trip.events, key=lambda each: each[0])
        ]
        self.scene.record(trip.id, *events)

    # --- the model --------------------------------------------------------------------------------
    def list_trips(self, day: date, *, back: int) -> list[int]:
        """Those that were under way on the day, or on so many days before it."""
        days = {day - timedelta(days=number) for number in range(back + 1)}
        found = []
        for number, trip in enumerate(self.trips):
            end = next(at for at, (kind, _) in trip.events if kind == "trip.arrived")
            minutes = range(trip.departed, end + 1)
            under_way = {(trip.begun + timedelta(minutes=each)).date() for each in minutes}
            if under_way & days:
                found.append(number)
        return found

    def list_together(self, who: int, trips: list[int]) -> dict[tuple[int, int], Known]:
        """(trip, worker) → what is to be said of them."""
        found: dict[tuple[int, int], list[tuple[int, Any]]] = {}
        for number in trips:
            for minute in range(360):
                places = self._find_places(number, minute)
                if who not in places:
                    continue
                for other, place in places.items():
                    near = self._judge(who, places[who], other, place)
                    if other != who and place.vehicle == places[who].vehicle and near is not None:
                        found.setdefault((number, other), []).append((minute, near))
        return {key: self._sum_up(key[0], each) for key, each in found.items()}

    def _find_places(self, number: int, minute: int) -> dict[int, Place]:
        trip = self.trips[number]
        vehicle = len([each for each in trip.changes if each <= minute])
        begun = max((each for each in trip.changes if each <= minute), default=-1)
        found = {}
        for who, sat in trip.sat.items():
            past = [each for each in sat if each[0] <= minute]
            if past and past[-1][1] is not None:
                at, (seat, is_sure) = past[-1][0], past[-1][1]
                found[who] = Place(number, vehicle, seat, is_sure and at >= begun)
        return found

    def _judge(self, who: int, own: Place, other: int, place: Place) -> Any:
        """(basis, relations, distance) in this minute; None: not within the rule."""
        is_sure = own.is_sure and place.is_sure
        distance = abs(own.seat[0] - place.seat[0]) if is_sure else None
        family = {"companion"} if self.families[who] == self.families[other] else set()
        if not self.is_ruled:
            return "no-rule", family, distance
        if self.rows is None:
            return "everybody", family, distance
        near = {"rows"} if distance is not None and distance <= self.rows else set()
        if family or near:
            return "rows", family | near, distance
        return None if is_sure else ("seat-unsure", set(), None)

    def _sum_up(self, number: int, minutes: list[tuple[int, Any]]) -> Known:
        begun = self.trips[number].begun
        bases = {basis for _, (basis, _, _) in minutes}
        distances = [each for _, (_, _, each) in minutes if each is not None]
        return Known(
            begun + timedelta(minutes=minutes[0][0]),
            begun + timedelta(minutes=minutes[-1][0] + 1),
            min(bases, key=["rows", "everybody", "no-rule", "seat-unsure"].index),
            frozenset().union(*(each for _, (_, each, _) in minutes)),
            min(distances, default=None),
        )
