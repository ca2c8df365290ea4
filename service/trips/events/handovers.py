"""The handler of signatures: who signs for whom, and how it is known that they did."""

import hmac
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_trips import SignatureMethod
from schemas.permissions import Role
from schemas.trips import PassengerStatus
from service.recording.registry import Handler, SimpleHandler, Workspace
from service.recording.values import Command, Decision, refuse
from service.trips.events import guards, outcomes
from service.trips.events.facts import Facts, read_facts
from service.trips.rules import scopes
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState
from service.vault.indexes import BlindIndex, IndexPurpose

RECEIVERS = frozenset({Role.ENTERPRISE_RECEIVER, Role.DESTINATION_OFFICER})
"""Who can sign with an account of their own."""


def _sign(workspace: Workspace, command: Command) -> Decision:
    """The signed list must be people who are recorded as received at that point."""
    facts = read_facts(workspace, command)
    if facts is None:
        return outcomes.no_trip()
    if (code := outcomes.refusal(facts, (guards.trip_fits,))) is not None:
        return outcomes.refused(facts, code)
    signed = set(facts.data("passenger_ids"))
    wrong = sum(1 for each in signed if not _is_received(facts, facts.view.passengers.get(each)))
    if wrong or not signed:
        return refuse(ErrorCode.NOT_BALANCED_HANDOVER, not_received=wrong)
    if not _in_own_name(facts):
        return refuse(ErrorCode.NOT_FOUND)
    if (code := _method_fits(facts, workspace.indexes)) is not None:
        return refuse(code, method=str(facts.data("method")))
    receipts = {str(each): str(facts.view.passengers[each].receipt_id) for each in sorted(signed)}
    return outcomes.about_trip(facts, {"count": len(signed), "receipts": receipts})


def _is_received(facts: Facts, passenger: PassengerState | None) -> bool:
    """Here, and one of the signer's own."""
    return (
        passenger is not None
        and passenger.status is PassengerStatus.RECEIVED
        and facts.view.point_of(passenger) == facts.data("point_id")
        and scopes.sees_passenger(facts.actor, facts.view, passenger)
    )


def _in_own_name(facts: Facts) -> bool:
    """Nobody signs in the name of an enterprise that the people on the list are not going to."""
    named = facts.data("enterprise_id")
    people = (facts.view.passengers[each] for each in facts.data("passenger_ids"))
    return named is None or all(facts.view.enterprise_of(each) == named for each in people)


def _method_fits(facts: Facts, indexes: BlindIndex) -> ErrorCode | None:
    """Paper needs the hash of the scanned sheet, a code the point's own, an own account one."""
    method = facts.data("method")
    if method is SignatureMethod.PAPER and facts.data("file_hash") is None:
        return ErrorCode.FIELD_INVALID
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


HANDOVER_HANDLERS: dict[EventKind, Handler] = {EventKind.HANDOVER_SIGNED: SimpleHandler(_sign)}
