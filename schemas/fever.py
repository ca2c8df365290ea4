"""What comes next after somebody aboard was noted as ill: the steps in their order, each an event, with their
sentences in Chinese and English. Whether the coach goes on is the health authority's to say.
"""

from enum import StrEnum
from typing import Final
from uuid import UUID

from pydantic import Field

from schemas.base import Wire
from schemas.events.kinds import EventKind
from schemas.texts import choose


class FeverStep(StrEnum):
    """In the order in which they are done."""

    ISOLATE = "isolate"
    VENTILATE = "ventilate"
    REPORT = "report"
    HAND_OVER = "hand_over"
    DISINFECT = "disinfect"
    DECIDE = "decide"


FEVER_EVENTS: Final[dict[FeverStep, EventKind]] = {
    FeverStep.ISOLATE: EventKind.PASSENGER_SEAT_CHANGED,
    FeverStep.VENTILATE: EventKind.VEHICLE_VENTILATED,
    FeverStep.REPORT: EventKind.INCIDENT_REPORTED,
    FeverStep.HAND_OVER: EventKind.PASSENGER_LEFT,
    FeverStep.DISINFECT: EventKind.VEHICLE_DISINFECTED,
    FeverStep.DECIDE: EventKind.INCIDENT_SETTLED,
}
"""By which event each step is told."""

_TEXTS: Final[dict[FeverStep, tuple[tuple[str, str], tuple[str, str]]]] = {
    FeverStep.ISOLATE: (
        ("移到后排隔离座", "move to the isolation rows"),
        (
            "戴好口罩，移到留空的隔离座，登记“换座”。",
            "With a mask on, to a seat of the rows kept free; tell the seat.",
        ),
    ),
    FeverStep.VENTILATE: (
        ("停内循环、开窗通风", "stop recirculation, open windows"),
        (
            "关闭空调内循环，开窗通风，登记“车辆通风”。",
            "No recirculated air; open the windows, and tell it.",
        ),
    ),
    FeverStep.REPORT: (
        ("报告县值班电话和承运单位", "report to the duty desk and the carrier"),
        (
            "打值班电话和承运单位电话，问清就近的留验站，登记“报告事件”，写明报告给了谁。",
            "Call both, ask for the nearest quarantine point, tell an incident: who was told.",
        ),
    ),
    FeverStep.HAND_OVER: (
        ("移交就近留验站", "hand over at the nearest quarantine point"),
        (
            "在最近的留验站移交，记下单位、接收人和时间，登记“途中离开”（end=given_on）。",
            "Note unit, person and time, and tell the transfer.",
        ),
    ),
    FeverStep.DISINFECT: (
        ("座位周围消毒", "disinfect around the seat"),
        (
            "移交后对座位周围消毒（有效氯1000毫克/升，30分钟以上），登记“车辆消毒”。",
            "After the handing over: 1,000 mg/L for half an hour or more; tell it.",
        ),
    ),
    FeverStep.DECIDE: (
        (
            "由卫生健康部门决定是否继续行驶",
            "the health authority decides whether the coach goes on",
        ),
        (
            "系统不作决定。请县协调员登记“情况了结”，写明谁决定、如何决定。",
            "The system does not decide: the coordinator settles the incident, naming who decided what.",
        ),
    ),
}


class FeverStepOut(Wire):
    """One step."""

    step: FeverStep = Field(description="Which step.")
    kind: EventKind = Field(description="By which event it is told.")
    done: bool = Field(description="Whether that was told since.")
    name: str = Field(description="What is to be done, in the language asked for.")
    advice: str = Field(description="How, in the language asked for.")


class FeverOut(Wire):
    """What comes next for one person."""

    passenger_id: UUID = Field(description="Id of the passenger.")
    steps: list[FeverStepOut] = Field(description="All steps in their order.")


def name_step(step: FeverStep) -> str:
    """In the language in force."""
    return choose(*_TEXTS[step][0])


def say_how(step: FeverStep) -> str:
    """In the language in force."""
    return choose(*_TEXTS[step][1])
