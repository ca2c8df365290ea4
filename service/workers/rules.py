"""What a correction by hand may say; what is missing about a worker (phone, guardian, day, destination) and
which phone to ask at; what holds, releases and a withdrawal add up to. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Any, Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from schemas import identity
from schemas.corrections import Gap, GapOut
from schemas.events.kinds import EventKind
from schemas.events.payloads_health import TravelAction
from schemas.events.payloads_passengers import PersonRole
from schemas.roster.checking import check_record
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field
from schemas.roster.readings import find_destination_code
from schemas.roster.records import GUARDED_AGE, RosterRecord, judge_guardian
from service.demand.rules import read_destination
from service.recording.approvals import UNCONFIRMED
from service.recording.handlers import Fact
from service.recording.order import Last
from service.registry.columns import Values, first_phone
from service.registry.people import Person
from service.workers.young import is_young

_RECORD: Final = TypeAdapter(RosterRecord)


def complete_cells(given: Mapping[str, Any], stored: Values) -> dict[str, Any]:
    """`given` with what follows from it: a destination's text alone gives its code, as in a roster; a code
    alone keeps the stored text.
    """
    if "destination" in given and "destination_code" not in given:
        text = given["destination"]
        return {**given, "destination_code": find_destination_code(text) if text else None}
    if "destination_code" in given and "destination" not in given:
        return {**given, "destination": stored.get("destination")}
    return dict(given)


def list_objections(before: Values, after: Values, *, on: date) -> list[tuple[Field, RowCode]]:
    """What the rules of a roster say against the person as corrected and did not say before the
    correction: age, and the guardian of a child.
    """
    known = set(_list_errors(before, on))
    found = [each for each in _list_errors(after, on) if each not in known]
    guardian = after.get("guardian_id")
    if guardian != before.get("guardian_id") and guardian is not None:
        code = judge_guardian(guardian, None, id_number=after["id_number"])
        mine = (Field.GUARDIAN_ID, code) if code else None
        found += [mine] if mine and mine not in found else []
    return found


def _list_errors(values: Values, on: date) -> Iterator[tuple[Field, RowCode]]:
    record = _RECORD.validate_python(dict(values))
    for field, code in check_record(record, as_of=on):
        if isinstance(code, RowCode):
            yield field, code


def list_gaps(person: Person, *, waits: bool, on: date) -> list[GapOut]:
    """In the order in which a clerk would ask. `waits`: the person has an open demand; only then day,
    destination and the post of a young worker are needed.
    """
    gaps = [*_list_phone_gaps(person), *_list_guardian_gaps(person, on)]
    return [*gaps, *_list_wish_gaps(person, on)] if waits else gaps


def _list_phone_gaps(person: Person) -> Iterator[GapOut]:
    """An unreadable text beside a number that was read is no gap."""
    if person.phone_text and not person.phone and not person.other_phones:
        yield GapOut(code=Gap.PHONE_UNREADABLE, written=person.phone_text)
    elif not person.reachable:
        yield GapOut(code=Gap.PHONE_MISSING, written=person.emergency_phone)


def _list_guardian_gaps(person: Person, on: date) -> Iterator[GapOut]:
    if not _is_child(person, on):
        return
    if person.guardian_id is None:
        yield GapOut(code=Gap.GUARDIAN_MISSING)
    elif person.guardian_worker_id is None:
        yield GapOut(code=Gap.GUARDIAN_UNKNOWN)


def _is_child(person: Person, on: date) -> bool:
    if person.person_role is PersonRole.CHILD:
        return True
    born = person.birth_date
    young = born is not None and born > identity.years_before(on, GUARDED_AGE)
    return young and person.person_role is PersonRole.FAMILY


def _list_wish_gaps(person: Person, on: date) -> Iterator[GapOut]:
    if person.departure_text:
        yield GapOut(code=Gap.DATE_UNREADABLE, written=person.departure_text)
    if person.destination and read_destination(person.destination_code) is None:
        yield GapOut(code=Gap.DESTINATION_UNCLEAR, written=person.destination)
    if not person.occupation and is_young(person.person_role, person.sixteen_on, on):
        yield GapOut(code=Gap.POST_MISSING)


def find_phone_to_ask(person: Person) -> str | None:
    """The person's own number, another one, the family's."""
    others = person.other_phones[0] if person.other_phones else None
    return person.phone or others or first_phone(person.emergency_phone)


# --- what a worker's own events say ---------------------------------------------------------------
class HoldTime(NamedTuple):
    """A hold was laid, or released, then."""

    hold_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What a worker's own events add up to. `held` and `released` name all holds that were ever named, so that
    a release that happened (by the clocks) before its hold still ends it.
    """

    id: UUID
    held: frozenset[HoldTime] = frozenset()
    released: frozenset[HoldTime] = frozenset()
    withdrawn: bool = False
    last: Last | None = None
    phoned: frozenset[UUID] = frozenset()
    confirmed: frozenset[UUID] = frozenset()
    """Releases typed in from a call, and those of them that the health office confirmed: ids of events."""

    @property
    def unconfirmed(self) -> frozenset[UUID]:
        """Releases that stand, but wait for their confirmation."""
        return self.phoned - self.confirmed

    @property
    def holds(self) -> frozenset[UUID]:
        """The open ones."""
        return frozenset(each.hold_id for each in self.held) - self._released_until(None)

    def holds_at(self, moment: datetime) -> frozenset[UUID]:
        """Those that were laid until then and not released by then."""
        laid = frozenset(each.hold_id for each in self.held if each.at <= moment)
        return laid - self._released_until(moment)

    def has_newer_hold(self, since: datetime | None, moment: datetime) -> bool:
        """Whether a hold that stood at the moment was laid after `since`; any, where that is None."""
        standing = self.holds_at(moment)
        laid = [each.at for each in self.held if each.hold_id in standing]
        return any(since is None or at > since for at in laid)

    def _released_until(self, moment: datetime | None) -> frozenset[UUID]:
        return frozenset(e.hold_id for e in self.released if moment is None or e.at <= moment)

    @property
    def is_blank(self) -> bool:
        """Nothing that counts was said about the worker."""
        return self == WorkerState(self.id)


