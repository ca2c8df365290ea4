"""A ledger without trips: events are appended as they are drafted here, and verified."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode, Source, StreamKind
from schemas.ids import RANDOM_BYTES, make_uuid7
from service.accounts.actions import make_console_actor
from service.context import Context
from service.ledger import actions
from service.ledger.bodies import Appended, EventDraft, PartDraft, StreamKey
from service.manage.verify import Verification, verify

COUNTY = "211221"
AT = datetime(2020, 3, 24, 0, 0, 0, 123456, tzinfo=UTC)
TRIP = StreamKey(StreamKind.TRIP, UUID(int=11))
WORKER = StreamKey(StreamKind.WORKER, UUID(int=22))
ACTOR = make_console_actor(COUNTY)


@dataclass
class Ledger:
    context: Context
    made: int = field(default=0)

    def draft(self, stream: StreamKey = TRIP, **given: Any) -> EventDraft:
        self.made += 1
        values = {
            "id": make_uuid7(at=AT, randomness=self.made.to_bytes(RANDOM_BYTES, "big")),
            "kind": EventKind.TEMPERATURE_ROUND_TAKEN,
            "sent_kind": EventKind.TEMPERATURE_ROUND_TAKEN,
            "stream": stream,
            "subject_id": stream.id,
            "worker_id": None,
            "occurred_at": AT,
            "happened_at": AT,
            "skew_ms": 0,
            "device": None,
            "device_sequence": self.made,
            "actor_id": ACTOR.account_id,
            "source": Source.API,
            "mode": Mode.LIVE,
            "policy_version": None,
            "data": {"measured": 24},
            "decided": {},
            **given,
        }
        return EventDraft(**values)

    def sealed(self, stream: StreamKey = TRIP, highest: int = 369) -> EventDraft:
        """One with a part."""
        part = PartDraft("stream.note", stream.id, PersonalClass.NOTE, {"highest": highest})
        return self.draft(stream, parts=(part,))

    def append(self, *drafts: EventDraft) -> list[Appended]:
        """In one transaction, as the recorder does."""
        with self.context.database.write(ACTOR) as session:
            streams = [draft.stream for draft in drafts]
            heads = actions.lock_or_open_streams(session, COUNTY, streams)
            owners = {part.subject_id for draft in drafts for part in draft.parts}
            keyring = self.context.vault.make_keyring(session, COUNTY, owners)
            return actions.append(
                session,
                COUNTY,
                drafts=drafts,
                heads=heads,
                keyring=keyring,
                recorded_at=AT + timedelta(seconds=self.made),
            )

    def verify(self) -> Verification:
        with self.context.reading(ACTOR) as work:
            return verify(work)
