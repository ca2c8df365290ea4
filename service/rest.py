"""What every resource of the API shares: pages by key (50 rows unless asked, at most 200), the cursor, ETag
and If-Match, version-stale; bodies and answers that pass the framework by, for where it would cost most;
routes that refuse what they do not document.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from sqlalchemy import Select
from sqlalchemy.sql.elements import SQLCoreOperations

from schemas.base import Page
from schemas.errors import ErrorCode
from schemas.shapes import FieldText
from service.errors import DomainError, object_to

R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Statement = TypeVar("Statement", bound="Select[Any]")
MAX_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Cursor:
    """`limit` rows with an id above `after` (lists are ordered by their time-ordered ids)."""

    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50
    after: Annotated[str | None, Query(max_length=64)] = None

    @property
    def after_id(self) -> UUID | None:
        if self.after is None:
            return None
        try:
            return UUID(bytes=base64.urlsafe_b64decode(self.after + "=="))
        except (ValueError, binascii.Error) as error:
            problem = object_to("after", FieldText.NO_CURSOR)
            raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem]) from error


def encode_after(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).decode().rstrip("=")


def select_page(statement: Statement, *, cursor: Cursor, key: SQLCoreOperations[UUID]) -> Statement:
    """The rows of the page in the order of `key`, and one more, which tells make_page that another
    page follows.
    """
    if cursor.after_id is not None:
        statement = statement.where(key > cursor.after_id)
    return statement.order_by(key).limit(cursor.limit + 1)


def make_page(
    rows: Sequence[R], *, cursor: Cursor, present: Callable[[R], T], key: Callable[[R], UUID]
) -> Page[T]:
    """`rows`: those of the page, and one more where another page follows."""
    shown = rows[: cursor.limit]
    more = len(rows) > cursor.limit
    return Page(
        items=[present(row) for row in shown], next=encode_after(key(shown[-1])) if more else None
    )


def cut_page(
    rows: Sequence[R], *, cursor: Cursor, key: Callable[[R], UUID]
) -> tuple[Sequence[R], str | None]:
    """Of a list that is in memory, in its own order: those after the row that the cursor names, and where the
    next page begins. Raises request-invalid for a cursor of another list.
    """
    ids = [key(row) for row in rows]
    after = cursor.after_id
    if after is not None and after not in ids:
        problem = object_to("after", FieldText.NO_CURSOR)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    start = 0 if after is None else ids.index(after) + 1
    shown = rows[start : start + cursor.limit]
    more = start + cursor.limit < len(rows)
    return shown, encode_after(key(shown[-1])) if more else None


def read_if_match(
    if_match: Annotated[str | None, Header(description='The version that was read: "3"')] = None,
) -> int:
    """428 without it; 412 for what cannot be a version of ours (also for `*`, which guards nothing)."""
    if if_match is None:
        raise DomainError(ErrorCode.PRECONDITION_REQUIRED)
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise DomainError(ErrorCode.VERSION_STALE)
    return int(tag)


def make_etag(content: bytes) -> str:
    """Of an answer that has no version: the same for the same content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether the asker has it already (RFC 9110, 13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return etag in tags


def answer_unchanged(etag: str) -> Response:
    """304: nothing is handed out."""
    return Response(status_code=304, headers={"ETag": etag})


def check_version(stored: int, if_match: int) -> None:
    if stored != if_match:
        raise DomainError(ErrorCode.VERSION_STALE, facts={"version": stored})


def set_etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


IfMatch = Annotated[int, Depends(read_if_match)]
"""What an endpoint that edits takes: `version: IfMatch`."""


# --- bodies and answers in bytes ------------------------------------------------------------------
def read_json(model: type[M], body: bytes, content_type: str) -> M:
    """The body as `model`, read in one go from its bytes. What is refused is read again as the framework reads
    a model in an endpoint's signature, and raises the same: RequestValidationError, or HTTPException 400
    for what is no text in UTF-8 or nests too deep."""
    if _is_json(content_type) and body:
        try:
            return model.model_validate_json(body)
        except ValidationError:
            return _read(model, _parse(body))
    return _read(model, body or _MISSING)


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


_MISSING: Final = object()


def _parse(body: bytes) -> Any:
    """By Python's own parser, which takes more than pydantic's: half of a surrogate pair."""
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        raise _refuse("json_invalid", "JSON decode error", error.pos) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400) from error


