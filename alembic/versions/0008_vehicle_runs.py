"""which vehicle ran from when to when"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(  # derived: filled when the trips are folded anew
        "trip_vehicle",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", Id(), nullable=False),
        sa.Column("from_at", Instant(), nullable=True),
        sa.Column("to_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        sa.PrimaryKeyConstraint("county_code", "trip_id", "ordinal"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "trip_vehicle_vehicle", "trip_vehicle", ["county_code", "vehicle_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("trip_vehicle_vehicle", table_name="trip_vehicle")
    op.drop_table("trip_vehicle")
