"""What an answer says comes next where somebody aboard was noted as ill."""

from collections.abc import Iterable
from typing import Final

from schemas.events.kinds import EventKind
from schemas.fever import FEVER_EVENTS, FeverOut, FeverStepOut, name_step, say_how
from service.recording.handlers import Command
from service.trips.rules.fever import list_steps
from service.trips.rules.overview import TripView

TOLD_OF_FEVER: Final = frozenset({EventKind.PASSENGER_FEVER_FOUND})
"""The kinds after which the steps are shown."""


def show_next_steps(view: TripView, commands: Iterable[Command]) -> list[FeverOut]:
    """For each passenger of whom one of these commands says so, in the language in force."""
    told = [each.told("passenger_id") for each in commands]
    people = [view.passengers[each] for each in dict.fromkeys(told) if each in view.passengers]
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
                for step, done in list_steps(view, each, noted_at=each.fever_at)
            ],
        )
        for each in people
        if each.fever_at is not None
    ]
