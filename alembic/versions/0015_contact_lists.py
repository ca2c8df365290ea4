"""lists of who rode with whom, their people, and other counties' answers"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from service.db.columns import Id, Instant

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "contact_list",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("question_mac", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id"),
        sa.UniqueConstraint("county_code", "question_mac", name="contact_list_question"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_person",
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("list_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("trip_id", Id(), nullable=False),
        sa.Column("present_code", sa.String(length=6), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("who_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "list_id"], ["contact_list.county_code", "contact_list.id"]
        ),
        sa.PrimaryKeyConstraint("county_code", "list_id", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "contact_person_open",
        "contact_person",
        ["county_code", "trip_id"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("contact_person")
    op.drop_table("contact_list")
