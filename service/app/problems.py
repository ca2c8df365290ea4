"""How every error is answered: application/problem+json (RFC 9457) in the language asked for, its status,
Retry-After (2 seconds unless stated) and WWW-Authenticate.
"""

import re
from contextlib import AbstractContextManager
from functools import cache

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Scope

from schemas.errors import ErrorCode, Problem
from schemas.messages import make_problem
from schemas.shapes import describe_field
from schemas.texts import pick_language, speaking
from service.errors import DomainError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
_BY_STATUS = {
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.BODY_TOO_LARGE,
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


def respond(problem: Problem) -> JSONResponse:
    headers = None
    if problem.status in {429, 503}:
        wait = (problem.facts or {}).get("retry_after_seconds", RETRY_AFTER_SECONDS)
        headers = {"Retry-After": str(wait)}
    if problem.status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def answer(scope: Scope, error: DomainError) -> JSONResponse:
    """The answer of a middleware that lets a request no further."""
    with _speaking(scope):
        return respond(error.problem())


def internal(scope: Scope) -> JSONResponse:
    """To the unexpected. What it was stands in the log (requests.py), without its text."""
    return answer(scope, DomainError(ErrorCode.INTERNAL))


def _speaking(scope: Scope) -> AbstractContextManager[None]:
    """A handler does not run in the context that the endpoint's dependency prepared."""
    return speaking(pick_language(Headers(scope=scope).get("accept-language", "")))


def _domain_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DomainError):
        raise error
    return answer(request.scope, error)


def _validation_error(request: Request, error: Exception) -> JSONResponse:
    """Where and what is wrong; never the value, which may be somebody's id number."""
    if not isinstance(error, RequestValidationError):
        raise error
    with _speaking(request.scope):
        found = [describe_field(each) for each in error.errors()]
    return answer(request.scope, DomainError(ErrorCode.REQUEST_INVALID, errors=found))


def _http_error(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: no such route, wrong method, unreadable body."""
    if not isinstance(error, HTTPException):
        raise error
    code = _BY_STATUS.get(error.status_code, ErrorCode.REQUEST_INVALID)
    with _speaking(request.scope):
        problem = make_problem(code)
    answered = respond(problem.model_copy(update={"status": error.status_code}))
    answered.headers.update(error.headers or {})
    if code is ErrorCode.METHOD_NOT_ALLOWED:
        answered.headers["Allow"] = ", ".join(_list_methods(request))
    return answered


def _list_methods(request: Request) -> list[str]:
    """All that this path takes: the framework names those of its first route only."""
    path = get_route_path(request.scope)
    found: set[str] = set()
    for each in iter_route_contexts(request.app.routes):
        if each.path is not None and _compile(each.path).match(path):
            found |= each.methods or set()
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


@cache
def _compile(template: str) -> re.Pattern[str]:
    return compile_path(template)[0]
