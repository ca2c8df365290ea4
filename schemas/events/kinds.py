"""The vocabulary of what can happen: `subject.past_participle`, alphabetical. Nothing else may be recorded."""

from enum import StrEnum


class EventKind(StrEnum):
    ACCESS_EXPORTED = "access.exported"
    ACCESS_LISTED = "access.listed"
    ACCESS_REVEALED = "access.revealed"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_LOGGED_IN = "account.logged_in"
    ACCOUNT_LOGGED_OUT = "account.logged_out"
    ACCOUNT_LOGIN_FAILED = "account.login_failed"
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 (a kind, not a password)
    ACCOUNT_SCOPE_CHANGED = "account.scope_changed"
    BATCH_OPENED = "batch.opened"
    CARRIER_CHANGED = "carrier.changed"
    CARRIER_REGISTERED = "carrier.registered"
    DRIVER_CHANGED = "driver.changed"
    DRIVER_REGISTERED = "driver.registered"
    DRIVER_REPLACED = "driver.replaced"
    ENTERPRISE_CHANGED = "enterprise.changed"
    ENTERPRISE_REGISTERED = "enterprise.registered"
    EVENT_REVERSED = "event.reversed"
    EXCEPTION_EXPLAINED = "exception.explained"
    FILING_ACKNOWLEDGED = "filing.acknowledged"
    HANDOVER_SIGNED = "handover.signed"
    INCIDENT_REPORTED = "incident.reported"
    MANIFEST_LOCKED = "manifest.locked"
    MANIFEST_UNLOCKED = "manifest.unlocked"
    PASSENGER_ASSIGNED = "passenger.assigned"
    PASSENGER_BOARDED = "passenger.boarded"
    PASSENGER_BOARDING_REFUSED = "passenger.boarding_refused"
    PASSENGER_CHECKED_IN = "passenger.checked_in"
    PASSENGER_DENIED = "passenger.denied"
    PASSENGER_FEVER_FOUND = "passenger.fever_found"
    PASSENGER_FOUND = "passenger.found"
    PASSENGER_FOUND_ABOARD = "passenger.found_aboard"
    PASSENGER_LEFT = "passenger.left"
    PASSENGER_MISSING = "passenger.missing"
    PASSENGER_MOVED = "passenger.moved"
    PASSENGER_NO_SHOW = "passenger.no_show"
    PASSENGER_NOTIFIED = "passenger.notified"
    PASSENGER_RECEIVED = "passenger.received"
    PASSENGER_REFUSED = "passenger.refused"
    PASSENGER_RETURNED = "passenger.returned"
    PASSENGER_SEAT_CHANGED = "passenger.seat_changed"
    PASSENGER_SUBSTITUTED = "passenger.substituted"
    PASSENGER_TRANSFERRED = "passenger.transferred"
    PASSENGER_UNASSIGNED = "passenger.unassigned"
    ROSTER_APPLIED = "roster.applied"
    ROSTER_UNDONE = "roster.undone"
    STOP_BEGUN = "stop.begun"
    STOP_ENDED = "stop.ended"
    STRANDED_PERSON_CALLED = "stranded_person.called"
    STRANDED_PERSON_REQUESTED = "stranded_person.requested"
    TEMPERATURE_ROUND_TAKEN = "temperature_round.taken"
    TRIP_ARRIVED = "trip.arrived"
    TRIP_BOARDING_OPENED = "trip.boarding_opened"
    TRIP_CANCELLED = "trip.cancelled"
    TRIP_CHANGED = "trip.changed"
    TRIP_CLOSED = "trip.closed"
    TRIP_DELAYED = "trip.delayed"
    TRIP_DEPARTED = "trip.departed"
    TRIP_FILED = "trip.filed"
    TRIP_HELD_UP = "trip.held_up"
    TRIP_OPENED = "trip.opened"
    TRIP_RESUMED = "trip.resumed"
    TRIP_RETURNED = "trip.returned"
    TRIP_TURNED_BACK = "trip.turned_back"
    VEHICLE_CHANGED = "vehicle.changed"
    VEHICLE_REGISTERED = "vehicle.registered"
    VEHICLE_REPLACED = "vehicle.replaced"
    WORKER_CHANGED = "worker.changed"
    WORKER_HELD = "worker.held"
    WORKER_HOLD_RELEASED = "worker.hold_released"
    WORKER_WITHDRAWN = "worker.withdrawn"


class Mode(StrEnum):
    """`live` passes the gate and may be refused; `afterwards` tells what already happened."""

    AFTERWARDS = "afterwards"
    LIVE = "live"


class Source(StrEnum):
    """How the statement reached us; what was typed in from paper or a call stays visible as such."""

    API = "api"
    APP = "app"
    CLI = "cli"
    PAPER = "paper"
    TELEPHONE = "telephone"


class Nature(StrEnum):
    """A decision is judged against the present; an observation tells what happened."""

    DECISION = "decision"
    OBSERVATION = "observation"


class StreamKind(StrEnum):
    """Where an event lives; also the order in which streams are locked (trips before workers)."""

    TRIP = "trip"
    WORKER = "worker"
    BATCH = "batch"
    IMPORT = "import"
    ACCOUNT = "account"
    COUNTY = "county"


class SubjectKind(StrEnum):
    """Whose fold reads the event."""

    ACCOUNT = "account"
    BATCH = "batch"
    COUNTY = "county"
    IMPORT = "import"
    PASSENGER = "passenger"
    TRIP = "trip"
    WORKER = "worker"


class ExceptionCode(StrEnum):
    """What does not fit, recorded beside the fact. It blocks closing until corrected or explained."""

    ABOARD_ELSEWHERE = "aboard-elsewhere"
    BOARDED_AFTER_DEPARTURE = "boarded-after-departure"
    BOARDED_THOUGH_DENIED = "boarded-though-denied"
    BOARDED_TWICE = "boarded-twice"
    CLOCK_AHEAD = "clock-ahead"
    COUNT_DIFFERS = "count-differs"
    DEPARTED_EMPTY = "departed-empty"
    MANIFEST_NOT_LOCKED = "manifest-not-locked"
    NOT_ON_LIST = "not-on-list"
    OPEN_AFTER_CLOSING = "open-after-closing"
    OTHER_DESTINATION = "other-destination"
    OUT_OF_ORDER = "out-of-order"
    OVER_CAPACITY = "over-capacity"
    RECEIVED_BEFORE_ARRIVAL = "received-before-arrival"
    RECEIVED_WITHOUT_BOARDING = "received-without-boarding"
    SEAT_TAKEN = "seat-taken"
    SEAT_UNKNOWN = "seat-unknown"
