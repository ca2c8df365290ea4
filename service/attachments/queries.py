"""Every SELECT of attachments: one, those of a trip, how many a trip and an account have, all of a county page
by page, the sealed content on PostgreSQL; hashes for the recorder.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from service.attachments.models import Attachment, AttachmentContent
from service.attachments.rules import Amount
from service.db.bulk import load_rows
from service.db.columns import table_of
from service.recording.handlers import Loader, OwnedFile

ATTACHMENT = table_of(Attachment)
_AT_ONCE: Final = 500


def get_attachment(session: Session, county_code: str, attachment_id: UUID) -> Attachment | None:
    return session.get(Attachment, (county_code, attachment_id))


def list_attachments(session: Session, county_code: str, *, trip_id: UUID) -> Sequence[Attachment]:
    """In the order of uploading."""
    statement = select(Attachment).where(
        Attachment.county_code == county_code, Attachment.trip_id == trip_id
    )
    ordered = statement.order_by(col(Attachment.uploaded_at), col(Attachment.id))
    return session.exec(ordered).all()


def count_of_trip(session: Session, county_code: str, *, trip_id: UUID) -> Amount:
    return _count(session, county_code, col(Attachment.trip_id) == trip_id)


def count_of_account(
    session: Session, county_code: str, *, account_id: UUID, since: datetime
) -> Amount:
    return _count(
        session,
        county_code,
        col(Attachment.account_id) == account_id,
        col(Attachment.uploaded_at) > since,
    )


def _count(session: Session, county_code: str, *conditions: ColumnElement[bool]) -> Amount:
    statement = select(func.count(), func.coalesce(func.sum(col(Attachment.size)), 0)).where(
        col(Attachment.county_code) == county_code, *conditions
    )
    count, size = session.exec(statement).one()
    return Amount(count, int(size))


def iterate_attachments(session: Session, county_code: str) -> Iterator[Attachment]:
    """All of the county, in the order of ids; a page at a time."""
    after: UUID | None = None
    while True:
        statement = select(Attachment).where(Attachment.county_code == county_code)
        if after is not None:
            statement = statement.where(col(Attachment.id) > after)
        page = session.exec(statement.order_by(col(Attachment.id)).limit(_AT_ONCE)).all()
        yield from page
        if len(page) < _AT_ONCE:
            return
        after = page[-1].id


def get_sealed(session: Session, county_code: str, attachment_id: UUID) -> bytes | None:
    """The sealed content, on PostgreSQL."""
    statement = select(AttachmentContent.sealed).where(
        AttachmentContent.county_code == county_code,
        AttachmentContent.attachment_id == attachment_id,
    )
    return session.exec(statement).one_or_none()


# --- for the recorder ---------------------------------------------------------------------------
class _OwnedRow(NamedTuple):
    id: UUID
    trip_id: UUID
    sha256: str


def load_attachments(
    session: Session, county_code: str, ids: Iterable[UUID]
) -> dict[UUID, OwnedFile]:
    """Those that exist."""
    rows = load_rows(session, _OwnedRow, ATTACHMENT, county_code=county_code, column="id", keys=ids)
    return {row.id: OwnedFile(row.trip_id, row.sha256) for row in rows}


ATTACHMENTS: Final = Loader("attachment", load_attachments)
