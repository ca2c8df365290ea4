"""Announcing a roster, list or sign-up: one import for each key; which township, enterprise, feed and rules
version are accepted; an expired import begins anew; expired staged rows are dropped.
"""

from typing import Any

from sqlalchemy import delete, update

from schemas.divisions.table import get_division
from schemas.errors import ErrorCode
from schemas.events.fields import PersonalClass
from schemas.imports import Counts, RosterImportIn
from schemas.numbers import NumberKind
from schemas.roster.report import RULES_VERSION
from schemas.shapes import FieldText
from schemas.workers import Feed
from service.auth import Actor
from service.context import Work
from service.days import local_date
from service.enterprises.queries import find_enterprise
from service.errors import DomainError, object_to
from service.registry.actions import take_numbers
from service.rosters.actions.undoing import drop_old_befores
from service.rosters.models import RosterImport
from service.rosters.queries import imports
from service.rosters.rules.imports import STAGED_FOR, make_receipt, receipt_prefix


def open_import(work: Work, *, wanted: RosterImportIn, feed: Feed = Feed.TOWNSHIP) -> RosterImport:
    """The import of this key: the one that is there already, whatever its id, or a new one. One
    that expired begins anew. `feed`: the only one that is taken. Raises id-reused for an id that
    has another content, not-found for an enterprise outside of the actor's scope.
    """
    _check(work.actor, wanted)
    _check_feed(work, wanted, feed)
    _drop_expired(work)
    content = _describe(wanted)
    stored = imports.get_import(work.session, work.county_code, import_id=wanted.id)
    if stored is not None and any(getattr(stored, name) != content[name] for name in content):
        raise DomainError(ErrorCode.ID_REUSED)
    stored = stored or imports.get_import_by_key(work.session, work.county_code, key=wanted.key)
    if stored is None:
        stored = _make_import(work, wanted, content)
        work.session.add(stored)
    if not imports.covers_import(work.actor, stored):
        raise DomainError(ErrorCode.ID_REUSED)
    if stored.applied_at is None and stored.expires_at <= work.now():
        _renew(work, stored)
    return stored


def _check(actor: Actor, wanted: RosterImportIn) -> None:
    if wanted.rules_version != RULES_VERSION:
        problem = object_to("rules_version", FieldText.RULES_OLD, version=RULES_VERSION)
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=[problem])
    division = get_division(wanted.township) if wanted.township else None
    if wanted.township and (division is None or division.parent != actor.county_code):
        raise DomainError(ErrorCode.TOWNSHIP_UNKNOWN)
    if not actor.scope.covers_township(wanted.township):
        raise DomainError(ErrorCode.TOWNSHIP_OUT_OF_SCOPE)


def _check_feed(work: Work, wanted: RosterImportIn, feed: Feed) -> None:
    wrong = [] if wanted.feed is feed else [object_to("feed", FieldText.FEED_ELSEWHERE, feed=feed)]
    if (wanted.enterprise_id is None) is (feed is Feed.ENTERPRISE):
        wrong.append(object_to("enterprise_id", FieldText.BELONGS_TO_LISTS))
    if feed is Feed.ENTERPRISE and wanted.township is not None:
        wrong.append(object_to("township", FieldText.NO_TOWNSHIP_HERE))
    if wrong:
        raise DomainError(ErrorCode.REQUEST_INVALID, errors=wrong)
    if wanted.enterprise_id is not None:
        find_enterprise(work, enterprise_id=wanted.enterprise_id)


def _describe(wanted: RosterImportIn) -> dict[str, Any]:
    """What makes the content, by the columns of an import."""
    return {
        "import_key": wanted.key,
        "feed": str(wanted.feed),
        "enterprise_id": wanted.enterprise_id,
        "township_code": wanted.township,
        "as_of": wanted.as_of,
        "file_sha256": wanted.sha256,
        "accepted": wanted.accepted,
    }


def _make_import(work: Work, wanted: RosterImportIn, content: dict[str, Any]) -> RosterImport:
    now = work.now()
    day = local_date(now)
    taken = imports.list_receipts(work.session, work.county_code, prefix=receipt_prefix(day))
    keyring = work.context.vault.make_keyring(
        work.session, work.county_code, [wanted.id], classes=[PersonalClass.NOTE]
    )
    names = {"file_name": wanted.file_name, "sheets": wanted.sheets}
    place = f"roster_import/{wanted.id}/file_sealed"
    return RosterImport(
        county_code=work.county_code,
        id=wanted.id,
        receipt=make_receipt(wanted.id, day=day, taken=taken),
        account_id=work.actor.account_id,
        rules_version=wanted.rules_version,
        file_sealed=keyring.seal(wanted.id, PersonalClass.NOTE, names, place=place),
        sheet_count=len(wanted.sheets),
        rejected=wanted.rejected,
        ignored=wanted.ignored,
        counts=Counts().model_dump(),
        created_at=now,
        expires_at=now + STAGED_FOR,
        number=take_numbers(work.session, work.county_code, NumberKind.IMPORT, 1),
        **content,
    )


def _drop_expired(work: Work) -> None:
    """Of the whole county: staged rows that nobody applied in time, and what imports overwrote too
    long ago (rules/imports.py).
    """
    table = imports.CHUNK
    work.session.execute(
        update(table)
        .where(table.c.county_code == work.county_code, table.c.staged_sealed.is_not(None))
        .where(table.c.staged_at <= work.now() - STAGED_FOR)
        .values(staged_sealed=None, known_ids=None)
    )
    drop_old_befores(work)


def _renew(work: Work, stored: RosterImport) -> None:
    """Chunks that were applied stay so; the others are sent again."""
    table = imports.CHUNK
    work.session.execute(
        delete(table)
        .where(table.c.county_code == stored.county_code)
        .where(table.c.import_id == stored.id, table.c.answer.is_(None))
    )
    stored.expires_at = work.now() + STAGED_FOR
    work.session.add(stored)
