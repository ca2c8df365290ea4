"""people whom enterprises expect back"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Day, Id, Instant

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stranded_person",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("enterprise_id", Id(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("home_code", sa.String(length=6), nullable=True),
        sa.Column("bureau_code", sa.String(length=6), nullable=True),
        sa.Column("statement_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_mac", sa.LargeBinary(), nullable=False),
        sa.Column("as_of", Day(), nullable=False),
        sa.Column("import_id", Id(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("call_result", sa.String(length=16), nullable=True),
        sa.Column("called_at", Instant(), nullable=True),
        sa.Column("letter_id", Id(), nullable=True),
        sa.Column("requested_at", Instant(), nullable=True),
        sa.Column("requested_by", Id(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("previous", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "enterprise_id"], ["enterprise.county_code", "enterprise.id"]
        ),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint(
            "county_code", "enterprise_id", "id_number_index", name="stranded_person_number"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("stranded_person_index", "stranded_person", ["county_code", "id_number_index"])


def downgrade() -> None:
    op.drop_table("stranded_person")
