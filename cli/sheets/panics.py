"""Panics of the Rust reader: no Exception, and a trace on standard error before it gets to us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from cli.sheets.refusals import FileRefusedError
from schemas.roster.codes import FileCode

_STANDARD_ERROR: Final = 2


@contextmanager
def guard_panics() -> Iterator[None]:
    """A panic in here is a file that is corrupt, and nothing of its trace is shown."""
    with _silenced():
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PanicException":
                raise FileRefusedError(FileCode.FILE_CORRUPT) from error
            raise


@contextmanager
def _silenced() -> Iterator[None]:
    """Rust writes to the descriptor, past Python: the descriptor itself leads nowhere for a while."""
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:  # closed anyway
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_ERROR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STANDARD_ERROR)
        os.close(kept)
