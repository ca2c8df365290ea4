"""The one encoder of hashed bytes: JSON with sorted keys, no blanks, UTF-8; strings, integers,
booleans and null only. Floats are refused: their text differs between programs.
"""

import json
from typing import Any

_ALLOWED = (str, int, bool, type(None))
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def encode_canonical(value: dict[str, Any]) -> bytes:
    _check(value)
    return _encode(value).encode()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are strings")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif not isinstance(value, _ALLOWED):
        raise TypeError(f"not canonical: {type(value).__name__}")
