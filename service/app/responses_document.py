"""Answers of operations in the API document: refusals by status with their codes, headers."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from schemas.errors import ErrorCode, Problem
from schemas.messages import MESSAGES, make_problem
from schemas.texts import speaking
from service.app.problems import MEDIA_TYPE

_PROBLEM: Final = "Problem"
_COMPONENTS: Final = "#/components/schemas/{model}"
_FRAMEWORK_ERRORS: Final = ("HTTPValidationError", "ValidationError")
_VERSION: Final = r'^(W/)?"?[0-9]{1,9}"?$'

_NAMES: Final[Mapping[int, str]] = {
    400: "读不出请求 · The request cannot be read",
    401: "未登录或登录失效 · Not logged in, or no longer",
    403: "没有权限 · Not permitted",
    404: "没有找到，或不在权限范围内 · Not there, or out of scope",
    409: "与现有记录不符 · Does not fit what is recorded",
    410: "已过期或已删除 · Expired, or destroyed",
    412: "内容已被别人改过 · Changed since it was read",
    413: "内容过大 · Too large",
    415: "内容类型不支持 · Content type not supported",
    422: "内容有误 · Not right, each field named",
    428: "缺少 If-Match · If-Match is missing",
    429: "次数过多，请稍后 · Too many; wait as Retry-After says",
    500: "系统内部错误 · An error of the server",
    503: "暂时繁忙，请原样重发 · Busy or not ready; send the same again",
}
EXTRA: Final[Mapping[str, tuple[int, ...]]] = {
    "logIn": (401, 429),
    "revealWorker": (429,),
    "traceWorkerInDetail": (429,),
    "traceTripInDetail": (429,),
    "listAccessesToPerson": (429,),
    "changeMyPassword": (429,),
    "listChildren": (404,),
    "listTodo": (404,),
}
"""What the form of an operation does not tell: who guesses passwords or looks up too much is slowed down."""
_EXPIRING: Final = frozenset({"imports", "attachments"})
"""Tags of what is kept for a time."""
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer."},
    429: {"Retry-After": "Seconds to wait."},
    503: {"Retry-After": "Seconds to wait."},
}
_ETAG: Final = "The version of what can be changed; If-Match asks for it."
_LIST_ETAG: Final = "Of what is shown, in this language; If-None-Match takes it."
_REQUEST_HEADER: Final = "X-Request-ID"
_REQUEST_ID: Final = "The request's id in the server's log; the caller's own if one was sent."


def add_answers(document: dict[str, Any]) -> None:
    """Names what every operation may answer. A refusal has one form, Problem, whatever its status."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FRAMEWORK_ERRORS:
        schemas.pop(name, None)
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template=_COMPONENTS)
    schemas.update(definitions["$defs"])
    components["headers"] = {"RequestId": _header(_REQUEST_ID)}
    components["responses"] = {
        _PROBLEM: _describe_problem("出错时的统一格式（RFC 9457） · The one form of every error"),
        **{f"{_PROBLEM}{status}": _describe_status(status) for status in _NAMES},
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _require_version(operation)
            _add_headers(document, path, method)
            _add_refusals(operation, path)


def _require_version(operation: dict[str, Any]) -> None:
    """If-Match is read by hand, so that its absence is 428; it is required all the same."""
    for each in operation.get("parameters", ()):
        if each["name"].lower() == "if-match":
            each["required"] = True
            each["schema"] = {"type": "string", "pattern": _VERSION, "examples": ['"1"']}


def _add_refusals(operation: dict[str, Any], path: str) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for status in sorted({*_list_statuses(operation, path)}):
        answers[str(status)] = {"$ref": f"#/components/responses/{_PROBLEM}{status}"}
    answers["default"] = {"$ref": f"#/components/responses/{_PROBLEM}"}


def _list_statuses(operation: Mapping[str, Any], path: str) -> Iterator[int]:
    yield from (500, 503)
    yield from EXTRA.get(operation["operationId"], ())
    names = {each["name"].lower() for each in operation.get("parameters", ())}
    if operation.get("security"):
        yield from (401, 403)
    if "{" in path:
        yield from (404, 422)
    if names:
        yield 422
    if "if-match" in names:
        yield from (412, 428)
    if _EXPIRING & set(operation["tags"]):
        yield 410
    if "requestBody" in operation:
        yield from (400, 404, 409, 413, 415, 422)


def _add_headers(document: Mapping[str, Any], path: str, method: str) -> None:
    """Every answer has the request's id; what was made, its place; what has a version, the version."""
    operation = document["paths"][path][method]
    versioned = _is_versioned(document, path, method)
    for status, answer in operation["responses"].items():
        if status == "default" or "$ref" in answer:
            continue
        headers = answer.setdefault("headers", {})
        headers[_REQUEST_HEADER] = {"$ref": "#/components/headers/RequestId"}
        if status == "201":
            headers["Location"] = _header("The path under which it is read.")
        if (status != "204" and versioned) or "304" in operation["responses"]:
            headers["ETag"] = _header(_LIST_ETAG if "304" in operation["responses"] else _ETAG)


def _is_versioned(document: Mapping[str, Any], path: str, method: str) -> bool:
    """What is read, changed or made has a version if it can be changed."""
    paths = document["paths"]
    if method in {"get", "patch"}:
        return "patch" in paths[path]
    items = [
        each
        for each in paths
        if each.startswith(f"{path}/{{") and each.count("/") == path.count("/") + 1
    ]
    made = "201" in paths[path][method]["responses"]
    return made and any("patch" in paths[each] for each in items)


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "required": True, "schema": {"type": "string"}}


def _describe_status(status: int) -> dict[str, Any]:
    codes = [f"`{code}`" for code, message in MESSAGES.items() if message.status == status]
    named = f"{_NAMES[status]}: {', '.join(codes)}" if codes else _NAMES[status]
    fits = (code for code, message in MESSAGES.items() if message.status == status)
    made = _describe_problem(named, next(fits, ErrorCode.REQUEST_INVALID))
    made["headers"] = {name: _header(text) for name, text in _HEADERS.get(status, {}).items()}
    return made


def _describe_problem(text: str, code: ErrorCode = ErrorCode.SEAT_TAKEN) -> dict[str, Any]:
    with speaking("zh"):
        example = make_problem(code).model_dump(exclude_none=True)
    schema = {"$ref": _COMPONENTS.format(model=_PROBLEM)}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}
