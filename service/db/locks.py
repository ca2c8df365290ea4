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
_PAUSE_SECONDS = 0.002


@contextmanager
def file_lock(path: Path, *, wait: float = PATIENCE_SECONDS) -> Iterator[None]:
    """An exclusive lock between processes; BlockingIOError when it is still taken after `wait`
    seconds (False: at once). It ends with the process, however that ends.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, until=time.monotonic() + wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, until: float) -> None:
    """By trying again: flock's own waiting cannot be given an end."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


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
