"""A file with personal data: only its owner reads it, and it is whole or not there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cli.exits import CommandError, ExitCode

_PREFIX: Final = ".fangang-"


class PaperFile:
    """A place that was reserved before the server was asked; `write` puts the file there."""

    def __init__(self, path: Path, waiting: Path, unwritable: str) -> None:
        self._path, self._waiting, self._unwritable = path, waiting, unwritable

    def write(self, data: bytes) -> None:
        """Raises CommandError, for instance while the old file is open in WPS."""
        try:
            self._waiting.write_bytes(data)
            self._waiting.replace(self._path)
        except OSError as error:
            raise CommandError(self._unwritable, ExitCode.USAGE) from error


@contextmanager
def reserve_file(path: Path, *, unwritable: str) -> Iterator[PaperFile]:
    """An empty file beside it (0600), which becomes the file or goes away again.

    `unwritable` is the message of the CommandError that is raised where nothing can be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise CommandError(unwritable, ExitCode.USAGE) from error
    os.close(descriptor)
    waiting = Path(name)
    try:
        yield PaperFile(path, waiting, unwritable)
    finally:
        waiting.unlink(missing_ok=True)
