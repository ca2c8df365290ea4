"""Key stores of versions before revision 0009, which had one row for each class: read whole, wrapped anew as
one row for each subject, and the old table dropped, in the transaction that is under way.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
    select,
    text,
)
from sqlmodel import Session

from schemas.events.fields import PersonalClass
from service.db.bulk import write_many
from service.db.columns import Id
from service.vault.keyfile import read_key_file
from service.vault.keys import (
    KEY_SCHEMA,
    KeyFile,
    KeyRow,
    name_classes,
    open_key_store,
    subject_key,
)

_AT_ONCE: Final = 2_000
_OLD: Final = "subject_key_0008"
_Group: TypeAlias = list["_SingleKey"]


class _SingleKey(NamedTuple):
    county_code: str
    subject_id: UUID
    personal_class: str
    wrapped: bytes


def prepare_key_store(database_path: Path, key_file: Path) -> None:
    """The key store of a SQLite database in its newest form, made where there is none; on PostgreSQL the
    migrations do the same. A crash leaves the old form whole, or the new one.
    """
    with open_key_store(database_path) as connection:
        if not _has_single_keys(connection, schema=None):
            return
        connection.execute(text(f"ALTER TABLE subject_key RENAME TO {_OLD}"))
        subject_key.metadata.create_all(connection)
        convert_keys(connection, key_file, schema=None)
        connection.execute(text(f"DROP TABLE {_OLD}"))


def _has_single_keys(connection: Connection, *, schema: str | None) -> bool:
    inspector = inspect(connection)
    if not inspector.has_table("subject_key", schema):
        return False
    return any(
        each["name"] == "personal_class" for each in inspector.get_columns("subject_key", schema)
    )


def convert_keys(
    connection: Connection, key_file: Path | None, *, schema: str | None = KEY_SCHEMA
) -> None:
    """Fills the new table from the old one, which bears the number of its revision. Raises SealBrokenError
    where a key does not unwrap, ValueError where there are keys and no file is named: nothing is changed then.
    """
    old = _describe_old(schema)
    names = [old.c[name] for name in _SingleKey._fields]
    statement = select(*names).order_by(old.c.county_code, old.c.subject_id)
    found = (_SingleKey(*row) for row in connection.execute(statement).yield_per(_AT_ONCE))
    groups = (list(each) for _, each in groupby(found, key=lambda row: row[:2]))
    keys: KeyFile | None = None
    session = Session(connection, join_transaction_mode="rollback_only")  # the caller commits
    while part := list(islice(groups, _AT_ONCE)):
        keys = keys or _read(key_file)
        write_many(session, subject_key, list(_list_rows(part, keys)))


def _read(key_file: Path | None) -> KeyFile:
    if key_file is None:
        raise ValueError(
            "keys are wrapped anew by `fangang-server migrate`, which knows the key file"
        )
    return read_key_file(key_file)


def _describe_old(schema: str | None) -> Table:
    return Table(
        _OLD,
        MetaData(),
        Column("county_code", String(6), primary_key=True),
        Column("subject_id", Id, primary_key=True),
        Column("personal_class", String(16), primary_key=True),
        Column("wrapped", LargeBinary),
        schema=schema,
    )


def _list_rows(groups: Sequence[_Group], key_file: KeyFile) -> Iterator[dict[str, Any]]:
    for group in groups:
        county_code, subject_id = group[0].county_code, group[0].subject_id
        wrapped = {PersonalClass(each.personal_class): each.wrapped for each in group}
        held = name_classes(wrapped)
        packed = b"".join(key_file.unwrap_single(wrapped[each]) for each in sorted(wrapped))
        row = KeyRow(subject_id, 1, key_file.kek_id, held, None, None)
        yield {
            "county_code": county_code,
            **row.close(county_code, key_file, packed)._asdict(),
        }
