"""Adding an attachment to a trip (sealed before the lock, kept once, counted) and opening one; under which key
and for which place a content is sealed. Who may is the caller's business.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from schemas.attachments import MediaType
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.events.kinds import StreamKind
from service.attachments import queries, storage
from service.attachments.models import Attachment
from service.attachments.rules import ACCOUNT_WINDOW, Content, check_room, read_content, recognise
from service.attachments.storage import FileName
from service.context import Work
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.ledger.bodies import StreamKey
from service.records import account_stream, sealed_place
from service.vault.keys import SealBrokenError
from service.vault.vault import Keyring

CLASS: Final = PersonalClass.IDENTITY
"""A photograph shows faces, and sheets with names."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An attachment on its way. `sealed` is None where the attachment is there already; `drawn` holds
    the trip's first key, which is not stored yet.
    """

    trip_id: UUID
    id: UUID
    content: Content
    sealed: bytes | None = None
    drawn: Keyring | None = None


def prepare_attachment(work: Work, *, trip_id: UUID, attachment_id: UUID, sent: bytes) -> Draft:
    """Everything that needs no lock: the content read, counted, sealed, and on SQLite written into its
    file. Raises what is wrong with the content, attachment-limit and id-reused.
    """
    content = read_content(sent)
    draft = Draft(trip_id, attachment_id, content)
    if _find_same(work, draft) is not None:
        return draft
    _check_room(work, draft)
    keyring = work.context.vault.open_keyring(work.session, work.county_code, [trip_id])
    drawn = None
    if not keyring.has(trip_id, CLASS) and not keyring.is_erased(trip_id, CLASS):
        keyring = drawn = work.context.vault.draw_keyring(
            work.county_code, [trip_id], classes=[CLASS]
        )
    sealed = keyring.seal_bytes(trip_id, CLASS, content.content, place=_place(attachment_id))
    name = FileName(work.county_code, attachment_id, content.sha256)
    storage.write_early(work.context.database, name, sealed)
    return Draft(trip_id, attachment_id, content, sealed, drawn)


def add_attachment(work: Work, draft: Draft) -> Attachment:
    """The stored attachment. The same id with the same content again changes nothing. Raises id-reused
    and attachment-limit, and conflict where another request made the trip's first key meanwhile.
    """
    streams = [StreamKey(StreamKind.TRIP, draft.trip_id), account_stream(work.actor.account_id)]
    lock_or_open_streams(work.session, work.county_code, streams)
    stored = _find_same(work, draft)
    if stored is not None:
        return stored
    if draft.sealed is None:  # it was there when it was prepared, and attachments do not go
        raise DomainError(ErrorCode.CONFLICT)
    _check_room(work, draft)
    _store_key(work, draft)
    row = Attachment(
        county_code=work.county_code,
        id=draft.id,
        trip_id=draft.trip_id,
        sha256=draft.content.sha256,
        size=draft.content.size,
        media_type=str(draft.content.media_type),
        account_id=work.actor.account_id,
        uploaded_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    storage.write_late(work.session, work.context.database, row, draft.sealed)
    return row


def _find_same(work: Work, draft: Draft) -> Attachment | None:
    """None where the id is free. Raises id-reused for another content or trip."""
    stored = queries.get_attachment(work.session, work.county_code, draft.id)
    if stored is None:
        return None
    if (stored.trip_id, stored.sha256) != (draft.trip_id, draft.content.sha256):
        raise DomainError(ErrorCode.ID_REUSED)
    return stored


def _check_room(work: Work, draft: Draft) -> None:
    session, county_code = work.session, work.county_code
    since = work.now() - ACCOUNT_WINDOW
    check_room(
        draft.content.size,
        of_trip=queries.count_of_trip(session, county_code, trip_id=draft.trip_id),
        of_account=queries.count_of_account(
            session, county_code, account_id=work.actor.account_id, since=since
        ),
    )


def _store_key(work: Work, draft: Draft) -> None:
    if draft.drawn is None:
        return
    try:
        work.context.vault.store_keyring(work.session, draft.drawn, [draft.trip_id])
    except ValueError as error:
        raise DomainError(ErrorCode.CONFLICT) from error


class Erased(Enum):
    """What is left of a content whose key was destroyed."""

    ERASED = "erased"


ERASED: Final = Erased.ERASED


def open_attachment(work: Work, row: Attachment) -> bytes:
    """The content. Raises attachment-erased where its key was destroyed, and attachment-unreadable where
    it is gone or is not what the row says.
    """
    try:
        opened = open_content(work, row)
    except SealBrokenError as error:
        raise DomainError(ErrorCode.ATTACHMENT_UNREADABLE) from error
    if isinstance(opened, Erased):
        raise DomainError(ErrorCode.ATTACHMENT_ERASED)
    if opened is None or not fits(row, opened):
        raise DomainError(ErrorCode.ATTACHMENT_UNREADABLE)
    return opened


def open_content(work: Work, row: Attachment) -> bytes | Erased | None:
    """None where it is gone. Raises SealBrokenError where it was altered, or is another's."""
    vault = work.context.vault
    keyring = vault.open_keyring(work.session, work.county_code, [row.trip_id])
    if not keyring.has(row.trip_id, CLASS):
        return ERASED
    sealed = storage.read(work.session, work.context.database, row)
    return keyring.open_bytes(row.trip_id, CLASS, sealed, place=_place(row.id))


def fits(row: Attachment, opened: bytes) -> bool:
    """Whether the content is what the row says of it."""
    said = Content(MediaType(row.media_type), opened)
    told = (said.sha256, said.size, recognise(opened))
    return told == (row.sha256, row.size, said.media_type)


def _place(attachment_id: UUID) -> str:
    return sealed_place("attachment", attachment_id, "content")
