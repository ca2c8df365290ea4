"""Every error leaves as application/problem+json (RFC 9457), in the language that was asked for."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from schemas.errors import ErrorCode, FieldProblem, Problem
from schemas.messages import make_problem
from service.errors import DomainError, pick_language

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "2"
_BY_STATUS = {
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.BODY_TOO_LARGE,
}
_log = logging.getLogger("fangang.errors")


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def respond(problem: Problem) -> JSONResponse:
    headers = {"Retry-After": RETRY_AFTER_SECONDS} if problem.status in {429, 503} else None
    if problem.status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _domain_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DomainError):
        raise error
    return respond(error.problem(pick_language(request.headers.get("accept-language", ""))))


def _validation_error(request: Request, error: Exception) -> JSONResponse:
    """Where and what is wrong; never the value, which may be somebody's id number."""
    if not isinstance(error, RequestValidationError):
        raise error
    found = [
        FieldProblem(field=".".join(str(step) for step in each["loc"]), message=each["msg"])
        for each in error.errors()
    ]
    problem = make_problem(
        ErrorCode.REQUEST_INVALID,
        language=pick_language(request.headers.get("accept-language", "")),
        errors=found,
    )
    return respond(problem)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    code = _BY_STATUS.get(error.status_code, ErrorCode.REQUEST_INVALID)
    problem = make_problem(code, language=pick_language(request.headers.get("accept-language", "")))
    return respond(problem.model_copy(update={"status": error.status_code}))


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """The kind of error goes to the log, its text does not: it may quote a person's data."""
    _log.error("unexpected", extra={"error_type": type(error).__name__, "path": request.url.path})
    return respond(
        make_problem(
            ErrorCode.INTERNAL, language=pick_language(request.headers.get("accept-language", ""))
        )
    )
