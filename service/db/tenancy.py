"""What every tenant table shares: the county leads every key."""

from typing import cast

from sqlalchemy import Table
from sqlmodel import SQLModel

# Tables read by key are clustered by it. Not the event table: its writes would cost 65 % more.
CLUSTERED = {"sqlite_with_rowid": False}


def table_of(model: type[SQLModel]) -> Table:
    """The Core table under a SQLModel class."""
    return cast("Table", model.__table__)  # type: ignore[attr-defined]  # set by its metaclass
