"""revocations: a county's counter, which processes look at that know tokens"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "revocations",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("revocations")
