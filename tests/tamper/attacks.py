"""Somebody with the database in his hands (but not the keys) changes what was recorded."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from schemas.events.kinds import StreamKind
from service.ledger.bodies import GENESIS, EventDraft, StreamKey, encode_canonical, event_hash
from service.ledger.queries import EVENT, EVENT_PART, LOG_PENDING, STREAM
from tests.dba import dba
from tests.ledgers import COUNTY, TRIP, WORKER, Ledger

BATCH = StreamKey(StreamKind.BATCH, UUID(int=33))
TRIP_NAME = f"{TRIP.kind}/{TRIP.id}"
Row = dict[str, Any]
Named = tuple[str, str, int]


@dataclass
class Victim:
    ledger: Ledger
    trip: list[EventDraft]
    worker: list[EventDraft]
    batch: list[EventDraft]
    connection: Connection = field(init=False)

    @classmethod
    def make(cls, ledger: Ledger) -> "Victim":
        trip = [ledger.draft(), ledger.draft(), ledger.sealed(), ledger.draft(), ledger.draft()]
        worker = [ledger.draft(WORKER), ledger.sealed(WORKER, highest=385)]
        batch = [ledger.draft(BATCH)]
        ledger.append(*trip[:3], *worker[:1], *batch)
        ledger.append(*trip[3:], *worker[1:])
        return cls(ledger, trip, worker, batch)

    def attack(self, what: "Attack") -> None:
        with dba(self.ledger.context.settings) as connection:
            self.connection = connection
            what(self)

    # --- what an attacker does ----------------------------------------------------------------
    def rows(self, key: StreamKey) -> list[Row]:
        statement = select(EVENT).where(_in_stream(key)).order_by(EVENT.c.seq)
        return [dict(row) for row in self.connection.execute(statement).mappings()]

    def set(self, draft: EventDraft, **values: Any) -> None:
        self._run(update(EVENT).where(_is(EVENT, draft.id)).values(values))

    def edit_body(self, draft: EventDraft, **changes: Any) -> None:
        """The body alone: `changes` go into what the sender said."""
        [row] = [each for each in self.rows(draft.stream) if each["id"] == draft.id]
        self.set(draft, body=changed(row["body"], **changes))

    def delete(self, *drafts: EventDraft) -> None:
        """With their parts, for PostgreSQL's foreign key."""
        for draft in drafts:
            self._run(delete(EVENT_PART).where(EVENT_PART.c.event_id == draft.id))
            self._run(delete(EVENT).where(_is(EVENT, draft.id)))

    def delete_pending(self, *drafts: EventDraft) -> None:
        for draft in drafts:
            self._run(delete(LOG_PENDING).where(LOG_PENDING.c.event_id == draft.id))

    def delete_head(self, key: StreamKey) -> None:
        self._run(delete(STREAM).where(STREAM.c.id == key.id))

    def rewrite(self, key: StreamKey, rows: list[Row], *, pending: bool) -> None:
        """The stream anew, renumbered and re-hashed to its head; `pending`: the log's queue, too."""
        parts = list(self.connection.execute(select(EVENT_PART)).mappings())
        ids = [row["id"] for row in rows]
        self._run(delete(EVENT_PART).where(EVENT_PART.c.event_id.in_(ids)))
        self._run(delete(EVENT).where(_in_stream(key)))
        previous = GENESIS
        for number, row in enumerate(rows, start=1):
            body = encode_canonical({**json.loads(row["body"]), "seq": number})
            previous = event_hash(previous, body)
            self._run(insert(EVENT).values({**row, "seq": number, "body": body, "hash": previous}))
            if pending:
                self._run(delete(LOG_PENDING).where(LOG_PENDING.c.event_id == row["id"]))
                waiting = {"county_code": COUNTY, "event_id": row["id"], "event_hash": previous}
                self._run(insert(LOG_PENDING).values(waiting))
        for part in parts:
            if part["event_id"] in ids:
                self._run(insert(EVENT_PART).values(dict(part)))
        head = {"seq": len(rows), "hash": previous}
        self._run(update(STREAM).where(STREAM.c.id == key.id).values(head))

    def forge(self, like: Row, *, minutes: int) -> Row:
        """An event that never was, in the image of one that was."""
        identifier = UUID(int=like["id"].int ^ 0xBAD)
        content = {**json.loads(like["body"]), "id": str(identifier)}
        happened = like["happened_at"] - timedelta(minutes=minutes)
        content["occurred_at"] = happened.isoformat()
        body = encode_canonical(content)
        return {**like, "id": identifier, "happened_at": happened, "body": body}

    def set_part(self, draft: EventDraft, **values: Any) -> None:
        self._run(update(EVENT_PART).where(EVENT_PART.c.event_id == draft.id).values(values))

    def delete_part(self, draft: EventDraft) -> None:
        self._run(delete(EVENT_PART).where(EVENT_PART.c.event_id == draft.id))

    def part(self, draft: EventDraft) -> Row:
        statement = select(EVENT_PART).where(EVENT_PART.c.event_id == draft.id)
        return dict(self.connection.execute(statement).mappings().one())

    def add_part(self, row: Row) -> None:
        self._run(insert(EVENT_PART).values(row))

    def set_pending(self, draft: EventDraft, **values: Any) -> None:
        self._run(update(LOG_PENDING).where(LOG_PENDING.c.event_id == draft.id).values(values))

    def set_head(self, key: StreamKey, **values: Any) -> None:
        self._run(update(STREAM).where(STREAM.c.id == key.id).values(values))

    def _run(self, statement: Any) -> None:
        self.connection.execute(statement)


Attack = Callable[[Victim], None]


def changed(body: bytes, **changes: Any) -> bytes:
    content = json.loads(body)
    content["data"] |= changes
    return encode_canonical(content)


def flipped(value: bytes, position: int) -> bytes:
    altered = bytearray(value)
    altered[position] ^= 1
    return bytes(altered)


def _in_stream(key: StreamKey) -> Any:
    return and_(EVENT.c.stream_kind == str(key.kind), EVENT.c.stream_id == key.id)


def _is(table: Table, identifier: UUID) -> Any:
    return table.c.id == identifier


def name_faults(victim: Victim) -> list[Named]:
    return [(fault.code, fault.stream, fault.seq) for fault in victim.ledger.verify().faults]
