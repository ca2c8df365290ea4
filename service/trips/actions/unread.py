"""What came to a trip's door and could not be read, for the coordinator: how many, the list without contents,
one content, whose opening is recorded.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col

from schemas.errors import ErrorCode
from schemas.events.envelope import UnreadContentOut, UnreadEventOut
from schemas.events.payloads_records import ListKind
from service.accounts import access
from service.context import Work
from service.errors import DomainError
from service.recording import queries
from service.recording.commands import trip_stream
from service.recording.models import UnreadEvent
from service.recording.unread import open_item
from service.rest import Cursor, select_page
from service.trips.actions.events import find_view


def list_unread(work: Work, *, trip_id: UUID, cursor: Cursor) -> Sequence[UnreadEvent]:
    """Those that wait, in the order of arrival; nothing of what they hold. Not-found outside of scope."""
    find_view(work, trip_id=trip_id)
    statement = queries.select_unread(work.county_code, trip_stream(trip_id))
    page = select_page(statement, cursor=cursor, key=col(UnreadEvent.id))
    return work.session.execute(page).scalars().all()


def show_unread(unread: UnreadEvent) -> UnreadEventOut:
    return UnreadEventOut.model_validate(unread)


def open_unread(work: Work, *, trip_id: UUID, unread_id: UUID) -> UnreadContentOut:
    """Needs a write transaction: the opening is recorded as an access before anything leaves. Not-found
    for what was recorded since, too.
    """
    find_view(work, trip_id=trip_id)
    stream = trip_stream(trip_id)
    unread = queries.get_unread(work.session, work.county_code, stream, unread_id=unread_id)
    if unread is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    content = open_item(work.session, work.county_code, unread, vault=work.context.vault)
    access.record_listing(
        work,
        list_kind=ListKind.UNREAD_EVENT,
        trip_id=trip_id,
        shown=[{"id": unread.id, "content": content}],
    )
    return UnreadContentOut(**dict(show_unread(unread)), content=content)
