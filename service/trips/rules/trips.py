"""A trip's states: which event may follow which, what leads to an exception; when a trip has arrived, when
the escort's work ended, when the list was locked; signatures.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.payloads_trips import Channel, SignatureMethod
from schemas.trips import TripState
from service.recording.approvals import UNCONFIRMED
from service.recording.handlers import Fact, Ref, evolve
from service.recording.order import Heard, Last
from service.trips.rules.findings import (
    Coverage,
    Finding,
    list_open,
    make_finding,
    read_coverage,
)
from service.trips.rules.protecting import DISINFECT_SINCE, Disinfection, DisinfectionAsked
from service.trips.rules.reversals import EarlyReversal, is_reversible
from service.trips.rules.told import (
    BUSY,
    FLAGS,
    ISOLATION_ROWS,
    PAPER_SEEN,
    POLICY_CHOSEN,
    TOLD_VERSION,
    VEHICLE_CARRIER,
    WHAT_WAS_TOLD,
    Acknowledged,
    HeadCount,
    Incident,
    Place,
    Signature,
    read_told,
)
from service.trips.rules.trip_states import (
    ALLOWED,
    LOCKED_BEFORE_DEPARTURE,
    TOLD,
    TRANSITIONS,
    irregularity,
)
from service.trips.rules.vehicle_runs import (
    DriverRun,
    EscortRun,
    VehicleRun,
    measure,
    replace_driver,
    replace_escort,
    replace_vehicle,
)

_K = EventKind
_S = TripState


@dataclass(frozen=True)
class Course:
    """All that the trip's own events say."""

    id: UUID
    state: TripState = _S.DRAFT
    state_fact: Ref | None = None
    """By which the state came about."""
    state_since: datetime | None = None
    opened: bool = False
    vehicle_carrier_id: UUID | None = None
    driver_ids: tuple[UUID, ...] = ()
    captain_passenger_id: UUID | None = None
    captain_driver_id: UUID | None = None
    handover_point_ids: tuple[UUID, ...] = ()
    places: int = 0
    """For passengers in the vehicle in use, rows kept free taken off; more may ride (overview.py)."""
    isolation_rows: frozenset[int] = frozenset()
    policy_version: str | None = None  # chosen when filed, or switched to
    locked_policy: str | None = None  # chosen by the lock of a list never filed, while it is locked
    vehicles: tuple[VehicleRun, ...] = ()
    drivers: tuple[DriverRun, ...] = ()
    escorts: tuple[EscortRun, ...] = ()
    # in the order of their coming, the last of vehicles and escorts in use
    filed_at: datetime | None = None
    told_version: int = 0  # of the list, when the destination was last told
    acknowledged: Acknowledged | None = None
    phoned: tuple[UUID, ...] = ()
    confirmed: tuple[UUID, ...] = ()
    """Acknowledgements typed in from a call; acknowledgements and explanations confirmed: ids of events."""
    locks: tuple[tuple[datetime, datetime | None], ...] = ()
    """(locked, unlocked): a boarding in between was from a locked list."""
    boarding_opened_at: datetime | None = None
    departed_at: datetime | None = None
    departed_fact: Ref | None = None
    expected_at: datetime | None = None
    delayed_at: datetime | None = None  # when `expected_at` was told
    place: Place | None = None
    incidents: tuple[Incident, ...] = ()
    settled: tuple[UUID, ...] = ()  # of the incidents: ids of their events
    arrivals: tuple[tuple[UUID, datetime], ...] = ()
    arrived_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()
    turned_back_at: datetime | None = None
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    closed_fact: Ref | None = None
    head_counts: tuple[HeadCount, ...] = ()
    disinfections: tuple[Disinfection, ...] = ()
    disinfections_asked: tuple[DisinfectionAsked, ...] = ()
    measured_at: datetime | None = None  # the last round of temperatures
    ventilated_at: datetime | None = None
    raised: tuple[Finding, ...] = ()
    explained: tuple[Coverage, ...] = ()
    judged: tuple[Finding, ...] = ()
    early_reversals: tuple[EarlyReversal, ...] = ()
    taken_back: tuple[UUID, ...] = ()
    """Events that came after their reversal; they are in no fold."""
    list_version: int = 0
    list_hash: str | None = None
    last: Last | None = None
    heard: Heard | None = None

    @property
    def vehicle_id(self) -> UUID | None:
        """The one in use; of an incomplete plan None."""
        return self.vehicles[-1].vehicle_id if self.vehicles else None

    def is_taken_back(self, fact: Fact) -> bool:
        """Whether a reversal of this fact came before it."""
        early = any(each.event_id == fact.id for each in self.early_reversals)
        return early and is_reversible(fact.kind, fact.decided)

    @property
    def locked(self) -> bool:
        return self.state in LOCKED_BEFORE_DEPARTURE

    @property
    def has_left(self) -> bool:
        """Told to have departed, and that was not reversed."""
        return self.departed_at is not None and not self.locked

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that does not fit, explained or not."""
        return self.raised + self.judged

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What still asks for a correction or an explanation."""
        found = self.findings
        return list_open(found, self.explained) if found else ()

    @property
    def acknowledged_at(self) -> datetime | None:
        return self.acknowledged.at if self.acknowledged else None

    @property
    def over_at(self) -> datetime | None:
        """When the escort's work ended."""
        if self.turned_back_at is not None:
            return self.returned_at or self.closed_at
        return self.arrived_at or self.returned_at or self.cancelled_at or self.closed_at

    def locked_about(self, moment: datetime, tolerance: timedelta = timedelta()) -> bool:
        return any(
            begun - tolerance <= moment and (ended is None or moment < ended + tolerance)
            for begun, ended in self.locks
        )

    def arrived_at_point(self, point_id: UUID | None) -> datetime | None:
        return dict(self.arrivals).get(point_id) if point_id else self.arrived_at

    def signature(
        self, passenger_id: UUID, *, point_id: UUID | None, receipt_ids: Collection[UUID | None]
    ) -> Signature | None:
        """The one for this receiving, at this point: told by ids, for clocks differ."""
        fitting = (
            each
            for each in self.signatures
            if (each.passenger_id, each.point_id) == (passenger_id, point_id)
            and each.receipt_id in receipt_ids
        )
        return next(fitting, None)


