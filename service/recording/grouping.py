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
    """A request that waits, and what became of it."""

    def __init__(self, actor: Actor, request: Any) -> None:
        self.actor = actor
        self.request = request
        self.done = False
        self.answer: Any = None

    def end(self, answer: Any) -> None:
        self.answer = answer
        self.done = True


class _Queue:
    """Of one county and one kind of work: who waits, and whose turn it is to work for all."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._waiting: deque[_Entry] = deque()

    def join(self, entry: _Entry) -> None:
        self._waiting.append(entry)

    def take(self) -> list[_Entry]:
        """The longest waiting ones. Only for whoever has the turn."""
        return [self._waiting.popleft() for _ in range(min(MAX_GROUP, len(self._waiting)))]


class GroupCommit:
    """`run` gives the answer after the commit, as if the request had been alone: a group that
    fails is rolled back and recorded again in halves, until whoever fails stands alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mutex = threading.Lock()
        self._queues: defaultdict[Any, _Queue] = defaultdict(_Queue)

    def run(self, actor: Actor, request: R, *, work: Work[R, A]) -> A:
        """Raises what `work` answers or raises for this request; database-unavailable when the
        turn does not come in time (the request may be sent again, whatever became of it).
        """
        with self._mutex:
            queue = self._queues[actor.county_code, work]
        entry = _Entry(actor, request)
        queue.join(entry)
        if not queue.turn.acquire(timeout=PATIENCE_SECONDS):
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)
        try:
            while not entry.done:
                self._record(queue.take(), work)
        finally:
            queue.turn.release()
        if isinstance(entry.answer, BaseException):
            raise entry.answer
        return cast("A", entry.answer)

    def _record(self, group: Sequence[_Entry], work: Work[Any, Any]) -> None:
        try:
            with self._database.write(group[0].actor) as session:
                answers = work(session, [entry.request for entry in group])
        except BaseException as error:
            if not isinstance(error, Exception):
                _fail(group)
                raise
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
