"""Where the tests' databases lie: in memory, where there is room, for they are thrown away."""

import os
import shutil
from functools import cache
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 * 1024**3


@cache
def find_memory() -> Path | None:
    """A file system in memory that is wide enough and lets programs run; None where there is none."""
    if not _MEMORY.is_dir() or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return None
    closed = os.statvfs(_MEMORY).f_flag & getattr(os, "ST_NOEXEC", 0)
    return None if closed or shutil.disk_usage(_MEMORY).free < _ROOM_BYTES else _MEMORY
