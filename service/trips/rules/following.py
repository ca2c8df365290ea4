"""What may come next: for whoever asks, in the trip's present state."""

from schemas.events.kinds import EventKind, SubjectKind
from schemas.events.specs import EVENT_SPECS
from service.auth import Actor
from service.trips.rules import passenger_statuses, trip_states
from service.trips.rules.overview import TripView


def may_follow(view: TripView, actor: Actor) -> list[EventKind]:
    """Kinds that fit the trip, or at least one passenger of it, and that this role may say."""
    state = view.course.state
    fitting = {kind for (before, kind) in trip_states.TRANSITIONS if before is state}
    fitting |= {kind for kind, states in trip_states.ALLOWED.items() if state in states}
    statuses = {each.status for each in view.passengers.values()}
    fitting |= {kind for (status, kind) in passenger_statuses.TRANSITIONS if status in statuses}
    if state in trip_states.UNLOCKED:
        fitting.add(EventKind.PASSENGER_ASSIGNED)
    if state in trip_states.AFTER_DEPARTURE | trip_states.LOCKED_BEFORE_DEPARTURE:
        fitting.add(EventKind.PASSENGER_FOUND_ABOARD)
    if state not in trip_states.ENDED:
        fitting.add(EventKind.EVENT_REVERSED)
    return sorted(
        kind for kind in fitting if _may_say(actor, kind, ended=state in trip_states.ENDED)
    )


def _may_say(actor: Actor, kind: EventKind, *, ended: bool) -> bool:
    spec = EVENT_SPECS[kind]
    if spec.permission is None or not actor.may(spec.permission):
        return False
    return not (ended and spec.subject is SubjectKind.PASSENGER)
