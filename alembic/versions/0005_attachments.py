"""attachments of trips"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("account_id", Id(), nullable=False),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("attachment_trip", "attachment", ["county_code", "trip_id"])
    op.create_index(
        "attachment_account", "attachment", ["county_code", "account_id", "uploaded_at"]
    )
    op.create_table(
        "attachment_content",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("attachment_id", Id(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "attachment_id"], ["attachment.county_code", "attachment.id"]
        ),
        sa.PrimaryKeyConstraint("county_code", "attachment_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("attachment_content")
    op.drop_table("attachment")
