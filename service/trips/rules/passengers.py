"""A passenger's statuses: which event may follow which, what leads to an exception; which statuses hold a
place or seat, are on the list, in our care; who was carried; stays on seats.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from schemas.events.kinds import EventKind, ExceptionCode
from schemas.events.payloads_passengers import LeftEnd, NoticeOutcome, PartyKind, PersonRole
from schemas.trips import PassengerStatus
from service.recording.approvals import UNCONFIRMED
from service.recording.handlers import AGAINST_CLEARANCE, Fact, Ref, evolve
from service.recording.order import Heard, Last
from service.trips.rules.findings import (
    Coverage,
    Finding,
    list_open,
    make_finding,
    read_coverage,
)
from service.trips.rules.passenger_states import (
    ACTIVE,
    CARRIED,
    ON_VEHICLE,
    PLACE_HELD,
    SILENT,
    TOLD,
    TRANSITIONS,
    irregularity,
)
from service.trips.rules.told import RECEIVER_MARK, Consent

_K = EventKind
_S = PassengerStatus

FLAGS = {
    AGAINST_CLEARANCE: ExceptionCode.BOARDED_AGAINST_CLEARANCE,
    "clock_ahead": ExceptionCode.CLOCK_AHEAD,
    "seat_unknown": ExceptionCode.SEAT_UNKNOWN,
}
"""What was found when the fact came in, as its `decided` says, and the exception that it leaves."""

GIVING = frozenset({_K.PASSENGER_ASSIGNED, _K.PASSENGER_SUBSTITUTED})
"""Decisions that give a place. A place that a passenger came back to by a fact alone is not given."""


NAMING = frozenset({_K.PASSENGER_ASSIGNED, _K.PASSENGER_FOUND_ABOARD, _K.PASSENGER_LINKED})
"""Say which worker the passenger is; other facts name the worker because of these."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Sat on this seat from then until then (None: still)."""

    from_at: datetime
    to_at: datetime | None
    row: int | None
    column: int | None
    source: str
    given: bool = True
    """On a place that a decision had given."""
    fact: Ref | None = None
    """By which it began."""


class Remark(NamedTuple):
    """Something was noted about the passenger. What it is, only the sealed part of the event says."""

    event_id: UUID
    at: datetime


KNOWN_UNTIL: Final = "known_until"
"""When an exemption that is dated ahead was recorded: it decided about nothing later."""


class Exemption(NamedTuple):
    """An officer let the passenger board all the same. `phoned`: typed in from a call."""

    event_id: UUID
    at: datetime
    phoned: bool


