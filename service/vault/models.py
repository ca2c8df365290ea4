"""Keys of subjects, in a store of their own: a file beside the SQLite database, a schema on
PostgreSQL. Destroying a row here is what erases a person's sealed data everywhere, backups too.
"""

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from service.db import Id

KEY_SCHEMA = "vault"
key_metadata = MetaData()

subject_key = Table(
    "subject_key",
    key_metadata,
    Column("county_code", String(6), primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("personal_class", String(16), primary_key=True),
    Column("kek_id", String(16), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    schema=KEY_SCHEMA,
    sqlite_with_rowid=False,
)
