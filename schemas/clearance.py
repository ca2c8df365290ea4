"""Clearance: its verdicts, the reasons against it with what each says in Chinese and English and who can cure
it, and its form on the wire.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from schemas.base import Wire
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.health_notes import ProofResult
from schemas.policies import ProofKind, RiskLevel
from schemas.questions import QUESTION_SETS
from schemas.texts import Text, choose, say

_E = ErrorCode


class Verdict(StrEnum):
    """What a clearance comes to."""

    CLEARED = "cleared"
    HELD = "held"
    """Somebody has to decide first."""
    MISSING = "missing"
    """A paper or an answer is missing."""


VERDICT_NAMES: Final[dict[Verdict, tuple[str, str]]] = {
    Verdict.CLEARED: ("通过", "cleared"),
    Verdict.HELD: ("未通过", "held"),
    Verdict.MISSING: ("缺材料", "missing"),
}


class Cure(StrEnum):
    """Who can take an obstacle away."""

    CARRIER = "carrier"
    COORDINATOR = "coordinator"
    DESTINATION = "destination"
    ESCORT = "escort"
    HEALTH = "health"
    TOWNSHIP = "township"


CURE_NAMES: Final[dict[Cure, tuple[str, str]]] = {
    Cure.CARRIER: ("承运单位", "carrier"),
    Cure.COORDINATOR: ("县协调员", "county coordinator"),
    Cure.DESTINATION: ("输入地", "destination"),
    Cure.ESCORT: ("领队", "escort"),
    Cure.HEALTH: ("卫健部门", "health office"),
    Cure.TOWNSHIP: ("乡镇", "township"),
}

PROOF_NAMES: Final[dict[ProofKind, tuple[str, str]]] = {
    ProofKind.FOLLOW_UP_SHEET: ("健康随访记录表", "follow-up sheet"),
    ProofKind.HEALTH_CERTIFICATE: ("健康申报证明", "health certificate"),
    ProofKind.HEALTH_CODE: ("健康码", "health code"),
    ProofKind.NUCLEIC_TEST: ("核酸检测证明", "nucleic test"),
    ProofKind.VACCINATION: ("疫苗接种证明", "vaccination"),
}

RESULT_NAMES: Final[dict[ProofResult, tuple[str, str]]] = {
    ProofResult.ABNORMAL: ("异常", "abnormal"),
    ProofResult.GREEN: ("绿码", "green"),
    ProofResult.NEGATIVE: ("阴性", "negative"),
    ProofResult.NORMAL: ("正常", "normal"),
    ProofResult.POSITIVE: ("阳性", "positive"),
    ProofResult.RED: ("红码", "red"),
    ProofResult.YELLOW: ("黄码", "yellow"),
}


LEVEL_NAMES: Final[dict[RiskLevel, tuple[str, str]]] = {
    RiskLevel.HIGH: ("高风险", "high"),
    RiskLevel.MEDIUM: ("中风险", "medium"),
    RiskLevel.LOW: ("低风险", "low"),
}


class ReasonText(Text):
    """Why somebody may not ride, and what would change the answer. Named by the code of the reason."""

    COMPANION_ABSENT = (
        "监护人同意书上写的同行照看人不在名册上：请换人照看，重新登记监护人同意",
        "who was to look after this minor is not on the list: name somebody else in a new consent",
    )
    CONSENT_MISSING = (
        (
            "未满{age}周岁，监护人不在本趟名册上：登记监护人书面同意（附照片），写明同行照看人和接收人；"
            "监护人同车的，先在登记中写上监护人。命令：fangang worker consent 编号 --paper 同意书.jpg"
        ),
        (
            "younger than {age} and the guardian is not on this list: record the guardian's written "
            "consent with a photograph, companion and receiver; or enter the guardian who rides along. "
            "Command: fangang worker consent NUMBER --paper consent.jpg"
        ),
    )
    DECLARATION_EXPIRED = (
        "健康申报是{declared_on}的，到达为{arrival}，只认到达前{days}天以内的：请重新申报",
        "declared on {declared_on}, the arrival is {arrival}, and {days} days count: declare again",
    )
    DECLARATION_MISSING = (
        "没有健康申报，本政策要的是{question_set}：请询问本人并登记",
        "no declaration to {question_set}: ask the person and note the answers",
    )
    EXPOSURE_DECLARED = (
        "健康申报中有“是”的回答：请卫健部门核实；情况有变的重新申报",
        "an answer of the declaration is yes: the health office looks into it; declare again if it has changed",
    )
    HEALTH_HOLD = (
        "已登记暂缓出行：由登记的一方解除",
        "held: whoever laid the hold releases it",
    )
    PROOF_AGAINST = (
        "{kind}结果异常：请卫健部门核实",
        "the {kind} is not normal: the health office looks into it",
    )
    PROOF_EXPIRED = (
        "{kind}{until}到期，到达为{arrival}：请重新开具",
        "the {kind} ends {until}, the arrival is {arrival}: get a new one",
    )
    PROOF_MISSING = (
        "没有{kinds}：请办理后登记",
        "none of: {kinds}. Get one and note it",
    )
    PROOF_RESULT_MISSING = (
        "{kind}没有登记“{wanted}”的结果：请核对后重新登记",
        "the {kind} was noted without the result {wanted}: look at it and note it again",
    )
    PROOF_UNRECOGNISED = (
        "{kind}由{region}出具，本政策不认：请在认可的地方重新开具",
        "the {kind} was issued in {region}, which this policy does not recognise: get one that is",
    )
    RISK_AREA = (
        "途经或往来地区属{level}地区，本政策不准出行：请县里决定改期或改线",
        "the level of risk on the way is {level}, from or to which nobody travels: another day or another way",
    )
    SCREENING_AGAINST = (
        "核查系统返回“{result}”：请卫健部门核实",
        "the screening answered {result}: the health office looks into it",
    )
    TEMPERATURE_HIGH = (
        "体温{value}（标准{limit}）：请复测或交卫健部门",
        "temperature {value} (limit {limit}): measure again or turn to the health office",
    )
    UNDER_AGE = (
        "未满16周岁，不能作为务工人员出行：随家人同行的改为随行子女",
        "younger than 16: may not go as a worker; with the family, as a child",
    )
    WORKER_WITHDRAWN = (
        "本人已撤出：请移出名册，或撤销撤出登记",
        "withdrawn: take the person off the list, or reverse the withdrawal",
    )


class _Neutral(Text):
    """What somebody reads who may not know more."""

    HELD = ("核验未通过：请联系{cure}", "not cleared: ask the {cure}")


CURES: Final[dict[ErrorCode, Cure]] = {
    _E.COMPANION_ABSENT: Cure.TOWNSHIP,
    _E.CONSENT_MISSING: Cure.TOWNSHIP,
    _E.DECLARATION_EXPIRED: Cure.TOWNSHIP,
    _E.DECLARATION_MISSING: Cure.TOWNSHIP,
    _E.EXPOSURE_DECLARED: Cure.HEALTH,
    _E.HEALTH_HOLD: Cure.HEALTH,
    _E.PROOF_AGAINST: Cure.HEALTH,
    _E.PROOF_EXPIRED: Cure.TOWNSHIP,
    _E.PROOF_MISSING: Cure.TOWNSHIP,
    _E.PROOF_RESULT_MISSING: Cure.TOWNSHIP,
    _E.PROOF_UNRECOGNISED: Cure.TOWNSHIP,
    _E.RISK_AREA: Cure.COORDINATOR,
    _E.SCREENING_AGAINST: Cure.HEALTH,
    _E.TEMPERATURE_HIGH: Cure.HEALTH,
    _E.UNDER_AGE: Cure.COORDINATOR,
    _E.WORKER_WITHDRAWN: Cure.COORDINATOR,
}
"""Every reason against a clearance, and who can cure it."""

FORBIDDEN: Final = frozenset({_E.COMPANION_ABSENT, _E.CONSENT_MISSING, _E.UNDER_AGE})
"""By law, or a guardian's to decide: no officer overrides it."""
OF_PAPERS: Final = frozenset(
    {
        _E.COMPANION_ABSENT,
        _E.CONSENT_MISSING,
        _E.DECLARATION_EXPIRED,
        _E.DECLARATION_MISSING,
        _E.PROOF_EXPIRED,
        _E.PROOF_MISSING,
        _E.PROOF_RESULT_MISSING,
        _E.PROOF_UNRECOGNISED,
    }
)
"""Missing papers and answers; everything else holds somebody."""
NEUTRAL: Final = frozenset(
    {_E.COMPANION_ABSENT, _E.CONSENT_MISSING, _E.UNDER_AGE}
    | {_E.WORKER_WITHDRAWN, _E.HEALTH_HOLD, _E.RISK_AREA}
)
"""Reasons that say nothing of somebody's health."""


