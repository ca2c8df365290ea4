"""event.device_sequence dropped, worker_state.last_at and told_until, passenger.moved_to_trip_id

The sequence stays in the event's body. worker_state is emptied; `fangang-server migrate` folds it anew.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_column("event", "device_sequence")
    op.execute(sa.text("DELETE FROM worker_state"))  # derived: folded anew after the migration
    for name in ("last_happened_at", "last_sequence", "last_event_id"):
        op.drop_column("worker_state", name)
    for name in ("last_at", "told_until"):
        op.add_column("worker_state", sa.Column(name, Instant(), nullable=True))
    op.add_column("passenger", sa.Column("moved_to_trip_id", Id(), nullable=True))
    op.create_index("passenger_moved", "passenger", ["county_code", "moved_to_trip_id"])


def downgrade() -> None:
    op.drop_index("passenger_moved", table_name="passenger")
    op.drop_column("passenger", "moved_to_trip_id")
    op.execute(sa.text("DELETE FROM worker_state"))
    for name in ("last_at", "told_until"):
        op.drop_column("worker_state", name)
    op.add_column("worker_state", sa.Column("last_happened_at", Instant(), nullable=True))
    op.add_column("worker_state", sa.Column("last_sequence", sa.Integer(), nullable=True))
    op.add_column("worker_state", sa.Column("last_event_id", Id(), nullable=True))
    op.add_column(
        "event",
        sa.Column("device_sequence", sa.Integer(), nullable=False, server_default="0"),
    )
