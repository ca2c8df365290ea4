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
REMEMBERED = 10_000
_HOST_BITS = 64
"""Whoever has one IPv6 address has a whole network of them."""


@dataclass(slots=True)
class _Tries:
    since: datetime
    count: int = 0


class AddressLimit:
    """`allowed` wrong logins a window; 0: any number. Safe for threads."""

    def __init__(self, *, allowed: int, remembered: int = REMEMBERED) -> None:
        self._allowed, self._remembered = allowed, remembered
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str | None, *, at: datetime) -> None:
        """Count a login before it is judged, so that many at once cannot slip past. Raises
        too-many-attempts.
        """
        key = _key(address)
        if key is None or not self._allowed:
            return
        with self._lock:
            tries = self._find(key, at)
            if tries.count >= self._allowed:
                wait = -((at - tries.since - WINDOW) // timedelta(seconds=1))
                raise DomainError(ErrorCode.TOO_MANY_ATTEMPTS, facts={"retry_after_seconds": wait})
            tries.count += 1

    def give_back(self, address: str | None) -> None:
        """It was right, or it was never judged: it does not count."""
        with self._lock:
            tries = self._tries.get(_key(address) or "")
            if tries is not None and tries.count:
                tries.count -= 1

    def _find(self, key: str, at: datetime) -> _Tries:
        known = self._tries.pop(key, None)
        tries = known if known is not None and at < known.since + WINDOW else _Tries(at)
        self._tries[key] = tries
        if len(self._tries) > self._remembered:
            self._tries.popitem(last=False)
        return tries


def _key(address: str | None) -> str | None:
    """None for this computer itself: a proxy that does not say for whom it asks stands for all."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return address or None
    if read.is_loopback:
        return None
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or int(read) >> _HOST_BITS)
    return str(read)
