"""How passwords are hashed and compared (argon2id, 19 MiB, two passes; four at once), also where there is no
such account.
"""

import threading

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
