"""What is decided about a trip's course: its signatures and handover code, exceptions explained, the round of
temperatures, incidents, closing, cancelling.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_trips import SignatureMethod
from schemas.permissions import Role
from schemas.shapes import FieldText
from schemas.texts import say
from schemas.trips import PassengerStatus
from service.recording.approvals import mark_phoned, refuse_phoned
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_field,
)
from service.trips.events import clearing, guards, signing
from service.trips.events.guards import Facts, read_facts
from service.trips.events.protecting import disinfected_on_return
from service.trips.events.wants import (
    everybody_locks,
    everybody_wants,
    passenger_locks,
    policy_wants,
    ride_wants,
)
from service.trips.rules.findings import EXPLAINED_FACTS, Finding
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_states import IN_OUR_CARE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.told import PAPER_SEEN
from service.vault.vault import BlindIndex, IndexPurpose

RECEIVERS = frozenset({Role.ENTERPRISE_RECEIVER, Role.DESTINATION_OFFICER})
"""Who can sign with an account of their own."""


def _sign(workspace: Workspace, command: Command) -> Decision:
    """For people who are received at that point already, or first have to be recorded so: in the answer's
    `receipts` each with the event of the receiving."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    if (objection := _object_to_proof(facts, workspace.indexes)) is not None:
        return objection
    signed = signing.read_signed(workspace, facts)
    if signed.wrong or not signed.people:
        return signed.refuse()
    if not _in_own_name(facts, signed.people):
        return refuse(ErrorCode.NOT_FOUND)
    decided: dict[str, Any] = {"count": len(signed.people), "receipts": signed.receipts}
    if facts.data("method") is SignatureMethod.PAPER:
        decided[PAPER_SEEN] = bool(command.attachments)
    decision = guards.about_trip(facts, decided)
    return replace(decision, first=signed.first)


def _object_to_proof(facts: Facts, indexes: BlindIndex) -> Decision | None:
    """Names the field that is wrong; paper needs an attachment or the hash of the scanned sheet."""
    if not facts.data("passenger_ids"):
        return refuse_field("passenger_ids", say(FieldText.IDS_MISSING))
    if _has_doubled(facts.data("passenger_ids")):
        return refuse_field("passenger_ids", say(FieldText.IDS_DOUBLED))
    shown = facts.data("file_hash") is not None or facts.command.attachments
    if facts.data("method") is SignatureMethod.PAPER and not shown:
        return refuse_field("file_hash", say(FieldText.FILE_HASH_MISSING))
    code = _method_fits(facts, indexes)
    return refuse(code, method=str(facts.data("method"))) if code is not None else None


def _in_own_name(facts: Facts, people: Iterable[PassengerState]) -> bool:
    """A signature in an enterprise's name is for passengers of that enterprise."""
    named = facts.data("enterprise_id")
    return named is None or all(facts.view.enterprise_of(each) == named for each in people)


def _method_fits(facts: Facts, indexes: BlindIndex) -> ErrorCode | None:
    """A code must be the point's own, an own account one that can sign."""
    method = facts.data("method")
    if method is SignatureMethod.OWN_ACCOUNT and facts.actor.role not in RECEIVERS:
        return ErrorCode.PERMISSION_DENIED
    if method is SignatureMethod.CODE:
        right = handover_code(indexes, facts.view, facts.data("point_id"))
        given = (facts.data("code") or "").encode()
        return None if hmac.compare_digest(given, right.encode()) else ErrorCode.CODE_WRONG
    return None


def handover_code(indexes: BlindIndex, view: TripView, point_id: UUID) -> str:
    """Eight digits that stand on the handover sheet of one point: who has them has the sheet."""
    digest = indexes.digest(
        IndexPurpose.HANDOVER_CODE, view.plan.county_code, str(view.id), str(point_id)
    )
    return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"


HANDOVER_HANDLERS: dict[EventKind, Handler] = {
    EventKind.HANDOVER_SIGNED: SimpleHandler(_sign, before=signing.list_receivings)
}


_K = EventKind


def _handler(
    *checks: guards.Guard,
    decided: Callable[[Facts], dict[str, Any]] | None = None,
    wants: Callable[[Workspace, Command], Iterable[Wanted]] = lambda _workspace, _command: (),
    locks: Callable[[Workspace, Command], Iterable[UUID]] = lambda _workspace, _command: (),
) -> Handler:
    """Guards, then what the system adds; both over the facts."""

    def judge(workspace: Workspace, command: Command) -> Decision:
        facts = read_facts(workspace, command)
        if facts is None:
            return guards.no_trip()
        if (code := guards.refusal(facts, checks)) is not None:
            return guards.refused(facts, code)
        return guards.about_trip(facts, decided(facts) if decided else None)

    return SimpleHandler(judge, wants, locks)


def _arrival_point(facts: Facts) -> dict[str, Any]:
    """An arrival without a point is at the only one there is."""
    points = facts.view.plan.handover_points
    if facts.data("point_id") is None and len(points) == 1:
        return {"point_id": str(points[0].id)}
    return {}


