"""Stranded staff: keep what enterprises tell, forget it with an undone import, list whom to call, note
calls, write letters."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.engine import RowMapping
from sqlmodel import Session

from schemas.base import Input, Page
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.envelope import Receipt
from schemas.events.fields import PersonalClass
from schemas.events.kinds import EventKind, Mode
from schemas.events.payloads_records import ListKind, StrandedPersonCalled, StrandedPersonRequested
from schemas.ids import RANDOM_BYTES, make_uuid7
from schemas.stranded import BureauOut, CallIn, CallOut, ChaseLine, LetterIn, LetterOut
from service.accounts import access
from service.clock import new_id
from service.context import Context, Work
from service.db.bulk import delete_many, write_many
from service.db.columns import freeze, thaw
from service.errors import DomainError
from service.recording.commands import make_command
from service.recording.values import Command
from service.records import county_stream
from service.rest import Cursor, make_page
from service.stranded import answers, queries
from service.stranded.rules import Statement, Told, find_bureau, find_home, make_source
from service.vault.vault import Keyring


def keep_statements(
    work: Work,
    county_code: str,
    *,
    enterprise_id: UUID,
    import_id: UUID,
    as_of: date,
    statements: Sequence[Statement],
) -> None:
    """One row for each number of this enterprise, in a fixed number of statements. An older list
    changes nothing; what is said anew makes an earlier call void.
    """
    rows = queries.list_by_number(
        work.session, county_code, digests={each.id_digest for each in statements}, lock=True
    )
    stored = {row["id_number_index"]: row for row in rows if row["enterprise_id"] == enterprise_id}
    news = [
        (place, each, stored.get(each.id_digest))
        for place, each in enumerate(statements)
        if (known := stored.get(each.id_digest)) is None or known["as_of"] <= as_of
    ]
    told = {
        "enterprise_id": enterprise_id,
        "import_id": import_id,
        "as_of": as_of,
        "updated_at": work.now(),
    }
    heads = [
        _make_head(work.context, county_code, place, known, import_id=import_id)
        for place, _, known in news
    ]
    keyring = work.context.vault.make_keyring(
        work.session, county_code, [head["id"] for head in heads], classes=[PersonalClass.IDENTITY]
    )
    kept = [
        {**head, **told, **_describe(county_code, head["id"], each, known, keyring)}
        for head, (_, each, known) in zip(heads, news, strict=True)
    ]
    # In one order, so that two lists of the same people wait for each other and never in a ring.
    kept.sort(key=itemgetter("id_number_index"))
    write_many(work.session, queries.STRANDED, kept, conflict="overwrite")


def _make_head(
    context: Context, county_code: str, place: int, known: RowMapping | None, *, import_id: UUID
) -> dict[str, Any]:
    is_own = known is not None and known["import_id"] == import_id
    return {
        "county_code": county_code,
        "id": known["id"] if known else _make_id(context, place),
        "created_at": known["created_at"] if known else context.now(),
        "letter_id": known["letter_id"] if known else None,
        "requested_at": known["requested_at"] if known else None,
        "requested_by": known["requested_by"] if known else None,
        "previous": (known["previous"] if is_own else freeze(known)) if known else None,
    }


def _make_id(context: Context, place: int) -> UUID:
    """In the order of the list."""
    first = (place << 4).to_bytes(2, "big")
    noise = secrets.token_bytes(RANDOM_BYTES - len(first))
    return make_uuid7(at=context.now(), randomness=first + noise)


def _describe(
    county_code: str,
    stranded_id: UUID,
    statement: Statement,
    known: RowMapping | None,
    keyring: Keyring,
) -> dict[str, Any]:
    is_same = known is not None and known["content_mac"] == statement.content_mac
    home = find_home(statement.values["id_number"])
    sealed = keyring.seal(
        stranded_id,
        PersonalClass.IDENTITY,
        dict(statement.values),
        place=queries.sealing_place(stranded_id),
    )
    return {
        "id_number_index": statement.id_digest,
        "name_index": statement.name_digest,
        "home_code": home,
        "bureau_code": find_bureau(home, county_code=county_code),
        "statement_sealed": sealed,
        "content_mac": statement.content_mac,
        "sheet": statement.sheet,
        "row_number": statement.row_number,
        "call_result": known["call_result"] if known and is_same else None,
        "called_at": known["called_at"] if known and is_same else None,
    }


def list_told(
    work: Work, county_code: str, *, digests: Iterable[bytes]
) -> Mapping[bytes, Sequence[Told]]:
    """Digest of a number → what enterprises said of it, the oldest first. One read, and one of keys
    where there is anything.
    """
    rows = queries.list_by_number(work.session, county_code, digests=digests)
    if not rows:
        return {}
    keyring = work.context.vault.open_keyring(
        work.session, county_code, [row["id"] for row in rows]
    )
    found: dict[bytes, list[Told]] = {}
    for row in sorted(rows, key=lambda each: (each["as_of"], each["enterprise_id"])):
        values = queries.open_statement(keyring, row)
        if values:
            source = make_source(row["enterprise_id"], row["as_of"])
            told = Told(source, row["name_index"], row["content_mac"], values)
            found.setdefault(row["id_number_index"], []).append(told)
    return found


_LETTER = ("letter_id", "requested_at", "requested_by")


@dataclass(slots=True)
class Forgetting:
    """`restored`: whole rows; `removed`: people whom only this list named. `kept`: of them somebody
    has telephoned, or a letter was written, since the list came: that cannot be taken back.
    """

    restored: list[dict[str, Any]] = field(default_factory=list)
    removed: list[UUID] = field(default_factory=list)
    kept: int = 0

    @property
    def unlisted(self) -> int:
        return len(self.restored) + len(self.removed)


def plan_forgetting(
    session: Session, county_code: str, *, import_id: UUID, undone: Collection[UUID]
) -> Forgetting:
    """Locks the people whom this list was the last to name. `undone`: lists that were taken back
    already, which an earlier word must not come from.
    """
    plan = Forgetting()
    for row in queries.lock_of_import(session, county_code, import_id=import_id):
        before = _find_before(row["previous"], undone)
        if row["call_result"] is not None or _was_asked_since(row, before):
            plan.kept += 1
        elif before is None:
            plan.removed.append(row["id"])
        else:
            letter = {name: row[name] for name in _LETTER}
            earlier = {"previous": before.get("previous")}
            plan.restored.append({**thaw(queries.STRANDED, before), **letter, **earlier})
    return plan


def _find_before(
    previous: Mapping[str, Any] | None, undone: Collection[UUID]
) -> Mapping[str, Any] | None:
    while previous is not None and UUID(previous["import_id"]) in undone:
        previous = previous.get("previous")
    return previous


def _was_asked_since(row: Mapping[Any, Any], before: Mapping[str, Any] | None) -> bool:
    asked = None if row["letter_id"] is None else str(row["letter_id"])
    return asked != (before["letter_id"] if before else None)


def forget(work: Work, county_code: str, plan: Forgetting) -> None:
    """The keys of those who are removed are destroyed."""
    table = queries.STRANDED
    write_many(work.session, table, plan.restored, conflict="overwrite")
    delete_many(work.session, table, county_code=county_code, column="id", keys=plan.removed)
    work.context.vault.destroy(work.session, county_code, plan.removed)


def list_chase(work: Work, *, cursor: Cursor, purpose: str | None) -> Page[ChaseLine]:
    """In a write transaction: each page is recorded as read, or, with a `purpose`, as exported."""
    rows = queries.list_chase(work, cursor=cursor)
    people = answers.open_people(work, work.county_code, rows[: cursor.limit])
    lines = {each.row["id"]: answers.make_chase_line(each) for each in people}
    shown = [line.model_dump() for line in lines.values()]
    kind = ListKind.STRANDED_CHASE
    if purpose is None:
        access.record_listing(work, list_kind=kind, trip_id=None, shown=shown)
    else:
        access.record_export(work, list_kind=kind, trip_id=None, shown=shown, purpose=purpose)
    return make_page(
        rows, cursor=cursor, present=lambda row: lines[row["id"]], key=lambda row: row["id"]
    )


def record_call(work: Work, *, stranded_id: UUID, wanted: CallIn) -> CallOut:
    """The same id again changes nothing. Raises id-reused for an id that told something else."""
    row = queries.find_stranded(work, stranded_id=stranded_id)
    command = make_command(
        StrandedPersonCalled(stranded_id=stranded_id, result=wanted.result),
        identifier=wanted.id,
        kind=EventKind.STRANDED_PERSON_CALLED,
        stream=county_stream(work.county_code),
        now=work.now(),
        occurred_at=wanted.called_at,
        mode=Mode.AFTERWARDS,
    )
    receipt = _record(work, command)
    if row["called_at"] is None or row["called_at"] <= command.happened_at:
        table = queries.STRANDED
        work.session.execute(
            update(table)
            .where(table.c.county_code == work.county_code, table.c.id == stranded_id)
            .values(call_result=str(wanted.result), called_at=command.happened_at)
        )
    row = queries.find_stranded(work, stranded_id=stranded_id)
    people = answers.open_people(work, work.county_code, [row])
    return CallOut(receipt=receipt, person=answers.mask_people(people)[stranded_id])


def write_letter(work: Work, *, wanted: LetterIn) -> LetterOut:
    """Everybody of one bureau whom no letter named yet (`again`: all), in full; they are noted as
    asked for, and the export is recorded. Sent again it gives those whom it named, as they are now.
    Raises not-found for no division, id-reused for the id of a letter to another one.
    """
    if get_division(wanted.bureau) is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    rows = queries.list_of_letter(work, letter_id=wanted.id)
    is_new = not rows
    if any(row["bureau_code"] != wanted.bureau for row in rows):
        raise DomainError(ErrorCode.ID_REUSED)
    if is_new:
        rows = queries.lock_for_letter(work, bureau_code=wanted.bureau, again=wanted.again)
    letter = _compose(work, wanted, rows, is_new=is_new)
    if not letter.lines:
        return letter
    shown = [line.model_dump() for line in letter.lines]
    if is_new:
        _note(
            work,
            letter,
            shown_hash=access.commit_to(work.context.vault.indexes, work.county_code, shown),
        )
    access.record_export(
        work,
        list_kind=ListKind.STRANDED_LETTER,
        trip_id=None,
        shown=shown,
        purpose=wanted.purpose,
    )
    return letter


def _compose(
    work: Work, wanted: LetterIn, rows: Sequence[RowMapping], *, is_new: bool
) -> LetterOut:
    people = answers.open_people(work, work.county_code, rows)
    bureau = BureauOut(
        code=wanted.bureau,
        name=full_name(wanted.bureau),
        people=len(rows),
        fresh=sum(row["letter_id"] is None for row in rows),
    )
    return LetterOut(
        id=wanted.id,
        bureau=bureau,
        sender_code=work.county_code,
        sender=full_name(work.county_code),
        requested_at=work.now() if is_new else rows[0]["requested_at"],
        lines=[answers.make_letter_line(each) for each in people],
    )


def _note(work: Work, letter: LetterOut, *, shown_hash: str) -> None:
    payload = StrandedPersonRequested(
        letter_id=letter.id,
        bureau=letter.bureau.code,
        count=len(letter.lines),
        content_hash=shown_hash,
    )
    _record(work, _make_letter_command(work, payload))
    table = queries.STRANDED
    statement = (
        update(table)
        .where(table.c.county_code == work.county_code, table.c.id == bindparam("person"))
        .values(
            letter_id=letter.id,
            requested_at=letter.requested_at,
            requested_by=work.actor.account_id,
        )
    )
    work.session.execute(statement, [{"person": line.id} for line in letter.lines])


def _make_letter_command(work: Work, payload: Input) -> Command:
    return make_command(
        payload,
        identifier=new_id(work.context.clock),
        kind=EventKind.STRANDED_PERSON_REQUESTED,
        stream=county_stream(work.county_code),
        now=work.now(),
    )


def _record(work: Work, command: Command) -> Receipt:
    (outcome,) = work.context.recorder.record(work.session, work.actor, [command], now=work.now())
    if outcome.receipt is None:
        raise DomainError(outcome.problem.code if outcome.problem else ErrorCode.INTERNAL)
    return outcome.receipt
