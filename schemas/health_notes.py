"""What is noted of a worker's health, as typed contents told apart by `what`: declaration, measurements, proof
recorded or invalidated, screening asked, follow-up made. All of it is sealed.
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import (
    Discriminator,
    Field,
    PlainValidator,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from schemas.base import Input, object_to
from schemas.events.fields import (
    UNREADABLE,
    DivisionPrefix,
    FreeText,
    MomentOfThisAge,
    PolicyCode,
    ShortText,
)
from schemas.measures import MEASURES, MeasureCode, MeasureUnit, check_value, must_measure_again
from schemas.policies import ProofKind, TemperatureSite
from schemas.questions import get_question_set, list_versions, refuse_unknown_set
from schemas.types import WHOLE, Day, Flag


class NoteWhat(StrEnum):
    """What one note is."""

    DECLARED = "declared"
    FOLLOW_UP = "follow_up"
    MEASURED = "measured"
    PROOF = "proof"
    PROOF_INVALIDATED = "proof_invalidated"
    SCREENING = "screening"


class SignedHow(StrEnum):
    """How the declaring person stands by the answers."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    SPOKEN = "spoken"
    THUMBPRINT = "thumbprint"


class _Note(Input):
    note: FreeText | None = None


# --- declared -----------------------------------------------------------------------------------
_QuestionCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Declared(_Note):
    """Answers to one version of a question set : yes or no to each of its questions."""

    what: Literal["declared"]
    question_set: PolicyCode
    version: Annotated[int, Field(ge=1, le=999), WHOLE]
    answers: Annotated[dict[_QuestionCode, Flag], Field(max_length=50)]
    asked_by: ShortText
    signed: SignedHow

    @model_validator(mode="after")
    def _fits_set(self) -> Self:
        versions = list_versions(self.question_set)
        if not versions:
            raise refuse_unknown_set()
        known = get_question_set(self.question_set, self.version)
        if known is None:
            told = ", ".join(map(str, versions))
            raise _object("question-version-unknown", "version", known=told)
        for code in known.codes:
            if code not in self.answers:
                raise _object("answer-missing", f"answers.{code}", question=code)
        for code in sorted(self.answers):
            if code not in known.codes:
                raise _object("answer-unknown", f"answers.{code}", question=code)
        return self


_SENTENCES: Final = {
    "question-version-unknown": "the set has no such version; known: {known}",
    "answer-missing": "this question is not answered: {question}",
    "answer-unknown": "the set has no such question: {question}",
}


def _object(code: str, field: str, **facts: str) -> PydanticCustomError:
    """Names a question by its code, which is ours or has the form of one."""
    return PydanticCustomError(code, _SENTENCES[code], {"field": field, **facts})


# --- measured -----------------------------------------------------------------------------------
def _read_value(value: object) -> object:
    """A number, or that the device showed nothing usable. What fits the code is judged with it."""
    if value == UNREADABLE or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise PydanticKnownError("int_type")


_Value = Annotated[
    Any,
    PlainValidator(_read_value),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "enum": [UNREADABLE]}]}),
]


class Reading(Input):
    """One value in the unit of its code, or 'unreadable'. A body temperature is in tenths of a degree Celsius:
    365 is 36.5; `site` tells where it was taken."""

    code: MeasureCode
    value: _Value
    unit: MeasureUnit | None = None
    site: TemperatureSite | None = None

    @model_validator(mode="after")
    def _fits_code(self) -> Self:
        wanted = MEASURES[self.code].unit
        if self.unit is not None and self.unit is not wanted:
            message = "this is measured in {unit}"
            told = {"field": "unit", "unit": str(wanted)}
            raise PydanticCustomError("unit-misfit", message, told)
        if self.site is not None and self.code is not MeasureCode.BODY_TEMPERATURE:
            raise object_to("site-misfit", "site", "only a body temperature has one")
        check_value(self.code, self.value)
        return self


class Measured(_Note):
    """What was measured at one time: the event's. `device` as people call it."""

    what: Literal["measured"]
    readings: Annotated[list[Reading], Field(min_length=1, max_length=20)]
    place: ShortText | None = None
    measured_by: ShortText | None = None
    device: ShortText | None = None


# --- proofs -------------------------------------------------------------------------------------
class ProofResult(StrEnum):
    """What a paper says, or the colour that a code showed."""

    ABNORMAL = "abnormal"
    GREEN = "green"
    NEGATIVE = "negative"
    NORMAL = "normal"
    POSITIVE = "positive"
    RED = "red"
    YELLOW = "yellow"


class ProofRecorded(_Note):
    """A paper that was shown. How long it holds follows from its own date and the policy of that date: it is
    not written down. `issuing_region`: the division whose office issued it, 2 to 9 digits."""

    what: Literal["proof"]
    kind: ProofKind
    number: ShortText | None = None
    issuer: ShortText | None = None
    issuing_region: DivisionPrefix | None = None
    issued_on: Day | None = None
    sampled_at: MomentOfThisAge | None = None
    result: ProofResult | None = None

    @model_validator(mode="after")
    def _has_date(self) -> Self:
        if self.issued_on is None and self.sampled_at is None:
            raise object_to("proof-undated", "issued_on", "issued_on or sampled_at is needed")
        return self


class ProofInvalidated(_Note):
    """A proof counts no more: `proof_id` is the event that recorded it."""

    what: Literal["proof_invalidated"]
    proof_id: UUID


# --- screening and follow-up -----------------------------------------------------------------------
class Screened(_Note):
    """Another system was asked about the person: which, what it answered, who asked."""

    what: Literal["screening"]
    system: ShortText
    result_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.-]{1,40}$")]
    operator: ShortText


class FollowUpStatus(StrEnum):
    HOSPITAL = "hospital"
    MOVED_ON = "moved_on"
    SYMPTOMS = "symptoms"
    WELL = "well"


class FollowedUp(_Note):
    """Somebody was called after the arrival: on day `day` (the day after it is 1), with what came back."""

    what: Literal["follow_up"]
    day: Annotated[int, Field(ge=1, le=60), WHOLE]
    reached: Flag
    status: FollowUpStatus | None = None
    called_by: ShortText

    @model_validator(mode="after")
    def _fits_reached(self) -> Self:
        if self.reached is (self.status is None):
            raise object_to("follow-up-unclear", "status", "a status if reached, and only then")
        return self


def _read_what(value: Any) -> Any:
    """The tag as sent, of an object that was read already too; never repeated in an error."""
    what = value.get("what") if isinstance(value, dict) else getattr(value, "what", None)
    return what if isinstance(what, str) else None


HealthContent = Annotated[
    Annotated[Declared, Tag("declared")]
    | Annotated[FollowedUp, Tag("follow_up")]
    | Annotated[Measured, Tag("measured")]
    | Annotated[ProofRecorded, Tag("proof")]
    | Annotated[ProofInvalidated, Tag("proof_invalidated")]
    | Annotated[Screened, Tag("screening")],
    Discriminator(
        _read_what,
        custom_error_type="note-unknown",
        custom_error_message=f"`what` is one of: {', '.join(NoteWhat)}",
    ),
]


def asks_again(content: object) -> bool:
    """Whether a note holds a body temperature so low that it was the cold or the device: a second measurement
    is asked for."""
    if isinstance(content, Measured):
        return any(
            each.code is MeasureCode.BODY_TEMPERATURE and must_measure_again(each.value)
            for each in content.readings
        )
    return False


Note = Declared | Measured | ProofRecorded | ProofInvalidated | Screened | FollowedUp
"""The same, without its validation."""
