"""what a plan says of its road, papers and receptions; insurance of vehicles"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Day

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[object]], ...] = (
    ("trip", "expressway", sa.Boolean()),
    ("trip", "charter_sign_valid_until", Day()),
    ("trip", "contract_number", sa.String(length=60)),
    ("trip", "toll_pass_number", sa.String(length=60)),
    ("trip", "toll_entry", sa.String(length=120)),
    ("trip", "toll_exit", sa.String(length=120)),
    ("trip", "stamp_unit", sa.String(length=120)),
    ("trip", "passenger_insurance_number", sa.String(length=60)),
    ("trip", "passenger_insurance_valid_until", Day()),
    ("trip", "reception_points", sa.JSON()),
    ("vehicle", "liability_insurer", sa.String(length=120)),
    ("vehicle", "liability_number", sa.String(length=60)),
    ("vehicle", "liability_valid_until", Day()),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
