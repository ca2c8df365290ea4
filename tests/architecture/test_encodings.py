"""Bytes that must never change: ids, canonical JSON, hashes. Vectors from outside where there are."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.ids import make_uuid7
from service.ledger.bodies import (
    GENESIS,
    content_hash,
    encode_canonical,
    event_hash,
    part_commitment,
)

# RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
_RFC_AT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
_RFC_NOISE = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
_RFC_ID = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")

UUID7 = {
    "the RFC's own": (_RFC_AT, _RFC_NOISE, _RFC_ID),
    "all zero": (datetime.fromtimestamp(0, UTC), bytes(10), UUID(int=0x7 << 76 | 0x2 << 62)),
    "all one": (
        datetime.fromtimestamp(0, UTC),
        b"\xff" * 10,
        UUID("00000000-0000-7fff-bfff-ffffffffffff"),
    ),
}


@pytest.mark.parametrize(("at", "noise", "expected"), UUID7.values(), ids=UUID7)
def test_uuid7(at: datetime, noise: bytes, expected: UUID) -> None:
    made = make_uuid7(at=at, randomness=noise)
    assert made == expected
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_uuid7_sorts_by_time() -> None:
    instants = [datetime(2020, 3, 24, 8, 0, second, tzinfo=UTC) for second in range(10)]
    ids = [make_uuid7(at=at, randomness=bytes([255 - at.second] * 10)) for at in instants]
    assert sorted(ids) == ids


@pytest.mark.parametrize(
    ("at", "noise"),
    [(datetime(2020, 3, 24), bytes(10)), (_RFC_AT, bytes(9)), (_RFC_AT, bytes(11))],  # noqa: DTZ001 (the point)
)
def test_uuid7_refuses(at: datetime, noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"time zone|10 bytes"):
        make_uuid7(at=at, randomness=noise)


CANONICAL: dict[str, tuple[dict[str, Any], str]] = {
    "sorted, without blanks": ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
    "UTF-8, not escaped": ({"name": "返岗"}, '{"name":"返岗"}'),
    "quotes and control characters": ({"t": '"\n\x01'}, r'{"t":"\"\n\u0001"}'),
    "sorted by code point, within too": (
        {"é": 1, "z": {"y": 2, "x": 1}},
        '{"z":{"x":1,"y":2},"é":1}',
    ),
    "large integers": ({"n": 2**63}, '{"n":9223372036854775808}'),
}


@pytest.mark.parametrize(("value", "expected"), CANONICAL.values(), ids=CANONICAL)
def test_canonical_json(value: dict[str, Any], expected: str) -> None:
    assert encode_canonical(value) == expected.encode()


REFUSED: dict[str, Any] = {
    "float": {"t": 36.5},
    "float within": {"list": [{"t": 36.0}]},
    "not a number": {"t": float("nan")},
    "a key that is no text": {1: "x"},
    "bytes": {"b": b"x"},
    "a date": {"at": _RFC_AT},
    "an id": {"id": _RFC_ID},
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_canonical_json_refuses(value: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        encode_canonical(value)


HASHES = {
    "event": (
        event_hash(GENESIS, b"{}").hex(),
        "fangang/event/1",
        GENESIS + b"{}",
    ),
    "part": (part_commitment(bytes(16), {"a": 1}), "fangang/part/1", bytes(16) + b'{"a":1}'),
    "content": (content_hash({"a": 1}), "fangang/content/1", b'{"a":1}'),
}


@pytest.mark.parametrize(("made", "domain", "message"), HASHES.values(), ids=HASHES)
def test_hashes_are_kept_apart_by_their_domain(made: str, domain: str, message: bytes) -> None:
    assert made == hashlib.sha256(domain.encode() + b"\0" + message).hexdigest()
