"""Token text: `fg_<county>_<256 random bits>`. The prefix is for secret scanners, the county leads
to the right rows; the text itself is never stored.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

_SECRET_BYTES = 32
_SHAPE = re.compile(r"fg_(?P<county>[0-9]{6})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class County:
    """The tenant of somebody who is not known yet."""

    county_code: str
    division_prefix: str = ""


def make_token(county_code: str) -> str:
    return f"fg_{county_code}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def hash_token(token: str) -> bytes:
    """256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def read_county(token: str) -> str | None:
    """The county that a well-formed token names."""
    match = _SHAPE.fullmatch(token)
    return match["county"] if match else None