def fold(trip_id: UUID, facts: Iterable[Fact], *, taken_back: Iterable[UUID] = ()) -> Course:
    """The course from all of the trip's own facts in their order, but those whose reversal came before them.
    `taken_back`: such facts of its passengers, as known."""
    listed = list(facts)
    early = reduce(_reversed_early, (each for each in listed if each.waits), Course(trip_id))
    back = {each.id for each in listed if early.is_taken_back(each)}
    course = reduce(step, (each for each in listed if each.id not in back), Course(trip_id))
    return evolve(course, taken_back=tuple(sorted(back.union(taken_back))))


def step(course: Course, fact: Fact) -> Course:
    """The course after one more fact, which happened later than all before it. A reversal that waits for its
    fact is only kept: no order follows from it."""
    if fact.waits:
        return _reversed_early(course, fact)
    target = TRANSITIONS.get((course.state, fact.kind))
    raised = [make_finding(code, fact.ref) for code in _read_flags(fact)]
    if fact.contradicts:
        raised.append(make_finding(ExceptionCode.CONTRADICTS, fact.ref, *fact.contradicts))
    if target is None and course.state not in ALLOWED.get(fact.kind, frozenset()):
        code = irregularity(course.state, fact.kind)
        raised.append(make_finding(code, fact.ref, course.state_fact))
        target = TOLD.get(fact.kind) if course.state is not _S.CLOSED else None
    listed = int(fact.decided.get("list_version", 0))
    changed = evolve(
        _measure_vehicle(course, fact),
        state=target or course.state,
        raised=(*course.raised, *raised),
        last=Last.after(course.last, fact),
        heard=Heard.after(course.heard, fact),
        list_version=max(course.list_version, listed),
        list_hash=fact.decided["list_hash"] if listed > course.list_version else course.list_hash,
        head_counts=(*course.head_counts, *_count(fact)),
    )
    detail = DETAILS.get(fact.kind)
    after = detail(changed, fact) if detail else changed
    if after.state is course.state:
        return after
    return evolve(after, state_fact=fact.ref, state_since=fact.at)


