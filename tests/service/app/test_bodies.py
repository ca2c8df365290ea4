"""Bodies are counted packed and unpacked; what is refused is refused early, as a problem."""

import asyncio
import gzip
import json
import re
import zlib
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from schemas.errors import ErrorCode
from service.app.requests import BodyBound, BodyLimit, inflate
from service.errors import DomainError

LIMIT = 2000


def _json_of(length: int) -> bytes:
    """A JSON list of one string, exactly so long."""
    return json.dumps(["x" * (length - 4)]).encode()


PLAIN = _json_of(1000)
PACKED = gzip.compress(PLAIN)
BOMB = gzip.compress(b"[" + b" " * 10_000_000 + b"]")
NOISE = bytes(range(256)) * 3

CASES: dict[str, tuple[bytes, str | None, int, ErrorCode | None]] = {
    "plain": (PLAIN, None, 200, None),
    "identity": (PLAIN, "identity", 200, None),
    "just at the limit": (_json_of(LIMIT), None, 200, None),
    "one byte over": (_json_of(LIMIT + 1), None, 413, ErrorCode.BODY_TOO_LARGE),
    "packed": (PACKED, "gzip", 200, None),
    "packed, in capitals": (PACKED, "GZIP", 200, None),
    "packed in two members": (
        gzip.compress(PLAIN[:500]) + gzip.compress(PLAIN[500:]),
        "gzip",
        200,
        None,
    ),
    "unpacked just at the limit": (gzip.compress(_json_of(LIMIT)), "gzip", 200, None),
    "unpacked one over": (
        gzip.compress(_json_of(LIMIT + 1)),
        "gzip",
        413,
        ErrorCode.BODY_TOO_LARGE,
    ),
    "a bomb above the limit": (BOMB, "gzip", 413, ErrorCode.BODY_TOO_LARGE),
    "cut off": (PACKED[:-10], "gzip", 422, ErrorCode.REQUEST_INVALID),
    "rubbish after the end": (PACKED + NOISE, "gzip", 422, ErrorCode.REQUEST_INVALID),
    "no gzip at all": (PLAIN, "gzip", 422, ErrorCode.REQUEST_INVALID),
    "brotli": (PLAIN, "br", 415, ErrorCode.ENCODING_UNSUPPORTED),
    "twice packed": (gzip.compress(PACKED), "gzip, gzip", 415, ErrorCode.ENCODING_UNSUPPORTED),
    "deflate": (zlib.compress(PLAIN), "deflate", 415, ErrorCode.ENCODING_UNSUPPORTED),
}


@pytest.mark.parametrize(("sent", "encoding", "status", "code"), CASES.values(), ids=list(CASES))
def test_each_body_gets_its_answer(
    http: TestClient, sent: bytes, encoding: str | None, status: int, code: ErrorCode | None
) -> None:
    headers = {"Content-Type": "application/json"}
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    answer = http.post("/v1/probe/echo", content=sent, headers=headers)
    assert answer.status_code == status
    if code is None:
        assert answer.json() == {"items": 1}
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code


def test_a_body_without_a_length_is_counted_too(http: TestClient) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(30):
            yield b"[" + b" " * 99

    answer = http.post("/v1/probe/echo", content=drip())
    assert (answer.status_code, answer.json()["code"]) == (413, ErrorCode.BODY_TOO_LARGE)


@pytest.mark.parametrize("depth", [100, 900])
def test_deep_json_is_no_server_error(http: TestClient, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    answer = http.post("/v1/probe/echo", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400, 422}


def test_reading_stops_at_the_limit() -> None:
    """The rest of what somebody sends is not even received."""
    assert _received_parts(claimed=None) == 3


def test_a_claimed_length_above_the_limit_reads_nothing() -> None:
    assert _received_parts(claimed=b"100000") == 0


@pytest.mark.parametrize(
    ("path", "method", "parts"),
    [
        ("/v1/probe/large", "POST", 6),
        ("/v1/probe/large", "PUT", 3),
        ("/v1/probe/large/more", "POST", 3),
    ],
)
def test_a_path_may_have_a_bound_of_its_own(path: str, method: str, parts: int) -> None:
    """Nothing is read beyond it, and it is nobody else's."""
    assert _received_parts(claimed=None, path=path, method=method) == parts


OWN = {re.compile("/v1/probe/large"): BodyBound(200, ErrorCode.ATTACHMENT_TOO_LARGE)}


def _received_parts(
    *, claimed: bytes | None, path: str = "/v1/probe/echo", method: str = "POST"
) -> int:
    received = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b"x" * 40, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("a body above the limit got through")

    headers = [] if claimed is None else [(b"content-length", claimed)]
    scope = {"type": "http", "headers": headers, "method": method, "path": path}
    asyncio.run(BodyLimit(never, limit_bytes=100, own=OWN)(scope, receive, send))
    assert sent[0]["status"] == 413
    return received


def test_who_leaves_in_the_middle_gets_no_answer_and_reaches_no_endpoint() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"[1,", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def never(*_: object) -> None:
        raise AssertionError("half a body got through")

    scope = {"type": "http", "headers": [], "method": "POST", "path": "/v1/probe/echo"}
    asyncio.run(BodyLimit(never, limit_bytes=100)(scope, receive, never))
    assert messages == []


def test_inflating_stops_at_the_limit() -> None:
    """A hundred times the limit is neither unpacked nor held."""
    packed = zlib.compressobj(wbits=31)
    bomb = b"".join(packed.compress(bytes(1_000_000)) for _ in range(100)) + packed.flush()
    with pytest.raises(DomainError) as caught:
        inflate(bomb, bound=BodyBound(1_000_000))
    assert caught.value.code is ErrorCode.BODY_TOO_LARGE
