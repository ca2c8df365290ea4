"""batches that are corrected, and cancelled"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Instant

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("version", sa.Integer(), nullable=True))
    op.execute("UPDATE batch SET version = 1")
    op.add_column("batch", sa.Column("cancelled_at", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("batch", "cancelled_at")
    op.drop_column("batch", "version")
