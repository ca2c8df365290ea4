"""The one table of error messages: HTTP status, what is wrong, and the next step, zh and en."""

from schemas.errors import ErrorCode, FieldProblem, Language, Problem
from schemas.messages.form import Message
from schemas.messages.journeys import JOURNEYS
from schemas.messages.requests import REQUESTS
from schemas.messages.specifics import tell_specifics

MESSAGES: dict[ErrorCode, Message] = {**REQUESTS, **JOURNEYS}


def make_problem(
    code: ErrorCode,
    *,
    language: Language,
    errors: list[FieldProblem] | None = None,
    facts: dict[str, object] | None = None,
) -> Problem:
    """The wire form of an error, in the reader's language."""
    message = MESSAGES[code]
    title, detail = message.zh if language == "zh" else message.en
    return Problem(
        type=f"urn:fangang:problem:{code}",
        title=title,
        status=message.status,
        detail=tell_specifics(code, facts, language) + detail,
        code=code,
        errors=errors,
        facts=facts,
    )


__all__ = ["MESSAGES", "Message", "make_problem"]
