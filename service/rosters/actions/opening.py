"""Announcing a file: one import for each key, whoever sends it and however often."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, update
from sqlalchemy.engine import RowMapping

from schemas.divisions.table import get_division
from schemas.errors import ErrorCode, FieldProblem
from schemas.events.fields import PersonalClass
from schemas.imports import Counts, RosterImportIn
from schemas.roster.report import RULES_VERSION
from schemas.workers import Feed
from service.auth import Actor
from service.clock import local_date
from service.context import Work
from service.db.bulk import write_many
from service.enterprises.queries import find_enterprise
from service.errors import DomainError
from service.rosters import queries
from service.rosters.actions.applying import drop_old_rows
from service.rosters.rules.deciding import covers_import, make_receipt, receipt_prefix

STAGED_FOR: Final = timedelta(hours=24)
_SAME: Final = (
    "import_key",
    "feed",
    "enterprise_id",
    "township_code",
    "as_of",
    "file_sha256",
    "accepted",
)


def open_import(work: Work, *, wanted: RosterImportIn, feed: Feed = Feed.TOWNSHIP) -> RowMapping:
    """The import of this key: the one that is there already, whatever its id, or a new one. One
    that expired begins anew. `feed`: whose word this door takes. Raises id-reused for an id that
    has another content, not-found for an enterprise outside of the actor's scope.
    """
    _check(work.actor, wanted)
    _check_feed(work, wanted, feed)
    _drop_expired(work)
    stored = queries.get_import(work.session, work.county_code, import_id=wanted.id)
    if stored is not None and any(stored[name] != value for name, value in _described(wanted)):
        raise DomainError(ErrorCode.ID_REUSED)
    stored = stored or queries.get_import_by_key(work.session, work.county_code, key=wanted.key)
    if stored is None:
        write_many(work.session, queries.IMPORT, [_make_row(work, wanted)])
        return queries.find_import(work, import_id=wanted.id)
    if not covers_import(work.actor, stored):
        raise DomainError(ErrorCode.ID_REUSED)
    if stored["applied_at"] is None and stored["expires_at"] <= work.now():
        _renew(work, stored)
    return queries.find_import(work, import_id=stored["id"])


def _check(actor: Actor, wanted: RosterImportIn) -> None:
    if wanted.rules_version != RULES_VERSION:
        message = f"the server checks by version {RULES_VERSION}: update fangang"
        problem = FieldProblem(field="rules_version", message=message)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    division = get_division(wanted.township) if wanted.township else None
    if wanted.township and (division is None or division.parent != actor.county_code):
        raise DomainError(ErrorCode.TOWNSHIP_UNKNOWN)
    if not actor.scope.covers_township(wanted.township):
        raise DomainError(ErrorCode.TOWNSHIP_OUT_OF_SCOPE)


def _check_feed(work: Work, wanted: RosterImportIn, feed: Feed) -> None:
    wrong = [] if wanted.feed is feed else [_wrong("feed", f"only {feed} here")]
    if (wanted.enterprise_id is None) is (feed is Feed.ENTERPRISE):
        wrong.append(_wrong("enterprise_id", "belongs to an enterprise's list, and only to that"))
    if feed is Feed.ENTERPRISE and wanted.township is not None:
        wrong.append(_wrong("township", "an enterprise's list is of no township"))
    if wrong:
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=wrong)
    if wanted.enterprise_id is not None:
        find_enterprise(work, enterprise_id=wanted.enterprise_id)


def _wrong(name: str, message: str) -> FieldProblem:
    return FieldProblem(field=name, message=message)


def _described(wanted: RosterImportIn) -> list[tuple[str, Any]]:
    values = (
        wanted.key,
        str(wanted.feed),
        wanted.enterprise_id,
        wanted.township,
        wanted.as_of,
        wanted.sha256,
        wanted.accepted,
    )
    return list(zip(_SAME, values, strict=True))


def _make_row(work: Work, wanted: RosterImportIn) -> dict[str, Any]:
    now = work.now()
    day = local_date(now)
    taken = queries.list_receipts(work.session, work.county_code, prefix=receipt_prefix(day))
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [wanted.id], classes=[PersonalClass.NOTE]
    )
    names = {"file_name": wanted.file_name, "sheets": wanted.sheets}
    place = f"roster_import/{wanted.id}/file_sealed"
    return {
        "county_code": work.county_code,
        "id": wanted.id,
        "receipt": make_receipt(wanted.id, day=day, taken=taken),
        "account_id": work.actor.account_id,
        "rules_version": wanted.rules_version,
        "file_sealed": keyring.seal(wanted.id, PersonalClass.NOTE, names, place=place),
        "sheet_count": len(wanted.sheets),
        "rejected": wanted.rejected,
        "ignored": wanted.ignored,
        "counts": Counts().model_dump(),
        "created_at": now,
        "expires_at": now + STAGED_FOR,
        "applied_at": None,
        "undone_at": None,
        **dict(_described(wanted)),
    }


def _drop_expired(work: Work) -> None:
    """Rows that nobody applied within 24 hours leave the database, whosoever's they are, and after
    30 days what imports overwrote.
    """
    table = queries.CHUNK
    statement = (
        update(table)
        .where(table.c.county_code == work.county_code, table.c.staged_sealed.is_not(None))
        .where(table.c.staged_at <= work.now() - STAGED_FOR)
        .values(staged_sealed=None, known_ids=None)
    )
    work.session.execute(statement)
    drop_old_rows(work)


def _renew(work: Work, stored: RowMapping) -> None:
    """Chunks that were applied stay so; the others are sent again."""
    chunk, head = queries.CHUNK, queries.IMPORT
    work.session.execute(
        delete(chunk)
        .where(chunk.c.county_code == stored["county_code"])
        .where(chunk.c.import_id == stored["id"], chunk.c.answer.is_(None))
    )
    work.session.execute(
        update(head)
        .where(head.c.county_code == stored["county_code"], head.c.id == stored["id"])
        .values(expires_at=work.now() + STAGED_FOR)
    )