_SILENT = frozenset(
    {EventKind.EVENT_REVERSED, EventKind.WORKER_CHANGED, EventKind.WORKER_HEALTH_NOTED}
)
"""These change no state: a reversal is not folded, it takes another fact out of the fold; a correction of
the registry says nothing about whether somebody may travel; what a note of health says is sealed."""


def _read_action(fact: Fact) -> TravelAction | None:
    """Whether the fact lays or lifts a hold, also in the kinds of before."""
    if fact.kind is EventKind.WORKER_TRAVEL_CHANGED:
        told = fact.value("action")
        return TravelAction(told) if told else None
    return _ACTIONS_OF_BEFORE.get(fact.kind)


_ACTIONS_OF_BEFORE: Final = {
    EventKind.WORKER_HELD: TravelAction.HELD,
    EventKind.WORKER_HOLD_RELEASED: TravelAction.RELEASED,
}


def step(state: WorkerState, fact: Fact) -> WorkerState:
    """The state after one more fact. Sets only grow, so no order of facts changes the end."""
    if fact.kind in _SILENT:
        return state
    after = replace(state, last=Last.after(state.last, fact))
    hold_id = fact.identifier("hold_id")
    if fact.kind is EventKind.WORKER_WITHDRAWN:
        return replace(after, withdrawn=True)
    action = _read_action(fact)
    if action is TravelAction.HELD and hold_id:
        return replace(after, held=state.held | {HoldTime(hold_id, fact.at)})
    if action is TravelAction.RELEASED and hold_id:
        phoned = {fact.id} if fact.decided.get(UNCONFIRMED) else set()
        released = state.released | {HoldTime(hold_id, fact.at)}
        return replace(after, released=released, phoned=state.phoned | phoned)
    approval_id = fact.identifier("approval_id")
    if fact.kind is EventKind.APPROVAL_CONFIRMED and approval_id:
        return replace(after, confirmed=state.confirmed | {approval_id})
    return after


def fold(worker_id: UUID, facts: Iterable[Fact]) -> WorkerState:
    """From nothing, over all facts that count."""
    return reduce(step, facts, WorkerState(worker_id))