def _read(model: type[M], content: Any) -> M:
    if content is _MISSING:
        raise _refuse("missing", "Field required")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in found]
        ) from error


def _refuse(kind: str, message: str, *place: int) -> RequestValidationError:
    return RequestValidationError(
        [{"type": kind, "loc": ("body", *place), "msg": message, "ctx": {}}]
    )


def write_json(answer: BaseModel, *, etag: str | None = None) -> Response:
    """The answer as the framework would write it, without validating it a second time."""
    content = answer.__pydantic_serializer__.to_json(answer)
    headers = {"ETag": etag} if etag else None
    return Response(content, media_type="application/json", headers=headers)


# --- routes ---------------------------------------------------------------------------------------
_FIELD_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_]{0,39}")


class StrictRoute(APIRoute):
    """A route that takes the query parameters that it documents and no others, each once unless it is a list,
    and a body of the content type that it documents. What is refused is named as a field of a body is.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = {
            each.alias: _takes_several(each.field_info.annotation)
            for each in _list_query(self.dependant)
        }
        takes_json = self.body_field is not None or _documents_json(self.openapi_extra)

        async def check_and_handle(request: Request) -> Response:
            if request.scope["query_string"]:
                _check_query(request.query_params.multi_items(), known)
            if takes_json:
                _check_content_type(request)
            return await handle(request)

        return check_and_handle


def _list_query(dependant: Dependant) -> Iterator[ModelField]:
    """Those of the endpoint and of all that it depends on."""
    yield from dependant.query_params
    for inner in dependant.dependencies:
        yield from _list_query(inner)


def _takes_several(annotation: Any) -> bool:
    return annotation is list or any(
        get_origin(each) is list for each in (annotation, *get_args(annotation))
    )


def _documents_json(extra: Mapping[str, Any] | None) -> bool:
    return "application/json" in (extra or {}).get("requestBody", {}).get("content", {})


def _check_query(given: Sequence[tuple[str, str]], known: Mapping[str, bool]) -> None:
    """Raises request-invalid; a name that is none of a parameter is not repeated: it may be personal."""
    names = [name for name, _ in given]
    problems = [
        {"type": "extra_forbidden", "msg": _NO_PARAMETER, "loc": _place(name)}
        for name in dict.fromkeys(names)
        if name not in known
    ]
    problems += [
        {"type": "given-twice", "msg": _ONCE, "loc": _place(name)}
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and known.get(name) is False
    ]
    if problems:
        raise RequestValidationError(problems)


_NO_PARAMETER: Final = "Extra inputs are not permitted"
_ONCE: Final = "Given more than once"


def _place(name: str) -> tuple[str, str]:
    return "query", name if _FIELD_NAME.fullmatch(name) else "?"


def _check_content_type(request: Request) -> None:
    """Raises media-type-unsupported for a body that does not say that it is JSON."""
    if _is_json(request.headers.get("content-type", "")):
        return
    if request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers:
        raise DomainError(ErrorCode.MEDIA_TYPE_UNSUPPORTED)


def name_operation(route: APIRoute) -> str:
    """listTrips of list_trips: what clients call it."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Router(APIRouter):
    """What every feature's routes are made with."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum] | None = None) -> None:
        super().__init__(
            prefix=prefix,
            tags=tags,
            route_class=StrictRoute,
            generate_unique_id_function=name_operation,
        )


def set_location(response: Response, path: str) -> None:
    """Where the thing that was made is read."""
    response.headers["Location"] = path
