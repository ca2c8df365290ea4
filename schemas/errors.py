"""All error codes of the API, and the form of a problem (RFC 9457); what is said about each is in
schemas/messages.py.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas.base import Wire


class ErrorCode(StrEnum):
    ACCOUNT_EXISTS = "account-exists"
    ALREADY_ABOARD = "already-aboard"
    ALREADY_ON_THIS_TRIP = "already-on-this-trip"
    ALREADY_ON_TRIP = "already-on-trip"
    APPROVAL_INCOMPLETE = "approval-incomplete"
    APPROVAL_UNKNOWN = "approval-unknown"
    ATTACHMENT_DAMAGED = "attachment-damaged"
    ATTACHMENT_ERASED = "attachment-erased"
    ATTACHMENT_LIMIT = "attachment-limit"
    ATTACHMENT_TOO_LARGE = "attachment-too-large"
    ATTACHMENT_TYPE = "attachment-type"
    ATTACHMENT_UNKNOWN = "attachment-unknown"
    ATTACHMENT_UNREADABLE = "attachment-unreadable"
    BATCH_CANCELLED = "batch-cancelled"
    BODY_TOO_LARGE = "body-too-large"
    CANNOT_REVERSE = "cannot-reverse"
    CAPTAIN_MISSING = "captain-missing"
    CHANGED_SINCE_CHECK = "changed-since-check"
    CLOCK_AHEAD = "clock-ahead"
    CODE_WRONG = "code-wrong"
    COMPANION_ABSENT = "companion-absent"
    CONFLICT = "conflict"
    CONSENT_MISSING = "consent-missing"
    CONSENT_UNPROVED = "consent-unproved"
    CONTACTS_PURPOSE = "contacts-purpose"
    CREDENTIALS_WRONG = "credentials-wrong"
    DATABASE_UNAVAILABLE = "database-unavailable"
    DECLARATION_EXPIRED = "declaration-expired"
    DECLARATION_MISSING = "declaration-missing"
    DESTINATION_FIXED = "destination-fixed"
    DRIVER_BUSY = "driver-busy"
    DRIVER_OVERWORKED = "driver-overworked"
    ENCODING_UNSUPPORTED = "encoding-unsupported"
    EQUATION_OPEN = "equation-open"
    ESCORT_BUSY = "escort-busy"
    EVENT_KIND_RETIRED = "event-kind-retired"
    EVENT_KIND_UNKNOWN = "event-kind-unknown"
    EVENT_UNREADABLE = "event-unreadable"
    EXCEPTION_UNKNOWN = "exception-unknown"
    EXCEPTIONS_OPEN = "exceptions-open"
    EXPOSURE_DECLARED = "exposure-declared"
    FIELD_INVALID = "field-invalid"
    FILING_UNACKNOWLEDGED = "filing-unacknowledged"
    HEALTH_HOLD = "health-hold"
    HOLD_UNKNOWN = "hold-unknown"
    ID_NAME_CONFLICT = "id-name-conflict"
    ID_REUSED = "id-reused"
    IMPORT_EXPIRED = "import-expired"
    IMPORT_UNDONE = "import-undone"
    INCIDENT_UNKNOWN = "incident-unknown"
    INTERNAL = "internal"
    LICENCE_EXPIRED = "licence-expired"
    LIST_EMPTY = "list-empty"
    MANIFEST_LOCKED = "manifest-locked"
    MANIFEST_NOT_LOCKED = "manifest-not-locked"
    MEDIA_TYPE_UNSUPPORTED = "media-type-unsupported"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    MINOR_UNACCOMPANIED = "minor-unaccompanied"
    NAME_UNKNOWN = "name-unknown"
    NO_TRIP_THEN = "no-trip-then"
    NOT_ABOARD = "not-aboard"
    NOT_BALANCED_HANDOVER = "not-balanced-handover"
    NOT_DISINFECTED = "not-disinfected"
    NOT_FOUND = "not-found"
    NOT_LOGGED_IN = "not-logged-in"
    NOT_ON_LIST = "not-on-list"
    NOT_READY = "not-ready"
    NOTHING_HELD = "nothing-held"
    OLDER_SOURCE = "older-source"
    OVER_CAPACITY = "over-capacity"
    OVERLAPPING_TRIP = "overlapping-trip"
    PASSENGER_UNKNOWN = "passenger-unknown"
    PASSWORD_WEAK = "password-weak"  # noqa: S105 (a code, not a password)
    PERMISSION_DENIED = "permission-denied"
    PERSON_UNKNOWN = "person-unknown"
    PHONE_UNREACHABLE = "phone-unreachable"
    PLAN_INCOMPLETE = "plan-incomplete"
    PLATE_EXISTS = "plate-exists"
    POINT_UNKNOWN = "point-unknown"
    POLICY_OVERLAPS = "policy-overlaps"
    POLICY_VERSION_USED = "policy-version-used"
    PRECONDITION_REQUIRED = "precondition-required"
    PROOF_AGAINST = "proof-against"
    PROOF_EXPIRED = "proof-expired"
    PROOF_MISSING = "proof-missing"
    PROOF_RESULT_MISSING = "proof-result-missing"
    PROOF_UNRECOGNISED = "proof-unrecognised"
    RECEIVER_DIFFERENT = "receiver-different"
    RECORD_EXISTS = "record-exists"
    REQUEST_INVALID = "request-invalid"
    RISK_AREA = "risk-area"
    RISK_AREAS_OVERLAP = "risk-areas-overlap"
    ROW_INVALID = "row-invalid"
    SCREENING_AGAINST = "screening-against"
    SEAT_ABSENT = "seat-absent"
    SEAT_KEPT_FREE = "seat-kept-free"
    SEAT_TAKEN = "seat-taken"
    SEAT_UNKNOWN = "seat-unknown"
    SERVER_BUSY = "server-busy"
    STATE_FORBIDS = "state-forbids"
    TEMPERATURE_HIGH = "temperature-high"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    TOKEN_INVALID = "token-invalid"  # noqa: S105 (a code, not a token)
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    TOO_MANY_REVEALS = "too-many-reveals"
    TOWNSHIP_OUT_OF_SCOPE = "township-out-of-scope"
    TOWNSHIP_UNKNOWN = "township-unknown"
    TRIPS_OPEN = "trips-open"
    UNDER_AGE = "under-age"
    UNDO_EXPIRED = "undo-expired"
    UNDO_SUPERSEDED = "undo-superseded"
    UNDO_TRAVELLED = "undo-travelled"
    VEHICLE_BUSY = "vehicle-busy"
    VEHICLE_UNKNOWN = "vehicle-unknown"
    VERSION_STALE = "version-stale"
    WORKER_WITHDRAWN = "worker-withdrawn"


class FieldProblem(Wire):
    """Where in the request, and what is wrong there. Never the rejected value: it may be personal."""

    field: str
    message: str


class Problem(Wire):
    """RFC 9457. `code` is for programs, `title` and `detail` (what to do next) for people."""

    type: str
    title: str
    status: int
    detail: str
    code: ErrorCode
    errors: list[FieldProblem] | None = None
    facts: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    status: int
    zh: tuple[str, str]
    en: tuple[str, str]
