"""Database access: engine and transactions, column types, bulk statements."""

from service.db.bulk import delete_many, load_many, write_many
from service.db.columns import Day, Id, Instant
from service.db.database import Database, Tenant
from service.db.locks import file_lock
from service.db.tenancy import table_of

__all__ = [
    "Database",
    "Day",
    "Id",
    "Instant",
    "Tenant",
    "delete_many",
    "file_lock",
    "load_many",
    "table_of",
    "write_many",
]
