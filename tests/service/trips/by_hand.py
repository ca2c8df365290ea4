"""A trip, its people and all that its handlers ask for, built by hand and without a database: what the handler
of a kind decides about one event. Only what the handler wants is loaded, as for a real one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source
from schemas.events.payloads_passengers import PersonRole
from schemas.events.payloads_trips import Channel, SignatureMethod
from schemas.events.specs import EVENT_SPECS
from schemas.fleets import VehicleKind
from schemas.permissions import Role
from schemas.policies import RiskArea
from schemas.trips import PassengerStatus, TripState
from service.app.composition import compose_features
from service.auth import Actor
from service.fleets.queries import DRIVERS, VEHICLES
from service.fleets.rules import DriverFacts, Seat, VehicleFacts
from service.health.events import HEALTH
from service.health.notes import HealthFacts
from service.ledger.bodies import StreamKey
from service.policies.queries import POLICIES, THE_BOOK
from service.policies.rules import PolicyBook, PolicyVersion
from service.recording.commands import make_command, trip_stream, worker_stream
from service.recording.handlers import (
    Command,
    Decision,
    Ref,
    StoredEvent,
    Wanted,
    Workspace,
)
from service.registry.people import WorkerFacts
from service.registry.queries import WORKERS
from service.trips.events.aggregate import TRIPS
from service.trips.rules.findings import make_finding
from service.trips.rules.overview import Plan, Point, TripView, tell_destination
from service.trips.rules.passengers import PassengerState
from service.trips.rules.protecting import Disinfection
from service.trips.rules.told import Acknowledged, Incident, Signature
from service.trips.rules.trips import Course
from service.trips.rules.vehicle_runs import DriverRun, VehicleRun
from service.vault.vault import BlindIndex
from service.workers.rules import WorkerState
from tests.journeys.seasons import Case

TRIP, OTHER_TRIP = UUID(int=1), UUID(int=2)
COACH, OTHER_COACH, DRIVER, OTHER_DRIVER = (UUID(int=10 + each) for each in range(4))
ONE, NEXT, GONE = (UUID(int=20 + each) for each in range(3))
"""The passenger who is spoken of, one who is new, and one who did not come and freed a place."""
WORKER, NEW_WORKER, OTHERS = UUID(int=30), UUID(int=31), 100
BOARDING_POINT, GATE = UUID(int=40), UUID(int=41)
TOLD, INCIDENT, PHONED, EARLIER = (UUID(int=50 + each) for each in range(4))
EVENT, PAPER = UUID(int=60), UUID(int=61)
SEATS: Final = 12
"""Six rows of two in a coach of fourteen licensed places, two of them the crew's."""

_K = EventKind
HANDLERS: Final = compose_features().handlers
_INDEXES: Final = BlindIndex(bytes(32))
_GOING: Final = frozenset(
    {TripState.IN_TRANSIT, TripState.HELD_UP, TripState.TURNED_BACK, TripState.RETURNED}
    | {TripState.ARRIVED, TripState.HANDED_OVER, TripState.CLOSED}
)
_THERE: Final = _GOING - {TripState.IN_TRANSIT, TripState.HELD_UP}


# --- what is said ---------------------------------------------------------------------------------
_PERSON: Final[dict[str, Any]] = {"passenger_id": ONE}
_HERE: Final[dict[str, Any]] = {**_PERSON, "place": "合成服务区"}
_UNIT: Final[dict[str, Any]] = {"unit": "苏州市人社局", "channel": "letter"}
_PLAN: Final[dict[str, Any]] = {"plan_hash": "0", "handover_point_ids": [GATE]}
_WHY: Final[dict[str, Any]] = {"reason": "合成"}