@dataclass(frozen=True)
class PassengerState:
    """All that the passenger's own events say."""

    id: UUID
    worker_id: UUID | None = None
    journey_id: UUID | None = None
    demand_id: UUID | None = None
    leg: int = 1
    role: PersonRole = PersonRole.WORKER
    status: PassengerStatus = _S.EXPECTED
    unregistered_fact: Ref | None = None
    """Found aboard as somebody in no registry: whose worker only a link tells."""
    found: bool = False
    """Came aboard without having been assigned: holds no leg and no place, counts as carried."""
    assigned_fact: Ref | None = None
    place_given: bool = False
    """Holds a place that a decision gave."""
    leg_given: bool = False
    """Holds the journey's leg by a decision that nothing ended since."""
    carried: bool = False
    seat_row: int | None = None
    seat_column: int | None = None
    seat_label: str | None = None
    seat_since: datetime | None = None
    """Since when the seat is claimed; claimed anew when the passenger comes back after giving it up."""
    seat_fact: Ref | None = None
    place_fact: Ref | None = None
    """By which the passenger holds a place."""
    boarding_point_id: UUID | None = None
    handover_point_id: UUID | None = None
    handover_party: PartyKind | None = None
    enterprise_id: UUID | None = None
    bound_elsewhere: bool = False
    """When assigned, the own demand named another city than this trip goes to."""
    notice: str | None = None
    declined_at: datetime | None = None
    """When the passenger was last told and said not to go."""
    checked_in_at: datetime | None = None
    boarded_at: datetime | None = None
    boarded_fact: Ref | None = None
    remarks: tuple[Remark, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    consent: Consent | None = None
    """The newest."""
    given_on: bool = False
    """Left the vehicle last because somebody took them over; to whom is sealed."""
    status_since: datetime | None = None
    status_fact: Ref | None = None
    next_holder: PartyKind | None = None
    received_by: PartyKind | None = None
    received_mark: str | None = None
    also_received: tuple[UUID, ...] = ()
    """Further events that told this receiving: a signature may name one of them as well."""
    moved_to_trip_id: UUID | None = None
    stays: tuple[Stay, ...] = ()
    raised: tuple[Finding, ...] = ()
    explained: tuple[Coverage, ...] = ()
    list_version: int = 0
    list_hash: str | None = None
    last: Last | None = None
    heard: Heard | None = None
    judged: tuple[Finding, ...] = field(default=())
    """Computed from this and other subjects (service/trips/rules/overview.py), not folded."""
    seat_held: bool = False
    """Whether the seat is this passenger's: two may have been told to sit on one. Judged too."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that does not fit, explained or not."""
        return self.raised + self.judged

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What still asks for a correction or an explanation."""
        found = self.findings
        return list_open(found, self.explained) if found else ()

    def stands_as(self, before: "PassengerState | None") -> bool:
        """Whether nothing changed that others are judged by, or this passenger beside them."""
        return before is not None and _read_judged(self) == _read_judged(before)

    def judged_as(self, before: "PassengerState") -> "PassengerState":
        """With what was judged then: a state that was folded anew has none of it."""
        if (self.judged, self.seat_held) == (before.judged, before.seat_held):
            return self
        return evolve(self, judged=before.judged, seat_held=before.seat_held)

    @property
    def receipt_id(self) -> UUID | None:
        """The event by which this receiving began: a signature names it."""
        began = self.status_fact if self.status is _S.RECEIVED else None
        return began.event_id if began is not None else None

    def let_pass_before(self, moment: datetime | None) -> datetime | None:
        """When an officer last decided, until then, that the passenger may board."""
        known = (each.at for each in self.exemptions if moment is None or each.at <= moment)
        return max(known, default=None)

    @property
    def active(self) -> bool:
        given_on = self.status is _S.REFUSED and self.next_holder is not None
        return self.status in ACTIVE and not given_on

    @property
    def place_held(self) -> bool:
        return self.status in PLACE_HELD

    @property
    def aboard(self) -> bool:
        return self.status in ON_VEHICLE


def left_end(passenger: PassengerState) -> LeftEnd | None:
    """How somebody left on the way; None of who did not."""
    if passenger.status is not _S.LEFT:
        return None
    return LeftEnd.GIVEN_ON if passenger.given_on else LeftEnd.OWN_WAY


NOT_JUDGED = frozenset(
    {
        *("journey_id", "demand_id", "leg", "role", "leg_given"),
        *("seat_label", "boarding_point_id", "handover_party", "notice", "received_mark"),
        *("checked_in_at", "consent", "exemptions", "remarks", "moved_to_trip_id"),
        *("raised", "explained", "list_version", "list_hash", "last", "judged", "seat_held"),
    }
)
"""What no judgement reads (rules/judging.py); a test lets it fail where one does."""
_read_judged: Final = attrgetter(
    *(each.name for each in fields(PassengerState) if each.name not in NOT_JUDGED)
)


def step(state: PassengerState, fact: Fact) -> PassengerState:
    """The state after one more fact, which happened later than all before it."""
    regular = _follow(state, fact)
    raised = [
        make_finding(code, fact.ref) for name, code in FLAGS.items() if fact.decided.get(name)
    ]
    if regular is None:
        code = irregularity(state.status, fact.kind)
        raised.append(make_finding(code, fact.ref, state.status_fact))
    if (astray := _find_astray(state, fact)) is not None:
        raised.append(make_finding(ExceptionCode.RECEIVED_BY_ANOTHER, astray))
    if fact.contradicts:
        raised.append(make_finding(ExceptionCode.CONTRADICTS, fact.ref, *fact.contradicts))
    status = regular or TOLD.get(fact.kind, state.status)
    if status is _S.LISTED and fact.kind is _K.PASSENGER_ASSIGNED and fact.value("stand_by"):
        status = _S.STAND_BY
    listed = int(fact.decided.get("list_version", 0))
    changed = evolve(
        state,
        worker_id=state.worker_id or (fact.worker_id if fact.kind in NAMING else None),
        status=status,
        status_since=fact.at if status is not state.status else state.status_since,
        status_fact=fact.ref if status is not state.status else state.status_fact,
        also_received=_list_also_received(state, status, fact),
        carried=state.carried or status in CARRIED,
        raised=(*state.raised, *raised),
        last=Last.after(state.last, fact),
        heard=Heard.after(state.heard, fact),
        list_version=max(state.list_version, listed),
        list_hash=fact.decided["list_hash"] if listed > state.list_version else state.list_hash,
    )
    detail = DETAILS.get(fact.kind)
    after = detail(changed, fact) if detail else changed
    return _track_stay(state, _track_place(state, after, fact), fact)


BY_SIGNATURE = "signature"
"""Stands in the `decided` of a receiving that a signature brought with it: the signature's event."""


def row_of(kind: EventKind, end: str | None) -> EventKind:
    """By which rows of the table a fact is judged: who is given on may be missing or refused before."""
    given_on = kind is _K.PASSENGER_LEFT and end == LeftEnd.GIVEN_ON
    return _K.PASSENGER_TRANSFERRED if given_on else kind


def is_given_on(kind: EventKind, end: str | None) -> bool:
    """Whether the fact says that somebody took the passenger over on the way."""
    return row_of(kind, end) is _K.PASSENGER_TRANSFERRED


def _follow(state: PassengerState, fact: Fact) -> PassengerStatus | None:
    """The status where the fact fits, else None."""
    if fact.kind in SILENT or _is_known(state, fact):
        return state.status
    return TRANSITIONS.get((state.status, row_of(fact.kind, fact.value("end"))))


def _find_astray(state: PassengerState, fact: Fact) -> Ref | None:
    """The receiving by somebody whom the guardian's consent does not name: the newest before it or, where there
    was none, the first after it."""
    mark, consent = fact.decided.get(RECEIVER_MARK), state.consent
    if (
        fact.kind is _K.PASSENGER_CONSENT_RECORDED
        and consent is None
        and state.status is _S.RECEIVED
    ):
        return state.status_fact if mark != state.received_mark else None
    if fact.kind is not _K.PASSENGER_RECEIVED or consent is None or _is_known(state, fact):
        return None
    return fact.ref if mark != consent.receiver_mark else None


def _is_known(state: PassengerState, fact: Fact) -> bool:
    """A receiving that came with a signature says nothing new of somebody whose own was told late."""
    again = fact.kind is _K.PASSENGER_RECEIVED and state.status is _S.RECEIVED
    return again and BY_SIGNATURE in fact.decided


def _list_also_received(
    state: PassengerState, status: PassengerStatus, fact: Fact
) -> tuple[UUID, ...]:
    if status is not _S.RECEIVED or state.status is not _S.RECEIVED:
        return ()
    again = (fact.id,) if fact.kind is _K.PASSENGER_RECEIVED else ()
    return (*state.also_received, *again)


def _assigned(state: PassengerState, fact: Fact) -> PassengerState:
    return _seated(
        evolve(
            state,
            assigned_fact=fact.ref,
            journey_id=fact.identifier("journey_id"),
            demand_id=fact.identifier("demand_id"),
            leg=int(fact.value("leg") or 1),
            role=PersonRole(fact.value("role")),
            boarding_point_id=fact.identifier("boarding_point_id"),
            handover_point_id=fact.identifier("handover_point_id"),
            handover_party=_party(fact.value("handover_party")),
            enterprise_id=fact.identifier("enterprise_id"),
            bound_elsewhere=bool(fact.decided.get("other_destination")),
        ),
        fact,
    )


def _seated(state: PassengerState, fact: Fact) -> PassengerState:
    row, column = fact.value("seat_row"), fact.value("seat_column")
    if row is None or column is None:
        return state
    if (row, column) == (state.seat_row, state.seat_column):
        return state
    return evolve(
        state,
        seat_row=row,
        seat_column=column,
        seat_label=fact.value("seat_label"),
        seat_since=fact.at,
        seat_fact=fact.ref,
    )


def _boarded(state: PassengerState, fact: Fact) -> PassengerState:
    first, by = state.boarded_at or fact.at, state.boarded_fact or fact.ref
    return _seated(evolve(state, boarded_at=first, boarded_fact=by, carried=True), fact)


def _found_aboard(state: PassengerState, fact: Fact) -> PassengerState:
    known = _take_duties(state, fact)
    strange = fact.ref if fact.data.get("unregistered") else None
    return _boarded(evolve(known, unregistered_fact=state.unregistered_fact or strange), fact)


def _take_duties(state: PassengerState, fact: Fact) -> PassengerState:
    """The journey and what belongs to it, of who was not assigned."""
    unassigned = state.journey_id is None
    return evolve(
        state,
        demand_id=state.demand_id or fact.identifier("demand_id"),
        role=PersonRole(fact.value("role") or state.role),
        handover_point_id=state.handover_point_id or fact.identifier("handover_point_id"),
        handover_party=state.handover_party or _party(fact.value("handover_party")),
        enterprise_id=state.enterprise_id or fact.identifier("enterprise_id"),
        found=state.found or unassigned,
    )


def _checked_in(state: PassengerState, fact: Fact) -> PassengerState:
    """Takes the seat that the decision gave in place of one that was taken meanwhile."""
    return _seated(evolve(state, checked_in_at=fact.at), fact)


def _notified(state: PassengerState, fact: Fact) -> PassengerState:
    outcome = fact.value("outcome")
    declined_at = fact.at if outcome == NoticeOutcome.DECLINED else None
    return evolve(state, notice=outcome, declined_at=declined_at)


def _exempted(state: PassengerState, fact: Fact) -> PassengerState:
    known = fact.decided.get(KNOWN_UNTIL)
    at = min(fact.at, datetime.fromisoformat(known)) if known else fact.at
    told = Exemption(fact.id, at, bool(fact.decided.get(UNCONFIRMED)))
    return evolve(state, exemptions=(*state.exemptions, told))


def _consented(state: PassengerState, fact: Fact) -> PassengerState:
    mark = str(fact.decided.get(RECEIVER_MARK, ""))
    return evolve(state, consent=Consent(fact.id, fact.identifier("companion_id"), mark))


def _noted(state: PassengerState, fact: Fact) -> PassengerState:
    return _seated(evolve(state, remarks=(*state.remarks, Remark(fact.id, fact.at))), fact)


def _left(state: PassengerState, fact: Fact) -> PassengerState:
    return evolve(state, given_on=is_given_on(fact.kind, fact.value("end")))


def _received(state: PassengerState, fact: Fact) -> PassengerState:
    """Counts at the point where it was, also if that is not the planned one."""
    return evolve(
        state,
        received_by=_party(fact.value("party")) or state.handover_party,
        received_mark=fact.decided.get(RECEIVER_MARK),
        next_holder=None,
        handover_point_id=fact.identifier("point_id") or state.handover_point_id,
    )


def _refused(state: PassengerState, fact: Fact) -> PassengerState:
    return evolve(
        state,
        next_holder=_party(fact.value("next_holder")),
        handover_point_id=fact.identifier("point_id") or state.handover_point_id,
    )


def _moved(state: PassengerState, fact: Fact) -> PassengerState:
    return evolve(state, moved_to_trip_id=fact.identifier("to_trip_id"))


def _explained(state: PassengerState, fact: Fact) -> PassengerState:
    return evolve(state, explained=(*state.explained, read_coverage(fact)))


DETAILS: dict[EventKind, Callable[[PassengerState, Fact], PassengerState]] = {
    _K.EXCEPTION_EXPLAINED: _explained,
    _K.PASSENGER_ASSIGNED: _assigned,
    _K.PASSENGER_BOARDED: _boarded,
    _K.PASSENGER_CHECKED_IN: _checked_in,
    _K.PASSENGER_CONSENT_RECORDED: _consented,
    _K.PASSENGER_EXEMPTED: _exempted,
    _K.PASSENGER_FEVER_FOUND: _noted,
    _K.PASSENGER_FOUND_ABOARD: _found_aboard,
    _K.PASSENGER_LEFT: _left,
    _K.PASSENGER_LINKED: _take_duties,
    _K.PASSENGER_MOVED: _moved,
    _K.PASSENGER_NOTED: _noted,
    _K.PASSENGER_NOTIFIED: _notified,
    _K.PASSENGER_RECEIVED: _received,
    _K.PASSENGER_REFUSED: _refused,
    _K.PASSENGER_SEAT_CHANGED: _seated,
    _K.PASSENGER_SUBSTITUTED: _seated,
    _K.PASSENGER_TRANSFERRED: _left,
}


def _party(value: str | None) -> PartyKind | None:
    return PartyKind(value) if value else None


def _track_place(before: PassengerState, after: PassengerState, fact: Fact) -> PassengerState:
    leg = _gives(fact) or (before.leg_given and not _takes_back(fact))
    after = evolve(after, leg_given=leg and after.active)
    if not after.place_held:
        return evolve(after, place_given=False, place_fact=None)
    if before.place_held:
        given = _gives(fact) or (before.place_given and not _takes_back(fact))
        return evolve(after, place_given=given)
    seated = after.seat_row is not None
    return evolve(
        after,
        place_given=_gives(fact),
        place_fact=fact.ref,
        seat_since=fact.at if seated else None,
        seat_fact=fact.ref if seated else None,
    )


def _gives(fact: Fact) -> bool:
    return fact.kind in GIVING


def _takes_back(fact: Fact) -> bool:
    """Also where the passenger was told aboard before: the place may be another one's by now."""
    return fact.kind is _K.PASSENGER_UNASSIGNED


def _track_stay(before: PassengerState, after: PassengerState, fact: Fact) -> PassengerState:
    """Who sat where when: a stay begins aboard, changes with the seat, ends off the vehicle."""
    was, now = before.status in ON_VEHICLE, after.status in ON_VEHICLE
    seat = (after.seat_row, after.seat_column)
    same = was and now and seat == (before.seat_row, before.seat_column)
    if same or not (was or now):
        return after
    stays = after.stays
    if was and stays and stays[-1].to_at is None:
        stays = (*stays[:-1], replace(stays[-1], to_at=fact.at))
    if now:
        stays = (*stays, Stay(fact.at, None, *seat, str(fact.kind), after.place_given, fact.ref))
    return evolve(after, stays=stays)
