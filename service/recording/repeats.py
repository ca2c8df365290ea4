"""When an event is a repeat: the same id with the same content gives the same receipt (a kept refusal is
refused again), other content is id-reused, naming what differs; what counts as the same content; the receipt.

Equality is of the public fields and, where a part is still there, of its opened content.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Outcome, OutcomeStatus, Receipt
from schemas.events.kinds import EventKind, ExceptionCode, Mode, Source
from schemas.messages import make_problem
from service.ledger import queries as ledger_queries
from service.ledger.bodies import Appended, EventDraft, read_body
from service.ledger.parts import open_parts
from service.ledger.queries import EventRow
from service.recording.handlers import (
    AGAINST_CLEARANCE,
    GATE,
    Command,
    Decision,
    StoredEvent,
    part_name,
    read_sequence,
)
from service.vault.vault import Vault


class Answer(NamedTuple):
    """`is_kept`: it is about the event that the ledger has under this id, and gets its receipt. A
    refusal that left nothing is not, though another command of the group may have used the id.
    """

    outcome: Outcome
    is_kept: bool = True


CLOCK_AHEAD = "clock_ahead"
"""Stands in `decided`, so that the fold sees it, too."""


def show_decided(decided: Mapping[str, Any]) -> dict[str, Any]:
    """As answers tell it."""
    return {name: value for name, value in decided.items() if name != AGAINST_CLEARANCE}


def list_exceptions(
    decided: Mapping[str, Any], found: Iterable[ExceptionCode]
) -> list[ExceptionCode]:
    """What the fold found, and the clock, which is flagged also where no fold keeps it."""
    ahead = {ExceptionCode.CLOCK_AHEAD} if decided.get(CLOCK_AHEAD) else set()
    return sorted({*found} | ahead)


def refuse_command(command: Command, decision: Decision) -> Outcome:
    problem = decision.refused and make_problem(
        decision.refused,
        errors=list(decision.refusal_errors) or None,
        facts=decision.refusal_facts or None,
    )
    return Outcome(
        id=command.id, position=command.position, status=OutcomeStatus.REFUSED, problem=problem
    )


class KnownEvents:
    """The stored events whose ids appear in the commands, as repeats or as targets."""

    def __init__(self, events: dict[UUID, StoredEvent]) -> None:
        self.events = events

    @classmethod
    def load(
        cls, session: Session, county_code: str, commands: Sequence[Command], vault: Vault
    ) -> "KnownEvents":
        ids = {command.id for command in commands}
        ids |= {
            UUID(command.public["event_id"])
            for command in commands
            if command.kind is EventKind.EVENT_REVERSED
        }
        rows = ledger_queries.list_events_by_id(session, county_code, ids)
        parts = _open_parts(session, county_code, [row.id for row in rows], vault) if rows else {}
        return cls({row.id: _stored(row, parts.get(row.id, {})) for row in rows})

    def subject_of_event(self, event_id: UUID) -> UUID | None:
        event = self.events.get(event_id)
        return event.subject_id if event else None

    def remember(self, draft: EventDraft) -> None:
        """Two commands of one group with the same id are compared with each other."""
        self.events[draft.id] = StoredEvent(
            stream=draft.stream,
            subject_id=draft.subject_id,
            worker_id=draft.worker_id,
            kind=draft.kind,
            sent_kind=draft.sent_kind,
            occurred_at=draft.occurred_at,
            device=draft.device,
            device_sequence=draft.device_sequence,
            mode=draft.mode,
            source=draft.source,
            data=draft.data,
            decided=draft.decided,
            attachments=frozenset(each.id for each in draft.attachments),
            exceptions=None,
            part_names=frozenset(part.name for part in draft.parts),
            parts={part.name: part.content for part in draft.parts},
            receipt=None,
        )

    def compare(self, command: Command) -> Answer | None:
        """None: the id is new. A kept refusal is refused again, with the receipt that it has."""
        stored = self.events.get(command.id)
        if stored is None:
            return None
        if differing := list_differences(stored, command):
            problem = make_problem(ErrorCode.ID_REUSED, facts={"fields": differing})
            refusal = Outcome(
                id=command.id,
                position=command.position,
                status=OutcomeStatus.REFUSED,
                problem=problem,
            )
            return Answer(refusal, is_kept=False)
        refused = make_problem(stored.refused) if stored.refused else None
        outcome = Outcome(
            id=command.id,
            position=command.position,
            status=OutcomeStatus.REFUSED if refused else OutcomeStatus.REPEATED,
            receipt=stored.receipt,
            exceptions=[ExceptionCode(each) for each in stored.exceptions or ()],
            problem=refused,
            decided=show_decided(stored.decided),
        )
        return Answer(outcome)


def with_receipt(answer: Answer, receipts: Mapping[UUID, Appended]) -> Outcome:
    """A repeat within one group gets the receipt of its first; what is not kept gets none."""
    outcome = answer.outcome
    if not answer.is_kept or outcome.receipt is not None or outcome.id is None:
        return outcome
    appended = receipts.get(outcome.id)
    if appended is None:
        return outcome
    return outcome.model_copy(update={"receipt": receipt_of(appended)})


def receipt_of(event: Appended) -> Receipt:
    return Receipt(
        event_id=event.draft.id,
        kind=event.draft.kind,
        stream=event.draft.stream.path,
        sequence=event.seq,
        hash=event.hash.hex(),
        recorded_at=event.recorded_at,
    )


def list_differences(stored: StoredEvent, command: Command) -> list[str]:
    """By what the command is another event than the stored one, by public names: fields of the event,
    `data.…` for public data, and for sealed parts their owner and class (`worker.health`); never a
    value. Of an event of another stream nothing but `stream` is told: the sender may not know it.
    What a sender knew of its clock is not compared, nor a time that the server gave.
    """
    if stored.stream != command.stream:
        return ["stream"]
    pairs = (
        ("kind", stored.sent_kind, command.kind),
        ("mode", stored.mode, command.mode),
        ("source", stored.source, command.source),
        ("occurred_at", stored.occurred_at, command.occurred_at),
        ("device", stored.device, command.device),
        ("device_sequence", stored.device_sequence, _sequence_for(stored, command)),
        ("attachments", stored.attachments, frozenset(command.attachments)),
    )
    differing = [name for name, before, now in pairs if before != now]
    if not command.is_dated and "occurred_at" in differing:
        differing.remove("occurred_at")
    if stored.data != command.public:
        names = sorted(stored.data.keys() | command.public.keys())
        differing += [
            f"data.{name}" for name in names if _differs(stored.data, command.public, name)
        ]
    return differing + _list_differing_parts(stored, command)


_NOTHING: Final = object()


def _differs(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    """Null and left out are two things: the hashed body tells them apart."""
    return bool(one.get(name, _NOTHING) != other.get(name, _NOTHING))


def _list_differing_parts(stored: StoredEvent, command: Command) -> list[str]:
    """Of an erased part only the name is left to be compared."""
    said = {
        part_name(about, of): content
        for (about, of), content in command.personal.items()
        if about != GATE
    }
    before = {name for name in stored.part_names if not name.startswith(GATE)}
    changed = {name for name, content in said.items() if stored.parts.get(name, content) != content}
    return sorted((before ^ said.keys()) | changed)


def _sequence_for(stored: StoredEvent, command: Command) -> int | None:
    """Version 1 did not tell 0 from none."""
    old = stored.exceptions is not None
    return command.device_sequence or None if old else command.device_sequence


def _stored(row: EventRow, parts: dict[str, dict[str, Any]]) -> StoredEvent:
    body = read_body(row.body)
    return StoredEvent(
        stream=row.stream,
        subject_id=row.subject_id,
        worker_id=row.worker_id,
        kind=EventKind(body.kind),
        sent_kind=EventKind(body.sent_kind),
        occurred_at=datetime.fromisoformat(body.occurred_at),
        device=body.device,
        device_sequence=read_sequence(body),
        mode=Mode(body.mode),
        source=Source(body.source),
        data=body.data,
        decided=body.decided,
        attachments=frozenset(UUID(each["id"]) for each in body.attachments),
        exceptions=tuple(body.exceptions) if body.v == 1 else None,
        part_names=frozenset(body.commit),
        parts=parts,
        receipt=Receipt(
            event_id=row.id,
            kind=EventKind(row.kind),
            stream=row.stream.path,
            sequence=row.seq,
            hash=row.hash.hex(),
            recorded_at=row.recorded_at,
        ),
    )


def _open_parts(
    session: Session, county_code: str, event_ids: Sequence[UUID], vault: Vault
) -> dict[UUID, dict[str, dict[str, Any]]]:
    """Event → part → content, of what was not erased."""
    opened: dict[UUID, dict[str, dict[str, Any]]] = {}
    for part in open_parts(session, vault, county_code, event_ids):
        if part.content is not None:
            opened.setdefault(part.event_id, {})[part.name] = part.content
    return opened
