"""Talking to the server: one client with its base URL, token and trust store.

    CommandError
    └── ApiError          the server refused (its Problem says why), or could not be reached

Calls that may be repeated without harm (every GET, and every POST whose content carries ids made
here) are repeated with growing pauses while the line or the server is down.
"""

import gzip
import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx
from pydantic import ValidationError

from cli import settings
from cli.exits import CommandError, ExitCode
from schemas.errors import ErrorCode, Language, Problem

_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE: Final = 30.0
_TIMEOUT: Final = httpx.Timeout(120.0, connect=10.0)
_PASSING: Final = frozenset({429, 502, 503, 504})
_DENIED: Final = frozenset({401, 403})
_UNREACHABLE: Final = (
    "连不上服务器 {server}。请检查网络后重试；已送达的内容不会重复。",
    "Cannot reach {server}. Check the network and try again; nothing will be doubled.",
)
_UNREADABLE: Final = (
    "服务器 {server} 的答复读不懂（{status}）。请检查地址，或联系县管理员。",
    "{server} gave an answer that cannot be read ({status}). Check the address.",
)


class ApiError(CommandError):
    """`problem` is None where the server could not be reached or is none of ours."""

    def __init__(self, message: str, exit_code: ExitCode, problem: Problem | None = None) -> None:
        super().__init__(message, exit_code)
        self.problem = problem

    @property
    def code(self) -> ErrorCode | None:
        return self.problem.code if self.problem else None


class Api:
    """One server and one account. Use as a context manager; paths begin with /v1/.

    `pause` is handed in by tests. Answers are plain JSON; callers validate them with the models
    of schemas.
    """

    def __init__(
        self,
        client: httpx.Client,
        *,
        language: Language = "zh",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._language = language
        self._pause = pause

    @property
    def server(self) -> str:
        return str(self._client.base_url).rstrip("/")

    def get(self, path: str, **params: Any) -> Any:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, *, repeatable: bool = True) -> Any:
        """`repeatable` False: for a POST that would happen twice if its answer were lost."""
        return self.request("POST", path, body=body, repeatable=repeatable)

    def iterate(self, path: str, **params: Any) -> Iterator[Any]:
        """The items of all pages of a list."""
        after: str | None = None
        while True:
            cursor = {} if after is None else {"after": after}
            page = self.get(path, **params, **cursor)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        """The answer's JSON, None where it has no content. Raises ApiError."""
        request = self._client.build_request(
            method, path, params=_without_none(params), headers=headers, **_pack(body)
        )
        pauses = iter(_PAUSES if repeatable else ())
        while True:
            response = self._send(request, last=(wait := next(pauses, None)) is None)
            if response is not None and not _is_passing(response, repeatable=repeatable):
                break
            if wait is None:
                break
            self._pause(_choose_pause(response, wait))
        if response is None:
            raise self._unreachable()
        return self._read(response)

    def _send(self, request: httpx.Request, *, last: bool) -> httpx.Response | None:
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            if last:
                raise self._unreachable() from error
            return None

    def _unreachable(self) -> ApiError:
        message = _UNREACHABLE[self._language == "en"].format(server=self.server)
        return ApiError(message, ExitCode.SERVER)

    def _read(self, response: httpx.Response) -> Any:
        if response.is_success:
            return response.json() if response.content else None
        raise self._refused(response)

    def _refused(self, response: httpx.Response) -> ApiError:
        exit_code = ExitCode.PERMISSION if response.status_code in _DENIED else ExitCode.SERVER
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            message = _UNREADABLE[self._language == "en"].format(
                server=self.server, status=response.status_code
            )
            return ApiError(message, exit_code)
        return ApiError(_describe(problem, self._language), exit_code, problem)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()


def connect(language: Language = "zh", *, server: str = "") -> Api:
    """With the server and the token of whoever is logged in. Raises CommandError, naming login."""
    address = settings.find_server(server, language)
    return make_api(address, token=settings.find_token(address, language), language=language)


def make_api(server: str, *, token: str | None = None, language: Language = "zh") -> Api:
    """Proxies come from the environment, trusted roots from the system."""
    headers = {"Accept-Language": language, "User-Agent": "fangang-cli"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    client = httpx.Client(
        base_url=server, headers=headers, timeout=_TIMEOUT, verify=_make_trust(server)
    )
    return Api(client, language=language)


def _make_trust(server: str) -> ssl.SSLContext | bool:
    if not server.startswith("https:"):
        return True
    import truststore  # noqa: PLC0415 - only where there is something to verify

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _pack(body: Any) -> dict[str, Any]:
    if body is None:
        return {}
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if len(content) < 1_000:
        return {"content": content, "headers": None} | {"headers": {"Content-Type": "application/json"}}
    return {"content": gzip.compress(content, compresslevel=6)}


def _without_none(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value is not None}


def _is_passing(response: httpx.Response, *, repeatable: bool) -> bool:
    """Whether waiting helps: overload, a restart, two writers who met."""
    if not repeatable or response.is_success:
        return False
    return response.status_code in _PASSING or (
        response.status_code == 409 and response.content.find(b'"code":"conflict"') >= 0
    )


def _choose_pause(response: httpx.Response | None, wait: float) -> float:
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return min(max(wait, float(asked)), _LONGEST_PAUSE) if asked.isdigit() else wait


def _describe(problem: Problem, language: Language) -> str:
    """What is wrong and the next step, then the fields, in the server's words."""
    joint = ", " if language == "en" else "，"
    lines = [f"{problem.title}{joint}{problem.detail}[{problem.code}]"]
    lines += [f"  {each.field}: {each.message}" for each in problem.errors or ()]
    return "\n".join(lines)
