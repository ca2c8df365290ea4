"""remarks about passengers, and who was given on

Nothing is added: the states that trips, passengers and workers fold to have other names, so that `migrate`
folds them anew, as after every revision.
"""

from collections.abc import Sequence

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """The fold does it (service/manage/refolding.py)."""


def downgrade() -> None:
    """An older version folds its own states with `rebuild`."""
