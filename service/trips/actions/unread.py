"""What came to a trip's door and could not be read, for the coordinator: the list without contents, and one
content, whose opening is recorded.
"""

from collections.abc import Sequence
from uuid import UUID

from schemas.events.envelope import UnreadContentOut
from schemas.events.payloads_records import ListKind
from service.accounts import access
from service.context import Work
from service.recording import queries, unread
from service.recording.commands import trip_stream
from service.recording.models import UnreadEvent
from service.rest import Cursor
from service.trips.actions.events import find_view


def list_unread(work: Work, *, trip_id: UUID, cursor: Cursor) -> Sequence[UnreadEvent]:
    """A page of those that wait. Not-found outside of the actor's scope."""
    find_view(work, trip_id=trip_id)
    return queries.list_unread(work.session, work.county_code, trip_stream(trip_id), cursor=cursor)


def open_unread(work: Work, *, trip_id: UUID, unread_id: UUID) -> UnreadContentOut:
    """Needs a write transaction: the opening is recorded as an access before anything leaves. Not-found
    for what was recorded since, too.
    """
    find_view(work, trip_id=trip_id)
    stream, vault = trip_stream(trip_id), work.context.vault
    opened = unread.open_unread(
        work.session, work.county_code, stream, unread_id=unread_id, vault=vault
    )
    access.record_listing(
        work, list_kind=ListKind.UNREAD_EVENT, trip_id=trip_id, shown=[opened.model_dump()]
    )
    return opened