PAYLOADS: Final[Mapping[str, Mapping[str, Any]]] = {
    "approval.confirmed": {"approval_id": PHONED},
    "captain.named": _PERSON,
    "driver.replaced": {"driver_id": OTHER_DRIVER, "replaces_driver_id": DRIVER},
    "escort.replaced": {"name": "合成领队", "phone": "13900000001"},
    "event.reversed": {"event_id": EARLIER, **_WHY},
    "exception.explained": {"code": "out-of-order", "explanation": "合成"},
    "filing.acknowledged": {"person": "钱科长", **_UNIT},
    "handover.signed": {
        "point_id": GATE,
        "passenger_ids": [ONE],
        "method": "telephone",
        "receiver": "张经理",
    },
    "incident.reported": {"description": "合成"},
    "incident.settled": {"incident_id": INCIDENT, "outcome": "合成"},
    "kit.issued": {"items": ["mask"], "quantities": [60]},
    "manifest.unlocked": _WHY,
    "passenger.assigned": {"passenger_id": NEXT, "worker_id": NEW_WORKER},
    "passenger.checked_in": {**_PERSON, "identity_shown": "card"},
    "passenger.consent_recorded": {
        **_PERSON,
        "guardian": "王守田",
        "guardian_phone": "13900000002",
        "receiver": "李四海",
        "receiver_phone": "13900000003",
    },
    "passenger.denied": {**_PERSON, **_WHY},
    "passenger.exempted": {**_PERSON, **_WHY},
    "passenger.found": _HERE,
    "passenger.found_aboard": {"passenger_id": NEXT, "worker_id": NEW_WORKER},
    "passenger.left": _HERE,
    "passenger.left/given_on": {
        **_PERSON,
        "end": "given_on",
        "given_to": "health_point",
        "unit": "合成留验站",
    },
    "passenger.linked": {**_PERSON, "worker_id": NEW_WORKER},
    "passenger.missing": {**_PERSON, "last_seen": "合成服务区", "reported_to": "派出所"},
    "passenger.moved": {**_PERSON, "to_trip_id": OTHER_TRIP},
    "passenger.noted": {**_PERSON, "what": "fever"},
    "passenger.notified": {**_PERSON, "channel": "telephone", "outcome": "reached"},
    "passenger.seat_changed": {**_PERSON, "seat_row": 4, "seat_column": 2},
    "passenger.substituted": {**_PERSON, "replaces_passenger_id": GONE},
    "passenger.transferred": {**_PERSON, "unit": "合成留验站"},
    "policy.switched": _WHY,
    "stop.begun": {"place": "合成服务区"},
    "temperature_round.taken": {"measured": 1, "highest": 369},
    "trip.cancelled": _WHY,
    "trip.changed": {"version": 2, "fields": ["handover_points"], **_PLAN},
    "trip.changed/seats": {"version": 2, "fields": ["kept_free_rows"], **_PLAN},
    "trip.delayed": {},
    "trip.filed": {"channel": "letter", "recipient_unit": "苏州市人社局"},
    "trip.held_up": _WHY,
    "trip.opened": {"batch_id": UUID(int=4), "number": "T-2", **_PLAN},
    "trip.turned_back": {"authority": "合成检查站"},
    "vehicle.disinfected": {"area": "whole"},
    "vehicle.inspected": {"checked": ["brakes"], "passed": True},
    "vehicle.replaced": {"vehicle_id": OTHER_COACH},
}
"""A form of each row of the tables; of a row that is not here the passenger alone, or nothing."""


def kind_of(row: str) -> EventKind:
    """A row is a kind, or a kind said in a certain way: `passenger.left/given_on`."""
    return EventKind(row.partition("/")[0])


NO_NOTES: Final = HealthFacts(UUID(int=0))


