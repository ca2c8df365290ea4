"""What the system itself records after a decision: people released, seats given anew.

The ids follow from the event that it is the consequence of, so that a repeat does nothing twice.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import Session

from schemas.base import Input
from schemas.events.envelope import Outcome, OutcomeStatus
from schemas.events.kinds import EventKind
from schemas.events.payloads_passengers import PassengerSeatChanged, PassengerUnassigned
from schemas.ids import derive_id
from schemas.permissions import Role
from schemas.trips import PassengerStatus, TripState
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.fleets.queries.vehicles import load_vehicles
from service.recording.commands import make_command, trip_stream
from service.recording.values import Command
from service.trips.rules.overview import TripView
from service.trips.rules.seating import seats_to_change

_K = EventKind


def draw(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    view: TripView,
    outcomes: Sequence[Outcome],
) -> TripView:
    """A cancelled trip lets everybody go, a departed one the stand-bys who are still waiting;
    another vehicle gives a seat to whoever has none in it. The trip as it is afterwards.
    """
    for outcome in outcomes:
        if outcome.status is not OutcomeStatus.RECORDED or outcome.receipt is None:
            continue
        cause, kind = outcome.receipt.event_id, outcome.receipt.kind
        if kind is _K.TRIP_CANCELLED and view.course.state is TripState.CANCELLED:
            view = release(session, actor, context=context, view=view, cause=cause)
        elif kind is _K.TRIP_DEPARTED:
            view = release(
                session, actor, context=context, view=view, cause=cause, only_waiting=True
            )
        elif kind is _K.VEHICLE_REPLACED:
            view = reseat(session, actor, context=context, view=view, cause=cause)
    return view


def release(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    view: TripView,
    cause: UUID,
    only_waiting: bool = False,
) -> TripView:
    """Their demand is open again."""
    commands = [
        _command(
            context,
            view,
            PassengerUnassigned(passenger_id=each.id),
            identifier=derive_id(cause, each.id.hex),
            kind=_K.PASSENGER_UNASSIGNED,
        )
        for each in view.passengers.values()
        if each.status is PassengerStatus.STAND_BY or (each.place_held and not only_waiting)
    ]
    return _record(session, actor, context=context, view=view, commands=commands)


def reseat(
    session: Session, actor: Actor, *, context: Context, view: TripView, cause: UUID
) -> TripView:
    """Nobody keeps a seat that the vehicle has not or that has to stay free."""
    vehicle_id = view.course.vehicle_id
    vehicle = load_vehicles(session, actor.county_code, [vehicle_id] if vehicle_id else [])
    seats = vehicle[vehicle_id].seats if vehicle_id in vehicle else ()
    commands = [
        _command(
            context,
            view,
            PassengerSeatChanged(passenger_id=who, seat_row=seat.row, seat_column=seat.column),
            identifier=derive_id(cause, who.hex),
            kind=_K.PASSENGER_SEAT_CHANGED,
        )
        for who, seat in seats_to_change(seats, view)
    ]
    return _record(session, actor, context=context, view=view, commands=commands)


def _command(
    context: Context, view: TripView, payload: Input, *, identifier: UUID, kind: EventKind
) -> Command:
    return make_command(
        payload, identifier=identifier, kind=kind, stream=trip_stream(view.id), now=context.now()
    )


def _record(
    session: Session,
    actor: Actor,
    *,
    context: Context,
    view: TripView,
    commands: Iterable[Command],
) -> TripView:
    """All or nothing: a consequence that is refused takes its cause back with it."""
    listed = list(commands)
    if not listed:
        return view
    # The system's own right: the person who caused it may be outside of their time or scope.
    system = Actor(actor.county_code, actor.account_id, Role.COUNTY_COORDINATOR)
    recorded = context.recorder.run(session, system, listed, now=context.now())
    for outcome in recorded.outcomes:
        if outcome.problem is not None:
            raise DomainError(outcome.problem.code, facts=outcome.problem.facts)
    after: TripView = recorded.states[trip_stream(view.id)]
    return after
