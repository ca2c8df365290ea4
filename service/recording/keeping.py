"""The states of streams that are spoken of again and again, kept from one group to the next.

A state follows from its stream's events and from the plan, whose every change is an event there, too. So
the hash of the stream's head, read under its lock, says whether a kept state is still the newest: whoever
else has written meanwhile (another process, a command) has moved the head, and a transaction that was
rolled back has left a head that nobody will ever read.
"""

import threading
from collections import OrderedDict
from typing import Any, Final
from uuid import UUID

from schemas.events.kinds import StreamKind
from service.ledger.bodies import StreamKey

_MOST: Final = 128
"""Some hundred kilobytes each: a coach with its passengers."""
_Head = tuple[int, bytes]


class KeptStates:
    """Of trips only: they are the large ones, and few are under way at once. Safe between threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._mutex = threading.Lock()
        self._kept: OrderedDict[tuple[str, UUID], tuple[_Head, Any]] = OrderedDict()

    def get(self, county_code: str, stream: StreamKey, head: _Head) -> Any:
        """None where none is kept, or one of another head."""
        with self._mutex:
            of_head, state = self._kept.get((county_code, stream.id), (None, None))
        return state if of_head == head else None

    def put(self, county_code: str, stream: StreamKey, head: _Head, state: Any) -> None:
        """Nothing for a stream without events: their first head is the same for all."""
        if stream.kind is not StreamKind.TRIP or head[0] == 0:
            return
        with self._mutex:
            self._kept[county_code, stream.id] = head, state
            self._kept.move_to_end((county_code, stream.id))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
