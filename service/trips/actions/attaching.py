"""Attachments of a trip: who may add one (whoever may say something of the trip), who sees which, reading one
and recording that; how they are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.attachments import ENDINGS, AttachmentOut, MediaType
from schemas.errors import ErrorCode
from schemas.permissions import Role
from service.accounts import access
from service.accounts.queries import list_roles, list_usernames
from service.attachments import actions, queries
from service.attachments.actions import Draft
from service.attachments.models import Attachment
from service.context import Work
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.bodies import EventBody, read_body
from service.recording.commands import trip_stream
from service.trips.actions.events import get_view, list_own_workers
from service.trips.rules import scopes
from service.trips.rules.overview import TripView


def prepare(work: Work, *, trip_id: UUID, attachment_id: UUID, sent: bytes) -> Draft:
    """Before the lock. Raises not-found for a trip of which this account may say nothing, and what is
    wrong with the content.
    """
    view = _find_view(work, trip_id)
    if not _may_add(work, view):
        raise DomainError(ErrorCode.NOT_FOUND)
    return actions.prepare_attachment(work, trip_id=trip_id, attachment_id=attachment_id, sent=sent)


def attach(work: Work, draft: Draft) -> AttachmentOut:
    (shown,) = _show(work, [actions.add_attachment(work, draft)])
    return shown


def list_attachments(work: Work, *, trip_id: UUID) -> list[AttachmentOut]:
    """Those that the account may read, in the order of uploading."""
    view = _find_seen(work, trip_id)
    rows = queries.list_attachments(work.session, work.county_code, trip_id=trip_id)
    return _show(work, _list_seen(work, view, rows))


@dataclass(frozen=True, slots=True)
class Opened:
    """An attachment that is about to be handed out."""

    trip_id: UUID
    id: UUID
    sha256: str
    media_type: MediaType
    content: bytes

    @property
    def file_name(self) -> str:
        """Of the id alone: a name that somebody typed might name somebody."""
        return f"{self.id}{ENDINGS[self.media_type]}"


def open_attachment(work: Work, *, trip_id: UUID, attachment_id: UUID) -> Opened:
    """Raises not-found for what is on no trip that the account sees, and what opening it raises."""
    view = _find_seen(work, trip_id)
    row = queries.get_attachment(work.session, work.county_code, attachment_id)
    if row is None or row.trip_id != trip_id or not _list_seen(work, view, [row]):
        raise DomainError(ErrorCode.NOT_FOUND)
    content = actions.open_attachment(work, row)
    return Opened(row.trip_id, row.id, row.sha256, MediaType(row.media_type), content)


def record_reading(work: Work, opened: Opened) -> None:
    """Opened before, so that the disk and the cipher keep no writer waiting."""
    access.record_attachment(
        work, trip_id=opened.trip_id, attachment_id=opened.id, sha256=opened.sha256
    )


def _find_view(work: Work, trip_id: UUID) -> TripView:
    view = get_view(work, trip_id)
    if view is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return view


def _may_add(work: Work, view: TripView) -> bool:
    """As for events: an escort's may come late, a clerk may speak of trips with own people."""
    if work.actor.role is Role.TOWNSHIP_CLERK:
        return bool(list_own_workers(work, view))
    return scopes.may_send_late(work.actor, view, now=work.now())


def _find_seen(work: Work, trip_id: UUID) -> TripView:
    view = _find_view(work, trip_id)
    if work.actor.role is Role.TOWNSHIP_CLERK:
        seen = bool(list_own_workers(work, view))
    else:
        seen = scopes.sees_trip(work.actor, view, now=work.now())
    if not seen:
        raise DomainError(ErrorCode.NOT_FOUND)
    return view


def _list_seen(work: Work, view: TripView, rows: Sequence[Attachment]) -> list[Attachment]:
    """Those that the account may read."""
    if scopes.sees_every_attachment(work.actor.role):
        return list(rows)
    mine = {row.id for row in rows if row.account_id == work.actor.account_id}
    if len(mine) < len(rows):
        mine |= _list_named(work, view, rows)
    return [row for row in rows if row.id in mine]


def _list_named(work: Work, view: TripView, uploaded: Sequence[Attachment]) -> set[UUID]:
    """Attachments that the trip's events name, as far as this account may read those events. Who may not read
    every attachment opens none to anybody by naming it, but those uploaded by the same account."""
    own = list_own_workers(work, view) if work.actor.role is Role.TOWNSHIP_CLERK else set()
    rows = ledger.list_events_of_stream(work.session, work.county_code, trip_stream(view.id))
    naming = [body for body in (read_body(row.body) for row in rows) if body.attachments]
    uploaders = {row.id: row.account_id for row in uploaded}
    roles = list_roles(work.session, work.county_code, {UUID(body.actor) for body in naming})
    return {
        each
        for body in naming
        if scopes.sees_naming(
            work.actor, view, passenger_ids=_read_passengers(body), own_workers=own
        )
        for each in _read_attachments(body)
        if uploaders.get(each) == UUID(body.actor)
        or scopes.sees_every_attachment(roles[UUID(body.actor)])
    }


def _read_attachments(body: EventBody) -> list[UUID]:
    return [UUID(each["id"]) for each in body.attachments]


def _read_passengers(body: EventBody) -> list[UUID]:
    """Whom an event is about; those of a signature are all whom it names."""
    one, several = body.data.get("passenger_id"), body.data.get("passenger_ids", ())
    return [UUID(each) for each in (*([one] if one else ()), *several)]


def _show(work: Work, rows: Iterable[Attachment]) -> list[AttachmentOut]:
    listed = list(rows)
    names = list_usernames(work.session, work.county_code, [row.account_id for row in listed])
    return [
        AttachmentOut(
            id=row.id,
            trip_id=row.trip_id,
            sha256=row.sha256,
            size=row.size,
            media_type=MediaType(row.media_type),
            uploaded_at=row.uploaded_at,
            account_id=row.account_id,
            uploaded_by=names.get(row.account_id),
        )
        for row in listed
    ]
