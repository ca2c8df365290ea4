"""Who looked at whose data: one event in the looking account's stream for each list, export and
reveal, in the transaction that reads the data (a write transaction: a read one refuses).
"""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import (
    AccessExported,
    AccessListed,
    AccessRevealed,
    ListKind,
)
from service.accounts import events
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.ledger import queries as ledger_queries
from service.ledger.bodies import StreamKey, encode_canonical
from service.vault.sealing import IndexPurpose

_HOUR = timedelta(hours=1)
Shown = Sequence[Mapping[str, Any]]


def record_listing(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    list_kind: ListKind,
    trip_id: UUID | None,
    shown: Shown,
) -> None:
    """A work list was handed out. `shown`: the rows as they leave, one for each person."""
    payload = AccessListed(
        list_kind=list_kind,
        trip_id=trip_id,
        count=len(shown),
        content_hash=commit_to(context, actor, shown),
    )
    _record(context, session, actor, EventKind.ACCESS_LISTED, payload)


def record_export(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    list_kind: ListKind,
    trip_id: UUID | None,
    shown: Shown,
    purpose: str,
    list_version: int | None = None,
) -> None:
    """The same list, in a file that leaves the system for a stated purpose."""
    payload = AccessExported(
        list_kind=list_kind,
        trip_id=trip_id,
        count=len(shown),
        content_hash=commit_to(context, actor, shown),
        purpose=purpose,
        list_version=list_version,
    )
    _record(context, session, actor, EventKind.ACCESS_EXPORTED, payload)


def record_township_list(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    items: Sequence[BaseModel],
    export_purpose: str | None,
) -> None:
    """People of townships as a page of them leaves: on the screen, or (with a purpose) in a file. One
    access, also of nobody. Opening 2,000 people takes a third of a second: in a transaction of its
    own, so that nobody who writes waits for that.
    """
    shown = [item.model_dump(mode="json") for item in items]
    kind = ListKind.TOWNSHIP_WORKERS
    if export_purpose is None:
        record_listing(context, session, actor, list_kind=kind, trip_id=None, shown=shown)
        return
    record_export(
        context,
        session,
        actor,
        list_kind=kind,
        trip_id=None,
        shown=shown,
        purpose=export_purpose,
    )


def record_reveal(
    context: Context,
    session: Session,
    actor: Actor,
    *,
    worker_id: UUID,
    fields: Sequence[str],
    reason: str,
) -> None:
    """One person's fields are about to be shown in full: record first, then show.

    Raises too-many-reveals beyond the hourly number of settings.py; that attempt is not recorded,
    and shows nothing.
    """
    payload = AccessRevealed(worker_id=worker_id, fields=sorted(fields), reason=reason)
    _record(context, session, actor, EventKind.ACCESS_REVEALED, payload)
    _check_budget(context, session, actor)


def _check_budget(context: Context, session: Session, actor: Actor) -> None:
    """After recording, which locked the account's stream: requests at once are counted one by one."""
    allowed = context.settings.reveals_per_hour
    times = ledger_queries.list_newest_times(
        session,
        actor.county_code,
        StreamKey(StreamKind.ACCOUNT, actor.account_id),
        kind=str(EventKind.ACCESS_REVEALED),
        limit=allowed + 1,
    )
    wait = times[-1] + _HOUR - context.now()
    if len(times) > allowed and wait > timedelta():
        seconds = math.ceil(wait.total_seconds())
        raise DomainError(ErrorCode.TOO_MANY_REVEALS, facts={"retry_after_seconds": seconds})


def commit_to(context: Context, actor: Actor, shown: Shown) -> str:
    """A keyed hash: a plain one over a list of a few people could be tried out against the
    numbers of a whole county.
    """
    rows = encode_canonical({"rows": to_jsonable_python(list(shown))}).decode()
    digest = context.vault.indexes.digest(IndexPurpose.CONTENT, "access", actor.county_code, rows)
    return digest.hex()


def _record(
    context: Context,
    session: Session,
    actor: Actor,
    kind: EventKind,
    payload: AccessListed | AccessRevealed,
) -> None:
    events.record(
        context,
        session,
        actor,
        account_id=actor.account_id,
        kind=kind,
        payload=payload,
        now=context.now(),
    )
