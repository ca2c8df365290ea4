"""Whom an enterprise lists is kept as it says, known to the registry or not."""

from collections.abc import Sequence

from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from service.context import Context
from service.rosters.rules.reading import Incoming
from service.stranded.actions import keep_statements
from service.stranded.rules import Statement


def keep_listed(
    context: Context, session: Session, head: RowMapping, rows: Sequence[Incoming]
) -> None:
    """`head`: the row of roster_import. Nothing to do for other feeds."""
    if head["enterprise_id"] is None:
        return
    keep_statements(
        context,
        session,
        head["county_code"],
        enterprise_id=head["enterprise_id"],
        import_id=head["id"],
        as_of=head["as_of"],
        statements=[
            Statement(
                id_digest=row.id_digest,
                name_digest=row.name_digest,
                content_mac=row.content_mac,
                values=row.values,
                sheet=row.sheet,
                row_number=row.row_number,
            )
            for row in rows
        ],
    )
