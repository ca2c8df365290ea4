"""who feeds an import, and what it overwrote"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("roster_import", sa.Column("feed", sa.String(length=12), nullable=True))
    op.add_column("roster_import", sa.Column("enterprise_id", Id(), nullable=True))
    op.add_column("roster_import", sa.Column("undone_at", Instant(), nullable=True))
    op.execute("UPDATE roster_import SET feed = 'township'")
    op.add_column("worker_source", sa.Column("worker_version", sa.Integer(), nullable=True))
    op.add_column("roster_chunk", sa.Column("known_ids", sa.JSON(), nullable=True))
    op.create_table(
        "roster_before",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("worker_version", sa.Integer(), nullable=False),
        sa.Column("worker", sa.JSON(), nullable=True),
        sa.Column("demand_id", Id(), nullable=True),
        sa.Column("demand_version", sa.Integer(), nullable=True),
        sa.Column("demand", sa.JSON(), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "import_id"], ["roster_import.county_code", "roster_import.id"]
        ),
        sa.PrimaryKeyConstraint("county_code", "import_id", "chunk", "place"),
        sqlite_with_rowid=False,
    )
    op.create_index("roster_before_worker", "roster_before", ["county_code", "worker_id"])


def downgrade() -> None:
    op.drop_table("roster_before")
    op.drop_column("roster_chunk", "known_ids")
    op.drop_column("worker_source", "worker_version")
    for name in ("undone_at", "enterprise_id", "feed"):
        op.drop_column("roster_import", name)
