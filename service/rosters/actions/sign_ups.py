"""A worker's own sign-up: an import of one row, planned and applied in one transaction; which fields it
takes over, the rules of a roster's row, the township, no day in the future.
"""

import hashlib
from typing import Any, Final
from uuid import UUID

from schemas import identity
from schemas.divisions.reading import find_township
from schemas.errors import ErrorCode, FieldProblem
from schemas.imports import RosterChunkIn, RosterImportIn, RosterRowIn
from schemas.roster.checking import check_record
from schemas.roster.codes import RowCode
from schemas.roster.readings import find_destination_code
from schemas.roster.records import RosterRecord
from schemas.roster.report import RULES_VERSION
from schemas.shapes import FieldText
from schemas.sign_ups import SignUpIn, SignUpOut
from schemas.types import is_mobile
from schemas.workers import Feed
from service.auth import Actor
from service.context import Context, Work
from service.days import local_date
from service.errors import DomainError, object_to
from service.rosters.actions.applying import apply_chunk
from service.rosters.actions.opening import open_import
from service.rosters.actions.planning import plan_chunk
from service.rosters.queries import imports
from service.vault.vault import IndexPurpose

_FILE: Final = "本人登记"
_SAME_NAMES: Final = (
    "village",
    "current_place",
    "destination",
    "employer",
    "occupation",
    "departure_date",
    "emergency_phone",
    "return_status",
    "person_role",
    "guardian_id",
    "remark",
)


def sign_up(work: Work, *, wanted: SignUpIn) -> SignUpOut:
    """Sent again it changes nothing and gets the same answer. What is refused leaves nothing behind,
    so that it may be sent again, mended: a township that is unknown, missing for somebody new, or
    not the account's; another name for the number; a day before the last sign-up's.
    """
    _check(work.context, wanted)
    form = _make_form(work, wanted)
    roster_import = open_import(work, wanted=form, feed=Feed.OWN)
    if roster_import.undone_at is not None:
        raise DomainError(ErrorCode.IMPORT_UNDONE)
    rows = RosterChunkIn(rows=[RosterRowIn(row=1, record=_make_record(wanted))])
    plan_chunk(work, import_id=roster_import.id, chunk=0, wanted=rows)
    applied = apply_chunk(work, import_id=roster_import.id, chunk=0)
    (row,) = applied.rows
    if row.code is not None:
        raise DomainError(ErrorCode(str(row.code)))
    return SignUpOut(
        id=wanted.id,
        worker_id=_find_worker(work, roster_import.id),
        receipt=roster_import.receipt,
        outcome=row.outcome,
        notes=row.notes,
        changed=row.changed,
    )


def _check(context: Context, wanted: SignUpIn) -> None:
    """The rules of a roster's row; problems name the fields of this form."""
    problems = []
    if wanted.signed_on > local_date(context.now()):
        problems.append(object_to("signed_on", FieldText.IN_THE_FUTURE))
    for field, code in check_record(_make_record(wanted), as_of=wanted.signed_on):
        if isinstance(code, RowCode):
            problems.append(FieldProblem(field=str(field), message=str(code)))
    if problems:
        raise DomainError(ErrorCode.FIELD_INVALID, errors=problems)


def _make_form(work: Work, wanted: SignUpIn) -> RosterImportIn:
    """The announcement of the import. Its hash is keyed: that of one person's answers could be tried out."""
    content = work.context.vault.indexes.digest(
        IndexPurpose.CONTENT, "sign-up", work.county_code, wanted.model_dump_json()
    )
    return RosterImportIn(
        id=wanted.id,
        key=hashlib.sha256(b"fangang/sign-up/1\0" + wanted.id.bytes).hexdigest(),
        feed=Feed.OWN,
        file_name=_FILE,
        sha256=content.hex(),
        rules_version=RULES_VERSION,
        township=_find_township(work.actor, wanted.township),
        as_of=wanted.signed_on,
        sheets=[_FILE],
        accepted=1,
    )


def _find_township(actor: Actor, written: str | None) -> str | None:
    if written is None:
        return actor.division_prefix or None
    code = find_township(actor.county_code, written)
    if code is None:
        raise DomainError(ErrorCode.TOWNSHIP_UNKNOWN)
    return code


def _make_record(wanted: SignUpIn) -> RosterRecord:
    said: dict[str, Any] = {name: getattr(wanted, name) for name in _SAME_NAMES}
    phone, number = wanted.phone, wanted.id_number
    is_own = phone is None or is_mobile(phone)
    return RosterRecord(
        name=wanted.name,
        id_number=number,
        gender="女" if identity.get_sex(number) == "女" else "男",
        birth_date=identity.get_birth_date(number),
        phone=phone if is_own else None,
        other_phones=None if is_own or phone is None else (phone,),
        destination_code=find_destination_code(wanted.destination) if wanted.destination else None,
        **said,
    )


def _find_worker(work: Work, import_id: UUID) -> UUID:
    (leaf,) = imports.list_leaves(work.session, work.county_code, import_id=import_id, chunk=0)
    if leaf.worker_id is None:
        raise DomainError(ErrorCode.INTERNAL)
    return leaf.worker_id
