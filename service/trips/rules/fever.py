"""What comes next after somebody aboard was noted as ill, and what of it was told since: by public facts."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from schemas.events.payloads_passengers import LeftEnd
from schemas.fever import FeverStep
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState, left_end

_S = FeverStep


class NextStep(NamedTuple):
    """One step, and whether it was told."""

    step: FeverStep
    done: bool


def list_steps(view: TripView, passenger: PassengerState, *, noted_at: datetime) -> list[NextStep]:
    """In their order. Without rows kept free nobody is moved to them."""
    course = view.course
    incidents = [each for each in course.incidents if each.at >= noted_at]
    gone = left_end(passenger) is LeftEnd.GIVEN_ON
    done = {
        _S.ISOLATE: gone or passenger.seat_row in view.kept_free_rows,
        _S.VENTILATE: course.ventilated_at is not None and course.ventilated_at >= noted_at,
        _S.REPORT: bool(incidents),
        _S.HAND_OVER: gone,
        _S.DISINFECT: _any_since((each.at for each in course.disinfections), noted_at),
        _S.DECIDE: any(each.event_id in course.settled for each in incidents),
    }
    if not view.kept_free_rows:
        del done[_S.ISOLATE]
    return [NextStep(step, told) for step, told in done.items()]


def _any_since(moments: Iterable[datetime], since: datetime) -> bool:
    return any(each >= since for each in moments)
