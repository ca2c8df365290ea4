"""Divisions as the API shows them."""

from schemas.base import Wire
from schemas.divisions.table import Level


class DivisionOut(Wire):
    """`kind` is the official type (地级市, 民族乡 …), which no code tells."""

    code: str
    level: Level
    name: str
    full_name: str
    parent: str | None
    kind: str
