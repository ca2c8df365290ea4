"""Chinese and English names of what is noted of health: sorts of notes, measurements, papers and their results,
reasons of holds, ends of those who left on the way.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from schemas.clearance import PROOF_NAMES, RESULT_NAMES
from schemas.events.payloads_health import HoldReason, TravelAction
from schemas.events.payloads_passengers import GivenTo, LeftEnd, PassengerRemark
from schemas.health_notes import FollowUpStatus, NoteWhat, ProofResult, SignedHow
from schemas.measures import MEASURES, MeasureCode, MeasureUnit
from schemas.policies import ProofKind, TemperatureSite

HEALTH_NAMES: Final[Mapping[type[StrEnum], Mapping[Any, tuple[str, str]]]] = {
    FollowUpStatus: {
        FollowUpStatus.HOSPITAL: ("在医院", "in hospital"),
        FollowUpStatus.MOVED_ON: ("已离开当地", "moved on"),
        FollowUpStatus.SYMPTOMS: ("有症状", "symptoms"),
        FollowUpStatus.WELL: ("健康", "well"),
    },
    GivenTo: {
        GivenTo.FAMILY: ("家属", "family"),
        GivenTo.HEALTH_POINT: ("医疗机构", "health point"),
        GivenTo.OTHER: ("其他", "other"),
        GivenTo.POLICE: ("公安", "police"),
        GivenTo.WELFARE_STATION: ("救助站", "welfare station"),
    },
    HoldReason: {
        HoldReason.DOCUMENT: ("证件", "document"),
        HoldReason.EMPLOYER: ("用工单位", "employer"),
        HoldReason.FAMILY: ("家庭", "family"),
        HoldReason.HEALTH: ("健康", "health"),
        HoldReason.LEGAL: ("法律", "legal"),
        HoldReason.OTHER: ("其他", "other"),
    },
    LeftEnd: {
        LeftEnd.GIVEN_ON: ("有人接走", "given on"),
        LeftEnd.OWN_WAY: ("自行离开", "own way"),
    },
    MeasureCode: {code: (each.zh, each.en) for code, each in MEASURES.items()},
    MeasureUnit: {
        MeasureUnit.MMHG: ("mmHg", "mmHg"),
        MeasureUnit.PERCENT: ("%", "%"),
        MeasureUnit.PER_MINUTE: ("次/分", "/min"),
        MeasureUnit.TENTH_CELSIUS: ("0.1℃", "0.1 °C"),
        MeasureUnit.TENTH_MMOL_PER_LITRE: ("0.1mmol/L", "0.1 mmol/L"),
    },
    NoteWhat: {
        NoteWhat.DECLARED: ("健康申报", "declaration"),
        NoteWhat.FOLLOW_UP: ("随访", "follow-up"),
        NoteWhat.MEASURED: ("测量", "measurement"),
        NoteWhat.PROOF: ("健康证明", "proof"),
        NoteWhat.PROOF_INVALIDATED: ("证明作废", "proof invalidated"),
        NoteWhat.SCREENING: ("筛查", "screening"),
    },
    PassengerRemark: {
        PassengerRemark.FEVER: ("发热", "fever"),
        PassengerRemark.INJURY: ("受伤", "injury"),
        PassengerRemark.REMARK: ("情况", "remark"),
        PassengerRemark.SYMPTOMS: ("症状", "symptoms"),
    },
    ProofKind: PROOF_NAMES,
    ProofResult: RESULT_NAMES,
    SignedHow: {
        SignedHow.ELECTRONIC: ("电子签名", "electronic"),
        SignedHow.PAPER: ("纸质签字", "paper"),
        SignedHow.SPOKEN: ("口头", "spoken"),
        SignedHow.THUMBPRINT: ("按手印", "thumbprint"),
    },
    TemperatureSite: {
        TemperatureSite.ARMPIT: ("腋温", "armpit"),
        TemperatureSite.EAR: ("耳温", "ear"),
        TemperatureSite.FOREHEAD: ("额温", "forehead"),
        TemperatureSite.MOUTH: ("口温", "mouth"),
        TemperatureSite.WRIST: ("腕温", "wrist"),
    },
    TravelAction: {
        TravelAction.HELD: ("暂缓出行", "held"),
        TravelAction.RELEASED: ("解除暂缓", "released"),
    },
}
