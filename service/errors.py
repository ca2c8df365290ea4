"""`DomainError`: a refusal with a code of schemas/errors.py, its status, and facts that hold nothing
personal.
"""

from schemas.errors import ErrorCode, FieldProblem, Problem
from schemas.messages import MESSAGES, make_problem
from schemas.shapes import FieldText
from schemas.texts import say


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


def refusal_of(problem: Problem) -> DomainError:
    """What refused an event, as the refusal of the request that needed it."""
    errors = list(problem.errors) if problem.errors else None
    return DomainError(problem.code, facts=problem.facts, errors=errors)


def object_to(field: str, text: FieldText, **values: object) -> FieldProblem:
    """What only the server's rules can say of a field, in the language in force."""
    return FieldProblem(field=field, message=say(text, **values))


def unknown_reference(*fields: str) -> DomainError:
    """Not-found, naming the fields of the request whose ids lead nowhere."""
    problems = [object_to(each, FieldText.NO_REFERENCE) for each in fields]
    return DomainError(ErrorCode.NOT_FOUND, errors=problems)
