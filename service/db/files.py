"""Files that are as durable as the database beside which they lie: whole or not at all, name included."""

import os
import tempfile
from pathlib import Path
from typing import Final

DRAFT_ENDING: Final = ".part"
"""Of a file that was not written to its end."""


def write_whole(path: Path, content: bytes) -> None:
    """The file appears at once with all of its content, 0600, and stays after a power cut. One that is
    there is replaced. Raises OSError; what a crash leaves ends in
    DRAFT_ENDING.
    """
    descriptor, draft = tempfile.mkstemp(prefix=".", suffix=DRAFT_ENDING, dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """0700; one that is there stays."""
    if not path.is_dir():
        path.mkdir(mode=0o700, exist_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in it are as durable as the content of the files."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
