"""Opening batches."""

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import BatchOpened
from schemas.ids import derive_id
from schemas.trips import BatchIn
from service.auth import Actor
from service.context import Context
from service.db import write_many
from service.errors import DomainError
from service.ledger.actions import lock_or_open_streams
from service.ledger.drafts import StreamKey
from service.ledger.hashing import content_hash
from service.trips.actions.door import record_one
from service.trips.actions.references import check_enterprises, check_number
from service.trips.queries import lists


def open_batch(session: Session, actor: Actor, *, context: Context, body: BatchIn) -> None:
    """The same id with the same content again changes nothing; with other content: id-reused."""
    content = body.model_dump(mode="json", exclude_none=True)
    stream = StreamKey(StreamKind.BATCH, body.id)
    lock_or_open_streams(session, actor.county_code, [stream])
    stored = lists.get_batch(session, actor.county_code, batch_id=body.id)
    if stored is not None:
        if stored["content_hash"] != content_hash(content):
            raise DomainError(ErrorCode.ID_REUSED)
        return
    check_number(session, actor, lists.BATCH, body.number)
    check_enterprises(session, actor, named=[body.enterprise_id])
    row = body.model_dump() | {
        "county_code": actor.county_code,
        "direction": str(body.direction),
        "organiser_kind": str(body.organiser_kind),
        "content_hash": content_hash(content),
        "created_at": context.now(),
    }
    write_many(session, lists.BATCH, [row])
    record_one(
        session,
        actor,
        context=context,
        payload=BatchOpened(number=body.number, content_hash=content_hash(content)),
        identifier=derive_id(body.id, "opened"),
        kind=EventKind.BATCH_OPENED,
        stream=stream,
    )
