"""Items that cannot be read, kept beside the ledger: sealed under the key of what their stream is of, at most
8 KiB each and 500 for each stream and account, each once; how they are answered and shown.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode, FieldProblem
from schemas.events.envelope import (
    Outcome,
    OutcomeStatus,
    Unreadable,
    UnreadContentOut,
    UnreadEventOut,
)
from schemas.events.fields import PersonalClass
from schemas.messages import make_problem
from schemas.shapes import describe_field
from service.clock import new_id_in_order
from service.db.bulk import write_many
from service.errors import DomainError
from service.ledger.bodies import StreamKey
from service.recording import queries
from service.recording.models import MOST_BYTES, MOST_ITEMS
from service.recording.queries import UNREAD_EVENT, WaitingItem
from service.vault.vault import IndexPurpose, Keyring, Vault

_CLASS: Final = PersonalClass.NOTE
_CONTENT: Final = "item"
_MOST_IN_ORDER: Final = 4096
"""Ids of one moment that sort by place (service/clock.py)."""


class Unread(NamedTuple):
    """An item of one request, and its place there."""

    position: int
    item: Unreadable

    def answer(self, *, kept: bool) -> Outcome:
        """In the language in force."""
        facts: dict[str, object] = {"kept": kept}
        if self.item.id is None:
            facts["without_id"] = True
        problem = make_problem(ErrorCode.EVENT_UNREADABLE, errors=self.describe(), facts=facts)
        return Outcome(
            id=self.item.id,
            position=self.position,
            status=OutcomeStatus.REFUSED,
            problem=problem,
        )

    def describe(self) -> list[FieldProblem]:
        return [describe_field(each, is_event=True) for each in self.item.errors]


class Arrival(NamedTuple):
    """What one request brought that could not be read."""

    account_id: UUID
    stream: StreamKey
    unread: Sequence[Unread]


class _Item(NamedTuple):
    """One of them, ready to be kept. `text`: None for one that is too large."""

    arrival: Arrival
    unread: Unread
    text: str | None
    digest: bytes

    @property
    def bin(self) -> tuple[str, UUID, UUID]:
        """In which it is counted."""
        stream = self.arrival.stream
        return (str(stream.kind), stream.id, self.arrival.account_id)


def keep_unread(
    session: Session,
    county_code: str,
    *,
    arrivals: Sequence[Arrival],
    vault: Vault,
    now: datetime,
) -> list[frozenset[int]]:
    """Keeps what is within the bounds; for each arrival the positions of what is kept now, also of
    what was before. The same item of the same account again changes nothing. The accounts' right to
    tell of their streams was asked before. The number of statements does not depend on that of items.
    """
    prepared = [
        [_prepare(vault, county_code, each, one) for one in each.unread] for each in arrivals
    ]
    items = list(chain.from_iterable(prepared))
    if not items:
        return [frozenset() for _ in arrivals]
    streams = {each.arrival.stream for each in items}
    queries.delete_recorded(session, county_code, streams)
    waiting = queries.list_waiting(session, county_code, streams)
    chosen = _choose(items, waiting)
    _write(session, county_code, chosen, vault=vault, now=now)
    kept = {each.digest for each in waiting} | {each.digest for each in chosen}
    return [
        frozenset(each.unread.position for each in mine if each.digest in kept) for mine in prepared
    ]


def _choose(items: Sequence[_Item], waiting: Sequence[WaitingItem]) -> list[_Item]:
    """What is new and within the bounds, in the order of arrival."""
    seen = {each.digest for each in waiting}
    counts = Counter((each.stream_kind, each.stream_id, each.account_id) for each in waiting)
    chosen = []
    for each in items:
        if each.text is None or each.digest in seen or counts[each.bin] >= MOST_ITEMS:
            continue
        counts[each.bin] += 1
        seen.add(each.digest)
        chosen.append(each)
    return chosen


def _write(
    session: Session, county_code: str, chosen: Sequence[_Item], *, vault: Vault, now: datetime
) -> None:
    if not chosen:
        return
    owners = {each.arrival.stream.id for each in chosen}
    keyring = vault.make_keyring(session, county_code, owners, classes=[_CLASS])
    rows = [
        _make_row(county_code, each, keyring, place=place % _MOST_IN_ORDER, now=now)
        for place, each in enumerate(chosen)
    ]
    write_many(session, UNREAD_EVENT, rows, conflict="ignore")


def _prepare(vault: Vault, county_code: str, arrival: Arrival, unread: Unread) -> _Item:
    text = encode_item(unread.item.content)
    stream = arrival.stream
    digest = vault.indexes.digest(
        IndexPurpose.CONTENT,
        *("unread", county_code, stream.path, str(arrival.account_id)),
        text or "",
    )
    small = text is not None and len(text.encode()) <= MOST_BYTES
    return _Item(arrival, unread, text if small else None, digest)


def encode_item(content: Any) -> str | None:
    """As compact JSON, in the sender's order; None for what is nested too deep. Half of a surrogate
    pair, which no text can hold, is written as JSON's escape for it.
    """
    try:
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return None
    return text.encode("utf-8", "backslashreplace").decode()


def _make_row(
    county_code: str, each: _Item, keyring: Keyring, *, place: int, now: datetime
) -> dict[str, Any]:
    """Ids in the order of arrival: lists show them in it."""
    identifier, stream = new_id_in_order(lambda: now, place), each.arrival.stream
    errors = each.unread.item.errors
    return {
        "county_code": county_code,
        "id": identifier,
        "stream_kind": str(stream.kind),
        "stream_id": stream.id,
        "event_id": each.unread.item.id,
        "account_id": each.arrival.account_id,
        "position": each.unread.position,
        "fields": [".".join(error["loc"]) for error in errors],
        "received_at": now,
        "digest": each.digest,
        "sealed": keyring.seal(
            stream.id, _CLASS, {_CONTENT: each.text}, place=_place_of(identifier)
        ),
    }


def open_unread(
    session: Session, county_code: str, stream: StreamKey, *, unread_id: UUID, vault: Vault
) -> UnreadContentOut:
    """With what came; the caller records the reading. Raises not-found for what is not of this stream, and
    for what was recorded since.
    """
    unread = queries.get_unread(session, county_code, stream, unread_id=unread_id)
    if unread is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    keyring = vault.open_keyring(session, county_code, [unread.stream_id])
    place = _place_of(unread.id)
    opened = keyring.open(unread.stream_id, _CLASS, unread.sealed, place=place)
    described = UnreadEventOut.model_validate(unread)
    return UnreadContentOut(**dict(described), content=opened[_CONTENT] if opened else None)


def _place_of(identifier: UUID) -> str:
    return f"unread_event/{identifier}"
