"""What of a trip needs somebody: codes with their order, what each says and asks to be done, in Chinese and
English; which are red.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from schemas.base import Wire
from schemas.events.kinds import EXCEPTION_NAMES, ExceptionCode
from schemas.texts import choose


class NeedCode(StrEnum):
    """Why a trip needs somebody. Sorted by rank (RANKS: exceptions have their own), then the oldest first."""

    HELD_UP = "held-up"
    TURNED_BACK = "turned-back"
    MISSING = "missing"
    FEVER = "fever"
    INCIDENT = "incident"
    NOBODYS_HANDS = "nobodys-hands"
    MOVED_NOT_ARRIVED = "moved-not-arrived"
    SHOULD_HAVE_LEFT = "should-have-left"
    SHOULD_HAVE_ARRIVED = "should-have-arrived"
    SILENT = "silent"
    TEMPERATURE_DUE = "temperature-due"
    DISINFECTION_DUE = "disinfection-due"
    NOT_SIGNED = "not-signed"
    COUNT_DIFFERS = "count-differs"
    LEFT = "left"
    NO_DRIVER = "no-driver"
    NOT_LOCKED = "not-locked"
    NOT_ACKNOWLEDGED = "not-acknowledged"
    DESTINATION_UNTOLD = "destination-untold"
    NOT_TRAVELLING = "not-travelling"
    CONTACTS_ASKED = "contacts-asked"
    NOT_REACHED = "not-reached"
    DELAYED = "delayed"
    EXCEPTION = "exception"


_C = NeedCode
_X = ExceptionCode

RANKS: Final[dict[NeedCode | ExceptionCode, int]] = {
    **dict.fromkeys((_C.HELD_UP, _C.TURNED_BACK), 0),
    **dict.fromkeys((_C.MISSING, _C.FEVER, _C.INCIDENT, _C.NOBODYS_HANDS), 1),
    **dict.fromkeys((_C.MOVED_NOT_ARRIVED, _X.NOT_ON_LIST, _X.UNREGISTERED), 1),
    **dict.fromkeys((_X.ABOARD_ELSEWHERE, _X.OPEN_AFTER_CLOSING), 1),
    **dict.fromkeys((_C.SHOULD_HAVE_LEFT, _C.SHOULD_HAVE_ARRIVED, _C.SILENT), 2),
    **dict.fromkeys((_C.TEMPERATURE_DUE, _C.DISINFECTION_DUE), 2),
    **dict.fromkeys((_C.NOT_SIGNED, _C.COUNT_DIFFERS, _C.LEFT), 3),
    **dict.fromkeys((_X.DEPARTED_EMPTY, _X.OVER_CAPACITY), 3),
    **dict.fromkeys((_C.NO_DRIVER, _C.NOT_LOCKED, _C.NOT_ACKNOWLEDGED, _C.NOT_TRAVELLING), 4),
    _C.DESTINATION_UNTOLD: 4,
    _C.CONTACTS_ASKED: 4,
    **dict.fromkeys((_C.NOT_REACHED, _C.DELAYED), 5),
}
"""What is looked at first: 0 the road, 1 people, 2 the clock, 3 the sum, 4 the next 12 hours, 5 the rest. An
exception that is not named here has 5."""
LAST_RANK: Final = 5
MOST_RED: Final = 3
"""Up to this rank a need is red: somebody has to act now."""

_TEXTS: Final[dict[NeedCode, tuple[tuple[str, str], tuple[str, str]]]] = {
    _C.HELD_UP: (
        ("途中受阻", "held up"),
        ("联系领队，问清原因和预计放行时间。", "Call the escort: why, and until when."),
    ),
    _C.TURNED_BACK: (
        ("被劝返", "turned back"),
        (
            "联系输入地人社局，安排返程和食宿。",
            "Call the destination's bureau; see to the way back.",
        ),
    ),
    _C.MISSING: (
        ("有人失联", "somebody is missing"),
        ("立即寻找并报告，找到后登记“找到”。", "Search and report; tell when found."),
    ),
    _C.FEVER: (
        ("发热人员未移交", "fever, not handed over"),
        (
            "就近联系医疗机构，移交后登记“途中离开”，写明有人接走。",
            "Call the nearest health point; tell that they left, given on.",
        ),
    ),
    _C.INCIDENT: (
        ("有情况未了结", "an open incident"),
        ("联系领队；处理完后登记“情况了结”。", "Call the escort; tell when it is settled."),
    ),
    _C.NOBODYS_HANDS: (
        ("有人未被接收，无人负责", "refused, in nobody's hands"),
        ("定下由谁接手，并登记。", "Decide who takes them, and tell it."),
    ),
    _C.MOVED_NOT_ARRIVED: (
        ("换乘后未见上车", "moved, not seen aboard there"),
        ("向两趟车的领队核实人在哪里。", "Ask both escorts where they are."),
    ),
    _C.SHOULD_HAVE_LEFT: (
        ("应发未发", "should have left"),
        ("联系领队：登记发车、延误或取消。", "Call the escort: departed, delayed or cancelled."),
    ),
    _C.SHOULD_HAVE_ARRIVED: (
        ("应到未到", "should have arrived"),
        ("联系领队：登记抵达，或新的预计时间。", "Call the escort: arrived, or a new time."),
    ),
    _C.SILENT: (
        ("在途久无消息", "on the way, no word"),
        ("打电话问领队或驾驶员现在何处。", "Call escort or driver: where are they."),
    ),
    _C.TEMPERATURE_DUE: (
        ("全车测温已到时", "a round of temperatures is due"),
        ("请领队测温，登记“全车测温”。", "Have the escort take them; tell the round."),
    ),
    _C.DISINFECTION_DUE: (
        ("车辆消毒已到时", "a disinfection is due"),
        ("请在停靠时消毒，登记“车辆消毒”。", "Disinfect at the next stop, and tell it."),
    ),
    _C.NOT_SIGNED: (
        ("抵达超过1小时未交接", "arrived an hour ago, not handed over"),
        ("催接收单位签收；没有去向的逐人核实。", "Have the receiver sign; find who has no end."),
    ),
    _C.COUNT_DIFFERS: (
        ("清点人数不符", "head count differs"),
        ("与领队逐人核对，更正或说明。", "Go through the list with the escort; mend or explain."),
    ),
    _C.LEFT: (
        ("途中有人离开", "somebody left on the way"),
        ("联系本人或家属，确认平安。", "Call them or the family: are they safe."),
    ),
    _C.NO_DRIVER: (
        ("没有驾驶员", "no driver"),
        ("请承运单位定驾驶员并登记。", "Have the carrier name one."),
    ),
    _C.NOT_LOCKED: (
        ("12小时内发车，名册未锁", "leaves within 12 h, list not locked"),
        ("核对名册后锁定。", "Check the list and lock it."),
    ),
    _C.DESTINATION_UNTOLD: (
        ("名册已变，输入地还不知道", "the destination does not know the new list"),
        ("把新名册函告输入地，并登记。", "Tell the destination the new list, and record it."),
    ),
    _C.NOT_ACKNOWLEDGED: (
        ("已函告，输入地未确认", "filed, not acknowledged"),
        ("打电话请输入地确认，记下是谁。", "Call the destination; note who said yes."),
    ),
    _C.NOT_TRAVELLING: (
        ("名册上有暂缓出行、已撤出或不去的人", "held, withdrawn or declined people on the list"),
        ("核实后移出名册，或解除暂缓。", "Take them off, or have the hold released."),
    ),
    _C.CONTACTS_ASKED: (
        ("卫健部门询问同乘人员", "the health office asks who rode along"),
        (
            "配合卫健部门核实名单和联系方式。",
            "Help the health office with the list and telephones.",
        ),
    ),
    _C.NOT_REACHED: (
        ("有人未通知到", "people not reached"),
        (
            "打电话通知，打不通的请村里转告。",
            "Call them; who does not answer, through the village.",
        ),
    ),
    _C.DELAYED: (
        ("延误", "delayed"),
        ("告知接收单位新的预计时间。", "Tell the receiver the new time."),
    ),
    _C.EXCEPTION: (
        ("例外", "exception"),
        ("核实后更正（冲正、补录），或说明。", "Mend it (reverse, tell anew), or explain it."),
    ),
}


def name_need(code: NeedCode, exception: ExceptionCode | None) -> str:
    """In the language in force; an exception by its own name."""
    if code is NeedCode.EXCEPTION and exception is not None:
        return choose(*EXCEPTION_NAMES[exception])
    return choose(*_TEXTS[code][0])


def say_what_to_do(code: NeedCode) -> str:
    """In the language in force."""
    return choose(*_TEXTS[code][1])


def rank_need(code: NeedCode, exception: ExceptionCode | None) -> int:
    """0 is looked at first."""
    key = exception if code is NeedCode.EXCEPTION and exception is not None else code
    return RANKS.get(key, LAST_RANK)


class NeedOut(Wire):
    """One reason why a trip needs somebody, with what to do."""

    code: NeedCode
    exception: ExceptionCode | None = Field(
        default=None, description="Which one, where `code` is `exception`."
    )
    red: bool = Field(description="Somebody has to act now.")
    since: datetime | None = Field(description="Since when; null where nobody can tell.")
    count: int = Field(description="How many people, incidents or exceptions; else 1.")
    name: str = Field(description="What it is, in the language asked for.", examples=["应发未发"])
    advice: str = Field(description="What to do, in the language asked for.")