def _measure_vehicle(course: Course, fact: Fact) -> Course:
    """Places, and whose the vehicle is, as they were decided with the fact; measured anew for the vehicle in
    use, its run has them, too. Nothing of that says anything of another vehicle."""
    if "places" not in fact.decided:
        return course
    of, anew = fact.decided.get("places_of"), fact.kind in _REMEASURING
    if anew and of is not None and UUID(of) != course.vehicle_id:
        return course
    runs = course.vehicles
    # who joins on the road makes nobody's boarding wrong
    joined = fact.kind is _K.DRIVER_REPLACED and course.departed_at is not None
    if anew and runs and not joined:
        runs = (*runs[:-1], measure(runs[-1], fact))
    return evolve(
        course,
        places=int(fact.decided["places"]),
        isolation_rows=frozenset(fact.decided.get(ISOLATION_ROWS, ())),
        vehicle_carrier_id=fact.identifier(VEHICLE_CARRIER) or course.vehicle_carrier_id,
        vehicles=runs,
    )


_REMEASURING = frozenset(
    {_K.DRIVER_REPLACED, _K.MANIFEST_LOCKED, _K.POLICY_SWITCHED, _K.TRIP_CHANGED, _K.TRIP_FILED}
)


def _read_flags(fact: Fact) -> list[ExceptionCode]:
    told = [code for name, code in FLAGS.items() if fact.decided.get(name)]
    return [*told, *(ExceptionCode(code) for code in fact.decided.get(BUSY, ()))]


def _count(fact: Fact) -> tuple[HeadCount, ...]:
    counted = fact.data.get("aboard")
    return () if counted is None else (HeadCount(fact.at, counted, fact.ref),)


def _opened(course: Course, fact: Fact) -> Course:
    drivers = tuple(UUID(each) for each in fact.data.get("driver_ids", ()))
    points = tuple(UUID(each) for each in fact.data.get("handover_point_ids", ()))
    vehicle = fact.identifier("vehicle_id")
    planned = [measure(VehicleRun(vehicle, None, None, fact.ref), fact)] if vehicle else []
    return _complete(
        evolve(
            course,
            opened=True,
            vehicles=tuple(planned),
            driver_ids=drivers,
            drivers=tuple(DriverRun(each, None, None) for each in drivers),
            handover_point_ids=points,
        ),
        fact,
    )


def _changed(course: Course, fact: Fact) -> Course:
    points = tuple(UUID(each) for each in fact.data.get("handover_point_ids", ()))
    return _complete(evolve(course, handover_point_ids=points), fact)


def _complete(course: Course, fact: Fact) -> Course:
    """The plan was judged complete or not when this was recorded; draft and ready follow it."""
    complete = fact.decided.get("plan_complete")
    if complete is None or course.state not in {_S.DRAFT, _S.READY}:
        return course
    return evolve(course, state=_S.READY if complete else _S.DRAFT)


def _filed(course: Course, fact: Fact) -> Course:
    """The policy that was in force for the trip stays its own; filed again, the first one does."""
    chosen = course.policy_version or fact.decided.get(POLICY_CHOSEN)
    version = fact.decided.get(TOLD_VERSION, course.told_version)
    return evolve(course, filed_at=fact.at, policy_version=chosen, told_version=version)


def _policy_switched(course: Course, fact: Fact) -> Course:
    return evolve(course, policy_version=fact.value("policy"))


