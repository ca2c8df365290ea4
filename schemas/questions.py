"""Question sets of health declarations, as data: code, version, and each question in Chinese and English. A yes
to any of them is what a policy looks at.

In an ordinary year there is none. A set is never edited: other questions are another version.
"""

from dataclasses import dataclass
from typing import Final

from pydantic_core import PydanticCustomError


@dataclass(frozen=True, slots=True)
class Question:
    """`code` is what answers are keyed by."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """All questions have to be answered with yes or no."""

    code: str
    version: int
    zh: str
    en: str
    questions: tuple[Question, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.questions)


# The five questions of practice in spring 2020 (docs/policies.md has the sources of the rules).
FIVE_OF_2020: Final = QuestionSet(
    code="2020-five",
    version=1,
    zh="2020年“五类”询问",
    en="the five questions of 2020",
    questions=(
        Question(
            "lives_in_outbreak_area",
            "居住地是否为疫情高发地区",
            "lives in an area with many cases",
        ),
        Question(
            "met_case",
            "14天内是否接触过确诊或疑似病例",
            "in contact with a case within 14 days",
        ),
        Question(
            "was_in_outbreak_area",
            "14天内是否到过湖北或有本地传播的地区",
            "was in Hubei or an area with local spread within 14 days",
        ),
        Question(
            "met_people_from_there",
            "14天内是否接触过来自上述地区的人",
            "in contact with people from there within 14 days",
        ),
        Question(
            "has_symptoms",
            "14天内本人是否有发热、咳嗽、乏力等症状",
            "fever, cough or other symptoms within 14 days",
        ),
    ),
)

QUESTION_SETS: Final[tuple[QuestionSet, ...]] = (FIVE_OF_2020,)
SET_CODES: Final = tuple(sorted({each.code for each in QUESTION_SETS}))


def refuse_unknown_set() -> PydanticCustomError:
    """The error of a field `question_set` that names no set; it names those that there are."""
    told = {"field": "question_set", "known": ", ".join(SET_CODES)}
    return PydanticCustomError(
        "question-set-unknown", "no such set of questions; known: {known}", told
    )


def list_versions(code: str) -> tuple[int, ...]:
    """Of a set, ascending; none for an unknown one."""
    return tuple(sorted(each.version for each in QUESTION_SETS if each.code == code))


def get_question_set(code: str, version: int) -> QuestionSet | None:
    for each in QUESTION_SETS:
        if (each.code, each.version) == (code, version):
            return each
    return None
