"""Errors of the business: a code of schemas/errors.py with the facts that a person needs."""

from schemas.errors import ErrorCode, FieldProblem, Problem
from schemas.messages import MESSAGES, make_problem
from schemas.texts import Language


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

    def problem(self) -> Problem:
        return make_problem(self.code, errors=self.errors, facts=self.facts)


def pick_language(accept_language: str) -> Language:
    """The one of the two that is wanted most, of equals the first (RFC 9110, 12.5.4); else Chinese."""
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language.lower().split(",")):
        tag, _, parameter = part.partition(";")
        weight = _read_weight(parameter)
        if weight > 0 and tag.strip()[:2] in {"en", "zh"}:
            ranked.append((weight, -place, "en" if tag.strip().startswith("en") else "zh"))
    return max(ranked)[2] if ranked else "zh"


def _read_weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
