"""what a list of trips reads of one, kept in its row"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # derived: filled when the trips are folded anew
    op.add_column("trip", sa.Column("brief", sa.JSON(), nullable=True))
    op.add_column("trip", sa.Column("waits", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("trip", "waits")
    op.drop_column("trip", "brief")
