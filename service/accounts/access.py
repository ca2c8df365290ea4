"""Who looked at whose data: one event for each work list or attachment read, export and reveal, with a keyed
hash of what was shown; how many reveals an account has in an hour (the number is in settings.py).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python

from schemas.errors import ErrorCode
from schemas.events.kinds import EventKind
from schemas.events.payloads_records import (
    AccessExported,
    AccessListed,
    AccessRevealed,
    ListKind,
)
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.clock import new_id
from service.context import Work
from service.days import begin_day, local_date
from service.errors import DomainError
from service.ledger import queries as ledger_queries
from service.ledger.bodies import encode_canonical
from service.records import account_stream, record_event
from service.vault.vault import BlindIndex, IndexPurpose

_HOUR = timedelta(hours=1)
Shown = Sequence[Mapping[str, Any]]
Workers = Iterable[UUID | None]
_MARK_BYTES = 8
_PURPOSE_LENGTH = 200


def record_listing(
    work: Work, *, list_kind: ListKind, trip_id: UUID | None, shown: Shown, people: Workers = ()
) -> None:
    """A work list was handed out. `shown`: the rows as they leave, one for each person; `people`: the workers
    among them."""
    event_id = new_id(work.context.clock)
    payload = AccessListed(
        list_kind=list_kind,
        trip_id=trip_id,
        count=len(shown),
        content_hash=commit_to(work.context.vault.indexes, work.county_code, shown),
        people=mark_people(work, event_id, people),
    )
    _record(work, EventKind.ACCESS_LISTED, payload, event_id)


def mark_people(work: Work, event_id: UUID, people: Workers) -> list[str]:
    """Each worker once, as the event of an access names them: 64 bits of a keyed digest."""
    indexes, county_code = work.context.vault.indexes, work.county_code
    known = {each for each in people if each is not None}
    return sorted(mark_person(indexes, county_code, event_id, each) for each in known)


def mark_person(indexes: BlindIndex, county_code: str, event_id: UUID, worker_id: UUID) -> str:
    parts = (county_code, event_id.hex, worker_id.hex)
    return indexes.digest(IndexPurpose.CONTENT, "shown", *parts)[:_MARK_BYTES].hex()


class DailyListing(NamedTuple):
    """A work list that is read over and over is recorded once for each account, day in China and set of people:
    the event's id follows from them, so that a repeat is the same event."""

    event_id: UUID
    payload: AccessListed


def describe_daily(
    work: Work, *, list_kind: ListKind, trip_id: UUID | None, people: Iterable[str]
) -> DailyListing | None:
    """`people`: whom the list shows, each by what tells them apart; None where it shows nobody."""
    wanted = sorted(set(people))
    if not wanted:
        return None
    indexes, account = work.context.vault.indexes, str(work.actor.account_id)
    digest = commit_to(indexes, work.county_code, [{"person": each} for each in wanted])
    day = local_date(work.now())
    parts = (work.county_code, account, day.isoformat(), list_kind, str(trip_id or ""), digest)
    noise = indexes.digest(IndexPurpose.CONTENT, "daily", *parts)[:RANDOM_BYTES]
    return DailyListing(
        make_uuid7(at=begin_day(day), randomness=noise),
        AccessListed(list_kind=list_kind, trip_id=trip_id, count=len(wanted), content_hash=digest),
    )


def is_recorded(work: Work, listing: DailyListing) -> bool:
    """Whether this account was shown these people today."""
    found = ledger_queries.list_events_by_id(work.session, work.county_code, [listing.event_id])
    return bool(found)


def record_daily(work: Work, listing: DailyListing) -> None:
    """A repeat changes nothing."""
    record_event(
        work,
        listing.payload,
        kind=EventKind.ACCESS_LISTED,
        stream=account_stream(work.actor.account_id),
        identifier=listing.event_id,
    )


def record_attachment(work: Work, *, trip_id: UUID, attachment_id: UUID, sha256: str) -> None:
    """The content of one attachment is about to be handed out."""
    shown = [{"attachment_id": attachment_id, "sha256": sha256}]
    payload = AccessListed(
        list_kind=ListKind.ATTACHMENT,
        trip_id=trip_id,
        attachment_id=attachment_id,
        count=1,
        content_hash=commit_to(work.context.vault.indexes, work.county_code, shown),
    )
    _record(work, EventKind.ACCESS_LISTED, payload)


