"""who drives which trip, how its escort is found again, and approvals that wait for their confirmation"""

import json
from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("trip", sa.Column("escort_key", Id(), nullable=True))
    op.add_column("trip", sa.Column("escort_account_id", Id(), nullable=True))
    op.add_column("trip", sa.Column("vehicle_carrier_id", Id(), nullable=True))
    op.add_column("trip", sa.Column("unconfirmed", sa.Integer(), nullable=True))
    op.execute("UPDATE trip SET unconfirmed = 0")
    op.add_column("worker_state", sa.Column("phoned", sa.JSON(), nullable=True))
    op.add_column("worker_state", sa.Column("confirmed", sa.JSON(), nullable=True))
    op.execute("UPDATE worker_state SET phoned = '[]', confirmed = '[]'")
    op.create_table(
        "trip_driver",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("driver_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["county_code", "trip_id"], ["trip.county_code", "trip.id"]),
        sa.PrimaryKeyConstraint("county_code", "trip_id", "driver_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("trip_driver_driver", "trip_driver", ["county_code", "driver_id"])
    _note_drivers(op.get_bind())


def _note_drivers(connection: sa.Connection) -> None:
    """Of the trips that there are: as their folded states name them."""
    trip = sa.table("trip", sa.column("county_code"), sa.column("id", Id()), sa.column("fold"))
    driver = sa.table(
        "trip_driver",
        sa.column("county_code"),
        sa.column("trip_id", Id()),
        sa.column("driver_id", Id()),
    )
    rows = [
        {"county_code": row.county_code, "trip_id": row.id, "driver_id": UUID(each)}
        for row in connection.execute(sa.select(trip).where(trip.c.fold.is_not(None)))
        for each in _read(row.fold).get("driver_ids", ())
    ]
    if rows:
        connection.execute(sa.insert(driver), rows)


def _read(fold: object) -> dict[str, list[str]]:
    """SQLite gives the text, PostgreSQL the value; JSON null where nothing was folded."""
    value = json.loads(fold) if isinstance(fold, str) else fold
    return value if isinstance(value, dict) else {}


def downgrade() -> None:
    op.drop_table("trip_driver")
    for name in ("confirmed", "phoned"):
        op.drop_column("worker_state", name)
    for name in ("unconfirmed", "vehicle_carrier_id", "escort_account_id", "escort_key"):
        op.drop_column("trip", name)
