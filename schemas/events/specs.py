"""For each kind of event: payload, decision or observation, stream, subject, and the permission to send it
(none: only the system writes it).
"""

from dataclasses import dataclass, replace

from schemas.base import Input
from schemas.events import payloads_carriage as carriage
from schemas.events import payloads_health as health
from schemas.events import payloads_passengers as passengers
from schemas.events import payloads_records as records
from schemas.events import payloads_trips as trips
from schemas.events.kinds import EventKind, Nature, StreamKind, SubjectKind
from schemas.permissions import Permission, Role

_K = EventKind
_P = Permission


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that only `role` gives. Given by telephone it may be typed in by whoever has `typed_by`,
    and waits for its confirmation."""

    role: Role
    typed_by: Permission


@dataclass(frozen=True, slots=True)
class EventSpec:
    """`permission` None: the event is written by the system itself and no door accepts it. `use`: the kind
    that took its place; the ledger has such events, and no door takes one any more."""

    payload: type[Input]
    nature: Nature
    stream: StreamKind
    subject: SubjectKind
    permission: Permission | None
    approval: Approval | None = None
    use: EventKind | None = None

    @property
    def is_sent(self) -> bool:
        """Whether a door takes it from somebody."""
        return self.permission is not None and self.use is None


IN_EVERY_STREAM = frozenset({EventKind.APPROVAL_CONFIRMED, EventKind.EVENT_REVERSED})
"""Kinds about another event, taken in its stream: outside of trips the handler asks for the permission."""


def _trip(payload: type[Input], nature: Nature, permission: Permission | None) -> EventSpec:
    return EventSpec(payload, nature, StreamKind.TRIP, SubjectKind.TRIP, permission)


def _passenger(payload: type[Input], nature: Nature, permission: Permission | None) -> EventSpec:
    return EventSpec(payload, nature, StreamKind.TRIP, SubjectKind.PASSENGER, permission)


def _retired(spec: EventSpec, use: EventKind) -> EventSpec:
    """Of before: read, and not taken any more. The permission is still that of reversing one."""
    return replace(spec, use=use)


def _own(payload: type[Input], stream: StreamKind, permission: Permission | None) -> EventSpec:
    return EventSpec(payload, Nature.DECISION, stream, SubjectKind(stream.value), permission)


_D = Nature.DECISION
_O = Nature.OBSERVATION

_TRIP_EVENTS = {
    _K.TRIP_OPENED: _trip(trips.TripOpened, _D, None),
    _K.TRIP_CHANGED: _trip(trips.TripChanged, _D, None),
    _K.TRIP_FILED: _trip(trips.TripFiled, _D, _P.TRIP_WRITE),
    _K.FILING_ACKNOWLEDGED: replace(
        _trip(trips.FilingAcknowledged, _O, _P.FILING_ACKNOWLEDGE),
        approval=Approval(Role.DESTINATION_OFFICER, _P.TRIP_WRITE),
    ),
    _K.APPROVAL_CONFIRMED: _trip(trips.ApprovalConfirmed, _D, _P.APPROVAL_CONFIRM),
    _K.POLICY_SWITCHED: _trip(trips.PolicySwitched, _D, _P.TRIP_WRITE),
    _K.MANIFEST_LOCKED: _trip(trips.ManifestLocked, _D, _P.TRIP_WRITE),
    _K.MANIFEST_UNLOCKED: _trip(trips.ManifestUnlocked, _D, _P.TRIP_WRITE),
    _K.VEHICLE_REPLACED: _trip(trips.VehicleReplaced, _O, _P.CARRIAGE_WRITE),
    _K.DRIVER_REPLACED: _trip(trips.DriverReplaced, _O, _P.CARRIAGE_WRITE),
    _K.ESCORT_REPLACED: _trip(trips.EscortReplaced, _O, _P.BOARDING_WRITE),
    _K.CAPTAIN_NAMED: _trip(trips.CaptainNamed, _D, _P.BOARDING_WRITE),
    _K.TRIP_BOARDING_OPENED: _trip(trips.Nothing, _D, _P.BOARDING_WRITE),
    _K.TRIP_DEPARTED: _trip(trips.TripDeparted, _O, _P.CARRIAGE_WRITE),
    _K.STOP_BEGUN: _trip(trips.StopBegun, _O, _P.CARRIAGE_WRITE),
    _K.STOP_ENDED: _trip(trips.StopEnded, _O, _P.CARRIAGE_WRITE),
    _K.TEMPERATURE_ROUND_TAKEN: _trip(trips.TemperatureRoundTaken, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_DELAYED: _trip(trips.TripDelayed, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_HELD_UP: _trip(trips.Reason, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_RESUMED: _trip(trips.Nothing, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_ARRIVED: _trip(trips.TripArrived, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_TURNED_BACK: _trip(trips.TripTurnedBack, _O, _P.CARRIAGE_WRITE),
    _K.TRIP_RETURNED: _trip(trips.Nothing, _O, _P.CARRIAGE_WRITE),
    _K.HANDOVER_SIGNED: _trip(trips.HandoverSigned, _D, _P.HANDOVER_WRITE),
    _K.TRIP_CLOSED: _trip(trips.Nothing, _D, _P.TRIP_WRITE),
    _K.TRIP_CANCELLED: _trip(trips.Reason, _D, _P.TRIP_WRITE),
    _K.EXCEPTION_EXPLAINED: replace(
        _trip(trips.ExceptionExplained, _D, _P.TRIP_WRITE),
        approval=Approval(Role.COUNTY_COORDINATOR, _P.BOARDING_WRITE),
    ),
    _K.VEHICLE_DISINFECTED: _trip(carriage.VehicleDisinfected, _O, _P.CARRIAGE_WRITE),
    _K.VEHICLE_VENTILATED: _trip(carriage.VehicleVentilated, _O, _P.CARRIAGE_WRITE),
    _K.VEHICLE_INSPECTED: _trip(carriage.VehicleInspected, _O, _P.CARRIAGE_WRITE),
    _K.KIT_ISSUED: _trip(carriage.KitIssued, _O, _P.CARRIAGE_WRITE),
    _K.INCIDENT_REPORTED: _trip(passengers.IncidentReported, _O, _P.BOARDING_WRITE),
    _K.INCIDENT_SETTLED: _trip(passengers.IncidentSettled, _D, _P.TRIP_WRITE),
    _K.EVENT_REVERSED: _trip(trips.EventReversed, _D, _P.TRIP_WRITE),
}

_PASSENGER_EVENTS = {
    _K.PASSENGER_ASSIGNED: _passenger(passengers.PassengerAssigned, _D, _P.TRIP_WRITE),
    _K.PASSENGER_UNASSIGNED: _passenger(passengers.PassengerUnassigned, _D, _P.TRIP_WRITE),
    _K.PASSENGER_NOTIFIED: _passenger(passengers.PassengerNotified, _O, _P.NOTICE_WRITE),
    _K.PASSENGER_SUBSTITUTED: _passenger(passengers.PassengerSubstituted, _D, _P.BOARDING_WRITE),
    _K.PASSENGER_SEAT_CHANGED: _passenger(passengers.PassengerSeatChanged, _D, _P.BOARDING_WRITE),
    _K.PASSENGER_CHECKED_IN: _passenger(passengers.PassengerCheckedIn, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_BOARDED: _passenger(passengers.PassengerBoarded, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_BOARDING_REFUSED: _passenger(passengers.PassengerBoardingRefused, _O, None),
    _K.PASSENGER_DENIED: _passenger(passengers.PassengerDenied, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_NO_SHOW: _passenger(passengers.PassengerNoShow, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_FOUND_ABOARD: _passenger(passengers.PassengerFoundAboard, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_LINKED: _passenger(passengers.PassengerLinked, _D, _P.TRIP_WRITE),
    _K.PASSENGER_MOVED: _passenger(passengers.PassengerMoved, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_EXEMPTED: replace(
        _passenger(passengers.PassengerExempted, _D, _P.GATE_OVERRIDE),
        approval=Approval(Role.HEALTH_OFFICER, _P.BOARDING_WRITE),
    ),
    _K.PASSENGER_CONSENT_RECORDED: _passenger(
        passengers.PassengerConsentRecorded, _D, _P.CONSENT_WRITE
    ),
    _K.PASSENGER_NOTED: _passenger(passengers.PassengerNoted, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_FEVER_FOUND: _retired(
        _passenger(passengers.PassengerFeverFound, _O, _P.BOARDING_WRITE), _K.PASSENGER_NOTED
    ),
    _K.PASSENGER_TRANSFERRED: _retired(
        _passenger(passengers.PassengerTransferred, _O, _P.BOARDING_WRITE), _K.PASSENGER_LEFT
    ),
    _K.PASSENGER_LEFT: _passenger(passengers.PassengerLeft, _O, _P.BOARDING_WRITE),
    _K.PASSENGER_RECEIVED: _passenger(passengers.PassengerReceived, _O, _P.HANDOVER_WRITE),
    _K.PASSENGER_REFUSED: _passenger(passengers.PassengerRefused, _O, _P.HANDOVER_WRITE),
    _K.PASSENGER_MISSING: _passenger(passengers.PassengerMissing, _O, _P.HANDOVER_WRITE),
    _K.PASSENGER_FOUND: _passenger(passengers.PassengerFound, _O, _P.HANDOVER_WRITE),
    _K.PASSENGER_RETURNED: _passenger(passengers.PassengerReturned, _O, _P.BOARDING_WRITE),
}

_WORKER = StreamKind.WORKER
_COUNTY = StreamKind.COUNTY
_ACCOUNT = StreamKind.ACCOUNT

_RECORD_EVENTS = {
    _K.WORKER_CHANGED: _own(records.WorkerChanged, _WORKER, None),
    _K.WORKER_HEALTH_NOTED: EventSpec(
        health.WorkerHealthNoted, _O, _WORKER, SubjectKind.WORKER, _P.HEALTH_RECORD
    ),
    _K.WORKER_TRAVEL_CHANGED: replace(
        _own(health.WorkerTravelChanged, _WORKER, _P.HEALTH_WRITE),
        approval=Approval(Role.HEALTH_OFFICER, _P.TRIP_WRITE),
    ),
    _K.WORKER_HELD: _retired(
        _own(health.WorkerHeld, _WORKER, _P.HEALTH_WRITE), _K.WORKER_TRAVEL_CHANGED
    ),
    _K.WORKER_HOLD_RELEASED: _retired(
        replace(
            _own(health.WorkerHoldReleased, _WORKER, _P.HEALTH_WRITE),
            approval=Approval(Role.HEALTH_OFFICER, _P.TRIP_WRITE),
        ),
        _K.WORKER_TRAVEL_CHANGED,
    ),
    _K.WORKER_WITHDRAWN: _own(records.WorkerWithdrawn, _WORKER, _P.WORKER_WRITE),
    _K.ROSTER_APPLIED: _own(records.RosterApplied, StreamKind.IMPORT, None),
    _K.ROSTER_UNDONE: _own(records.RosterUndone, StreamKind.IMPORT, None),
    _K.BATCH_OPENED: _own(records.BatchOpened, StreamKind.BATCH, None),
    _K.BATCH_CHANGED: _own(records.BatchChanged, StreamKind.BATCH, None),
    _K.BATCH_CANCELLED: _own(trips.Reason, StreamKind.BATCH, None),
    _K.ACCESS_LISTED: _own(records.AccessListed, _ACCOUNT, None),
    _K.ACCESS_EXPORTED: _own(records.AccessExported, _ACCOUNT, None),
    _K.ACCESS_REVEALED: _own(records.AccessRevealed, _ACCOUNT, None),
    _K.ACCOUNT_CREATED: _own(records.AccountCreated, _ACCOUNT, None),
    _K.ACCOUNT_DISABLED: _own(trips.Nothing, _ACCOUNT, None),
    _K.ACCOUNT_LOGGED_IN: _own(records.AccountSeen, _ACCOUNT, None),
    _K.ACCOUNT_LOGGED_OUT: _own(trips.Nothing, _ACCOUNT, None),
    _K.ACCOUNT_LOGIN_FAILED: _own(records.AccountSeen, _ACCOUNT, None),
    _K.ACCOUNT_PASSWORD_CHANGED: _own(trips.Nothing, _ACCOUNT, None),
    _K.ACCOUNT_SCOPE_CHANGED: _own(records.AccountScopeChanged, _ACCOUNT, None),
    _K.STRANDED_PERSON_CALLED: EventSpec(
        records.StrandedPersonCalled, _O, _COUNTY, SubjectKind.COUNTY, None
    ),
    _K.STRANDED_PERSON_REQUESTED: _own(records.StrandedPersonRequested, _COUNTY, None),
    _K.CONTACTS_ASKED: _own(records.ContactsAsked, _COUNTY, None),
    _K.CONTACTS_ANSWERED: _own(records.ContactsAnswered, _COUNTY, None),
    _K.POLICY_LOADED: _own(records.PolicyLoaded, _COUNTY, None),
    _K.RISK_AREAS_LOADED: _own(records.RiskAreasLoaded, _COUNTY, None),
    _K.ENTERPRISE_REGISTERED: _own(records.RecordRegistered, _COUNTY, None),
    _K.ENTERPRISE_CHANGED: _own(records.RecordAmended, _COUNTY, None),
    _K.CARRIER_REGISTERED: _own(records.RecordRegistered, _COUNTY, None),
    _K.CARRIER_CHANGED: _own(records.RecordAmended, _COUNTY, None),
    _K.VEHICLE_REGISTERED: _own(records.RecordRegistered, _COUNTY, None),
    _K.VEHICLE_CHANGED: _own(records.RecordAmended, _COUNTY, None),
    _K.DRIVER_REGISTERED: _own(records.RecordRegistered, _COUNTY, None),
    _K.DRIVER_CHANGED: _own(records.RecordAmended, _COUNTY, None),
}

EVENT_SPECS: dict[EventKind, EventSpec] = {**_TRIP_EVENTS, **_PASSENGER_EVENTS, **_RECORD_EVENTS}
