"""one key row for each subject; erasures; short numbers; sources without what their import says"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Day, Id, Instant
from service.vault.conversion import convert_keys

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("classes", sa.String(length=64), nullable=False),
        sa.Column("erased_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "subject_id", "classes"),
        sqlite_with_rowid=False,
    )
    op.drop_column("worker_source", "feed")  # the import says both
    op.drop_column("worker_source", "as_of")
    _add_numbers()
    # On SQLite the keys lie in a file of their own (service/vault/conversion.py).
    if op.get_bind().dialect.name == "postgresql":
        op.rename_table("subject_key", "subject_key_0008", schema="vault")
        op.execute("ALTER INDEX vault.subject_key_pkey RENAME TO subject_key_0008_pkey")
        op.create_table(
            "subject_key",
            sa.Column("county_code", sa.String(length=6), nullable=False),
            sa.Column("subject_id", Id(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("kek_id", sa.String(length=16), nullable=False),
            sa.Column("held", sa.String(length=64), nullable=False),
            sa.Column("wrapped", sa.LargeBinary(), nullable=True),
            sa.Column("destroyed", sa.String(length=255), nullable=True),
            sa.PrimaryKeyConstraint("county_code", "subject_id"),
            schema="vault",
            sqlite_with_rowid=False,
        )
        config = op.get_context().config
        convert_keys(op.get_bind(), config.attributes["key_file"] if config else None)
        op.drop_table("subject_key_0008", schema="vault")


def _add_numbers() -> None:
    """Of workers in the order of entry, of imports in the order of announcing."""
    op.create_table(
        "number_counter",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "kind"),
        sqlite_with_rowid=False,
    )
    op.add_column("roster_chunk", sa.Column("first_number", sa.Integer(), nullable=True))
    for table, kind, order in (
        ("worker", "worker", "id"),
        ("roster_import", "import", "created_at, id"),
    ):
        op.add_column(table, sa.Column("number", sa.Integer(), nullable=True))
        op.execute(
            f"UPDATE {table} SET number = numbered.place FROM (SELECT county_code, id, row_number()"  # noqa: S608 - our own names
            f" OVER (PARTITION BY county_code ORDER BY {order}) AS place FROM {table}) AS numbered"
            f" WHERE numbered.county_code = {table}.county_code AND numbered.id = {table}.id"
        )
        op.execute(
            "INSERT INTO number_counter (county_code, kind, taken)"  # noqa: S608 - our own names
            f" SELECT county_code, '{kind}', max(number) FROM {table} GROUP BY county_code"
        )
        op.create_index(f"{table}_number", table, ["county_code", "number"], unique=True)


def downgrade() -> None:
    """Without the keys: nothing that was sealed opens afterwards."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("subject_key", schema="vault")
        op.create_table(
            "subject_key",
            sa.Column("county_code", sa.String(length=6), nullable=False),
            sa.Column("subject_id", Id(), nullable=False),
            sa.Column("personal_class", sa.String(length=16), nullable=False),
            sa.Column("kek_id", sa.String(length=16), nullable=False),
            sa.Column("wrapped", sa.LargeBinary(), nullable=False),
            sa.PrimaryKeyConstraint("county_code", "subject_id", "personal_class"),
            schema="vault",
            sqlite_with_rowid=False,
        )
    for table in ("worker", "roster_import"):
        op.drop_index(f"{table}_number", table_name=table)
        op.drop_column(table, "number")
    op.drop_column("roster_chunk", "first_number")
    op.drop_table("number_counter")
    op.add_column("worker_source", sa.Column("feed", sa.String(length=12), nullable=True))
    op.add_column("worker_source", sa.Column("as_of", Day(), nullable=True))
    op.drop_table("erasure")
