"""Wrong logins by the address that they come from: somebody who tries one password on every name
never meets the lock of a single name.

Kept in this process only, and of a bounded number of addresses; the lock of a name, which is in the
database, outlives a restart.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

from schemas.errors import ErrorCode
from service.errors import DomainError

WINDOW = timedelta(minutes=15)
"""From the first wrong one on; nobody waits longer."""
MOMENT = timedelta(seconds=2)
"""In which the logins being judged at once are through."""
REMEMBERED = 10_000
_HOST_BITS = 64
"""Whoever has one IPv6 address has a whole network of them."""
_LONGEST = 45
"""Characters of a written IPv6 address; what is none counts by its beginning."""


@dataclass(slots=True)
class Tries:
    """Of one address: wrong ones since the first, and those being judged."""

    since: datetime
    wrong: int = 0
    judged: int = 0


class AddressLimit:
    """`allowed` wrong logins a window, where one that is still being judged may turn out wrong; 0:
    any number. Safe for threads.
    """

    def __init__(self, *, allowed: int, remembered: int = REMEMBERED) -> None:
        self._allowed, self._remembered = allowed, remembered
        self._tries: OrderedDict[str, Tries] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str | None, *, at: datetime) -> Tries | None:
        """Hold a place for a login before it is judged, so that many at once cannot slip past; to
        be settled, unless it is None. Raises too-many-attempts: until the end of the window when that
        many were wrong, for a moment while some of them are still being judged.
        """
        key = _key(address)
        if key is None or not self._allowed:
            return None
        with self._lock:
            tries = self._find(key, at)
            if tries.wrong >= self._allowed:
                raise _refuse(tries.since + WINDOW - at)
            if tries.wrong + tries.judged >= self._allowed:
                raise _refuse(MOMENT)
            tries.judged += 1
            return tries

    def settle(self, tries: Tries | None, *, wrong: bool, at: datetime) -> None:
        """Only a wrong one counts from now on: not what was right or never judged."""
        if tries is None:
            return
        with self._lock:
            tries.judged -= 1
            if wrong:
                tries.since = tries.since if tries.wrong else at
                tries.wrong += 1

    def _find(self, key: str, at: datetime) -> Tries:
        tries = self._tries.pop(key, None) or Tries(at)
        if at >= tries.since + WINDOW:
            tries.wrong = 0
        self._tries[key] = tries
        if len(self._tries) > self._remembered:
            self._tries.popitem(last=False)
        return tries


def _key(address: str | None) -> str | None:
    """None for this computer itself: a proxy that does not say for whom it asks stands for all."""
    text = (address or "")[:_LONGEST]
    try:
        read = ip_address(text)
    except ValueError:
        return text or None
    if isinstance(read, IPv6Address):
        read = read.ipv4_mapped or read  # first: Python 3.11 knows no loopback in ::ffff:127.0.0.1
    if read.is_loopback:
        return None
    return str(int(read) >> _HOST_BITS) if isinstance(read, IPv6Address) else str(read)


def _refuse(wait: timedelta) -> DomainError:
    seconds = -(-wait // timedelta(seconds=1))
    return DomainError(ErrorCode.TOO_MANY_ATTEMPTS, facts={"retry_after_seconds": seconds})
