"""Queues before SQLite's single writer, whose own waiting is unfair."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import ErrorCode
from service.errors import DomainError

PATIENCE_SECONDS = 15.0


@contextmanager
def file_lock(path: Path, *, wait: float = PATIENCE_SECONDS) -> Iterator[None]:
    """An exclusive lock between processes; BlockingIOError when it is still taken after `wait`
    seconds (False: at once). It ends with the process, however that ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, wait=wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, wait: float) -> None:
    """The kernel's own queue is fair, but its waiting has no end: so a thread of its own waits.

    Trying again and again instead was measured: 16 processes, the slowest hundredth waited 530 ms
    instead of 59. A thread that was given up still gets the lock one day; the descriptor being
    closed by then, the lock ends in the same moment.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait <= 0:
            raise
        waiter = threading.Thread(target=fcntl.flock, args=(descriptor, fcntl.LOCK_EX), daemon=True)
        waiter.start()
        waiter.join(wait)
        if waiter.is_alive():
            raise


class WriterQueue:
    """First the threads of this process queue, then its one representative among processes.
    Whoever waits longer than `patience` seconds is told that the database is not available.
    """

    def __init__(self, database_path: Path, *, patience: float) -> None:
        self._path = database_path.with_name(database_path.name + ".lock")
        self._patience = patience
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        begun = time.monotonic()
        if not self._threads.acquire(timeout=self._patience):
            raise DomainError(ErrorCode.DATABASE_UNAVAILABLE)
        try:
            left = self._patience - (time.monotonic() - begun)
            with _taken(self._path, wait=max(left, 0)):
                yield
        finally:
            self._threads.release()


@contextmanager
def _taken(path: Path, *, wait: float) -> Iterator[None]:
    lock = file_lock(path, wait=wait)
    try:
        lock.__enter__()
    except BlockingIOError as error:
        raise DomainError(ErrorCode.DATABASE_UNAVAILABLE) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)
