"""What is known of a worker's health, in plain typed values: the notes that stand, newest first; an invalidated
proof counts no more; notes whose key was destroyed are only counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from schemas.health_notes import (
    Declared,
    FollowedUp,
    Measured,
    Note,
    ProofInvalidated,
    ProofRecorded,
    Reading,
    Screened,
)
from schemas.measures import MeasureCode
from service.days import local_date

N = TypeVar("N", bound=Note)


@dataclass(frozen=True, slots=True)
class Noted(Generic[N]):
    """One note: `at` is when it was, by the corrected clock; the event that holds it."""

    event_id: UUID
    at: datetime
    content: N


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """All standing notes of one worker, each sort newest first."""

    worker_id: UUID
    declarations: tuple[Noted[Declared], ...] = ()
    measurements: tuple[Noted[Measured], ...] = ()
    proofs: tuple[Noted[ProofRecorded], ...] = ()
    """Without those that were invalidated."""
    invalidated: tuple[Noted[ProofRecorded], ...] = ()
    screenings: tuple[Noted[Screened], ...] = ()
    follow_ups: tuple[Noted[FollowedUp], ...] = ()
    erased: int = 0
    """Notes that stand, and can be read by nobody any more."""
    let_pass: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    """Exemption → the codes, and the ids of the holds, about which the officer decided."""


def collect(worker_id: UUID, notes: Iterable[Noted[Note]], *, erased: int = 0) -> HealthFacts:
    """`notes`: those that were not reversed, in any order. An invalidation of what is no proof of this worker
    changes nothing."""
    ordered = sorted(notes, key=lambda each: (each.at, each.event_id.bytes), reverse=True)
    gone = {each.content.proof_id for each in ordered if isinstance(each.content, ProofInvalidated)}
    proofs = _select(ordered, ProofRecorded)
    return HealthFacts(
        worker_id=worker_id,
        declarations=_select(ordered, Declared),
        measurements=_select(ordered, Measured),
        proofs=tuple(each for each in proofs if each.event_id not in gone),
        invalidated=tuple(each for each in proofs if each.event_id in gone),
        screenings=_select(ordered, Screened),
        follow_ups=_select(ordered, FollowedUp),
        erased=erased,
    )


def measured_at_door(temperature: int | str) -> Measured:
    """A temperature of a roll call or a boarding, as one that was noted."""
    reading = Reading(code=MeasureCode.BODY_TEMPERATURE, value=temperature)
    return Measured(what="measured", readings=[reading])


def with_note(facts: HealthFacts, noted: Noted[Any]) -> HealthFacts:
    """With one more note, as collect would have put it."""
    content = noted.content
    if isinstance(content, ProofInvalidated):
        gone = tuple(each for each in facts.proofs if each.event_id == content.proof_id)
        kept = tuple(each for each in facts.proofs if each not in gone)
        return replace(facts, proofs=kept, invalidated=(*gone, *facts.invalidated))
    name = _PLACES[type(content)]
    listed = [*getattr(facts, name), noted]
    listed.sort(key=lambda each: (each.at, each.event_id.bytes), reverse=True)
    changed: dict[str, Any] = {name: tuple(listed)}
    return replace(facts, **changed)


_PLACES: Final[Mapping[type[Note], str]] = {
    Declared: "declarations",
    FollowedUp: "follow_ups",
    Measured: "measurements",
    ProofRecorded: "proofs",
    Screened: "screenings",
}


def _select(notes: Iterable[Noted[Note]], sort: type[N]) -> tuple[Noted[N], ...]:
    return tuple(
        Noted(each.event_id, each.at, each.content)
        for each in notes
        if isinstance(each.content, sort)
    )


# --- what is due, and what is missing ---------------------------------------------------------------
def count_day(received_at: datetime, *, on: date, days: int) -> int | None:
    """Which day after the arrival `on` is, from 1 to `days`; None before and after."""
    day = (on - local_date(received_at)).days
    return day if 1 <= day <= days else None


def count_tries(facts: HealthFacts, *, day: int, received_at: datetime) -> int | None:
    """How often somebody was called that day without being reached; None once they were reached."""
    made = [
        each.content
        for each in facts.follow_ups
        if each.content.day == day and each.at >= received_at
    ]
    return None if any(each.reached for each in made) else len(made)
