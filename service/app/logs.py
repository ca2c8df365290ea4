"""What a line of the log holds and how it is written (JSON or text): nothing personal, of an exception its
types and places but never its text; which other loggers are silent.

The text of an exception never gets here, for it may quote a row, a request or an SQL parameter;
its type and where it was raised do.
"""

import json
import logging
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from pydantic_core import to_json

LogFormat = Literal["json", "text"]
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message"}
_Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@dataclass(slots=True)
class RequestNote:
    """What is known of the request under way."""

    request_id: str
    status: int | None = None


current_request: ContextVar[RequestNote | None] = ContextVar("current_request", default=None)


class JsonFormatter(logging.Formatter):
    """at, level, logger, message, the request's id, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        return to_json(describe(record), fallback=str).decode()


class TextFormatter(logging.Formatter):
    """The same facts for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = describe(record)
        at, level, message = facts.pop("at"), facts.pop("level"), facts.pop("message")
        rest = " ".join(f"{name}={_quoted(value)}" for name, value in facts.items())
        return f"{at} {level:<7} {_quoted(message)} {rest}".rstrip()


FACTS = "facts"
"""An attribute of a record that holds all that was given with it: nothing has to be looked for then."""


def describe(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, tz=UTC)
    facts: dict[str, Any] = {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
    }
    if (note := current_request.get()) is not None:
        facts["request_id"] = note.request_id
    given: dict[str, Any] | None = getattr(record, FACTS, None)
    if given is not None:
        return facts | given
    facts |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
    if record.exc_info:
        facts |= describe_exception(record.exc_info)
    return facts


def describe_exception(caught: _Caught) -> dict[str, Any]:
    """The types of the error and of its causes, and the way to it; never its text."""
    kind, error, trace = caught
    if kind is None or error is None:
        return {}
    causes: list[str] = []
    while error is not None:
        causes.append(type(error).__qualname__)
        error = error.__cause__ or error.__context__
    way = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return {"error_type": causes[0], "causes": causes[1:], "raised_at": way[-8:]}


def configure(log_format: LogFormat, *, level: int = logging.INFO) -> None:
    """For the whole process. uvicorn's own lines come the same way; its access log, which would
    hold raw paths and queries, is silent: start it with `log_config=None`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn.error").addFilter(_not_logged_yet)
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _not_logged_yet(record: logging.LogRecord) -> bool:
    """What an endpoint raised has its line already, with the request's id (requests.py)."""
    return not record.getMessage().startswith("Exception in ASGI application")


def _quoted(value: object) -> str:
    """No line can be forged: what is not a plain word is written as JSON."""
    text = str(value)
    return text if _plain(text) else json.dumps(text, ensure_ascii=False)


def _plain(text: str) -> bool:
    return text != "" and text.isprintable() and " " not in text and '"' not in text
