"""`fangang-server verify`: all chains, all parts, the queue of the log, and keys without rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from schemas.events import PersonalClass
from service.context import Context
from service.ledger import queries as ledger
from service.ledger.actions import part_place
from service.ledger.bodies import decode_body
from service.ledger.verification import Fault, FaultCode, check_chains, check_part
from service.tables import metadata
from service.vault.sealing import SealBrokenError


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at, and what did not fit."""

    events: int
    streams: int
    parts: int
    erased_parts: int
    faults: list[Fault]
    orphan_keys: list[UUID] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.faults


def verify(context: Context, session: Session, county_code: str) -> Verification:
    """Reads everything of one county; streams, so memory does not grow with the ledger."""
    heads = {(row["kind"], row["id"]): row for row in ledger.iterate_streams(session, county_code)}
    faults = list(check_chains(ledger.iterate_chain(session, county_code), heads))
    commitments = _commitments(session, county_code)
    parts, erased, part_faults = _check_parts(context, session, county_code, commitments)
    faults += part_faults
    faults += _check_pending(session, county_code)
    return Verification(
        events=len(commitments),
        streams=len(heads),
        parts=parts,
        erased_parts=erased,
        faults=faults,
        orphan_keys=list_orphan_keys(context, session, county_code),
    )


@dataclass(frozen=True, slots=True)
class _Committed:
    stream: str
    stream_id: UUID
    seq: int
    worker_id: UUID | None
    parts: dict[str, str]

    def owner(self, part: str) -> tuple[UUID, PersonalClass]:
        """Whose key sealed a part: its name says about whom, and in which class."""
        about, personal_class = part.split(".")
        person = None if about == "stream" else self.worker_id
        return person or self.stream_id, PersonalClass(personal_class)


def _commitments(session: Session, county_code: str) -> dict[UUID, _Committed]:
    found: dict[UUID, _Committed] = {}
    for row in ledger.iterate_chain(session, county_code):
        stream = f"{row['stream_kind']}/{row['stream_id']}"
        try:
            parts = decode_body(row["body"]).get("commit", {})
        except ValueError:  # the body was altered; the chain check has named it
            parts = {}
        found[row["id"]] = _Committed(stream, row["stream_id"], row["seq"], row["worker_id"], parts)
    return found


def _check_parts(
    context: Context,
    session: Session,
    county_code: str,
    commitments: dict[UUID, _Committed],
) -> tuple[int, int, list[Fault]]:
    """A part without its key was erased and proves nothing; one with a key must open and fit."""
    faults: list[Fault] = []
    seen: set[tuple[UUID, str]] = set()
    count = 0
    rows = list(ledger.iterate_parts(session, county_code))
    subjects = {row["subject_id"] for row in rows}
    keyring = context.vault.open_keyring(session, county_code, subjects)
    for row in rows:
        count += 1
        seen.add((row["event_id"], row["part"]))
        known = commitments.get(row["event_id"])
        if known is None or row["part"] not in known.parts:
            stream = known.stream if known else "?"
            faults.append(Fault(FaultCode.PART_UNKNOWN, stream, 0, row["event_id"]))
            continue
        if not _part_fits(keyring, row, known):
            faults.append(Fault(FaultCode.PART_ALTERED, known.stream, known.seq, row["event_id"]))
    erased = 0
    for event_id, known, part in _absent(commitments, seen):
        owner, personal_class = known.owner(part)
        if context.vault.open_keyring(session, county_code, [owner]).has(owner, personal_class):
            faults.append(Fault(FaultCode.PART_MISSING, known.stream, known.seq, event_id))
        else:
            erased += 1
    return count, erased, faults


def _absent(
    commitments: dict[UUID, _Committed], seen: set[tuple[UUID, str]]
) -> Iterator[tuple[UUID, _Committed, str]]:
    for event_id, known in commitments.items():
        for part in known.parts:
            if (event_id, part) not in seen:
                yield event_id, known, part


def _part_fits(keyring: Any, row: Any, known: _Committed) -> bool:
    place = part_place(str(row["event_id"]), row["part"])
    personal_class = PersonalClass(row["personal_class"])
    try:
        opened = keyring.open(row["subject_id"], personal_class, row["sealed"], place=place)
    except SealBrokenError:
        return False
    return opened is None or check_part(known.parts, row["part"], opened)


def _check_pending(session: Session, county_code: str) -> Iterator[Fault]:
    """Every event waits for the county's log (until a sequencer takes it): one that waits but is
    not there was deleted together with its stream's head."""
    pending = ledger.list_pending(session, county_code)
    hashes = {
        row["id"]: (bytes(row["hash"]), f"{row['stream_kind']}/{row['stream_id']}", row["seq"])
        for row in ledger.iterate_chain(session, county_code)
    }
    for event_id, digest in pending.items():
        known = hashes.get(event_id)
        if known is None:
            yield Fault(FaultCode.EVENT_MISSING, "?", 0, event_id)
        elif known[0] != digest:
            yield Fault(FaultCode.PENDING_DIFFERS, known[1], known[2], event_id)
    for event_id, (_, stream, seq) in hashes.items():
        if event_id not in pending:
            yield Fault(FaultCode.PENDING_DIFFERS, stream, seq, event_id)


def list_orphan_keys(context: Context, session: Session, county_code: str) -> list[UUID]:
    """Subjects with keys but without any sealed row: left behind by a crash between the two
    stores (SQLite). Harmless; `verify --sweep` deletes them."""
    keyed = context.vault.list_subjects(session, county_code)
    used: set[UUID] = set()
    for table in metadata.sorted_tables:
        if "county_code" not in table.c:
            continue
        sealed = any(column.name.endswith("sealed") for column in table.c)
        column = table.c.get("subject_id", table.c.get("id"))
        if sealed and column is not None:
            statement = select(column).where(table.c.county_code == county_code)
            used |= set(session.execute(statement).scalars())
    return sorted(keyed - used)
