"""What the properties of notes of health, holds and remarks are, by `Model.name`."""

from collections.abc import Mapping
from typing import Final

from schemas.questions import QUESTION_SETS

_WHAT: Final = "Which sort of note it is."


def _list_questions() -> str:
    """The codes of each set with what they ask."""
    sets = [
        f"Of `{each.code}`: " + "; ".join(f"`{one.code}` ({one.en})" for one in each.questions)
        for each in QUESTION_SETS
    ]
    return ". ".join(sets) + "."


HEALTH: Final[Mapping[str, str]] = {
    "BalanceOut.given_on": "How many left on the way with somebody who took them over.",
    "Declared.answers": "Each question's code with true for yes or false for no; none may be left out. "
    f"{_list_questions()}",
    "Declared.asked_by": "Who asked the questions.",
    "Declared.question_set": "Code of the set of questions, such as `2020-five`.",
    "Declared.signed": "How the person stands by the answers.",
    "Declared.version": "The version of the set of questions.",
    "Declared.what": _WHAT,
    "FollowedUp.called_by": "Who called.",
    "FollowedUp.day": "Which day after the arrival it was; the day after it is 1.",
    "FollowedUp.reached": "Whether the person was reached.",
    "FollowedUp.status": "How they are; null where they were not reached.",
    "FollowedUp.what": _WHAT,
    "HealthRecordOut.account_id": "Id of the account that recorded it.",
    "HealthRecordOut.content": "What was noted; null once its key was destroyed.",
    "HealthRecordOut.invalidated": "Of a proof: whether a later note says that it counts no more.",
    "HealthRecordOut.what": "Which sort of note it is; null once its key was destroyed.",
    "Measured.device": "The device, as people call it; null where nobody told it.",
    "Measured.measured_by": "Who measured; null where nobody told it.",
    "Measured.readings": "What was measured at one time, at most 20 values.",
    "Measured.what": _WHAT,
    "PassengerLeft.end": "Given on to somebody, or on their own way; null: on their own way.",
    "PassengerLeft.given_to": "Who took them over; needed for `given_on`, else null.",
    "PassengerLeft.unit": "The unit or person that took them over; needed for `given_on`, else null.",
    "PassengerNoted.what": "What the remark is; sealed, as all of it but the seat.",
    "PolicyVersion.follow_up_days": "For how many days after the arrival people are called; null: nobody is.",
    "PolicyVersion.question_set": "Code of the questions that have to be answered; null asks for none.",
    "ProofInvalidated.proof_id": "Id of the event that recorded the proof.",
    "ProofInvalidated.what": _WHAT,
    "ProofRecorded.issued_on": "Day of issue as the paper says; null where it has none.",
    "ProofRecorded.issuer": "Who issued it; null where nobody told it.",
    "ProofRecorded.issuing_region": "The division whose office issued it, 2 to 9 digits.",
    "ProofRecorded.kind": "Which kind of paper it is.",
    "ProofRecorded.number": "The paper's number; null where it has none.",
    "ProofRecorded.result": "What the paper says, or the colour that was shown; null where it says none.",
    "ProofRecorded.sampled_at": "When the sample was taken; null for papers without one.",
    "ProofRecorded.what": _WHAT,
    "Reading.code": "What was measured.",
    "Reading.site": "Where a body temperature was taken; else null.",
    "Reading.unit": "The unit, which follows from the code; named, it has to be that one.",
    "Reading.value": "A whole number in the unit of its code (365 is 36.5 °C), or `unreadable`.",
    "Screened.operator": "Who asked.",
    "Screened.result_code": "What the system answered, as its code.",
    "Screened.system": "Which system was asked.",
    "Screened.what": _WHAT,
    "WorkerTravelChanged.action": "Whether a hold is laid or lifted.",
    "WorkerTravelChanged.may_release": "Who can lift the hold, in words; null where nobody told it.",
    "WorkerTravelChanged.reason": "Why; needed for a hold.",
    "WorkerTravelChanged.reason_class": "Which class of reason; needed for a hold, null for a release.",
}
