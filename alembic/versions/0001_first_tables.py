"""the first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db import Id, Instant

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("stream_kind", sa.String(length=16), nullable=False),
        sa.Column("stream_id", Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=True),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("device_sequence", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint(
            "county_code", "stream_kind", "stream_id", "seq", name="event_stream_seq"
        ),
    )
    op.create_index("event_subject", "event", ["county_code", "subject_id"], unique=False)
    op.create_index(
        "event_worker", "event", ["county_code", "worker_id", "happened_at"], unique=False
    )
    op.create_table(
        "log_pending",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("event_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "event_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event_part",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("personal_class", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "event_id"],
            ["event.county_code", "event.id"],
        ),
        sa.PrimaryKeyConstraint("county_code", "event_id", "part"),
        sqlite_with_rowid=False,
    )
    # On SQLite the keys lie in a file of their own (service/vault/store.py).
    if op.get_bind().dialect.name == "postgresql":
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


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("subject_key", schema="vault")
    op.drop_table("event_part")
    op.drop_table("stream")
    op.drop_table("log_pending")
    op.drop_index("event_worker", table_name="event")
    op.drop_index("event_subject", table_name="event")
    op.drop_table("event")