@dataclass(frozen=True)
class Given:
    """What is so in one case: all that a trip needs, but for what is said otherwise. `taken`: how many places;
    `seat`: of the one who is spoken of."""

    case: Case
    state: TripState = TripState.READY
    status: PassengerStatus = PassengerStatus.LISTED
    places: int = SEATS
    isolation_rows: frozenset[int] = frozenset()
    taken: int = 1
    health: HealthFacts = NO_NOTES
    """What was noted of everybody."""
    own_health: HealthFacts | None = None
    """Of the two who are spoken of, where that is something else."""
    worker: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the registry, and the worker's own events, say of these two."""
    level: str | None = None
    acknowledged: timedelta | None = timedelta()
    """By how much the arrival moved since; None: the destination said nothing."""
    cleaned: Collection[str] = frozenset({"before", "back"})
    """When the coach was disinfected."""
    filed: bool = True
    seat: tuple[int, int] = (1, 1)
    role: PersonRole = PersonRole.WORKER
    """As what the one who is spoken of is listed."""

    @property
    def others(self) -> int:
        return max(0, self.taken - 1) + (self.taken > 1 and self.status not in _WITH_PLACE)

    @property
    def now(self) -> datetime:
        return self.case.morning

    @property
    def leaves(self) -> datetime:
        return self.now + timedelta(hours=1)

    @property
    def arrives(self) -> datetime:
        return self.leaves + timedelta(hours=14)


# --- the trip -------------------------------------------------------------------------------------
def _make_plan(given: Given) -> Plan:
    county = given.case.county
    points = (
        Point(BOARDING_POINT, "boarding", 1, "合成镇政府", None, None, f"{county}105"),
        Point(GATE, "handover", 1, "合成厂门", None, UUID(int=42), "320583"),
    )
    return Plan(
        batch_id=UUID(int=4),
        number="T-1",
        county_code=county,
        destination_code="320500",
        planned_departure_at=given.leaves,
        planned_arrival_at=given.arrives,
        carrier_id=None,
        kept_free_rows=frozenset(),
        points=points,
        has_contacts=True,
        policy_version=given.case.name if given.filed else "ordinary-1",
        version=1,
        distance_km=300,
    )


def _make_course(given: Given, plan: Plan) -> Course:
    """Disinfected two hours ago, and once more when it was back."""
    now, state = given.now, given.state
    over = now - timedelta(minutes=10) if state in _THERE else None
    moments = {"before": now - timedelta(hours=2), **({"back": now} if over else {})}
    clean = tuple(
        Disinfection(moment, COACH) for name, moment in moments.items() if name in given.cleaned
    )
    told = None
    if given.acknowledged is not None:
        what = tell_destination(plan)
        was = what._replace(arrival_at=given.arrives - given.acknowledged)
        told = Acknowledged(now - timedelta(hours=1), Channel.LETTER, TOLD, was)
    filed = given.filed and state not in {TripState.DRAFT, TripState.READY}
    return Course(
        TRIP,
        state=TripState.ARRIVED if state is TripState.HANDED_OVER else state,
        opened=True,
        vehicles=(VehicleRun(COACH, None, None, Ref(TOLD, 1), given.places),),
        driver_ids=(DRIVER,),
        drivers=(DriverRun(DRIVER, None, None),),
        handover_point_ids=(GATE,),
        places=given.places,
        isolation_rows=given.isolation_rows,
        policy_version=given.case.name if filed else None,
        filed_at=now - timedelta(hours=1) if filed else None,
        acknowledged=told,
        locks=((now - timedelta(hours=1), None),),
        departed_at=now - timedelta(minutes=20) if state in _GOING else None,
        arrived_at=over,
        signatures=(Signature(ONE, SignatureMethod.PAPER, GATE, TOLD),),
        disinfections=clean,
        list_version=1,
    )


_WITH_PLACE: Final = frozenset(
    {PassengerStatus.LISTED, PassengerStatus.CHECKED_IN, PassengerStatus.BOARDED}
)
_NEVER_CARRIED: Final = frozenset(
    {PassengerStatus.EXPECTED, PassengerStatus.REMOVED, PassengerStatus.STAND_BY}
    | {PassengerStatus.DENIED, PassengerStatus.NO_SHOW}
    | {PassengerStatus.LISTED, PassengerStatus.CHECKED_IN}
)


