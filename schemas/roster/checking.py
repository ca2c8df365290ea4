"""The same rules for records that are already normalised: the server asks them again."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from schemas import identity
from schemas.roster.ages import find_age_problem, judge_guardian
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.doubles import DoubleFinder, Doubles
from schemas.roster.places import is_known_area
from schemas.roster.records import RosterRecord
from schemas.roster.rows import Finding
from schemas.types import is_mobile, is_person_name, normalise_name, normalise_phone

_UNKNOWN: Final = frozenset({Field.NAME, Field.ID_NUMBER})
"""Whose record is wrong in one of these is nobody's double."""


def check_record(record: RosterRecord, *, as_of: date) -> tuple[Finding, ...]:
    """Everything wrong or doubtful about one record; empty when it may be taken as it is.

    A value that is not in its normalised form is wrong: the sender did not apply the rules.
    `gender` and `birth_date` must be those of the id.
    """
    findings = list(_check_name(record.name))
    problem = _find_id_problem(record.id_number, as_of)
    if problem is not None:
        findings.append((Field.ID_NUMBER, problem))
    else:
        findings += _check_person(record, as_of)
    return (*findings, *_check_phones(record))


def _check_name(name: str) -> tuple[Finding, ...]:
    if not name:
        return ((Field.NAME, RowCode.NAME_MISSING),)
    if normalise_name(name) != name or not is_person_name(name):
        return ((Field.NAME, RowCode.NAME_INVALID),)
    return ()


def _find_id_problem(number: str, as_of: date) -> RowCode | None:
    problem = identity.find_problem(number, as_of=as_of)
    return None if problem is None else RowCode(problem.value)


def _check_person(record: RosterRecord, as_of: date) -> list[Finding]:
    findings: list[Finding] = []
    born = identity.get_birth_date(record.id_number)
    if record.gender != identity.get_sex(record.id_number):
        findings.append((Field.GENDER, WarningCode.GENDER_MISMATCH))
    if record.birth_date != born:
        findings.append((Field.BIRTH_DATE, WarningCode.BIRTH_DATE_MISMATCH))
    if not is_known_area(record.id_number[:6]):
        findings.append((Field.ID_NUMBER, WarningCode.ID_AREA_UNKNOWN))
    if born is not None:
        findings += _check_age(record, born, as_of)
    return findings


def _check_age(record: RosterRecord, born: date, as_of: date) -> tuple[Finding, ...]:
    guardian = record.guardian_id or ""
    problem = judge_guardian(
        guardian, _find_id_problem(guardian, as_of), id_number=record.id_number
    )
    found = find_age_problem(born, role=record.person_role, guardian_problem=problem, as_of=as_of)
    return () if found is None else (found,)


def _check_phones(record: RosterRecord) -> tuple[Finding, ...]:
    phone, others = record.phone, record.other_phones or ()
    is_phone_good = phone is None or (normalise_phone(phone) == phone and is_mobile(phone))
    if is_phone_good and all(normalise_phone(other) == other for other in others):
        return ()
    return ((Field.PHONE, WarningCode.PHONE_INVALID),)


def check_records(
    records: Sequence[RosterRecord], *, as_of: date
) -> tuple[list[tuple[Finding, ...]], Doubles[int]]:
    """Findings of each record, and the doubles between them by their place in the sequence."""
    findings = [check_record(record, as_of=as_of) for record in records]
    known = [
        (place, record.id_number, record.name)
        for place, record in enumerate(records)
        if not {field for field, code in findings[place] if isinstance(code, RowCode)} & _UNKNOWN
    ]
    finder = DoubleFinder(lambda: known, get_record=records.__getitem__)
    return findings, finder.find()
