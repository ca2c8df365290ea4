"""HTTP with the server: time limits, what is repeated with which pauses, zipping from 1,000 bytes, trusted
certificates, proxies, pages of lists, new ids; sentences and exit codes for a refusal or a broken line.

    CommandError
    └── ApiError          the server refused (its Problem says why), or could not be reached

Calls that may be repeated without harm (every GET, and every POST whose content carries ids made
here) are repeated with growing pauses while the line or the server is down.
"""

import gzip
import secrets
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from cli import output, settings
from cli.exits import CommandError, ExitCode
from cli.times import now
from schemas.errors import ErrorCode, Problem
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.texts import Text, get_language, say


class _ApiText(Text):
    NO_ADDRESS = (
        "“{server}”不是服务器地址，请写成 https://服务器地址。",
        "“{server}” is no address: write https://….",
    )
    UNREACHABLE = (
        "连不上服务器 {server}。请检查网络后重试；已送达的内容不会重复。",
        "Cannot reach {server}. Check the network and try again; nothing will be doubled.",
    )
    UNREADABLE = (
        "服务器 {server} 的答复读不懂（{status}）。请检查地址，或联系县管理员。",
        "{server} gave an answer that cannot be read ({status}). Check the address.",
    )
    UNTRUSTED = (
        "服务器 {server} 的证书不受这台电脑信任，没有发送任何内容。请核对地址和电脑日期，或联系县管理员。",
        (
            "This computer does not trust the certificate of {server}; nothing was sent. Check the "
            "address and the date of this computer, or ask the administrator."
        ),
    )


