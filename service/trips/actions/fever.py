"""What an answer says comes next where somebody aboard was noted as ill."""

from collections.abc import Iterable
from datetime import datetime

from schemas.fever import FEVER_EVENTS, FeverOut, FeverStepOut, name_step, say_how
from service.recording.handlers import Command
from service.trips.rules.fever import list_steps
from service.trips.rules.overview import TripView
from service.trips.rules.passengers import PassengerState


def show_next_steps(view: TripView, commands: Iterable[Command]) -> list[FeverOut]:
    """For each passenger of whom one of these commands tells a fever, in the language in force. What was done
    counts since the first that was noted of the passenger."""
    told = {each.told("passenger_id"): each.happened_at for each in commands}
    people = [(view.passengers[who], at) for who, at in told.items() if who in view.passengers]
    return [
        FeverOut(
            passenger_id=each.id,
            steps=[
                FeverStepOut(
                    step=step,
                    kind=FEVER_EVENTS[step],
                    done=done,
                    name=name_step(step),
                    advice=say_how(step),
                )
                for step, done in list_steps(view, each, noted_at=_find_first(each, at))
            ],
        )
        for each, at in people
    ]


def _find_first(passenger: PassengerState, told: datetime) -> datetime:
    return min([told, *(each.at for each in passenger.remarks)])
