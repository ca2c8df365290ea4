"""Group commit: requests that wait at the same moment are recorded in one transaction; how many events at
most, whose turn it is, who is told to come again later, and how a group that fails is recorded again in halves.

A group takes what waits when the one before it has ended; there is no waiting window. Turns go by sender, who
has a share of the events (start-time fair queueing): the single requests of an account are one, its long lists,
which come in pieces, another, so that single events do not wait behind lists. The queues live in the event
loop; a group is recorded in a thread, one at a time for each county.
"""

import asyncio
import threading
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from statistics import median_low
from typing import Any, Final, NamedTuple, TypeVar, cast
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import StreamKind
from service.auth import Actor
from service.db.database import PATIENCE_SECONDS, Database
from service.errors import DomainError
from service.ledger.bodies import StreamKey

MOST_EVENTS: Final = 256
"""Of one group; with a last piece that begins below it."""
PIECE_EVENTS: Final = 50
"""A longer list is cut into pieces of so many."""
LONGEST_WAIT_SECONDS: Final = 2.0
"""Who would wait longer for the first turn is told so at once."""
_FIRST_GUESS_SECONDS: Final = 0.0005
"""For one event, before it was measured."""
_MEASURED_FROM: Final = 64
"""Events: a smaller group is mostly its statements and its commit, and where many wait groups are full."""
_REMEMBERED: Final = 5
"""Groups: the time for one event is their lower median, so that one slow group has no request refused."""
R = TypeVar("R")
A = TypeVar("A")
Record = Callable[[Session, Sequence[R]], Sequence[A | DomainError]]
"""Answers every piece, in order: by its error where it was refused and left nothing. Raises what has to be
rolled back.
"""


class Piece(NamedTuple):
    """What is recorded in one go: a request, or a part of a long one."""

    request: Any
    events: int


@dataclass(slots=True, eq=False)
class _Entry:
    """A waiting request: its pieces that are still to be recorded, and the answers so far."""

    actor: Actor
    pieces: list[Piece]
    ended: "asyncio.Future[list[Any]]"
    waits_until: float
    answers: list[Any] = field(default_factory=list)

    @property
    def next(self) -> Piece:
        return self.pieces[len(self.answers)]

    @property
    def is_long(self) -> bool:
        return len(self.pieces) > 1


class _Sender:
    """The single requests of an account, or its long lists, which take turns among themselves."""

    def __init__(self) -> None:
        self.entries: deque[_Entry] = deque()
        self.end = 0
        """Of the last turn so far, in events."""
        self.has_turn = False

    def count_next(self) -> int:
        """Events that are recorded before each of the waiting entries has had one turn."""
        return sum(each.next.events for each in self.entries)

    def count_all(self) -> int:
        pieces = (piece for each in self.entries for piece in each.pieces[len(each.answers) :])
        return sum(piece.events for piece in pieces)


class _Turn(NamedTuple):
    """The sender with the lowest one is next."""

    start: int
    number: int
    sender: _Sender


