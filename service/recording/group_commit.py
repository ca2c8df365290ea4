"""Group commit: requests that wait at the same moment are recorded in one transaction; how many at most, who
leads, how long one waits, and how a group that fails is recorded again in halves.

The first request to come leads: its thread records the group. Requests that come meanwhile are the
next group, and the longest waiting one leads it. There is no waiting window: a request that is alone
is a group of one.
"""

import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import StreamKind
from service.auth import Actor
from service.db.database import PATIENCE_SECONDS, Database
from service.errors import DomainError
from service.ledger.bodies import StreamKey

MAX_GROUP: Final = 64
R = TypeVar("R")
A = TypeVar("A")
Record = Callable[[Session, Sequence[R]], Sequence[A | DomainError]]
"""Answers every request, in order: by its error where it was refused and left nothing. Raises what has
to be rolled back.
"""


class _Entry:
    """A waiting request: answered, or called to lead the next group."""

    def __init__(self, actor: Actor, request: Any) -> None:
        self.actor = actor
        self.request = request
        self.leads = False
        self.is_ended = False
        self.answer: Any = None
        self._called = threading.Event()

    def lead(self) -> None:
        self.leads = True
        self._called.set()

    def end(self, answer: Any) -> None:
        self.answer = answer
        self.is_ended = True
        self._called.set()

    def wait(self, seconds: float) -> bool:
        """Whether the call came in time."""
        return self._called.wait(seconds)


class _Queue:
    """The waiting requests of one county and one `record`, and whether one of them leads.

    Each entry has an event of its own: with one lock for all, answered requests would wait in it behind
    the leader of the next group.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[_Entry] = deque()
        self._is_led = False

    def join(self, entry: _Entry) -> None:
        """Adds the entry; it leads at once where no other does."""
        with self._mutex:
            self._waiting.append(entry)
            if not self._is_led:
                self._pass_on()

    def take(self) -> list[_Entry]:
        """Up to MAX_GROUP of the longest waiting entries, the leader among them. Called by the leader."""
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]

    def hand_over(self) -> None:
        """The longest waiting entry leads next; called by the leader when its group has ended."""
        with self._mutex:
            self._pass_on()

    def leave(self, entry: _Entry) -> None:
        """Takes a waiting entry out, and hands on its lead; no effect on one that is being recorded."""
        with self._mutex:
            if entry in self._waiting:
                self._waiting.remove(entry)
                if entry.leads:
                    self._pass_on()

    def count(self) -> int:
        with self._mutex:
            return len(self._waiting)

    def _pass_on(self) -> None:
        self._is_led = bool(self._waiting)
        if self._waiting:
            self._waiting[0].lead()


class GroupCommit:
    """`run` answers after the commit, as if the request had been alone: a group that fails is rolled
    back and recorded again in halves, until the request that fails is alone.
    """

    def __init__(self, database: Database, *, patience: float = PATIENCE_SECONDS) -> None:
        self._database = database
        self._patience = patience
        self._mutex = threading.Lock()
        self._queues: defaultdict[Any, _Queue] = defaultdict(_Queue)

    def run(self, actor: Actor, request: R, *, record: Record[R, A]) -> A:
        """Raises what `record` answers or raises for this request; database-unavailable when the
        turn does not come within `patience` seconds (the request may be sent again, whatever became
        of it).
        """
        with self._mutex:
            queue = self._queues[actor.county_code, record]
        entry = _Entry(actor, request)
        queue.join(entry)
        if not entry.wait(self._patience):
            queue.leave(entry)
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)
        if entry.leads:
            self._lead(queue, record)
        if isinstance(entry.answer, BaseException):
            raise entry.answer
        return cast("A", entry.answer)

    def count_waiting(self, actor: Actor, *, record: Record[Any, Any]) -> int:
        """How many requests of the actor's county wait for their group to begin."""
        with self._mutex:
            queue = self._queues[actor.county_code, record]
        return queue.count()

    def _lead(self, queue: _Queue, record: Record[Any, Any]) -> None:
        """Every entry of the group is answered, whatever is raised: database-unavailable where no answer
        was made, so that the request may be sent again."""
        group: list[_Entry] = []
        try:
            group += queue.take()
            self._record(group, record)
        finally:
            _fail([entry for entry in group if not entry.is_ended])
            queue.hand_over()

    def _record(self, group: Sequence[_Entry], record: Record[Any, Any]) -> None:
        try:
            with self._database.write(group[0].actor) as session:
                answers = record(session, [entry.request for entry in group])
        except Exception as error:  # noqa: BLE001 - the request that it belongs to gets it
            self._record_again(group, record, error)
            return
        for entry, answer in zip(group, answers, strict=True):
            entry.end(answer)

    def _record_again(
        self, group: Sequence[_Entry], record: Record[Any, Any], error: Exception
    ) -> None:
        if len(group) == 1:
            group[0].end(error)
        elif isinstance(error, DomainError) and error.code is ErrorCode.DATABASE_UNAVAILABLE:
            _fail(group)
        else:
            middle = len(group) // 2
            self._record(group[:middle], record)
            self._record(group[middle:], record)


def _fail(group: Sequence[_Entry]) -> None:
    """Each entry gets an error object of its own: threads must not share one."""
    for entry in group:
        entry.end(DomainError(ErrorCode.DATABASE_UNAVAILABLE))


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
