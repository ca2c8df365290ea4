"""Another vehicle, driver or escort: judged while another could still be had (live, before departure, nobody
aboard); later, and told afterwards, it is what happened, with what does not fit as exceptions.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.permissions import Role
from schemas.shapes import FieldText
from schemas.texts import say
from service.accounts.queries import ACCOUNTS, KnownAccount
from service.fleets.queries import VEHICLES
from service.fleets.rules import VehicleFacts
from service.recording.handlers import (
    Command,
    Decision,
    Handler,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_field,
    refuse_reference,
)
from service.trips.events import guards, listing, runs
from service.trips.events.guards import Facts, read_facts
from service.trips.events.plan import (
    crew_wants,
    describe_plan,
    drivers_known,
    is_complete,
    list_ended_papers,
    list_kept_free,
    measure_places,
)
from service.trips.events.runs import named_drivers
from service.trips.events.wants import everybody_locks
from service.trips.rules import trip_states
from service.trips.rules.seating import seats_to_change


def _replace_vehicle(workspace: Workspace, command: Command) -> Decision:
    """A live one is judged while it can be: before departure, with nobody aboard. Passengers whose seat the
    new vehicle lacks get another (actions/events.py); on a locked list that would be a list of its own for
    each of them, so it is unlocked first. Later, and told afterwards, it is what happened."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    vehicle = workspace.get(VEHICLES, facts.data("vehicle_id"))
    if vehicle is None:
        return refuse_reference("vehicle_id")
    decided = describe_plan(facts, vehicle)
    if _is_choice(facts):
        against = _find_objection(facts, workspace, vehicle, measured=decided)
        if against is not None:
            return against
    return _unless_busy(workspace, facts, decided)


def _unless_busy(workspace: Workspace, facts: Facts, decided: dict[str, Any]) -> Decision:
    """Refused where what comes is on another trip at that time and another could still be had; else, and
    told afterwards, an exception."""
    busy = runs.find_busy(workspace, facts.command, facts.view)
    if busy and _is_choice(facts):
        return runs.refuse_busy(busy[0])
    return listing.listed_anew(facts, guards.about_trip(facts, decided | runs.tell_busy(busy)))


def _is_choice(facts: Facts) -> bool:
    """Said live while another vehicle or driver could still be had."""
    before = facts.view.course.state in trip_states.BEFORE_DEPARTURE
    return facts.command.live and before and not facts.view.aboard()


def _find_objection(
    facts: Facts, workspace: Workspace, vehicle: VehicleFacts, *, measured: dict[str, Any]
) -> Decision | None:
    """Why this vehicle cannot carry the people of the list."""
    if (against := guards.object_to_places(facts.view, measured["places"])) is not None:
        return against
    if not facts.view.course.locked:
        return None
    kept = list_kept_free(facts, measured)
    if homeless := seats_to_change(vehicle.seats, facts.view, kept_free_rows=kept):
        return refuse(ErrorCode.MANIFEST_LOCKED, people=len(homeless))
    if ended := list_ended_papers(facts, workspace, vehicle, ()):
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    return None


def _replace_driver(workspace: Workspace, command: Command) -> Decision:
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    gone = facts.data("replaces_driver_id")
    known = gone is None or not command.live or gone in facts.view.course.driver_ids
    if not known:
        return refuse_reference("replaces_driver_id")
    if not drivers_known(workspace, command):
        return refuse_reference("driver_id")
    decided: dict[str, Any] = {"plan_complete": is_complete(facts, facts.vehicle)}
    if facts.vehicle is not None:
        decided |= measure_places(facts, facts.vehicle, facts.policy)
    if (against := _object_to_driver(facts, workspace, measured=decided)) is not None:
        return against
    return _unless_busy(workspace, facts, decided)


def _object_to_driver(
    facts: Facts, workspace: Workspace, *, measured: dict[str, Any]
) -> Decision | None:
    """One more than there is a place for. On a locked list also: papers that end before the arrival, too many
    hours in a week."""
    if not _is_choice(facts):
        return None
    places = measured.get("places", facts.view.taken())
    if (against := guards.object_to_places(facts.view, places)) is not None:
        return against
    if not facts.view.course.locked:
        return None
    if ended := list_ended_papers(facts, workspace, None, named_drivers(facts.command)):
        return refuse(ErrorCode.LICENCE_EXPIRED, **ended)
    drivers, hours = runs.drivers_after(facts.command, facts.view), facts.policy.driver_hours
    return runs.find_overworked(workspace, facts.view, drivers=drivers, hours=hours)


def _replace_escort(workspace: Workspace, command: Command) -> Decision:
    """An account that is named must be an escort's of the county, and while another can be chosen an active
    one. No change of the list: who leads does not stand on it."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.trip_fits,))) is not None:
        return guards.refused(facts, code)
    account = facts.data("account_id")
    if account is not None and (objection := _object_to_account(workspace, facts)) is not None:
        return objection
    busy = runs.find_busy(workspace, command, facts.view)
    if busy and _is_choice(facts):
        return runs.refuse_busy(busy[0])
    return guards.about_trip(facts, runs.tell_busy(busy))


def _object_to_account(workspace: Workspace, facts: Facts) -> Decision | None:
    """Name and phone of who is named are shown to all who may call the escort: so of no other role."""
    known: KnownAccount | None = workspace.get(ACCOUNTS, facts.data("account_id"))
    if known is None:
        return refuse_reference("account_id")
    if known.role != Role.ESCORT:
        return refuse_field("account_id", say(FieldText.NO_ESCORT))
    if not known.active and _is_choice(facts):
        return refuse_field("account_id", say(FieldText.ESCORT_DISABLED))
    return None


def _escort_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    account: UUID | None = command.told("account_id")
    if account is not None:
        yield Wanted(ACCOUNTS, account)
    yield from runs.list_wants(workspace, command)


_K = EventKind

REPLACING_HANDLERS: dict[EventKind, Handler] = {
    _K.VEHICLE_REPLACED: SimpleHandler(_replace_vehicle, crew_wants, everybody_locks),
    _K.DRIVER_REPLACED: SimpleHandler(_replace_driver, crew_wants, everybody_locks),
    _K.ESCORT_REPLACED: SimpleHandler(_replace_escort, _escort_wants),
}
