"""Minors: a guardian's consent, who is left alone aboard, and by whom people are received: a minor with a
consent by the person whom it names.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from schemas.errors import ErrorCode
from schemas.events.payloads_passengers import PartyKind, PersonRole
from schemas.shapes import FieldText
from schemas.texts import say
from service.days import local_date
from service.recording.handlers import (
    Command,
    Decision,
    SimpleHandler,
    Wanted,
    Workspace,
    refuse,
    refuse_field,
    refuse_reference,
)
from service.registry.people import is_adult
from service.registry.queries import WORKERS
from service.trips.events import guards
from service.trips.events.guards import Facts, get_view, read_facts
from service.trips.events.wants import passenger_locks, ride_wants
from service.trips.rules.gate import list_against_minor
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_states import ON_VEHICLE
from service.trips.rules.passengers import PassengerState
from service.trips.rules.told import RECEIVER_MARK
from service.vault.vault import IndexPurpose


def _record_consent(workspace: Workspace, command: Command) -> Decision:
    """Refused without the paper, and for a companion who is the minor, is not of this trip, or is no adult."""
    facts = read_facts(workspace, command)
    if facts is None:
        return guards.no_trip()
    if (code := guards.refusal(facts, (guards.not_ended,))) is not None:
        return guards.refused(facts, code)
    if facts.passenger is None:
        return refuse(ErrorCode.PASSENGER_UNKNOWN)
    if not command.attachments:
        return refuse(ErrorCode.CONSENT_UNPROVED)
    if (objection := _object_to_companion(facts, facts.passenger)) is not None:
        return objection
    mark = _mark_receiver(facts, facts.passenger.id)
    return guards.about_passenger(facts, facts.passenger.id, {RECEIVER_MARK: mark})


def _object_to_companion(facts: Facts, minor: PassengerState) -> Decision | None:
    companion_id = facts.data("companion_id")
    if companion_id is None:
        return None
    companion = facts.view.passengers.get(companion_id)
    if companion is None or companion.id == minor.id:
        return refuse_reference("companion_id")
    worker = facts.workspace.get(WORKERS, companion.worker_id)
    departs_at = facts.view.plan.planned_departure_at or facts.now
    if worker is not None and not is_adult(worker.sixteen_on, local_date(departs_at)):
        return refuse_field("companion_id", say(FieldText.COMPANION_YOUNG))
    return None


def _mark_receiver(facts: Facts, passenger_id: UUID) -> str | None:
    """Of the name that the fact tells, in capitals or not; another one for each passenger, so that marks name
    nobody."""
    if (receiver := facts.data("receiver")) is None:
        return None
    parts = (facts.view.plan.county_code, str(passenger_id), receiver.casefold())
    return facts.workspace.indexes.digest(IndexPurpose.CONTENT, "receiver", *parts).hex()


def _consent_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    yield from ride_wants(workspace, command)
    view = get_view(workspace, command)
    companion = view.passengers.get(command.told("companion_id")) if view else None
    if companion is not None and companion.worker_id is not None:
        yield Wanted(WORKERS, companion.worker_id)


CONSENT = SimpleHandler(_record_consent, _consent_wants, passenger_locks)


# --- who is left alone ------------------------------------------------------------------------------
def list_unaccompanied(facts: Facts) -> list[PassengerState]:
    """Minors aboard whose guardian or companion never boarded, or came away since."""
    on = local_date(facts.command.happened_at)
    return [
        each
        for each in _list_dependants(facts.view)
        if (worker := facts.workspace.get(WORKERS, each.worker_id)) is not None
        and list_against_minor(worker, facts.view, each, on=on, along=ON_VEHICLE)
    ]


def _list_dependants(view: TripView) -> list[PassengerState]:
    """Who is aboard and does not go to work."""
    everybody = view.passengers.values()
    return [each for each in everybody if each.aboard and each.role is not PersonRole.WORKER]


def dependants_wants(workspace: Workspace, command: Command) -> Iterable[Wanted]:
    """What `list_unaccompanied` asks of the registry."""
    view = get_view(workspace, command)
    for each in _list_dependants(view) if view is not None else ():
        if each.worker_id is not None:
            yield Wanted(WORKERS, each.worker_id)


# --- by whom somebody is received ------------------------------------------------------------------
def by_whom_named(facts: Facts) -> ErrorCode | None:
    """A minor with a consent goes to the receiver whom it names, and to nobody else."""
    minor = facts.passenger
    if minor is None or minor.consent is None:
        return None
    right = _mark_receiver(facts, minor.id) == minor.consent.receiver_mark
    return None if right else ErrorCode.RECEIVER_DIFFERENT


def decide_receiving(facts: Facts) -> dict[str, Any]:
    """The party where none is told, and a mark of the receiver where one is: which consent it is compared with,
    the fold finds, in whatever order the two are told."""
    mark = _mark_receiver(facts, facts.data("passenger_id"))
    decided: dict[str, Any] = {RECEIVER_MARK: mark} if mark else {}
    minor = facts.passenger
    if facts.data("party") is None and minor is not None:
        party = PartyKind.OTHER if minor.consent else minor.handover_party
        decided |= {"party": str(party)} if party else {}
    return decided