def _make_people(given: Given) -> list[PassengerState]:
    """The one who is spoken of, one who did not come, and as many others as there have to be."""
    one = PassengerState(
        ONE,
        worker_id=WORKER,
        role=given.role,
        status=given.status,
        status_fact=Ref(TOLD, 1),
        place_given=given.status in _WITH_PLACE,
        carried=given.status not in _NEVER_CARRIED,
        handover_point_id=GATE,
        seat_row=given.seat[0],
        seat_column=given.seat[1],
    )
    gone = PassengerState(
        GONE,
        worker_id=UUID(int=OTHERS),
        status=PassengerStatus.NO_SHOW,
        seat_row=4,
        seat_column=1,
    )
    others = [
        PassengerState(
            UUID(int=OTHERS + number),
            worker_id=UUID(int=OTHERS + number),
            status=PassengerStatus.LISTED,
            place_given=True,
            seat_row=1 + number // 2,
            seat_column=1 + number % 2,
        )
        for number in range(1, given.others + 1)
    ]
    return [one, gone, *others]


def make_view(given: Given) -> TripView:
    plan = _make_plan(given)
    people = {each.id: each for each in _make_people(given)}
    return TripView(TRIP, plan, _make_course(given, plan), people)


def _with_course(view: TripView, **changes: Any) -> TripView:
    return replace(view, course=replace(view.course, **changes))


def _unregistered(view: TripView) -> TripView:
    one = replace(view.passengers[ONE], worker_id=None, unregistered_fact=Ref(TOLD, 1))
    return replace(view, passengers={**view.passengers, ONE: one})


_FOR: Final[Mapping[EventKind, Callable[[TripView], TripView]]] = {
    _K.APPROVAL_CONFIRMED: lambda view: _with_course(view, phoned=(PHONED,)),
    _K.EXCEPTION_EXPLAINED: lambda view: _with_course(
        view, raised=(make_finding(ExceptionCode.OUT_OF_ORDER, Ref(EARLIER, 1)),)
    ),
    _K.INCIDENT_SETTLED: lambda view: _with_course(view, incidents=(Incident(INCIDENT, _EPOCH),)),
    _K.PASSENGER_LINKED: _unregistered,
}
"""What there has to be before such an event means anything."""
_EPOCH: Final = datetime.fromisoformat("2019-01-01T00:00:00+08:00")


