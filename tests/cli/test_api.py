"""The client against answers made up here: repeats, refusals, what is sent."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cli.api import Api, ApiError
from cli.exits import ExitCode
from schemas.accounts import MeOut
from schemas.errors import ErrorCode
from schemas.imports import Counts
from schemas.messages import make_problem

Answer = Callable[[httpx.Request], httpx.Response]


class Line:
    """Gives one answer after the other, and notes what was asked and how long was waited."""

    def __init__(self, *answers: httpx.Response | None) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if answer is None:
            raise httpx.ConnectError("no line")
        return answer

    def make_api(self, server: str = "http://server") -> Api:
        client = httpx.Client(base_url=server, transport=httpx.MockTransport(self))
        return Api(client, pause=self.pauses.append)


def _problem(code: ErrorCode, **headers: str) -> httpx.Response:
    problem = make_problem(code)
    return httpx.Response(
        problem.status, json=problem.model_dump(mode="json", exclude_none=True), headers=headers
    )


def _fine(body: Any = None) -> httpx.Response:
    return httpx.Response(200, json=body)


@pytest.mark.parametrize(
    ("answers", "pauses"),
    [
        ([_fine(7)], []),
        ([None, None, _fine(7)], [0.5, 1.0]),
        ([httpx.Response(502), _fine(7)], [0.5]),
        ([_problem(ErrorCode.CONFLICT), _fine(7)], [0.5]),
        ([httpx.Response(503, headers={"Retry-After": "3"}), _fine(7)], [3.0]),
        ([httpx.Response(503, headers={"Retry-After": "300"}), _fine(7)], [30.0]),
        ([httpx.Response(503, headers=[(b"Retry-After", b"\xb2")]), _fine(7)], [0.5]),
        ([None, None, None, None, _fine(7)], [0.5, 1.0, 2.0, 4.0]),
    ],
)
def test_what_passes_is_waited_for(
    answers: list[httpx.Response | None], pauses: list[float]
) -> None:
    line = Line(*answers)
    with line.make_api() as api:
        assert api.post("/v1/x", {"id": 1}) == 7
    assert line.pauses == pauses
    assert len({request.content for request in line.asked}) == 1


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        (ErrorCode.TOKEN_INVALID, ExitCode.PERMISSION),
        (ErrorCode.PERMISSION_DENIED, ExitCode.PERMISSION),
        (ErrorCode.NOT_FOUND, ExitCode.USAGE),
        (ErrorCode.ID_REUSED, ExitCode.USAGE),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(code: ErrorCode, exit_code: ExitCode) -> None:
    line = Line(_problem(code))
    with line.make_api() as api, pytest.raises(ApiError) as refused:
        api.get("/v1/x")
    assert (refused.value.code, refused.value.exit_code, line.pauses) == (code, exit_code, [])
    assert f"[{code}]" in refused.value.message


def test_what_must_not_happen_twice_is_sent_once() -> None:
    line = Line(None)
    with line.make_api() as api, pytest.raises(ApiError) as refused:
        api.post("/v1/login", {}, repeatable=False)
    assert (refused.value.exit_code, len(line.asked)) == (ExitCode.SERVER, 1)


def test_a_line_that_stays_down_ends() -> None:
    line = Line(*[None] * 5)
    with line.make_api() as api, pytest.raises(ApiError) as refused:
        api.get("/v1/x")
    assert (refused.value.exit_code, len(line.asked)) == (ExitCode.SERVER, 5)


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<html>proxy"), httpx.Response(418, text="tea")]
)
def test_an_answer_of_somebody_else_is_no_success(answer: httpx.Response) -> None:
    with Line(answer).make_api() as api, pytest.raises(ApiError) as refused:
        api.get("/v1/x")
    assert (refused.value.exit_code, refused.value.problem) == (ExitCode.SERVER, None)


def test_large_bodies_are_packed() -> None:
    line = Line(_fine(), _fine())
    body = {"rows": ["东兴村"] * 1_000}
    with line.make_api() as api:
        api.post("/v1/x", body)
        api.post("/v1/x", {"small": 1})
    large, small = line.asked
    assert large.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(large.content)) == body
    assert (json.loads(small.content), "content-encoding" in small.headers) == ({"small": 1}, False)


def test_on_this_machine_nothing_is_packed() -> None:
    line = Line(_fine())
    body = {"rows": ["东兴村"] * 1_000}
    with line.make_api("http://127.0.0.1:8000") as api:
        api.post("/v1/x", body)
    assert (json.loads(line.asked[0].content), "content-encoding" in line.asked[0].headers) == (
        body,
        False,
    )


def test_all_pages_of_a_list() -> None:
    line = Line(_fine({"items": [1, 2], "next": "a"}), _fine({"items": [3], "next": None}))
    with line.make_api() as api:
        assert list(api.iterate("/v1/x", limit=2, state=None)) == [1, 2, 3]
    assert [str(request.url) for request in line.asked] == [
        "http://server/v1/x?limit=2",
        "http://server/v1/x?limit=2&after=a",
    ]


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "answers",
    [
        [_fine([])],
        [_fine({"items": None, "next": None})],
        [_fine({"items": []})],
        [_fine({"items": [], "next": 1})],
        [_fine({"items": [], "next": "a"}), _fine({"items": [], "next": "a"})],
        [httpx.Response(200, content=DEEP)],
    ],
)
def test_what_is_no_list_ends_the_reading(answers: list[httpx.Response | None]) -> None:
    line = Line(*answers)
    with line.make_api() as api, pytest.raises(ApiError) as refused:
        list(api.iterate("/v1/x"))
    assert (refused.value.exit_code, refused.value.problem) == (ExitCode.SERVER, None)


def test_what_cannot_be_unpacked_is_no_answer() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        headers = {"Content-Encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip"))

    client = httpx.Client(base_url="http://server", transport=httpx.MockTransport(answer))
    with Api(client) as api, pytest.raises(ApiError) as refused:
        api.get("/v1/x")
    assert refused.value.exit_code == ExitCode.SERVER


@pytest.mark.parametrize("answer", [{}, [], None, {"county_code": 7}, {"items": {}}])
def test_an_answer_of_another_shape_is_the_servers_fault(answer: Any) -> None:
    with pytest.raises(ApiError) as caught, Line(_fine(answer)).make_api() as api:
        MeOut.model_validate(api.get("/v1/me"))
    assert (caught.value.exit_code, caught.value.message) == (
        ExitCode.SERVER,
        "服务器 http://server 的答复读不懂（200）。请检查地址，或联系县管理员。",
    )


def test_an_answer_as_its_model() -> None:
    counts = Counts(new=2, updated=1)
    line = Line(None, _fine(counts.model_dump()))
    with line.make_api() as api:
        assert api.post_for(Counts, "/v1/x", b'{"name":"\xe5\xbc\xa0"}') == counts
    assert [request.content.decode() for request in line.asked] == ['{"name":"张"}'] * 2


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b'{"new": "x"}', b"<html>proxy", b"\xff", DEEP]
)
def test_an_answer_that_is_not_its_model_is_the_servers_fault(content: bytes) -> None:
    line = Line(httpx.Response(200, content=content))
    with pytest.raises(ApiError) as caught, line.make_api() as api:
        api.post_for(Counts, "/v1/x", {})
    assert (caught.value.exit_code, caught.value.message) == (
        ExitCode.SERVER,
        "服务器 http://server 的答复读不懂（200）。请检查地址，或联系县管理员。",
    )


def test_a_refusal_is_no_model() -> None:
    with Line(_problem(ErrorCode.NOT_FOUND)).make_api() as api, pytest.raises(ApiError) as caught:
        api.post_for(Counts, "/v1/x", {})
    assert caught.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("answer", [{}, None, {"items": None}, {"items": {}}, 7])
def test_an_answer_that_is_no_list(answer: Any) -> None:
    with pytest.raises(ApiError) as caught:
        Line(_fine(answer)).make_api().get_list("/v1/trips")
    assert caught.value.exit_code is ExitCode.SERVER


@pytest.mark.parametrize("answer", [[1, 2], {"items": [1, 2]}, {"items": [1, 2], "next": "x"}])
def test_an_answer_that_is_a_list(answer: Any) -> None:
    assert Line(_fine(answer)).make_api().get_list("/v1/trips") == [1, 2]
