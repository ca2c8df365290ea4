"""Taking a whole import back: its people, its demands and one event, all or none."""

from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.kinds import EventKind, StreamKind
from schemas.events.payloads_records import RosterUndone
from schemas.imports import MAX_CHUNK_ROWS, UndoIn, UndoOut
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.ledger import queries as ledger
from service.ledger.bodies import decode_body
from service.ledger.drafts import StreamKey
from service.recording.commands import make_command
from service.rosters import queries
from service.rosters.actions.evidence import Evidence, gather
from service.rosters.actions.keeping import KEPT_FOR
from service.rosters.actions.restoring import restore
from service.rosters.rules.receipts import make_undo_event_id, make_undone_key
from service.rosters.rules.scopes import covers_import
from service.rosters.rules.undoing import Fate
from service.stranded.actions import Forgetting, forget, plan_forgetting


def undo_import(
    context: Context, session: Session, actor: Actor, *, import_id: UUID, wanted: UndoIn
) -> UndoOut:
    """Everybody is again what they were before the import; a repeat gets the answer of the first
    time. What was staged and not applied is dropped, and the same file is a new import. Kept are the
    outcomes of the rows and the answers of the chunks, which the ledger commits to, and names of
    firms.

    Raises undo-expired after 30 days; unless `keep_changed` is set, undo-travelled when somebody was
    given a seat since, undo-superseded when somebody was written, spoken of or imported again since.
    """
    head = queries.find_import(session, actor, import_id=import_id, lock=True)
    if head["undone_at"] is not None:
        return _repeat(session, head)
    befores = _list_befores(context, session, head)
    listed = _plan_list(session, head)
    evidence = gather(session, head, befores, lock=not wanted.dry_run)
    found = _describe(actor, head, evidence, listed)
    if wanted.dry_run:
        return found
    if not wanted.keep_changed:
        _refuse(found)
    now = context.now()
    forget(context, session, actor.county_code, listed)
    restore(context, session, actor.county_code, evidence, now=now)
    receipt = _record(context, session, actor, found, reason=wanted.reason)
    _close(context, session, head)
    return found.model_copy(update={"undone_at": now, "event": receipt})


def _list_befores(context: Context, session: Session, head: RowMapping) -> list[RowMapping]:
    """All that the import overwrote, or undo-expired."""
    county_code, import_id = head["county_code"], head["id"]
    befores = queries.list_befores(session, county_code, import_id=import_id)
    written = queries.count_written_rows(session, county_code, import_id=import_id)
    kept = sum(row["place"] < MAX_CHUNK_ROWS for row in befores)
    oldest = min((row["written_at"] for row in befores), default=None)
    if kept < written or (oldest is not None and oldest <= context.now() - KEPT_FOR):
        raise DomainError(ErrorCode.UNDO_EXPIRED)
    return befores


def _plan_list(session: Session, head: RowMapping) -> Forgetting:
    """The people of an enterprise's list; nobody of a roster."""
    if head["enterprise_id"] is None:
        return Forgetting()
    undone = queries.list_undone_imports(
        session, head["county_code"], enterprise_id=head["enterprise_id"]
    )
    return plan_forgetting(session, head["county_code"], import_id=head["id"], undone=undone)


def _describe(actor: Actor, head: RowMapping, evidence: Evidence, listed: Forgetting) -> UndoOut:
    """Receipts of other townships' imports are not for this account."""
    travelled = evidence.count(Fate.TRAVELLED)
    changed = evidence.count(Fate.CHANGED) + listed.kept
    return UndoOut(
        import_id=head["id"],
        receipt=head["receipt"],
        restored=evidence.count(Fate.RESTORE),
        removed=evidence.count(Fate.REMOVE),
        unlisted=listed.unlisted,
        kept=travelled + changed,
        travelled=travelled,
        changed=changed,
        later=sorted(
            each["receipt"] for each in evidence.later.values() if covers_import(actor, each)
        ),
    )


def _refuse(found: UndoOut) -> None:
    if found.travelled:
        raise DomainError(ErrorCode.UNDO_TRAVELLED, facts={"count": found.travelled})
    if found.changed:
        facts: dict[str, object] = {"count": found.changed, "receipts": found.later}
        raise DomainError(ErrorCode.UNDO_SUPERSEDED, facts=facts)


def _record(
    context: Context, session: Session, actor: Actor, found: UndoOut, *, reason: str | None
) -> Receipt:
    now = context.now()
    payload = RosterUndone(
        import_id=found.import_id,
        restored=found.restored,
        removed=found.removed,
        unlisted=found.unlisted,
        kept=found.kept,
        reason=reason,
    )
    command = make_command(
        payload,
        identifier=make_undo_event_id(found.import_id),
        kind=EventKind.ROSTER_UNDONE,
        stream=StreamKey(StreamKind.IMPORT, found.import_id),
        now=now,
    )
    (outcome,) = context.recorder.record(session, actor, [command], now=now)
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt


def _close(context: Context, session: Session, head: RowMapping) -> None:
    before, chunk, table = queries.BEFORE, queries.CHUNK, queries.IMPORT
    for rows in (before, chunk):
        statement = delete(rows).where(rows.c.county_code == head["county_code"])
        statement = statement.where(rows.c.import_id == head["id"])
        session.execute(statement if rows is before else statement.where(chunk.c.answer.is_(None)))
    session.execute(
        update(table)
        .where(table.c.county_code == head["county_code"], table.c.id == head["id"])
        .values(undone_at=context.now(), import_key=make_undone_key(head["id"]))
    )


def _repeat(session: Session, head: RowMapping) -> UndoOut:
    """As the ledger has it."""
    event_id = make_undo_event_id(head["id"])
    (row,) = ledger.list_events_by_id(session, head["county_code"], [event_id])
    said = decode_body(row["body"])["data"]
    return UndoOut(
        import_id=head["id"],
        receipt=head["receipt"],
        restored=said["restored"],
        removed=said["removed"],
        unlisted=said.get("unlisted", 0),
        kept=said["kept"],
        undone_at=head["undone_at"],
        event=Receipt(
            event_id=row["id"],
            kind=EventKind(row["kind"]),
            stream=f"{row['stream_kind']}/{row['stream_id']}",
            sequence=row["seq"],
            hash=row["hash"].hex(),
            recorded_at=row["recorded_at"],
        ),
    )
