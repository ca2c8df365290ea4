"""Errors of the business: a code of schemas/errors.py with the facts that a person needs."""

from schemas.errors import ErrorCode, FieldProblem, Language, Problem
from schemas.messages import MESSAGES, make_problem


class DomainError(Exception):
    """Refused, with a code. `facts` are shown to the caller: counts, states; nothing personal."""

    def __init__(
        self,
        code: ErrorCode,
        *,
        facts: dict[str, object] | None = None,
        errors: list[FieldProblem] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.errors = errors

    @property
    def status(self) -> int:
        return MESSAGES[self.code].status

    def problem(self, language: Language) -> Problem:
        return make_problem(self.code, language=language, errors=self.errors, facts=self.facts)


def pick_language(accept_language: str) -> Language:
    """English where it is asked for before Chinese, else Chinese."""
    wanted = accept_language.lower()
    english, chinese = wanted.find("en"), wanted.find("zh")
    if english < 0:
        return "zh"
    return "en" if chinese < 0 or english < chinese else "zh"
