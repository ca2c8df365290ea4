"""Events as they leave this computer: the envelope of one, the request with its clock, the exit code for the
answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cli.api import Api
from cli.exits import ExitCode
from cli.times import now
from schemas.events.envelope import OutcomesOut, OutcomeStatus
from schemas.events.kinds import EventKind, Mode, Source


def make_event(
    kind: EventKind,
    data: dict[str, Any],
    *,
    identifier: UUID,
    occurred_at: datetime,
    afterwards: bool,
    source: Source,
) -> dict[str, Any]:
    """As the door takes it."""
    return {
        "id": str(identifier),
        "kind": kind.value,
        "occurred_at": occurred_at.isoformat(),
        "mode": (Mode.AFTERWARDS if afterwards else Mode.LIVE).value,
        "source": source.value,
        "data": data,
    }


def post_events(
    api: Api, trip_id: UUID, events: Sequence[dict[str, Any]], *, has_typed_time: bool
) -> OutcomesOut:
    """In one request. A time that was typed comes from a person's watch: only a time of this computer's own
    clock is sent together with that clock, so that the server can correct it. Raises ApiError.
    """
    body: dict[str, Any] = {"events": list(events)}
    if not has_typed_time:
        body["sent_at"] = now().isoformat()
    return OutcomesOut.model_validate(api.post(f"/v1/trips/{trip_id}/events", body))


def choose_exit(answer: OutcomesOut) -> ExitCode:
    """1 for a refusal, also for one that was kept: what was told did not happen."""
    refused = any(each.status is OutcomeStatus.REFUSED for each in answer.outcomes)
    return ExitCode.UNEXPECTED if refused else ExitCode.OK
