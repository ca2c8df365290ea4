"""items that could not be read, kept beside the ledger"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unread_event",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("stream_kind", sa.String(length=16), nullable=False),
        sa.Column("stream_id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=True),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "digest"),
    )
    op.create_index(
        "unread_event_stream",
        "unread_event",
        ["county_code", "stream_kind", "stream_id", "id"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("unread_event")