class _Line:
    """The waiting requests of one county and one `record`."""

    def __init__(self) -> None:
        self.worker: asyncio.Task[None] | None = None
        """Kept here: the loop itself would let it go."""
        self.unanswered = 0
        self._senders: defaultdict[Any, _Sender] = defaultdict(_Sender)
        self._turns: list[_Turn] = []
        self._numbers = count()
        self._now = 0
        """The start of the turn that was taken last, in events."""
        self._recording = 0
        self._begun_at = 0.0
        self._took = deque([_FIRST_GUESS_SECONDS], maxlen=_REMEMBERED)
        self._seconds = _FIRST_GUESS_SECONDS

    def join(self, entry: _Entry) -> None:
        """Raises server-busy where the first turn is further away than LONGEST_WAIT_SECONDS."""
        sender = self._find_sender(entry)
        running = self._recording * self._seconds - (time.monotonic() - self._begun_at)
        wait = max(running, 0) + self._count_before(sender) * self._seconds
        if wait > LONGEST_WAIT_SECONDS:
            raise DomainError(ErrorCode.SERVER_BUSY, facts={"retry_after_seconds": round(wait) + 1})
        self._wait(sender, entry)
        self.unanswered += 1
        entry.ended.add_done_callback(self._note_answer)

    def go_on(self, entry: _Entry) -> None:
        """With the next piece of a long list, once the one before it is recorded."""
        self._wait(self._find_sender(entry), entry)

    def take(self) -> list[_Entry]:
        """The entries whose next piece is recorded now, in the order of their turns, each once."""
        group: list[_Entry] = []
        events, now = 0, time.monotonic()
        while self._turns and events < MOST_EVENTS:
            start, _, sender = heappop(self._turns)
            self._now, sender.has_turn = start, False
            entry = sender.entries.popleft()
            if not entry.answers and now > entry.waits_until:
                _fail(entry)
            if not entry.ended.done():  # else given up, also by its client
                group.append(entry)
                events += entry.next.events
                sender.end = start + entry.next.events
            self._give_turn(sender)
        self._recording, self._begun_at = events, now
        if not group:
            self._senders.clear()
            self._now = 0
        return group

    def note(self, seconds: float | None) -> None:
        """How long recording the group took; None where it failed. A small group is mostly its statements:
        it counts where it was quicker for each event all the same."""
        if seconds is not None and self._recording:
            each = seconds / self._recording
            if self._recording >= _MEASURED_FROM or each < self._seconds:
                self._took.append(each)
                self._seconds = median_low(self._took)
        self._recording = 0

    def fail_all(self) -> None:
        for sender in self._senders.values():
            for entry in sender.entries:
                _fail(entry)
        self._senders.clear()
        self._turns.clear()

    def _find_sender(self, entry: _Entry) -> _Sender:
        return self._senders[entry.actor.account_id, entry.is_long]

    def _wait(self, sender: _Sender, entry: _Entry) -> None:
        sender.entries.append(entry)
        self._give_turn(sender)

    def _give_turn(self, sender: _Sender) -> None:
        if sender.entries and not sender.has_turn:
            sender.has_turn = True
            start = max(self._now, sender.end)
            heappush(self._turns, _Turn(start, next(self._numbers), sender))

    def _note_answer(self, _ended: "asyncio.Future[Any]") -> None:
        self.unanswered -= 1

    def _count_before(self, sender: _Sender) -> int:
        """Events that wait and are recorded before the turn of an entry that would join this sender now."""
        own = sender.count_next()
        start = max(self._now, sender.end) + own
        others = (turn for turn in self._turns if turn.sender is not sender)
        return own + sum(
            min(turn.sender.count_all(), start - turn.start + PIECE_EVENTS)
            for turn in others
            if turn.start <= start
        )