def record_export(
    work: Work,
    *,
    list_kind: ListKind,
    trip_id: UUID | None,
    shown: Shown,
    purpose: str,
    list_version: int | None = None,
    people: Workers = (),
) -> None:
    """The same list, in a file that leaves the system for a stated purpose."""
    event_id = new_id(work.context.clock)
    payload = AccessExported(
        list_kind=list_kind,
        trip_id=trip_id,
        count=len(shown),
        content_hash=commit_to(work.context.vault.indexes, work.county_code, shown),
        people=mark_people(work, event_id, people),
        purpose=purpose,
        list_version=list_version,
    )
    _record(work, EventKind.ACCESS_EXPORTED, payload, event_id)


def record_contacts(
    work: Work,
    *,
    trip_id: UUID | None,
    shown: Shown,
    people: Workers,
    purpose: str,
    case_reference: str,
    export: bool,
) -> None:
    """Who rode with whom was told: with purpose and case, also where it does not leave in a file. It counts as
    no reveal."""
    event_id = new_id(work.context.clock)
    kind = EventKind.ACCESS_EXPORTED if export else EventKind.ACCESS_LISTED
    payload = (AccessExported if export else AccessListed)(
        list_kind=ListKind.CONTACTS,
        trip_id=trip_id,
        count=len(shown),
        content_hash=commit_to(work.context.vault.indexes, work.county_code, shown),
        people=mark_people(work, event_id, people),
        purpose=purpose[:_PURPOSE_LENGTH],
        case_reference=case_reference,
    )
    _record(work, kind, payload, event_id)


class Listed(Protocol):
    """A line about one worker."""

    @property
    def id(self) -> UUID: ...

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...


def record_township_list(
    work: Work,
    *,
    items: Sequence[Listed],
    export_purpose: str | None,
    kind: ListKind = ListKind.TOWNSHIP_WORKERS,
) -> None:
    """A page of people of townships leaves: on the screen, or with a purpose in a file. One access, also
    for an empty page. Opening 2,000 people takes a third of a second: read them in a transaction of
    their own and call this in a second one, so that no writer waits.
    """
    shown = [item.model_dump(mode="json") for item in items]
    people = [item.id for item in items]
    if export_purpose is None:
        record_listing(work, list_kind=kind, trip_id=None, shown=shown, people=people)
        return
    record_export(
        work, list_kind=kind, trip_id=None, shown=shown, purpose=export_purpose, people=people
    )


def record_reveal(work: Work, *, worker_id: UUID, fields: Sequence[str], reason: str) -> None:
    """One person's fields are about to be shown in full: record first, then show.

    Raises too-many-reveals beyond the hourly number of settings.py; that attempt is not recorded,
    and shows nothing.
    """
    payload = AccessRevealed(worker_id=worker_id, fields=sorted(fields), reason=reason)
    _record(work, EventKind.ACCESS_REVEALED, payload)
    _check_budget(work)


def record_trip_reveal(
    work: Work, *, trip_id: UUID, fields: Sequence[str], reason: str, people: Workers
) -> None:
    """The same of a whole trip, which counts as one."""
    event_id = new_id(work.context.clock)
    marks = mark_people(work, event_id, people)
    payload = AccessRevealed(trip_id=trip_id, people=marks, fields=sorted(fields), reason=reason)
    _record(work, EventKind.ACCESS_REVEALED, payload, event_id)
    _check_budget(work)


def _check_budget(work: Work) -> None:
    """Called after recording, which locked the account's stream: concurrent requests are counted one
    by one.
    """
    allowed = work.context.settings.reveals_per_hour
    times = ledger_queries.list_newest_times(
        work.session,
        work.county_code,
        account_stream(work.actor.account_id),
        kind=str(EventKind.ACCESS_REVEALED),
        limit=allowed + 1,
    )
    wait = times[-1] + _HOUR - work.now()
    if len(times) > allowed and wait > timedelta():
        seconds = math.ceil(wait.total_seconds())
        raise DomainError(ErrorCode.TOO_MANY_REVEALS, facts={"retry_after_seconds": seconds})


def commit_to(indexes: BlindIndex, county_code: str, shown: Shown) -> str:
    """A keyed hash in hex: a plain one over a few people could be found by trying the identity numbers
    of a whole county.
    """
    rows = encode_canonical({"rows": to_jsonable_python(list(shown))}).decode()
    digest = indexes.digest(IndexPurpose.CONTENT, "access", county_code, rows)
    return digest.hex()


def _record(
    work: Work,
    kind: EventKind,
    payload: AccessListed | AccessRevealed,
    event_id: UUID | None = None,
) -> None:
    stream = account_stream(work.actor.account_id)
    record_event(work, payload, kind=kind, stream=stream, identifier=event_id)
