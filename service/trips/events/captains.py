"""车长: where one escort leads several trips at once each of them needs a captain; who can be named, and when
one is asked for (list locked, boarding opened).
"""

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from service.recording.handlers import Command, Decision, Handler, SimpleHandler, Workspace
from service.trips.events import guards, runs
from service.trips.events.guards import Facts, read_facts
from service.trips.rules.overview import NOT_CAPTAIN


def lacks_captain(facts: Facts, workspace: Workspace) -> bool:
    """The handler must have what `runs.list_wants` asks for."""
    led_together = runs.list_led_together(workspace, facts.view)
    return bool(led_together) and not facts.view.has_captain()


def _name(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits, _captain_known))) is not None:
        return guards.refused(facts, code)
    return guards.about_trip(facts)


def _captain_known(facts: Facts) -> ErrorCode | None:
    """One of its drivers, or a passenger who travels."""
    if facts.data("passenger_id") is None:
        known = facts.data("driver_id") in facts.view.course.driver_ids
        return None if known else ErrorCode.NOT_FOUND
    if facts.passenger is None:
        return ErrorCode.PASSENGER_UNKNOWN
    return ErrorCode.STATE_FORBIDS if facts.passenger.status in NOT_CAPTAIN else None


CAPTAIN_HANDLERS: dict[EventKind, Handler] = {
    EventKind.CAPTAIN_NAMED: SimpleHandler(_name),
}
