"""What an answer says comes next where somebody aboard was noted as ill."""

from collections.abc import Iterable

from schemas.events.payloads_passengers import PassengerRemark
from schemas.fever import FEVER_EVENTS, FeverOut, FeverStepOut, name_step, say_how
from service.recording.handlers import Command
from service.trips.rules.fever import list_steps
from service.trips.rules.overview import TripView


def show_next_steps(view: TripView, commands: Iterable[Command]) -> list[FeverOut]:
    """For each passenger of whom one of these tells a fever, in the language in force."""
    told = {each.told("passenger_id"): each.happened_at for each in commands}
    return [
        FeverOut(
            passenger_id=who,
            steps=[
                FeverStepOut(
                    step=step,
                    kind=FEVER_EVENTS[step],
                    done=done,
                    name=name_step(step),
                    advice=say_how(step),
                )
                for step, done in list_steps(view, view.passengers[who], noted_at=at)
            ],
        )
        for who, at in told.items()
        if who in view.passengers
    ]


def tells_fever(command: Command) -> bool:
    """What the sender says; beside the sealed part nothing tells it."""
    return command.told("what") is PassengerRemark.FEVER
