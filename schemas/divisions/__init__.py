"""Administrative divisions: the table, and the readers of what people write.

Pure and without I/O. The data are texts that are parsed on first use.
"""

from schemas.divisions.destinations import find_destination
from schemas.divisions.table import (
    Division,
    full_name,
    get_division,
    is_known_area,
    is_province,
    list_divisions,
)
from schemas.divisions.townships import find_township

__all__ = [
    "Division",
    "find_destination",
    "find_township",
    "full_name",
    "get_division",
    "is_known_area",
    "is_province",
    "list_divisions",
]
