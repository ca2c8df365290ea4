"""The rules of one row: raw cells in, a record with its errors and warnings out.

A roster has a hundred thousand rows, so the common case of every cell is decided first and what
repeats (a village, an employer, a date) is read once and remembered.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from schemas import identity
from schemas.roster.ages import WORKING_AGE, find_age_problem, judge_guardian
from schemas.roster.cells import RawCell
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import DESTINATION_PARTS, UNCOMPARED, Field
from schemas.roster.dates import agrees
from schemas.roster.ids import read_id
from schemas.roster.phones import read_emergency_phone, read_phone
from schemas.roster.places import find_destination_code, is_known_area
from schemas.roster.readings import Readings, make_readers, read_name, read_text
from schemas.roster.records import RECORD_FIELDS, SLOT, RosterRecord
from schemas.types import is_mobile

Finding: TypeAlias = tuple[Field, RowCode | WarningCode]

_NO_FINDINGS: Final[tuple[Finding, ...]] = ()
_READ_ALONE: Final = frozenset(
    {Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.EMERGENCY_PHONE, Field.GUARDIAN_ID}
)

_NAME: Final = SLOT["name"]
_ID: Final = SLOT["id_number"]
_GENDER: Final = SLOT["gender"]
_BORN: Final = SLOT["birth_date"]
_PHONE: Final = SLOT["phone"]
_OTHERS: Final = SLOT["other_phones"]
_EMERGENCY: Final = SLOT["emergency_phone"]
_PHONE_TEXT: Final = SLOT["phone_text"]
_DEPARTURE: Final = SLOT["departure_date"]
_DEPARTURE_TEXT: Final = SLOT["departure_text"]
_VILLAGE: Final = SLOT["village"]
_DESTINATION: Final = SLOT["destination"]
_DESTINATION_CODE: Final = SLOT["destination_code"]
_ROLE: Final = SLOT["person_role"]
_GUARDIAN: Final = SLOT["guardian_id"]
_WIDTH: Final = len(RECORD_FIELDS)


class RowOutcome(NamedTuple):
    """`record` is None when there are errors; its name and id are kept to find contradictions."""

    record: RosterRecord | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    name: str | None
    number: str | None


class RowReader:
    """Reads rows of one sheet. `places` maps each field to its column."""

    def __init__(
        self,
        places: dict[Field, int],
        *,
        as_of: date,
        counts_from_1904: bool = False,
        county_code: str | None = None,
        village: str | None = None,
    ) -> None:
        self._as_of = as_of
        self._born_of_age = identity.years_before(as_of, WORKING_AGE)
        self._width = max(places.values()) + 1
        self._name, self._id = places[Field.NAME], places[Field.ID_NUMBER]
        self._phone = places[Field.PHONE]
        self._emergency = places.get(Field.EMERGENCY_PHONE)
        self._guardian = places.get(Field.GUARDIAN_ID)
        self._village = village
        readers = make_readers(counts_from_1904=counts_from_1904, county_code=county_code)
        self._plain = [
            (place, SLOT[field], field, Readings(readers.get(field, read_text)))
            for field, place in places.items()
            if field.value in SLOT and field not in _READ_ALONE and field not in UNCOMPARED
        ]
        self._parts = [
            (places[part], part, Readings(read_text))
            for part in DESTINATION_PARTS
            if part in places
        ]

    def read(self, cells: Sequence[RawCell]) -> RowOutcome:
        """Every error of the row at once, at most one for each cell."""
        if len(cells) < self._width:
            cells = [*cells, *([None] * (self._width - len(cells)))]
        values: list[Any] = [None] * _WIDTH
        findings: list[Finding] = []
        self._read_plain(cells, values, findings)
        name, number = self._read_person(cells, values, findings)
        self._read_phones(cells, values, findings)
        if not values[_DESTINATION_CODE] and values[_DESTINATION]:
            values[_DESTINATION_CODE] = find_destination_code(values[_DESTINATION])
        if not findings:
            return RowOutcome(RosterRecord(*values), _NO_FINDINGS, _NO_FINDINGS, name, number)
        errors = tuple(f for f in findings if f[1].__class__ is RowCode)
        if errors:
            return RowOutcome(None, errors, _NO_FINDINGS, name, number)
        return RowOutcome(RosterRecord(*values), errors, tuple(findings), name, number)

    def _read_plain(
        self, cells: Sequence[RawCell], values: list[Any], findings: list[Finding]
    ) -> None:
        for place, slot, field, readings in self._plain:
            value, code = readings[cells[place]]
            values[slot] = value
            if code is not None:
                findings.append((field, code))
        if values[_DEPARTURE].__class__ is str:
            values[_DEPARTURE_TEXT], values[_DEPARTURE] = values[_DEPARTURE], None
        if self._village is not None:
            values[_VILLAGE] = self._village
        if self._parts:
            self._join_destination(cells, values, findings)

    def _join_destination(
        self, cells: Sequence[RawCell], values: list[Any], findings: list[Finding]
    ) -> None:
        parts: dict[str, None] = {}
        for place, field, readings in self._parts:
            text, code = readings[cells[place]]
            if text:
                parts[text] = None
            if code is not None:
                findings.append((field, code))
        values[_DESTINATION] = values[_DESTINATION] or "".join(parts) or None

    def _read_person(
        self, cells: Sequence[RawCell], values: list[Any], findings: list[Finding]
    ) -> tuple[str | None, str | None]:
        name, name_code = read_name(cells[self._name])
        if name_code is not None:
            findings.append((Field.NAME, name_code))
        number, id_code = read_id(cells[self._id], as_of=self._as_of)
        values[_NAME], values[_ID] = name, number
        if id_code is None:
            self._read_age(cells, values, findings, number)
        else:
            findings.append((Field.ID_NUMBER, id_code))
        return (None if name_code else name), (None if id_code else number)

    def _read_age(
        self,
        cells: Sequence[RawCell],
        values: list[Any],
        findings: list[Finding],
        number: str,
    ) -> None:
        """What follows from a valid id: sex, birth date, area, age."""
        born = identity.get_birth_date(number)
        if born is None:
            return
        sex, stated_sex, stated_birth = identity.get_sex(number), values[_GENDER], values[_BORN]
        if stated_sex is not None and stated_sex != sex:
            findings.append((Field.GENDER, WarningCode.GENDER_MISMATCH))
        if stated_birth is not None and not agrees(born, stated_birth):
            findings.append((Field.BIRTH_DATE, WarningCode.BIRTH_DATE_MISMATCH))
        if not is_known_area(number[:6]):
            findings.append((Field.ID_NUMBER, WarningCode.ID_AREA_UNKNOWN))
        values[_GENDER], values[_BORN] = sex, born
        if self._guardian is not None or born > self._born_of_age:
            self._read_guardian(cells, values, findings, born)

    def _read_guardian(
        self, cells: Sequence[RawCell], values: list[Any], findings: list[Finding], born: date
    ) -> None:
        cell = None if self._guardian is None else cells[self._guardian]
        guardian, code = read_id(cell, as_of=self._as_of)
        values[_GUARDIAN] = None if code else guardian
        found = find_age_problem(
            born,
            role=values[_ROLE],
            guardian_problem=judge_guardian(guardian, code, id_number=values[_ID]),
            as_of=self._as_of,
        )
        if found is not None:
            findings.append(found)

    def _read_phones(
        self, cells: Sequence[RawCell], values: list[Any], findings: list[Finding]
    ) -> None:
        cell = cells[self._phone]
        if cell.__class__ is str and is_mobile(cell):
            values[_PHONE] = cell
        else:
            phone, others, text, code = read_phone(cell)
            values[_PHONE], values[_OTHERS], values[_PHONE_TEXT] = phone, others, text
            if code is not None:
                findings.append((Field.PHONE, code))
        if self._emergency is not None:
            self._read_emergency(cells[self._emergency], values, findings)

    @staticmethod
    def _read_emergency(cell: RawCell, values: list[Any], findings: list[Finding]) -> None:
        if cell.__class__ is str and is_mobile(cell):
            values[_EMERGENCY] = cell
            return
        values[_EMERGENCY], code = read_emergency_phone(cell)
        if code is not None:
            findings.append((Field.EMERGENCY_PHONE, code))
