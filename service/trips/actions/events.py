"""What follows by itself from a trip's events: a cancelled trip unassigns its passengers, a departed one its
stand-bys, a replaced vehicle gives new seats. Statements of the system's own; a trip that is in scope.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from schemas.base import Input
from schemas.errors import ErrorCode
from schemas.events.envelope import Outcome, OutcomeStatus
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import (
    PassengerSeatChanged,
    PassengerUnassigned,
)
from schemas.ids import derive_id
from schemas.permissions import Role
from schemas.trips import PassengerStatus, TripState
from service.auth import Actor
from service.context import Context, Work
from service.errors import DomainError, refusal_of
from service.fleets.queries import load_vehicles
from service.ledger.bodies import StreamKey
from service.recording.commands import make_command, trip_stream
from service.recording.handlers import Command
from service.registry import queries
from service.trips.queries.states import load_views
from service.trips.rules import scopes
from service.trips.rules.overview import TripView
from service.trips.rules.passenger_states import NOT_OFF_YET
from service.trips.rules.seating import seats_to_change
from service.trips.rules.told import GIVING_SEATS
from service.trips.rules.trip_states import UNLOCKED

_K = EventKind


CAUSES: Final = GIVING_SEATS | {_K.TRIP_CANCELLED, _K.TRIP_DEPARTED, _K.EVENT_REVERSED}
"""Kinds that something may follow from."""


def draw(work: Work, *, view: TripView, outcomes: Sequence[Outcome]) -> TripView:
    """Records what follows from decisions: a cancelled trip unassigns its passengers, a departed one its
    waiting stand-bys; a replaced vehicle or another policy, also one that is reversed, gives new seats.
    Returns the trip as it is afterwards.
    """
    for outcome in outcomes:
        if outcome.status is not OutcomeStatus.RECORDED or outcome.receipt is None:
            continue
        cause, kind = outcome.receipt.event_id, outcome.receipt.kind
        if kind is _K.TRIP_CANCELLED and view.course.state is TripState.CANCELLED:
            view = release(work, view=view, cause=cause)
        elif kind is _K.TRIP_DEPARTED and view.course.has_left:
            view = release(work, view=view, cause=cause, only_waiting=True)
        elif not GIVING_SEATS.isdisjoint({kind, outcome.decided.get("reversed_kind")}):
            view = reseat(work, view=view, cause=cause)
    return view


def release(work: Work, *, view: TripView, cause: UUID, only_waiting: bool = False) -> TripView:
    """Their demand is open again. Who was told aboard meanwhile stays aboard."""
    commands = [
        _make_consequence(
            work.context,
            view,
            PassengerUnassigned(passenger_id=each.id),
            identifier=derive_id(cause, each.id.hex),
            kind=_K.PASSENGER_UNASSIGNED,
        )
        for each in view.passengers.values()
        if each.status is PassengerStatus.STAND_BY
        or (each.status in NOT_OFF_YET and not only_waiting)
    ]
    return _record_consequences(work, view=view, commands=commands)


def reseat(work: Work, *, view: TripView, cause: UUID) -> TripView:
    """Gives new seats to passengers whose seat the vehicle lacks or keeps free, while the list is open: on a
    locked one, or on the way, nobody is seated by rule."""
    if view.course.state not in UNLOCKED:
        return view
    vehicle_id = view.course.vehicle_id
    vehicle = load_vehicles(work.session, work.county_code, [vehicle_id] if vehicle_id else [])
    seats = vehicle[vehicle_id].seats if vehicle_id in vehicle else ()
    commands = [
        _make_consequence(
            work.context,
            view,
            PassengerSeatChanged(passenger_id=who, seat_row=seat.row, seat_column=seat.column),
            identifier=derive_id(cause, who.hex),
            kind=_K.PASSENGER_SEAT_CHANGED,
        )
        for who, seat in seats_to_change(seats, view, kept_free_rows=view.kept_free_rows)
    ]
    return _record_consequences(work, view=view, commands=commands)


def _make_consequence(
    context: Context, view: TripView, payload: Input, *, identifier: UUID, kind: EventKind
) -> Command:
    return make_command(
        payload, identifier=identifier, kind=kind, stream=trip_stream(view.id), now=context.now()
    )


def _record_consequences(work: Work, *, view: TripView, commands: Iterable[Command]) -> TripView:
    """All or nothing: a consequence that is refused takes its cause back with it."""
    listed = list(commands)
    if not listed:
        return view
    # The system's own right: the person who caused it may be outside of their time or scope.
    system = Actor(work.county_code, work.actor.account_id, Role.COUNTY_COORDINATOR)
    recorded = work.context.recorder.run(work.session, system, listed, now=work.now())
    for outcome in recorded.outcomes:
        if outcome.problem is not None:
            raise refusal_of(outcome.problem)
    after: TripView = recorded.states[trip_stream(view.id)]
    return after


def get_view(work: Work, trip_id: UUID) -> TripView | None:
    """In whatever scope."""
    return load_views(work.session, work.county_code, [trip_id]).get(trip_id)


def list_own_workers(work: Work, view: TripView) -> set[UUID]:
    """Workers on the trip from the townships of a clerk's scope."""
    ids = {each.worker_id for each in view.passengers.values() if each.worker_id}
    people = queries.load_worker_facts(work.session, work.county_code, ids)
    scope = work.actor.scope
    return {each.id for each in people.values() if scope.covers_township(each.township_code)}


def record_one(
    work: Work, *, payload: Input, identifier: UUID, kind: EventKind, stream: StreamKey
) -> TripView | None:
    """One statement of the system's own; a refusal is raised. The trip as it is now, if it is one."""
    now = work.now()
    command = make_command(payload, identifier=identifier, kind=kind, stream=stream, now=now)
    recorded = work.context.recorder.run(work.session, work.actor, [command], now=now)
    outcome = recorded.outcomes[0]
    if outcome.status is OutcomeStatus.REFUSED and outcome.problem is not None:
        raise refusal_of(outcome.problem)
    view: TripView | None = recorded.states.get(stream)
    return view


def find_view(work: Work, *, trip_id: UUID) -> TripView:
    """The trip, if it is in the actor's scope; else not-found."""
    view = get_view(work, trip_id)
    if view is None or not scopes.sees_trip(work.actor, view, now=work.now()):
        raise DomainError(ErrorCode.NOT_FOUND)
    return view