def _acknowledged(course: Course, fact: Fact) -> Course:
    phoned = (fact.id,) if fact.decided.get(UNCONFIRMED) else ()
    what = read_told(fact.decided.get(WHAT_WAS_TOLD))
    told = Acknowledged(fact.at, Channel(fact.value("channel")), fact.id, what)
    return evolve(course, acknowledged=told, phoned=(*course.phoned, *phoned))


def _confirmed(course: Course, fact: Fact) -> Course:
    approval = fact.identifier("approval_id")
    return evolve(course, confirmed=(*course.confirmed, approval)) if approval else course


def _locked(course: Course, fact: Fact) -> Course:
    """Never filed, the trip comes under the policy that the lock chose."""
    locks = (*course.locks, (fact.at, None))
    return evolve(course, locks=locks, locked_policy=fact.decided.get(POLICY_CHOSEN))


def _unlocked(course: Course, fact: Fact) -> Course:
    """Back to where it was before: filed, or never filed."""
    never_filed = course.state is _S.FILED and course.filed_at is None
    ended = tuple((begun, end or fact.at) for begun, end in course.locks)
    state = _S.READY if never_filed else course.state
    return evolve(course, locks=ended, locked_policy=None, state=state)


def _boarding_opened(course: Course, fact: Fact) -> Course:
    return _ask_disinfection(evolve(course, boarding_opened_at=fact.at), fact)


def _ask_disinfection(course: Course, fact: Fact) -> Course:
    since = fact.decided.get(DISINFECT_SINCE)
    if since is None:
        return course
    begun = datetime.fromisoformat(since) if since else None
    asked = DisinfectionAsked(fact.at, course.vehicle_id, begun, fact.ref)
    return evolve(course, disinfections_asked=(*course.disinfections_asked, asked))


def _disinfected(course: Course, fact: Fact) -> Course:
    done = Disinfection(fact.at, fact.identifier("vehicle_id") or course.vehicle_id)
    return evolve(course, disinfections=(*course.disinfections, done))


def _ventilated(course: Course, fact: Fact) -> Course:
    return evolve(course, ventilated_at=fact.at)


def _measured(course: Course, fact: Fact) -> Course:
    return evolve(course, measured_at=fact.at)


def _vehicle_replaced(course: Course, fact: Fact) -> Course:
    return _complete(evolve(course, vehicles=replace_vehicle(course.vehicles, fact)), fact)


def _driver_replaced(course: Course, fact: Fact) -> Course:
    gone, new = fact.identifier("replaces_driver_id"), fact.identifier("driver_id")
    kept = tuple(each for each in course.driver_ids if each not in {gone, new})
    runs = replace_driver(course.drivers, gone=gone, new=new, at=fact.at)
    now = (*kept, new) if new else kept
    return _complete(evolve(course, driver_ids=now, drivers=runs), fact)


def _escort_replaced(course: Course, fact: Fact) -> Course:
    return evolve(course, escorts=replace_escort(course.escorts, fact))


def _captain_named(course: Course, fact: Fact) -> Course:
    return evolve(
        course,
        captain_passenger_id=fact.identifier("passenger_id"),
        captain_driver_id=fact.identifier("driver_id"),
    )


def _departed(course: Course, fact: Fact) -> Course:
    at, by = course.departed_at or fact.at, course.departed_fact or fact.ref
    return _ask_disinfection(evolve(course, departed_at=at, departed_fact=by), fact)


def _delayed(course: Course, fact: Fact) -> Course:
    expected_at = datetime.fromisoformat(fact.value("expected_at"))
    return evolve(course, expected_at=expected_at, delayed_at=fact.at)


def _stopped(course: Course, fact: Fact) -> Course:
    return evolve(course, place=Place(fact.at, fact.id))


def _happened(course: Course, fact: Fact) -> Course:
    return evolve(course, incidents=(*course.incidents, Incident(fact.id, fact.at)))


def _settled(course: Course, fact: Fact) -> Course:
    incident = fact.identifier("incident_id")
    return evolve(course, settled=(*course.settled, incident)) if incident else course


