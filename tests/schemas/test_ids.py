"""UUIDv7 from a given time and randomness: ordered by time; version and variant stand where they belong."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest

from schemas.ids import RANDOM_BYTES, derive_id, make_uuid7

AT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
NOISE = bytes.fromhex("cc3018c4dc0c0c07398f")


def test_the_example_of_the_standard() -> None:
    """RFC 9562, appendix A.6: 2022-02-22 14:22:22 in New York, 74 random bits."""
    wanted = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    assert make_uuid7(at=AT, randomness=NOISE) == wanted


@pytest.mark.parametrize("randomness", [bytes(RANDOM_BYTES), b"\xff" * RANDOM_BYTES])
def test_version_variant_and_time(randomness: bytes) -> None:
    made = make_uuid7(at=AT + timedelta(milliseconds=123), randomness=randomness)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(AT.timestamp()) * 1000 + 123


def test_later_ids_are_larger_also_as_bytes_and_text() -> None:
    moments = [AT + timedelta(milliseconds=step * 37) for step in range(200)]
    made = [make_uuid7(at=each, randomness=NOISE) for each in moments]
    assert sorted(made) == made
    assert sorted(made, key=lambda each: each.bytes) == made
    assert sorted(made, key=str) == made


def test_the_same_randomness_gives_the_same_id() -> None:
    assert make_uuid7(at=AT, randomness=NOISE) == make_uuid7(at=AT, randomness=NOISE)


def test_derived_ids_are_repeatable_and_apart() -> None:
    parent = make_uuid7(at=AT, randomness=NOISE)
    derived = [derive_id(parent, "journey"), derive_id(parent, "stay")]
    assert derived == [derive_id(parent, "journey"), derive_id(parent, "stay")]
    assert len({parent, *derived}) == 3
