"""`DomainError`: a refusal with a code of schemas/errors.py, its status, and facts that hold nothing
personal.
"""

from schemas.errors import ErrorCode, FieldProblem, Problem
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

    def problem(self) -> Problem:
        return make_problem(self.code, errors=self.errors, facts=self.facts)