class ReasonOut(Wire):
    """One reason why somebody may not ride. `code` is null for who may not know it; then `says` tells whom
    to ask. `document`: the paper of the policy that asks for it."""

    code: ErrorCode | None
    says: str
    cure: Cure
    document: str | None
    overridden: bool = False


def tell_reason(code: ErrorCode, facts: Mapping[str, Any]) -> str:
    """The sentence in the language in force. `facts`: values as the rule gives them; enums and days are shown
    as people say them, several values joined by "or"."""
    told = {name: _SHOWN.get(name, _show)(value) for name, value in facts.items()}
    return say(ReasonText[code.name], **told)


def tell_neutrally(code: ErrorCode) -> str:
    """For who may not know the reason: whom to ask."""
    return say(_Neutral.HELD, cure=choose(*CURE_NAMES[CURES[code]]))


def _show_set(code: str) -> str:
    """The name of a set of questions, with its code."""
    known = next((each for each in QUESTION_SETS if each.code == code), None)
    return _with_code(choose(known.zh, known.en), code) if known else code


def _show_region(code: str | None) -> str:
    """The name of a division by its first digits, with them; None: nobody noted it."""
    if code is None:
        return choose("未登记的地方", "a place that was not noted")
    division = get_division(code.ljust(6, "0"))
    return _with_code(full_name(division.code), code) if division else code


def _with_code(name: str, code: str) -> str:
    return choose(f"{name}（{code}）", f"{name} ({code})")


_SHOWN: Final[Mapping[str, Callable[[Any], str]]] = {
    "question_set": _show_set,
    "region": _show_region,
}
"""Facts that hold a code, by their names: said in words, the code in brackets."""


def _show(value: object) -> str:
    if isinstance(value, RiskLevel):
        return choose(*LEVEL_NAMES[value])
    if isinstance(value, ProofKind):
        return choose(*PROOF_NAMES[value])
    if isinstance(value, ProofResult):
        return choose(*RESULT_NAMES[value])
    if isinstance(value, tuple):
        return choose("或", " or ").join(_show(each) for each in value)
    if isinstance(value, date):
        return choose(f"{value.month}月{value.day}日", value.isoformat())
    return str(value)


class ClearanceOut(Wire):
    """By the policy in force on the day. `holds` are ids: why somebody is held is sealed. `unconfirmed`:
    the events of releases that were given by telephone and wait for the health office's confirmation.
    """

    worker_id: UUID
    on: date
    may_travel: bool
    verdict: Verdict
    reasons: list[ErrorCode]
    explained: list[ReasonOut]
    holds: list[UUID]
    unconfirmed: list[UUID]
    policy_version: str