# --- what is loaded -------------------------------------------------------------------------------
def _make_coach(identifier: UUID) -> VehicleFacts:
    seats = tuple(
        Seat(row, column, f"{row}{column}") for row in range(1, SEATS // 2 + 1) for column in (1, 2)
    )
    return VehicleFacts(
        identifier,
        UUID(int=9),
        VehicleKind.COACH,
        "辽M00014",
        SEATS + 2,
        2,
        air_sealed=True,
        seats=seats,
        licence_valid_until=None,
    )


def _make_book(given: Given) -> PolicyBook:
    policy, day = given.case.policy, given.case.day
    loaded = (PolicyVersion(**policy.model_dump()),) if policy else ()
    areas = ()
    if given.level is not None and given.case.rules.risk_scheme is not None:
        told = {"level": given.level, "scheme": given.case.rules.risk_scheme, "valid_from": day}
        areas = (RiskArea.model_validate({"area_code": "320500", **told}),)
    return PolicyBook(given.case.county, loaded, areas)


_WORKERS: Final = (WORKER, NEW_WORKER, *(UUID(int=OTHERS + each) for each in range(SEATS + 3)))
_SPOKEN_OF: Final = frozenset({WORKER, NEW_WORKER})


@dataclass(frozen=True)
class Loadable:
    """All that somebody could ask for, and what the workers' own events say. Others than the two who are spoken
    of lack nothing."""

    values: Mapping[Wanted, Any]
    said: Mapping[StreamKey, WorkerState]

    @classmethod
    def of(cls, given: Given) -> "Loadable":
        values: dict[Wanted, Any] = {
            Wanted(POLICIES, THE_BOOK): _make_book(given),
            Wanted(TRIPS, OTHER_TRIP): True,
            **{Wanted(VEHICLES, each): _make_coach(each) for each in (COACH, OTHER_COACH)},
            **{Wanted(DRIVERS, each): DriverFacts(each, None) for each in (DRIVER, OTHER_DRIVER)},
        }
        said = {}
        for each in _WORKERS:
            own = each in _SPOKEN_OF
            plain = WorkerFacts(each, None, PersonRole.WORKER, None, None, True, None, None, None)  # noqa: FBT003
            health = (given.own_health if own else None) or given.health
            values[Wanted(WORKERS, each)] = replace(plain, **(given.worker if own else {}))
            values[Wanted(HEALTH, each)] = replace(health, worker_id=each)
            said[worker_stream(each)] = WorkerState(each, **(given.said if own else {}))
        return cls(values, said)


def _make_earlier(given: Given) -> StoredEvent:
    """A stop, which may be reversed at any time."""
    return StoredEvent(
        stream=trip_stream(TRIP),
        subject_id=TRIP,
        worker_id=None,
        kind=_K.STOP_BEGUN,
        sent_kind=_K.STOP_BEGUN,
        occurred_at=given.now,
        device=None,
        device_sequence=None,
        mode=Mode.LIVE,
        source=Source.API,
        data={},
        decided={},
        attachments=frozenset(),
        exceptions=None,
        part_names=frozenset(),
        parts={},
        receipt=None,
    )


# --- deciding -------------------------------------------------------------------------------------
def make_event(given: Given, row: str, mode: Mode, **more: Any) -> Command:
    kind = kind_of(row)
    model = EVENT_SPECS[kind].payload
    plain = _PERSON if "passenger_id" in model.model_fields and kind not in _ABOUT_ALL else {}
    data = {**PAYLOADS.get(row, plain), **more}
    if kind is _K.POLICY_SWITCHED:
        data |= {"policy": given.case.name}
    if kind is _K.TRIP_DELAYED:
        data |= {"expected_at": given.arrives}
    return make_command(
        model.model_validate(data),
        identifier=EVENT,
        kind=kind,
        stream=trip_stream(TRIP),
        now=given.now,
        mode=mode,
        attachments=(PAPER,) if kind is _K.PASSENGER_CONSENT_RECORDED else (),
    )


_ABOUT_ALL: Final = frozenset({_K.INCIDENT_REPORTED, _K.EXCEPTION_EXPLAINED})


@dataclass
class Desk:
    """Where events about one case are decided."""

    given: Given
    loadable: Loadable

    def __post_init__(self) -> None:
        self._view = make_view(self.given)
        self._earlier = _make_earlier(self.given)

    @classmethod
    def of(cls, given: Given) -> "Desk":
        return cls(given, Loadable.of(given))

    def decide(self, command: Command) -> Decision:
        """By the handler of the kind, which gets what it wants, and the workers that it locks."""
        handler = HANDLERS[command.kind]
        prepare = _FOR.get(command.kind)
        workspace = Workspace(_INDEXES, self.given.now)
        confirms = command.kind is _K.APPROVAL_CONFIRMED
        role = Role.DESTINATION_OFFICER if confirms else Role.COUNTY_COORDINATOR
        workspace.actor = Actor(self.given.case.county, UUID(int=3), role)
        workspace.states[trip_stream(TRIP)] = prepare(self._view) if prepare else self._view
        workspace.stored = {EARLIER: self._earlier}
        known, said = self.loadable.values, self.loadable.said
        for wanted in handler.list_wanted(workspace, command):
            if wanted in known:
                workspace.loaded[wanted] = known[wanted]
        for stream in map(worker_stream, handler.worker_locks(workspace, command)):
            workspace.states[stream] = said[stream]
        return handler.decide(workspace, command)
