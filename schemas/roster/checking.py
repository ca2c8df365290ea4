"""The rules for normalised records, which the server asks again: name, identity number, sex, birth date, age
and guardian, phones; doubles in a file: same, different, or with another name.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, TypeVar

from schemas import identity
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import Field
from schemas.roster.readings import is_known_area
from schemas.roster.records import RECORD_FIELDS, RosterRecord, find_age_problem, judge_guardian
from schemas.roster.rows import Finding
from schemas.types import is_mobile, is_person_name, normalise_name, normalise_phone

K = TypeVar("K")
_FIELD_OF: Final = {
    "other_phones": Field.PHONE,
    "phone_text": Field.PHONE,
    "departure_text": Field.DEPARTURE_DATE,
}


@dataclass(slots=True)
class Doubles(Generic[K]):
    """What became of each record that is not the first of its id. Keys are the caller's own.

    `same` maps to the row kept, `different` to the row kept and the fields that differ,
    `conflicts` each row to another one with the other name.
    """

    same: dict[K, K] = field(default_factory=dict)
    different: dict[K, tuple[K, tuple[Field, ...]]] = field(default_factory=dict)
    conflicts: dict[K, K] = field(default_factory=dict)


class DoubleFinder(Generic[K]):
    """`list_people` gives key, id and name of every row with a valid id and name, in file order.

    It is asked twice where an id occurs again: what is remembered of all others is the id alone.
    """

    def __init__(
        self,
        list_people: Callable[[], Iterable[tuple[K, str, str]]],
        *,
        get_record: Callable[[K], RosterRecord | None],
    ) -> None:
        self._list_people, self._get_record = list_people, get_record

    def find(self) -> Doubles[K]:
        found: Doubles[K] = Doubles()
        for group in self._list_groups():
            if len({name for _, name in group}) > 1:
                self._add_conflicts(group, found)
            else:
                self._add_repeats([key for key, _ in group], found)
        return found

    def _list_groups(self) -> Iterable[list[tuple[K, str]]]:
        seen: set[str] = set()
        groups: dict[str, list[tuple[K, str]]] = {}
        for _, number, _ in self._list_people():
            if number in seen:
                groups[number] = []
            seen.add(number)
        for key, number, name in self._list_people() if groups else ():
            if number in groups:
                groups[number].append((key, name))
        return groups.values()

    @staticmethod
    def _add_conflicts(group: list[tuple[K, str]], found: Doubles[K]) -> None:
        for key, name in group:
            found.conflicts[key] = next(other for other, named in group if named != name)

    def _add_repeats(self, keys: list[K], found: Doubles[K]) -> None:
        kept: tuple[K, RosterRecord] | None = None
        for key in keys:
            record = self._get_record(key)
            if record is None:
                continue
            if kept is None:
                kept = key, record
            elif record == kept[1]:
                found.same[key] = kept[0]
            else:
                found.different[key] = kept[0], list_differences(kept[1], record)


def list_differences(one: RosterRecord, other: RosterRecord) -> tuple[Field, ...]:
    differing = dict.fromkeys(
        _FIELD_OF.get(name) or Field(name)
        for name in RECORD_FIELDS
        if getattr(one, name) != getattr(other, name)
    )
    return tuple(differing)


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