def _arrived(course: Course, fact: Fact) -> Course:
    """At the last of the handover points the trip has arrived, in whatever order they came."""
    point = fact.identifier("point_id")
    arrivals = dict(course.arrivals)
    if point is not None:
        arrivals.setdefault(point, fact.at)
    there = point is None or arrivals.keys() >= set(course.handover_point_ids)
    arrived = course.arrived_at or (fact.at if there else None)
    on_the_way = course.state is _S.ARRIVED and arrived is None
    return evolve(
        course,
        arrivals=tuple(sorted(arrivals.items())),
        arrived_at=arrived,
        place=Place(fact.at, fact.id, point) if point else course.place,
        state=_S.IN_TRANSIT if on_the_way else course.state,
    )


def _signed(course: Course, fact: Fact) -> Course:
    method = SignatureMethod(fact.value("method"))
    point = fact.identifier("point_id")
    receipts: dict[str, str] = fact.decided.get("receipts", {})
    seen: bool | None = fact.decided.get(PAPER_SEEN)
    named = ((each, receipts.get(each)) for each in fact.data.get("passenger_ids", ()))
    new = [
        Signature(UUID(each), method, point, UUID(by) if by else None, seen, fact.ref)
        for each, by in named
    ]
    return evolve(course, signatures=(*course.signatures, *new))


def _turned_back(course: Course, fact: Fact) -> Course:
    return evolve(course, turned_back_at=course.turned_back_at or fact.at)


def _returned(course: Course, fact: Fact) -> Course:
    return evolve(course, returned_at=course.returned_at or fact.at)


def _cancelled(course: Course, fact: Fact) -> Course:
    return evolve(course, cancelled_at=fact.at)


def _closed(course: Course, fact: Fact) -> Course:
    return evolve(course, closed_at=fact.at, closed_fact=fact.ref)


def _reversed_early(course: Course, fact: Fact) -> Course:
    target = fact.identifier("event_id")
    if target is None:
        return course
    early = {*course.early_reversals, EarlyReversal(target, fact.ref)}
    return evolve(course, early_reversals=tuple(sorted(early)))


def _explained(course: Course, fact: Fact) -> Course:
    return evolve(course, explained=(*course.explained, read_coverage(fact)))


DETAILS: dict[EventKind, Callable[[Course, Fact], Course]] = {
    _K.APPROVAL_CONFIRMED: _confirmed,
    _K.CAPTAIN_NAMED: _captain_named,
    _K.DRIVER_REPLACED: _driver_replaced,
    _K.ESCORT_REPLACED: _escort_replaced,
    _K.EXCEPTION_EXPLAINED: _explained,
    _K.FILING_ACKNOWLEDGED: _acknowledged,
    _K.HANDOVER_SIGNED: _signed,
    _K.INCIDENT_REPORTED: _happened,
    _K.INCIDENT_SETTLED: _settled,
    _K.MANIFEST_LOCKED: _locked,
    _K.MANIFEST_UNLOCKED: _unlocked,
    _K.POLICY_SWITCHED: _policy_switched,
    _K.STOP_BEGUN: _stopped,
    _K.TEMPERATURE_ROUND_TAKEN: _measured,
    _K.TRIP_ARRIVED: _arrived,
    _K.TRIP_BOARDING_OPENED: _boarding_opened,
    _K.TRIP_CANCELLED: _cancelled,
    _K.TRIP_CHANGED: _changed,
    _K.TRIP_CLOSED: _closed,
    _K.TRIP_DELAYED: _delayed,
    _K.TRIP_DEPARTED: _departed,
    _K.TRIP_FILED: _filed,
    _K.TRIP_OPENED: _opened,
    _K.TRIP_RETURNED: _returned,
    _K.TRIP_TURNED_BACK: _turned_back,
    _K.VEHICLE_DISINFECTED: _disinfected,
    _K.VEHICLE_REPLACED: _vehicle_replaced,
    _K.VEHICLE_VENTILATED: _ventilated,
}