Answer = TypeVar("Answer", bound=BaseModel)
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
_LONGEST_PAUSE: Final = 30.0
_PACKED_FROM: Final = 1_000
_TIMEOUT: Final = httpx.Timeout(120.0, connect=10.0)
_PASSING: Final = frozenset({429, 502, 503, 504})
_DENIED: Final = frozenset({401, 403})
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


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
    of schemas, inside the block: an answer that does not fit the model ends it as an ApiError:
    another program answered, or a server of another version.
    """

    def __init__(
        self,
        client: httpx.Client,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._pause = pause

    @property
    def server(self) -> str:
        return str(self._client.base_url).rstrip("/")

    def get(self, path: str, **params: Any) -> Any:
        return self.request("GET", path, params=params)

    def post(self, path: str, body: Any = None, *, repeatable: bool = True) -> Any:
        """`repeatable` False: for a POST that would happen twice if its answer were lost."""
        return self.request("POST", path, body=body, repeatable=repeatable)

    def post_for(self, model: type[Answer], path: str, body: Any) -> Answer:
        """A POST that may be repeated; its answer as this model, parsed and validated in one step.
        Raises ApiError, and ValidationError for an answer that does not fit or is no JSON.
        """
        content, headers = self._pack(body)
        request = self._client.build_request("POST", path, headers=headers, content=content)
        return model.model_validate_json(self._accept(self._send(request)).content)

    def get_list(self, path: str, **params: Any) -> list[Any]:
        """For an answer that is a list, and for the first page of one."""
        return self.read_list(self.get(path, **params))

    def read_list(self, answer: Any) -> list[Any]:
        """The answer itself, or the items of a page. Raises ApiError for anything else."""
        items = answer.get("items") if isinstance(answer, dict) else answer
        if not isinstance(items, list):
            raise self._unreadable(HTTPStatus.OK.value)
        return items

    def get_changed(self, path: str, *, known: str | None, **params: Any) -> tuple[Any, str | None]:
        """The answer and its ETag; None and the same ETag where nothing changed since `known`."""
        headers = {"If-None-Match": known} if known else None
        request = self._client.build_request(
            "GET", path, params=_without_none(params), headers=headers
        )
        response = self._send(request)
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            return None, known
        return self._read(response), response.headers.get("ETag")

    def iterate(self, path: str, **params: Any) -> Iterator[Any]:
        """The items of all pages of a list."""
        after: str | None = None
        while True:
            cursor = {} if after is None else {"after": after}
            page = self.get(path, **params, **cursor)
            if not _is_page(page) or (after is not None and page["next"] == after):
                raise self._unreadable(HTTPStatus.OK.value)
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
        """The answer's JSON, None where it has no content; `body` is encoded here, unless it is
        bytes: then it is JSON already. Raises ApiError.
        """
        content, described = self._pack(body)
        request = self._client.build_request(
            method,
            path,
            params=_without_none(params),
            headers={**described, **(headers or {})},
            content=content,
        )
        return self._read(self._send(request, repeatable=repeatable))

    def send_file(self, path: str, content: bytes) -> Any:
        """A POST of the content itself, under an id made here; the answer's JSON. Raises ApiError."""
        headers = {"Content-Type": "application/octet-stream"}
        request = self._client.build_request("POST", path, headers=headers, content=content)
        return self._read(self._send(request))

    def get_file(self, path: str) -> bytes:
        """The answer as it is. Raises ApiError."""
        return self._accept(self._send(self._client.build_request("GET", path))).content

    def _pack(self, body: Any) -> tuple[bytes | None, dict[str, str]]:
        return _pack(body, zipped=not is_local(self.server))

    def _send(self, request: httpx.Request, *, repeatable: bool = True) -> httpx.Response:
        """The last answer there was. Raises ApiError where there was none."""
        for wait in _PAUSES if repeatable else ():
            response = self._try(request)
            if response is not None and not _is_passing(response):
                return response
            self._pause(_choose_pause(response, wait))
        response = self._try(request)
        if response is None:
            message = say(_ApiText.UNREACHABLE, server=self.server)
            raise ApiError(message, ExitCode.SERVER)
        return response

    def _try(self, request: httpx.Request) -> httpx.Response | None:
        """None: there was no answer."""
        try:
            return self._client.send(request)
        except httpx.TransportError as error:
            if _is_untrusted(error):
                message = say(_ApiText.UNTRUSTED, server=self.server)
                raise ApiError(message, ExitCode.SERVER) from error
            return None
        except httpx.DecodingError as error:
            raise self._unreadable("Content-Encoding") from error

    def _accept(self, response: httpx.Response) -> httpx.Response:
        if not response.is_success:
            raise self._refused(response)
        return response

    def _read(self, response: httpx.Response) -> Any:
        self._accept(response)
        try:
            return response.json() if response.content else None
        except (ValueError, RecursionError) as error:
            raise self._unreadable(response.status_code) from error

    def _refused(self, response: httpx.Response) -> ApiError:
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            return self._unreadable(response.status_code)
        exit_code = _choose_exit(response.status_code)
        return ApiError(describe_in_full(problem), exit_code, problem)

    def _unreadable(self, status: int | str) -> ApiError:
        """Not from our server: a proxy, a wrong address."""
        message = say(_ApiText.UNREADABLE, server=self.server, status=status)
        return ApiError(message, ExitCode.SERVER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()
        if isinstance(error, ValidationError):
            raise self._unreadable(HTTPStatus.OK.value) from error


def make_id() -> UUID:
    """Of something that is sent: ids made later sort later, and a repeat carries the same."""
    return make_uuid7(at=now(), randomness=secrets.token_bytes(RANDOM_BYTES))


def connect(*, server: str = "") -> Api:
    """With the server and the token of the last login. Raises CommandError, naming login, without one."""
    address = settings.find_server(server)
    return make_api(address, token=settings.find_token(address))


def make_api(server: str, *, token: str | None = None) -> Api:
    """Proxies come from the environment, trusted roots from the system."""
    headers = {"Accept-Language": get_language(), "User-Agent": "fangang-cli"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        client = httpx.Client(
            base_url=server,
            headers=headers,
            timeout=_TIMEOUT,
            verify=_make_trust(server),
            # A proxy is never on the way to this very machine.
            trust_env=not is_local(server),
        )
    except httpx.InvalidURL as error:
        message = say(_ApiText.NO_ADDRESS, server=server)
        raise CommandError(message, ExitCode.USAGE) from error
    return Api(client)


def is_local(server: str) -> bool:
    return httpx.URL(server).host in _LOCAL


def _make_trust(server: str) -> ssl.SSLContext | bool:
    if not server.startswith("https:"):
        return True
    import truststore  # noqa: PLC0415 - only where there is something to verify

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _choose_exit(status: int) -> ExitCode:
    """What was asked for cannot be had (2), not by this account (4), or not now (6)."""
    if status in _DENIED:
        return ExitCode.PERMISSION
    is_later = status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ExitCode.SERVER if is_later else ExitCode.USAGE


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether a certificate is behind it: waiting would not help."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _pack(body: Any, *, zipped: bool) -> tuple[bytes | None, dict[str, str]]:
    """The content and the headers that describe it; zipped where that is worth it, which it is not
    on the way to this very machine.
    """
    if body is None:
        return None, {}
    content = body if isinstance(body, bytes) else to_json(body)
    described = {"Content-Type": "application/json"}
    if not zipped or len(content) < _PACKED_FROM:
        return content, described
    return gzip.compress(content, compresslevel=6), {**described, "Content-Encoding": "gzip"}


def _without_none(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value is not None}


def _is_passing(response: httpx.Response) -> bool:
    """Whether waiting helps: overload, a restart, two writers who met."""
    if response.status_code in _PASSING:
        return True
    return response.status_code == HTTPStatus.CONFLICT and (
        f'"code":"{ErrorCode.CONFLICT}"' in response.text.replace(" ", "")
    )


def _is_page(page: Any) -> bool:
    return (
        isinstance(page, dict)
        and isinstance(page.get("items"), list)
        and isinstance(page.get("next", 0), str | None)
    )


def _choose_pause(response: httpx.Response | None, wait: float) -> float:
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return min(max(wait, float(asked)), _LONGEST_PAUSE) if asked.isdecimal() else wait


def describe_problem(problem: Problem) -> str:
    """In one line: what is wrong, the next step, and the code."""
    if get_language() == "zh":
        return f"{output.join_clauses([problem.title, problem.detail])}[{problem.code}]"
    title = f"{problem.title[:1].upper()}{problem.title[1:]}"
    return f"{title}. {problem.detail} [{problem.code}]"


def describe_in_full(problem: Problem) -> str:
    """What is wrong and the next step, then the fields, in the server's words."""
    lines = [describe_problem(problem)]
    lines += [f"  {each.field}: {each.message}" for each in problem.errors or ()]
    return "\n".join(lines)
