"""Group commit: what waits at the same moment is recorded in one transaction.

Whoever comes first works for all who wait; those who come meanwhile are the next group. Nobody
waits for company: alone, a request is a group of one.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar, cast

from sqlmodel import Session

from schemas.errors import ErrorCode
from service.auth import Actor
from service.db import Database
from service.db.locks import PATIENCE_SECONDS
from service.errors import DomainError

MAX_GROUP: Final = 64
R = TypeVar("R")
A = TypeVar("A")
Work = Callable[[Session, Sequence[R]], Sequence[A | DomainError]]
"""Answers every request, in order. A request that was refused and left nothing is answered by its
error; whatever has to be rolled back is raised.
"""


class _Entry:
    """A request that waits, and what became of it: answered, or to work for all who wait."""

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
    """Of one county and one kind of work: who waits, and whether somebody works for all.

    Each is called for himself. If all waited for one lock instead, those who are answered would stand
    in it behind whoever records the next group.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[_Entry] = deque()
        self._is_led = False

    def join(self, entry: _Entry) -> None:
        """Whoever finds nobody at work leads."""
        with self._mutex:
            self._waiting.append(entry)
            if not self._is_led:
                self._pass_on()

    def take(self) -> list[_Entry]:
        """The longest waiting ones, the leader among them. Only for the leader."""
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]

    def hand_over(self) -> None:
        """To the longest waiting one."""
        with self._mutex:
            self._pass_on()

    def leave(self, entry: _Entry) -> None:
        """Unless somebody is recording it."""
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
    """`run` gives the answer after the commit, as if the request had been alone: a group that
    fails is rolled back and recorded again in halves, until whoever fails stands alone.
    """

    def __init__(self, database: Database, *, patience: float = PATIENCE_SECONDS) -> None:
        self._database = database
        self._patience = patience
        self._mutex = threading.Lock()
        self._queues: defaultdict[Any, _Queue] = defaultdict(_Queue)

    def run(self, actor: Actor, request: R, *, work: Work[R, A]) -> A:
        """Raises what `work` answers or raises for this request; database-unavailable when the
        turn does not come within `patience` seconds (the request may be sent again, whatever became
        of it).
        """
        with self._mutex:
            queue = self._queues[actor.county_code, work]
        entry = _Entry(actor, request)
        queue.join(entry)
        if not entry.wait(self._patience):
            queue.leave(entry)
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)
        if entry.leads:
            self._lead(queue, work)
        if isinstance(entry.answer, BaseException):
            raise entry.answer
        return cast("A", entry.answer)

    def count_waiting(self, actor: Actor, *, work: Work[Any, Any]) -> int:
        """Of the actor's county: whose turn has not come yet."""
        with self._mutex:
            queue = self._queues[actor.county_code, work]
        return queue.count()

    def _lead(self, queue: _Queue, work: Work[Any, Any]) -> None:
        """Nobody is left waiting, whatever is raised: who has no answer yet may send it again."""
        group: list[_Entry] = []
        try:
            group += queue.take()
            self._record(group, work)
        finally:
            _fail([entry for entry in group if not entry.is_ended])
            queue.hand_over()

    def _record(self, group: Sequence[_Entry], work: Work[Any, Any]) -> None:
        try:
            with self._database.write(group[0].actor) as session:
                answers = work(session, [entry.request for entry in group])
        except Exception as error:  # noqa: BLE001 - whoever it belongs to gets it
            self._record_again(group, work, error)
            return
        for entry, answer in zip(group, answers, strict=True):
            entry.end(answer)

    def _record_again(
        self, group: Sequence[_Entry], work: Work[Any, Any], error: Exception
    ) -> None:
        if len(group) == 1:
            group[0].end(error)
        elif isinstance(error, DomainError) and error.code is ErrorCode.DATABASE_UNAVAILABLE:
            _fail(group)
        else:
            middle = len(group) // 2
            self._record(group[:middle], work)
            self._record(group[middle:], work)


def _fail(group: Sequence[_Entry]) -> None:
    """Everybody gets an error of his own: threads must not share one."""
    for entry in group:
        entry.end(DomainError(ErrorCode.DATABASE_UNAVAILABLE))
