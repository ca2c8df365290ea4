"""The files that an office program lays beside a workbook while it is open."""

from pathlib import Path
from typing import Final

LOCK_PREFIXES: Final = ("~$", ".~")


def is_open(path: Path) -> bool:
    return any(path.with_name(f"{prefix}{path.name}").exists() for prefix in LOCK_PREFIXES)
