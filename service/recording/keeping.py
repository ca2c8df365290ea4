"""Trip states that are kept from one group of requests to the next, and when a kept one is the newest."""

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
    """Trip states kept from one group to the next, so that a trip is not read anew for each request.

    A state follows from its stream's events and from the plan, whose every change is an event of the
    stream too. So a kept state is the newest exactly if the stream's head, read under its lock, has the
    hash that it had when the state was kept: another process has moved the head, and a head that was
    rolled back is never read. At most `most` states; trips only. Safe between threads.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._mutex = threading.Lock()
        self._kept: OrderedDict[tuple[str, UUID], tuple[_Head, Any]] = OrderedDict()

    def get(self, county_code: str, stream: StreamKey, head: _Head) -> Any:
        """None where no state is kept for this head."""
        with self._mutex:
            of_head, state = self._kept.get((county_code, stream.id), (None, None))
        return state if of_head == head else None

    def put(self, county_code: str, stream: StreamKey, head: _Head, state: Any) -> None:
        """Keeps nothing for a stream without events: the first head is the same for all streams."""
        if stream.kind is not StreamKind.TRIP or head[0] == 0:
            return
        with self._mutex:
            self._kept[county_code, stream.id] = head, state
            self._kept.move_to_end((county_code, stream.id))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