class GroupCommit:
    """`run` answers after the commit, as if the request had been alone: a group that fails is rolled
    back and recorded again in halves, until the request that fails is alone.
    """

    def __init__(self, database: Database, *, patience: float = PATIENCE_SECONDS) -> None:
        self._database = database
        self._patience = patience
        self._lines: defaultdict[Any, _Line] = defaultdict(_Line)

    async def run(
        self, actor: Actor, pieces: Sequence[Piece], *, record: "Record[Any, A]"
    ) -> list[A]:
        """An answer for each piece, in order, each committed with its group before the next one has its turn.
        Raises what `record` answers or raises for one of them: those before it are recorded then, none after
        it. server-busy when the first turn would come too late, database-unavailable when it did: nothing is
        recorded then.
        """
        line = self._lines[actor.county_code, record]
        entry = _Entry(
            actor,
            list(pieces),
            ended=asyncio.get_running_loop().create_future(),
            waits_until=time.monotonic() + self._patience,
        )
        line.join(entry)
        if line.worker is None or line.worker.done():
            # In a context of its own: it works for many requests, in many languages.
            line.worker = asyncio.create_task(self._work(line, record), context=Context())
            line.worker.add_done_callback(_read_error)
        return cast("list[A]", await entry.ended)

    def count_unanswered(self, actor: Actor, *, record: "Record[Any, Any]") -> int:
        """How many requests of the actor's county wait for their turn, or for the end of their group."""
        return self._lines[actor.county_code, record].unanswered

    async def _work(self, line: _Line, record: "Record[Any, Any]") -> None:
        """Records one group after the other until none waits. Every entry is answered, whatever is raised:
        database-unavailable where no answer was made, so that it may be sent again."""
        group: list[_Entry] = []
        try:
            while group := line.take():
                requests = [entry.next.request for entry in group]
                answers, seconds = await asyncio.to_thread(
                    self._record_group, group[0].actor, requests, record
                )
                line.note(seconds)
                for entry, answer in zip(group, answers, strict=True):
                    if _answer(entry, answer):
                        line.go_on(entry)
        finally:
            for entry in group:
                _fail(entry)
            line.fail_all()

    def _record_group(
        self, actor: Actor, requests: Sequence[Any], record: "Record[Any, Any]"
    ) -> tuple[list[Any], float | None]:
        """In a thread: the answers, where what was raised for a request is its answer, and how many seconds
        it took once the database was there; None where it had to be tried again."""
        try:
            with self._database.write(actor) as session:
                begun = time.monotonic()
                answers = list(record(session, requests))
            return answers, time.monotonic() - begun
        except Exception as error:  # noqa: BLE001 - the request that it belongs to gets it
            return self._record_again(actor, requests, record, error), None

    def _record(
        self, actor: Actor, requests: Sequence[Any], record: "Record[Any, Any]"
    ) -> list[Any]:
        return self._record_group(actor, requests, record)[0]

    def _record_again(
        self, actor: Actor, requests: Sequence[Any], record: "Record[Any, Any]", error: Exception
    ) -> list[Any]:
        if len(requests) == 1:
            return [error]
        if isinstance(error, DomainError) and error.code is ErrorCode.DATABASE_UNAVAILABLE:
            return [_make_unavailable() for _ in requests]
        middle = len(requests) // 2
        return [
            *self._record(actor, requests[:middle], record),
            *self._record(actor, requests[middle:], record),
        ]


def _answer(entry: _Entry, answer: Any) -> bool:
    """Ends the entry with its last piece, or with the first that failed: nothing after that is recorded.
    Whether it goes on with another piece."""
    if entry.ended.done():
        return False
    if isinstance(answer, BaseException):
        entry.ended.set_exception(answer)
        return False
    entry.answers.append(answer)
    if len(entry.answers) == len(entry.pieces):
        entry.ended.set_result(entry.answers)
        return False
    return True


def _fail(entry: _Entry) -> None:
    """Each entry gets an error object of its own: tasks must not share one."""
    if not entry.ended.done():
        entry.ended.set_exception(_make_unavailable())


def _make_unavailable() -> DomainError:
    return DomainError(ErrorCode.DATABASE_UNAVAILABLE)


def _read_error(worker: "asyncio.Task[None]") -> None:
    """Its entries have it already."""
    if not worker.cancelled():
        worker.exception()


# --- states from one group to the next -------------------------------------------------------------
_MOST_KEPT: Final = 128
"""Some hundred kilobytes each: a coach with its passengers."""
_Head = tuple[int, bytes]


class KeptStates:
    """Trip states kept from one group to the next, so that a trip is not read anew for each request.

    A state follows from its stream's events and from the plan, whose every change is an event of the
    stream too. So a kept state is the newest exactly if the stream's head, read under its lock, has the
    hash that it had when the state was kept: another process has moved the head, and a head that was
    rolled back is never read. At most `most` states; trips only. Safe between threads.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
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
