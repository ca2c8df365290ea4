"""What can happen, in words that client and server share."""

from schemas.events.envelope import (
    MAX_EVENTS,
    EventIn,
    EventsIn,
    Outcome,
    OutcomesOut,
    OutcomeStatus,
    Receipt,
)
from schemas.events.kinds import (
    EventKind,
    ExceptionCode,
    Mode,
    Nature,
    Source,
    StreamKind,
    SubjectKind,
)
from schemas.events.privacy import PersonalClass, SplitPayload, declarations, split_payload
from schemas.events.specs import EVENT_SPECS, EventSpec

__all__ = [
    "EVENT_SPECS",
    "MAX_EVENTS",
    "EventIn",
    "EventKind",
    "EventSpec",
    "EventsIn",
    "ExceptionCode",
    "Mode",
    "Nature",
    "Outcome",
    "OutcomeStatus",
    "OutcomesOut",
    "PersonalClass",
    "Receipt",
    "Source",
    "SplitPayload",
    "StreamKind",
    "SubjectKind",
    "declarations",
    "split_payload",
]
