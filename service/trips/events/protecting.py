"""Disinfection as the policy asks for it: before boarding (a live opening is refused without one; a departure,
and an opening told afterwards, carry what was asked), and on return before the trip is closed. No live
departure with a minor aboard whose guardian or companion is not.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from service.fleets.queries import VEHICLES
from service.policies.rules import ORDINARY
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_reference,
)
from service.trips.events import guards, minors
from service.trips.events.captains import lacks_captain
from service.trips.events.guards import Facts, get_view, read_facts
from service.trips.events.runs import VEHICLE_RUNS, list_wants, occupy
from service.trips.events.wants import policy_wants
from service.trips.rules import runs
from service.trips.rules.protecting import DISINFECT_SINCE, is_disinfected
from service.trips.rules.runs import Runs
from service.trips.rules.told import MINOR_ALONE


def _open_boarding(workspace: Workspace, command: Command) -> Decision:
    """The escort may have been given another trip since the list was locked."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    if lacks_captain(facts, workspace):
        return refuse(ErrorCode.CAPTAIN_MISSING)
    if not command.live:
        return guards.about_trip(facts, _tell_asked(facts))
    if _asks(facts) and not _is_disinfected(facts):
        return refuse(ErrorCode.NOT_DISINFECTED)
    return guards.about_trip(facts)


def _depart(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    alone = minors.list_unaccompanied(facts)
    if command.live and alone:
        return refuse(ErrorCode.MINOR_UNACCOMPANIED, **guards.name_some(alone))
    flagged = {MINOR_ALONE: True} if alone else {}
    return guards.about_trip(facts, _tell_asked(facts) | flagged)


def _asks(facts: Facts) -> bool:
    return facts.policy.disinfect_before_boarding and facts.view.course.vehicle_id is not None


def _tell_asked(facts: Facts) -> dict[str, Any]:
    """For the fold: what was asked, so that a disinfection told later still counts."""
    if not _asks(facts):
        return {}
    since = _find_since(facts)
    return {DISINFECT_SINCE: since.isoformat() if since else ""}


def _find_since(facts: Facts) -> datetime | None:
    """When the vehicle's run before this trip ended."""
    course, mine = facts.view.course, runs.run_of(facts.view)
    known: Runs = facts.workspace.get(VEHICLE_RUNS, course.vehicle_id) or ()
    return runs.end_before(known, mine) if mine else None


def _is_disinfected(facts: Facts) -> bool:
    course = facts.view.course
    return is_disinfected(
        course.disinfections,
        course.vehicle_id,
        since=_find_since(facts),
        until=facts.command.happened_at,
    )


def disinfected_on_return(facts: Facts) -> ErrorCode | None:
    """Of a trip that ran. The handler must want the policies."""
    course = facts.view.course
    if not facts.policy.disinfect_on_return or course.vehicle_id is None:
        return None
    done = is_disinfected(
        course.disinfections, course.vehicle_id, since=course.over_at, until=facts.now
    )
    return None if done else ErrorCode.NOT_DISINFECTED


def _disinfect(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    named = facts.data("vehicle_id")
    if named is not None and workspace.get(VEHICLES, named) is None:
        return refuse_reference("vehicle_id")
    return guards.about_trip(facts)


def _vehicle_wants(_workspace: Workspace, command: Command) -> Iterable[Wanted]:
    named = command.told("vehicle_id")
    return () if named is None else (Wanted(VEHICLES, named),)


def _asking_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """The other runs of the vehicle in use, where a policy may ask when they ended."""
    view = get_view(workspace, command)
    if view is not None and view.policy_version != ORDINARY.version:
        yield from policy_wants(view)
        yield from occupy(vehicles=[view.course.vehicle_id])


def _departing_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from _asking_wants(workspace, command)
    yield from minors.dependants_wants(workspace, command)


def _boarding_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from _asking_wants(workspace, command)
    yield from list_wants(workspace, command)


PROTECTING_HANDLERS: dict[EventKind, Handler] = {
    EventKind.TRIP_BOARDING_OPENED: SimpleHandler(_open_boarding, _boarding_wants),
    EventKind.TRIP_DEPARTED: SimpleHandler(_depart, _departing_wants),
    EventKind.VEHICLE_DISINFECTED: SimpleHandler(_disinfect, _vehicle_wants),
}
