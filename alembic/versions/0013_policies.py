"""policies that counties have loaded, and levels of risk of areas"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Day, Id, Instant

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "version"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "risk_area",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("area_code", sa.String(length=9), nullable=False),
        sa.Column("valid_from", Day(), nullable=False),
        sa.Column("valid_until", Day(), nullable=True),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "scheme", "area_code", "valid_from"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("risk_area")
    op.drop_table("policy")
