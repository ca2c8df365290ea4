"""The encoder of hashed bytes. These vectors never change: every old proof rests on them."""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from service.ledger.bodies import encode_canonical


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    HIGH = 2


VECTORS: list[tuple[dict[str, Any], str]] = [
    ({}, "{}"),
    ({"b": 1, "a": 2, "A": 3, "": 4, "_": 5}, '{"":4,"A":3,"_":5,"a":2,"b":1}'),
    ({"t": True, "f": False, "n": None}, '{"f":false,"n":null,"t":true}'),
    ({"z": 0, "m": -5, "b": 2**70}, '{"b":1180591620717411303424,"m":-5,"z":0}'),
    ({"s": "王国强/辽M12345"}, '{"s":"王国强/辽M12345"}'),
    ({"s": 'q"b\\n\nt\tz\0\x1f\x7f'}, '{"s":"q\\"b\\\\n\\nt\\tz\\u0000\\u001f\x7f"}'),
    ({"s": "\u2028😀"}, '{"s":"\u2028😀"}'),
    ({"l": [3, 1, [], {}, ["x"]]}, '{"l":[3,1,[],{},["x"]]}'),
    ({"d": {"b": {"d": 1, "c": 2}, "a": ()}}, '{"d":{"a":[],"b":{"c":2,"d":1}}}'),
    ({"colour": Colour.RED, "level": Level.HIGH}, '{"colour":"red","level":2}'),
]


@pytest.mark.parametrize(("value", "text"), VECTORS, ids=[text for _, text in VECTORS])
def test_a_vector(value: dict[str, Any], text: str) -> None:
    assert encode_canonical(value) == text.encode()


def test_the_order_of_insertion_does_not_matter() -> None:
    values = {"c": {"y": 1, "x": 2}, "a": 3}
    assert encode_canonical(values) == encode_canonical({"a": 3, "c": {"x": 2, "y": 1}})


@pytest.mark.parametrize(
    "value",
    [
        36.9,
        float("nan"),
        Decimal("36.9"),
        b"bytes",
        datetime(2020, 3, 24),  # noqa: DTZ001 (refused as any other)
        {1, 2},
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_one_text_is_refused(value: Any) -> None:
    """At any depth."""
    for holder in ({"a": value}, {"a": [value]}, {"a": {"b": (value,)}}):
        with pytest.raises(TypeError, match="not canonical"):
            encode_canonical(holder)


@pytest.mark.parametrize("key", [1, None, True, 1.5])
def test_keys_are_text(key: Any) -> None:
    """JSON would turn 1 and "1" into the same key."""
    with pytest.raises(TypeError, match="keys are strings"):
        encode_canonical({"a": {key: 1}})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_canonical({"a": "\ud83d"})