def _explain_exception(workspace: Workspace, command: Command) -> Decision:
    """Covers the exceptions of one code that come from the facts named; none named: those open now. Also on a
    closed trip: late facts still come in, and what does not fit wants its reason."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, ())) is not None:
        return refuse(code)
    if (objection := _object_to_words(workspace, facts)) is not None:
        return objection
    waiting = [each for each in _list_open(facts) if each.code is facts.data("code")]
    named = set(facts.data("events") or ())
    covered = [each for each in waiting if not named or named.issuperset(each.event_ids)]
    if not covered:
        return _refuse_explaining(facts, waiting)
    ids = sorted({str(event_id) for each in covered for event_id in each.event_ids})
    decided = {EXPLAINED_FACTS: ids} | mark_phoned(workspace, command)
    if facts.passenger is None:
        return guards.about_trip(facts, decided)
    return guards.about_passenger(facts, facts.passenger.id, decided)


def _object_to_words(workspace: Workspace, facts: Facts) -> Decision | None:
    """Ids named twice; what was typed in from a call without name, post and time."""
    if _has_doubled(facts.data("events") or ()):
        return refuse_field("events", say(FieldText.IDS_DOUBLED))
    return refuse_phoned(workspace, facts.command)


def _refuse_explaining(facts: Facts, waiting: Sequence[Finding]) -> Decision:
    """Of this code something is open, but comes from more events than were named (`needed`: each such set);
    else what is open instead, of the trip or, where nobody was named and it has nothing, of its people."""
    if waiting:
        sets = [[str(each) for each in one.event_ids] for one in waiting[: guards.NAMED]]
        return refuse(ErrorCode.EXCEPTION_UNKNOWN, needed=sets)
    named = [_name_finding(each) for each in _list_open(facts)[: guards.NAMED]]
    if named or facts.data("passenger_id") is not None:
        return refuse(ErrorCode.EXCEPTION_UNKNOWN, open=named)
    of_people = [
        _name_finding(each) | {"passenger_id": str(passenger_id)}
        for passenger_id, found in facts.see_outside().waiting.items()
        for each in found
    ]
    who = {"of_people": len(of_people)} if of_people else {}
    return refuse(ErrorCode.EXCEPTION_UNKNOWN, open=of_people[: guards.NAMED], **who)


def _name_finding(finding: Finding) -> dict[str, object]:
    return {"code": str(finding.code), "events": [str(each) for each in finding.event_ids]}


def _list_open(facts: Facts) -> tuple[Finding, ...]:
    """Of the passenger whom an explanation names, else of the trip itself."""
    if facts.data("passenger_id") is None:
        return facts.see_outside().view.course.open_findings
    return facts.see_outside().waiting[facts.passenger.id] if facts.passenger else ()


def _take_temperatures(workspace: Workspace, command: Command) -> Decision:
    """A fever among normal temperatures contradicts itself: no fact, live or afterwards."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    highest, limit = facts.data("highest"), clearing.find_fever_limit(facts, facts.data("highest"))
    if facts.data("all_normal") and limit is not None:
        return refuse(ErrorCode.FIELD_INVALID, field="all_normal", highest=highest, limit=limit)
    return guards.about_trip(facts)


def _temperature_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    view = guards.get_view(workspace, command)
    return policy_wants(view) if view else ()


def _nobody_aboard(facts: Facts) -> ErrorCode | None:
    return ErrorCode.STATE_FORBIDS if facts.view.aboard() else None


def _nobody_in_our_care(facts: Facts) -> ErrorCode | None:
    """Passengers who were aboard, are missing or were refused need an end before the trip is cancelled."""
    waiting = any(each.status in IN_OUR_CARE for each in facts.view.passengers.values())
    return ErrorCode.EQUATION_OPEN if waiting else None


def _all_signed(facts: Facts) -> ErrorCode | None:
    """From an arrived trip only a handed-over one is closed; a turned-back one needs its sum."""
    view = facts.view
    unsigned = any(
        each.status is PassengerStatus.RECEIVED and view.signature_of(each) is None
        for each in facts.view.passengers.values()
    )
    return ErrorCode.NOT_BALANCED_HANDOVER if unsigned else None


def _incident_passenger(facts: Facts) -> ErrorCode | None:
    return None if facts.data("passenger_id") is None else guards.passenger_known(facts)


def _incident_open(facts: Facts) -> ErrorCode | None:
    """Reported on this trip, and not settled yet."""
    known = {each.event_id for each in facts.view.open_incidents}
    return None if facts.data("incident_id") in known else ErrorCode.INCIDENT_UNKNOWN


def _has_doubled(ids: Sequence[UUID]) -> bool:
    """Judged here and not as a shape, so that a repeat of what was recorded once stays a repeat."""
    return len(set(ids)) < len(ids)


_plain = _handler(guards.trip_fits)

COURSE_HANDLERS: dict[EventKind, Handler] = {
    _K.MANIFEST_UNLOCKED: _handler(guards.trip_fits, _nobody_aboard),
    _K.KIT_ISSUED: _plain,
    _K.STOP_BEGUN: _plain,
    _K.STOP_ENDED: _plain,
    _K.TEMPERATURE_ROUND_TAKEN: SimpleHandler(_take_temperatures, _temperature_wants),
    _K.TRIP_DELAYED: _plain,
    _K.TRIP_HELD_UP: _plain,
    _K.TRIP_RESUMED: _plain,
    _K.TRIP_ARRIVED: _handler(guards.trip_fits, decided=_arrival_point),
    _K.TRIP_TURNED_BACK: _plain,
    _K.TRIP_RETURNED: _plain,
    _K.TRIP_CLOSED: _handler(
        guards.trip_fits,
        guards.everybody_accounted,
        _all_signed,
        guards.no_open_exceptions,
        disinfected_on_return,
        wants=everybody_wants,
        locks=everybody_locks,
    ),
    _K.TRIP_CANCELLED: _handler(guards.trip_fits, _nobody_in_our_care),
    _K.EXCEPTION_EXPLAINED: SimpleHandler(_explain_exception, ride_wants, passenger_locks),
    _K.INCIDENT_REPORTED: _handler(guards.trip_fits, _incident_passenger),
    _K.INCIDENT_SETTLED: _handler(guards.trip_fits, _incident_open),
    _K.VEHICLE_INSPECTED: _plain,
    _K.VEHICLE_VENTILATED: _plain,
}
