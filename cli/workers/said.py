"""What is said about a worker and still counts, read from the trace: withdrawals, holds, the seat."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.events.kinds import EventKind
from schemas.tracing import TraceItem, TraceOut

_K = EventKind


@dataclass(frozen=True, slots=True)
class WorkerSaid:
    """`withdrawals` in the order of happening; `holds` are those that nobody released."""

    withdrawals: list[TraceItem]
    holds: list[Any]


def read_said(trace: TraceOut) -> WorkerSaid:
    standing = [item for item in trace.items if not item.reversed]

    def list_holds(kind: EventKind) -> list[Any]:
        return [item.data["hold_id"] for item in standing if item.kind is kind]

    released = list_holds(_K.WORKER_HOLD_RELEASED)
    return WorkerSaid(
        withdrawals=[item for item in standing if item.kind is _K.WORKER_WITHDRAWN],
        holds=[each for each in list_holds(_K.WORKER_HELD) if each not in released],
    )


def find_seat(trace: TraceOut) -> tuple[UUID, UUID] | None:
    """Trip and passenger of the last assignment that nobody took back."""
    seat = None
    for item in trace.items:
        kind, _, stream = item.stream.partition("/")
        if kind != "trip" or item.reversed or item.passenger_id is None:
            continue
        if item.kind is _K.PASSENGER_ASSIGNED:
            seat = UUID(stream), item.passenger_id
        elif item.kind is _K.PASSENGER_UNASSIGNED and seat == (UUID(stream), item.passenger_id):
            seat = None
    return seat
