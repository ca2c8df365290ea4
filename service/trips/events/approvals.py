"""The destination's acknowledgement of a filed plan, also typed in from a call; confirming a trip's
approvals.
"""

from uuid import UUID

from schemas.events.kinds import EventKind
from service.recording.approvals import mark_phoned, refuse_confirming, refuse_phoned
from service.recording.handlers import Command, Decision, Handler, SimpleHandler, Workspace
from service.trips.events import guards
from service.trips.events.guards import read_facts
from service.trips.rules.overview import TripView, tell_destination
from service.trips.rules.told import WHAT_WAS_TOLD, write_told


def _acknowledge(workspace: Workspace, command: Command) -> Decision:
    """Given by telephone it stands, and waits until the destination confirms it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    if (incomplete := refuse_phoned(workspace, command)) is not None:
        return incomplete
    told = {WHAT_WAS_TOLD: write_told(tell_destination(facts.view.plan))}
    return guards.about_trip(facts, told | mark_phoned(workspace, command))


def _confirm(workspace: Workspace, command: Command) -> Decision:
    """In every state of the trip."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, ())) is not None:
        return guards.refused(facts, code)
    approval = facts.data("approval_id")
    kind = _name_kind(facts.view, approval)
    waiting = approval in facts.view.unconfirmed
    against = refuse_confirming(workspace, kind, waiting=waiting)
    return against or guards.about_trip(facts)


def _name_kind(view: TripView, approval: UUID) -> EventKind:
    """Of an approval that waits; of an unknown one the destination's."""
    if approval in view.unconfirmed_explanations:
        return EventKind.EXCEPTION_EXPLAINED
    let_pass = approval in view.unconfirmed_exemptions
    return EventKind.PASSENGER_EXEMPTED if let_pass else EventKind.FILING_ACKNOWLEDGED


FILING_HANDLERS: dict[EventKind, Handler] = {
    EventKind.FILING_ACKNOWLEDGED: SimpleHandler(_acknowledge),
}
CONFIRMATION = SimpleHandler(_confirm)
"""What approval.confirmed means in a trip's stream."""
