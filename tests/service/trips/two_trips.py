"""Two trips with six people, and everything that can be told of them: the world of the machine
(tests/service/trips/test_machine.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import EventKind, SubjectKind
from schemas.events.specs import EVENT_SPECS
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.permissions import Role
from tests.factories import Client, World
from tests.registry import enter_demands
from tests.service.trips.scenes import CONSENT, Scene

PEOPLE: Final = 6
_K = EventKind


@dataclass
class TwoTrips:
    """Each person has an id on each trip: the one assigned, else one under which somebody may tell of them.
    Trip 0 has three places, all given; trip 1 one listed and one stand-by; the sixth is on no list."""

    scene: Scene
    office: Client
    trips: list[UUID]
    workers: list[UUID]
    passengers: list[list[UUID]]
    points: list[UUID]
    begin: datetime
    papers: list[str]
    """A picture of each trip."""

    @classmethod
    def build(cls, world: World) -> "TwoTrips":
        scene = Scene(world, seat_rows=2)
        scene.vehicle_id = small_coach(scene)
        workers = scene.make_workers(PEOPLE)
        enter_demands(world, workers[::2])
        trips = [scene.open_trip(), scene.open_trip()]
        ids = [[world.new_id() for _ in workers] for _ in trips]
        ids[0][:3] = scene.assign(trips[0], workers[:3])
        ids[1][3:4] = scene.assign(trips[1], workers[3:4])
        ids[1][4:5] = scene.assign(trips[1], workers[4:5], stand_by=True)
        for trip in trips:
            scene.tell(trip, "manifest.locked")
        scene.ok(scene.coordinator.post("/v1/policies", EPIDEMIC), 201)
        office = world.client(Role.HEALTH_OFFICER)
        points = [scene.points(trip)[0] for trip in trips]
        papers = [scene.attach(trip) for trip in trips]
        return cls(scene, office, trips, workers, ids, points, scene.now, papers)


def small_coach(scene: Scene) -> UUID:
    """With three places for passengers."""
    identifier = scene.world.new_id()
    body = {
        "id": str(identifier),
        "carrier_id": str(scene.carrier_id),
        "plate": "辽M54321",
        "air_sealed": True,
        "kind": "coach",
        "licensed_places": 5,
        "crew_seats": 2,
        "layout": {"rows": 2, "columns": [1, 2, 4, 5], "last_row": 5},
    }
    scene.ok(scene.coordinator.post("/v1/vehicles", body), 201)
    return identifier


EPIDEMIC: Final = {
    "version": "half-full",
    "title": "合成政策：半载、留空一排、测温",
    "valid_from": "2031-01-01",
    "occupancy_percent": 50,
    "isolation_rows": 1,
    "isolation_from_places": 1,
    "temperature_limit_tenths": 373,
}
"""In force on no day of the story: only a switch brings it."""


class Step(NamedTuple):
    """What somebody tells. `pick` chooses among the forms of a kind, and among earlier events."""

    kind: EventKind
    trip: int = 0
    person: int = 0
    live: bool = False
    moment: int = 0
    device: int = 0
    sequence: int | None = None
    pick: int = 0
    again: bool = False
    """Nothing new: an event that was sent before, word for word."""
    together: bool = False
    """In one request with the one before it."""
    wait: int = 0
    """Minutes that pass before."""


MOMENTS: Final = (
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=10, seconds=20),
    timedelta(minutes=10, milliseconds=500),
    timedelta(minutes=60),
    timedelta(minutes=61),
    timedelta(minutes=300),
    timedelta(minutes=840),
    timedelta(minutes=900),
    timedelta(minutes=-55),
)
"""After the lists were locked; few, so that equal ones are common."""
DEVICES: Final = (None, "device-a", "device-b")

Sent = dict[str, Any]


class Telling(NamedTuple):
    """One step in its world. `sent`: the events until now, of all streams."""

    two: TwoTrips
    step: Step
    sent: list[Sent]
    """What was sent to this trip until now."""
    known: list[UUID]
    """Holds that were laid or named."""

    @property
    def worker(self) -> UUID:
        return self.two.workers[self.step.person]

    @property
    def passenger(self) -> UUID:
        return self.two.passengers[self.step.trip][self.step.person]

    @property
    def other_trip(self) -> UUID:
        return self.two.trips[1 - self.step.trip]

    def seat(self) -> Mapping[str, Any]:
        """Mostly none; on a few seats only, so that two meet."""
        seats = ({}, {}, {"seat_row": 1, "seat_column": 1}, {"seat_row": 2, "seat_column": 2})
        return seats[self.step.pick % len(seats)]

    def target(self) -> str:
        """An event that was sent before; else one that nobody has sent yet."""
        if not self.sent or self.step.pick == 0:
            return str(_make_id(999_999))
        return str(self.sent[-1 - self.step.pick % len(self.sent)]["id"])

    def hold(self) -> UUID:
        if not self.known:
            self.known.append(_make_id(888_888))
        return self.known[self.step.pick % len(self.known)]


Payload = Callable[[Telling], Mapping[str, Any]]


def _passenger(**data: Any) -> Payload:
    return lambda telling: {"passenger_id": telling.passenger, **data}


def _seated(**data: Any) -> Payload:
    return lambda telling: {"passenger_id": telling.passenger, **telling.seat(), **data}


def _assigned(telling: Telling) -> Mapping[str, Any]:
    leg = 2 if telling.step.pick == 7 else 1
    ids = {"passenger_id": telling.passenger, "worker_id": telling.worker}
    return {**ids, "leg": leg, "stand_by": telling.step.pick == 6}


def _found_aboard(telling: Telling) -> Mapping[str, Any]:
    """Mostly under the id that is known; else under one of its own."""
    second = telling.step.pick == 7
    passenger = _make_id(700_000 + 10 * telling.step.trip + telling.step.person)
    who = passenger if second else telling.passenger
    if telling.step.pick == 5:
        return {"passenger_id": who, "unregistered": True, "document": "护照"}
    return {"passenger_id": who, "worker_id": telling.worker, **telling.seat()}


def _substituted(telling: Telling) -> Mapping[str, Any]:
    others = telling.two.passengers[telling.step.trip]
    gone = others[3 if telling.step.trip else telling.step.pick % 3]
    return {"passenger_id": telling.passenger, "replaces_passenger_id": gone}


def _seat_changed(telling: Telling) -> Mapping[str, Any]:
    seat = {"seat_row": 1 + telling.step.pick % 2, "seat_column": 1 + telling.step.pick // 2 % 2}
    return {"passenger_id": telling.passenger, **seat}


def _consented(telling: Telling) -> Mapping[str, Any]:
    """Of grown people: whoever has one is handed over by name."""
    companion = telling.two.passengers[telling.step.trip][telling.step.pick % PEOPLE]
    named = {"companion_id": companion} if telling.step.pick % 2 else {}
    return {"passenger_id": telling.passenger, **CONSENT, **named}


def _received(telling: Telling) -> Mapping[str, Any]:
    party = (None, None, "station", "escort")[telling.step.pick % 4]
    named = {"receiver": CONSENT["receiver"]} if telling.step.pick // 4 % 2 else {}
    return {"passenger_id": telling.passenger, **({"party": party} if party else {}), **named}


def _refused(telling: Telling) -> Mapping[str, Any]:
    holder = (None, "destination_bureau", "escort")[telling.step.pick % 3]
    return {"passenger_id": telling.passenger, **({"next_holder": holder} if holder else {})}


def _boarded(telling: Telling) -> Mapping[str, Any]:
    warm = {"temperature": 392} if telling.step.pick == 4 else {}
    return {"passenger_id": telling.passenger, **telling.seat(), **warm}


def _counted(telling: Telling) -> Mapping[str, Any]:
    return {"aboard": telling.step.pick} if telling.step.pick < 4 else {}


def _signed(telling: Telling) -> Mapping[str, Any]:
    everybody = telling.two.passengers[telling.step.trip]
    people = everybody[:3] if telling.step.pick == 7 else [telling.passenger]
    return {
        "point_id": telling.two.points[telling.step.trip],
        "passenger_ids": [str(each) for each in people],
        "method": "telephone",
        "receiver": "张经理",
    }


_CODES = (
    "out-of-order",
    "boarded-twice",
    "moved-not-arrived",
    "not-on-list",
    "aboard-elsewhere",
    "received-without-boarding",
    "received-before-arrival",
    "manifest-not-locked",
    "boarded-after-departure",
    "count-differs",
    "departed-empty",
    "seat-taken",
)


def _explained(telling: Telling) -> Mapping[str, Any]:
    pick, about = telling.step.pick, telling.step.moment
    who = {"passenger_id": telling.passenger} if telling.step.device < 2 else {}
    facts = {"events": [telling.target()]} if pick == 5 else {}
    return {"code": _CODES[(pick + 4 * about) % len(_CODES)], "explanation": "已核", **who, **facts}


def _left(telling: Telling) -> Mapping[str, Any]:
    """On their own, or with somebody who took them over."""
    if telling.step.pick % 2:
        return {"passenger_id": telling.passenger, "place": "服务区"}
    given = {"end": "given_on", "given_to": "health_point", "unit": "留验站"}
    return {"passenger_id": telling.passenger, **given}


def _travel_changed(telling: Telling) -> Mapping[str, Any]:
    if telling.step.pick % 2:
        return {"action": "released", "hold_id": telling.hold(), "reason": "已排除"}
    why = {"reason": "待查", "reason_class": "health"}
    return {"action": "held", "hold_id": _new_hold(telling), **why}


PAYLOADS: Final[Mapping[EventKind, Payload]] = {
    _K.PASSENGER_ASSIGNED: _assigned,
    _K.PASSENGER_UNASSIGNED: _passenger(),
    _K.PASSENGER_NOTIFIED: _passenger(channel="telephone", outcome="reached"),
    _K.PASSENGER_SUBSTITUTED: _substituted,
    _K.PASSENGER_SEAT_CHANGED: _seat_changed,
    _K.PASSENGER_CONSENT_RECORDED: _consented,
    _K.PASSENGER_EXEMPTED: _passenger(reason="合成：核实"),
    _K.PASSENGER_CHECKED_IN: _passenger(identity_shown="card"),
    _K.PASSENGER_BOARDED: _boarded,
    _K.PASSENGER_DENIED: _passenger(reason="发热"),
    _K.PASSENGER_NO_SHOW: _passenger(),
    _K.PASSENGER_FOUND_ABOARD: _found_aboard,
    _K.PASSENGER_LINKED: lambda telling: {
        "passenger_id": telling.passenger,
        "worker_id": telling.worker,
    },
    _K.PASSENGER_MOVED: lambda telling: {
        "passenger_id": telling.passenger,
        "to_trip_id": telling.other_trip,
    },
    _K.PASSENGER_NOTED: _seated(what="fever"),
    _K.PASSENGER_LEFT: _left,
    _K.PASSENGER_RECEIVED: _received,
    _K.PASSENGER_REFUSED: _refused,
    _K.PASSENGER_MISSING: _passenger(last_seen="服务区", reported_to="派出所"),
    _K.PASSENGER_FOUND: _passenger(place="服务区"),
    _K.PASSENGER_RETURNED: _passenger(),
    _K.MANIFEST_LOCKED: lambda _telling: {},
    _K.POLICY_SWITCHED: lambda telling: {
        "policy": ("ordinary-1", EPIDEMIC["version"], "never-loaded")[telling.step.pick % 3],
        "reason": "合成：上级通知",
    },
    _K.TRIP_FILED: lambda _telling: {"channel": "letter", "recipient_unit": "苏州市人社局"},
    _K.MANIFEST_UNLOCKED: lambda _telling: {"reason": "改名单"},
    _K.TRIP_DEPARTED: _counted,
    _K.TRIP_ARRIVED: _counted,
    _K.TRIP_TURNED_BACK: lambda _telling: {"authority": "检查站"},
    _K.TRIP_RETURNED: lambda _telling: {},
    _K.TRIP_CLOSED: lambda _telling: {},
    _K.TRIP_CANCELLED: lambda _telling: {"reason": "停运"},
    _K.HANDOVER_SIGNED: _signed,
    _K.EXCEPTION_EXPLAINED: _explained,
    _K.EVENT_REVERSED: lambda telling: {"event_id": telling.target(), "reason": "记错"},
    _K.WORKER_TRAVEL_CHANGED: _travel_changed,
}
"""A form of each kind. Every kind about a passenger that somebody may send has one here."""


def _new_hold(telling: Telling) -> UUID:
    telling.known.append(_make_id(800_000 + len(telling.known)))
    return telling.known[-1]


PASSENGER_KINDS: Final = tuple(
    sorted(
        kind
        for kind, spec in EVENT_SPECS.items()
        if spec.subject is SubjectKind.PASSENGER and spec.is_sent
    )
)
OTHER_KINDS: Final = tuple(sorted(set(PAYLOADS) - set(PASSENGER_KINDS)))
WORKER_KINDS: Final = frozenset({_K.WORKER_TRAVEL_CHANGED})


def _make_id(number: int) -> UUID:
    at = datetime.fromisoformat("2020-03-24T00:00:00+00:00")
    return make_uuid7(at=at, randomness=number.to_bytes(RANDOM_BYTES, "big"))


def make_event(telling: Telling, *, number: int) -> Sent:
    """As the door takes it. Ids do not follow the order of telling."""
    step, two = telling.step, telling.two
    at = two.scene.now if step.live else two.begin + MOMENTS[step.moment % len(MOMENTS)]
    data = PAYLOADS[step.kind](telling)
    device = {"device": DEVICES[step.device]} if DEVICES[step.device] else {}
    counted = {} if step.sequence is None else {"device_sequence": step.sequence}
    consents = step.kind is _K.PASSENGER_CONSENT_RECORDED
    papers = {"attachments": [two.papers[step.trip]]} if consents and step.pick != 7 else {}
    return {
        "id": str(_make_id(number * 7919 % 100_003)),
        "kind": str(step.kind),
        "occurred_at": at.isoformat(),
        "mode": "live" if step.live else "afterwards",
        "data": {name: str(v) if isinstance(v, UUID) else v for name, v in data.items()},
        **device,
        **counted,
        **papers,
    }
