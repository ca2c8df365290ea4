"""Passwords (argon2id, OWASP smallest set: 19 MiB, two passes); tokens (`fg_<county>_<256 random bits>`)."""

import hashlib
import re
import secrets
import threading
from dataclasses import dataclass

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_HASHER = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
# Forty request threads at 19 MiB each could exhaust the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(4)
# The hash of a random password that was thrown away: verified when there is no such account, so that
# the answer takes as long as for one that exists.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$GgrZpHtlbrTM4Pp/Jy1+BA"
    "$wtR7iFjGxu2E0WzG9Ab0mt9907yhTJdLBxsg3GtThnU"
)


def hash_password(password: str) -> str:
    """About 30 ms of work: call it outside of a transaction."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password. The same work, and False, where there is no hash."""
    with _AT_ONCE:
        right = _HASHER.verify(password, password_hash or NOBODY)
    return right and password_hash is not None


_SECRET_BYTES = 32
_SHAPE = re.compile(r"fg_(?P<county>[0-9]{6})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class County:
    """Where the database is opened for somebody who is not known yet (db.database.Tenant)."""

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
