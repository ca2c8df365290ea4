"""Appending events to streams: the order of locks (trips before workers), sealing of parts, the chain, the
queue of the log; closing streams that are empty.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete
from sqlmodel import Session

from service.db.bulk import write_many
from service.ledger import queries
from service.ledger.bodies import (
    GENESIS,
    Appended,
    EventDraft,
    PartDraft,
    StreamKey,
    encode_body,
    event_hash,
    new_salt,
    part_commitment,
)
from service.vault.vault import Keyring


def lock_or_open_streams(
    session: Session, county_code: str, keys: Sequence[StreamKey]
) -> dict[StreamKey, tuple[int, bytes]]:
    """Lock the heads in one order (trips before workers), opening streams that are new."""
    ordered = sorted(set(keys), key=_lock_order)
    heads = queries.lock_streams(session, county_code, ordered)
    missing = [key for key in ordered if key not in heads]
    if missing:
        rows = [_stream_row(county_code, key, 0, GENESIS) for key in missing]
        write_many(session, queries.STREAM, rows, conflict="ignore")
        heads = queries.lock_streams(session, county_code, ordered)
    return {key: (heads[key].seq, heads[key].hash) for key in ordered}


def close_unused_streams(session: Session, county_code: str, keys: Sequence[StreamKey]) -> None:
    """Of subjects that are gone, and of whom nothing was ever said."""
    stream = queries.STREAM
    statement = delete(stream).where(
        stream.c.county_code == county_code,
        stream.c.kind == bindparam("of_kind"),
        stream.c.id == bindparam("of_id"),
        stream.c.seq == 0,
    )
    rows = [{"of_kind": str(key.kind), "of_id": key.id} for key in sorted(keys, key=_lock_order)]
    if rows:
        session.execute(statement, rows)


def append(
    session: Session,
    county_code: str,
    *,
    drafts: Sequence[EventDraft],
    heads: Mapping[StreamKey, tuple[int, bytes]],
    keyring: Keyring | None,
    recorded_at: datetime,
) -> list[Appended]:
    """Chain, seal and insert. The streams of `drafts` must be locked: `heads` is what the lock gave.
    `keyring`: the keys of the subjects of all parts; None where there are no parts."""
    current = dict(heads)
    appended: list[Appended] = []
    parts: list[dict[str, Any]] = []
    for draft in drafts:
        commitments, rows = _seal_parts(draft, county_code=county_code, keyring=keyring)
        seq, previous = current[draft.stream]
        body = encode_body(
            draft,
            county_code=county_code,
            seq=seq + 1,
            recorded_at=recorded_at,
            commitments=commitments,
        )
        digest = event_hash(previous, body)
        current[draft.stream] = (seq + 1, digest)
        parts.extend(rows)
        appended.append(Appended(draft, seq + 1, digest, recorded_at, body))
    _write(session, county_code, appended, parts)
    moved = {draft.stream for draft in drafts}
    rows = [_stream_row(county_code, key, *current[key]) for key in sorted(moved, key=_lock_order)]
    write_many(session, queries.STREAM, rows, conflict="overwrite")
    return appended


def _lock_order(key: StreamKey) -> tuple[str, bytes]:
    return (str(key.kind), key.id.bytes)


def _seal_parts(
    draft: EventDraft, *, county_code: str, keyring: Keyring | None
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    commitments: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    for part in draft.parts:
        if keyring is None:
            raise ValueError("parts without keys")
        salt = new_salt()
        commitments[part.name] = part_commitment(salt, part.content)
        rows.append(
            {
                "county_code": county_code,
                "event_id": draft.id,
                "part": part.name,
                "subject_id": part.subject_id,
                "personal_class": str(part.personal_class),
                "sealed": _seal_part(draft, part, salt, keyring),
            }
        )
    return commitments, rows


def _seal_part(draft: EventDraft, part: PartDraft, salt: bytes, keyring: Keyring) -> bytes:
    return keyring.seal(
        part.subject_id,
        part.personal_class,
        {"salt": salt.hex(), "content": part.content},
        place=part_place(str(draft.id), part.name),
    )


def part_place(event_id: str, name: str) -> str:
    return f"event_part/{event_id}/{name}"


def _write(
    session: Session,
    county_code: str,
    appended: Sequence[Appended],
    parts: Sequence[dict[str, Any]],
) -> None:
    write_many(session, queries.EVENT, [_event_row(county_code, each) for each in appended])
    write_many(session, queries.EVENT_PART, parts)
    pending = [
        {"county_code": county_code, "event_id": each.draft.id, "event_hash": each.hash}
        for each in appended
    ]
    write_many(session, queries.LOG_PENDING, pending)


def _event_row(county_code: str, event: Appended) -> dict[str, Any]:
    """The columns repeat what the body says; `verify` compares them with it."""
    draft = event.draft
    return {
        "county_code": county_code,
        "id": draft.id,
        "stream_kind": str(draft.stream.kind),
        "stream_id": draft.stream.id,
        "seq": event.seq,
        "kind": str(draft.kind),
        "subject_id": draft.subject_id,
        "worker_id": draft.worker_id,
        "happened_at": draft.happened_at,
        "recorded_at": event.recorded_at,
        "body": event.body,
        "hash": event.hash,
    }


def _stream_row(county_code: str, key: StreamKey, seq: int, digest: bytes) -> dict[str, Any]:
    return {
        "county_code": county_code,
        "kind": str(key.kind),
        "id": key.id,
        "seq": seq,
        "hash": digest,
    }
