"""The rules of one row: one record from the cells, with sex, birth date and age from the number, guardian
(named, or of the household), phones, joined destination; what says 同上 is read as the row above.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from schemas import identity
from schemas.events.payloads_passengers import PersonRole
from schemas.roster.cells import RawCell, is_blank, show
from schemas.roster.codes import RowCode, WarningCode
from schemas.roster.columns import DESTINATION_PARTS, UNCOMPARED, Field
from schemas.roster.days import agrees
from schemas.roster.readings import (
    Readings,
    find_destination_code,
    is_known_area,
    make_readers,
    read_emergency_phone,
    read_id,
    read_name,
    read_phone,
    read_text,
    reading_above,
)
from schemas.roster.records import (
    RECORD_FIELDS,
    SLOT,
    WORKING_AGE,
    RosterRecord,
    find_age_problem,
    is_child_of,
    is_head,
    judge_guardian,
)
from schemas.types import is_mobile

Finding: TypeAlias = tuple[Field, RowCode | WarningCode]

_NO_FINDINGS: Final[tuple[Finding, ...]] = ()
_READ_ALONE: Final = frozenset(
    {
        Field.NAME,
        Field.ID_NUMBER,
        Field.PHONE,
        Field.OTHER_PHONES,
        Field.EMERGENCY_PHONE,
        Field.GUARDIAN_ID,
    }
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
    """Reads rows of one table in their order. `places` maps each field to its column.

    `village`: of the sheet or section, for rows without one; `head`: number and name of the last row
    that is 户主, whose children may follow. `last`: the cells of the last row, marks (同上) replaced
    by what stands above; `filled`: how many were, by field.
    """

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
        self._places = places
        width = max(places.values()) + 1
        self._name, self._id = places[Field.NAME], places[Field.ID_NUMBER]
        # Without a column for it: a blank one behind the others.
        self._phone = places.get(Field.PHONE, width)
        self._width = max(width, self._phone + 1)
        self._others = places.get(Field.OTHER_PHONES)
        self._emergency = places.get(Field.EMERGENCY_PHONE)
        self._guardian = places.get(Field.GUARDIAN_ID)
        self._relation = places.get(Field.RELATION)
        self.village = village
        self.head: tuple[str, str] = ("", "")
        self.last: Sequence[RawCell] = ()
        self.filled: dict[Field, int] = {}
        readers = make_readers(
            counts_from_1904=counts_from_1904, county_code=county_code, as_of=as_of
        )
        self._plain = [
            (
                place,
                SLOT[field],
                field,
                Readings(reading_above(field, readers.get(field, read_text))),
            )
            for field, place in places.items()
            if field.value in SLOT and field not in _READ_ALONE and field not in UNCOMPARED
        ]
        self._parts = [
            (places[part], part, Readings(reading_above(part, read_text)))
            for part in DESTINATION_PARTS
            if part in places
        ]

    def list_with_blanks(self) -> set[Field]:
        """The columns in which some row had nothing."""
        return {field for _, _, field, readings in self._plain if readings.has_blanks()}

    def read_value(self, field: Field, cell: RawCell) -> Any:
        """What one cell of a column means."""
        return next(
            (readings[cell][0] for _, _, each, readings in self._plain if each is field), None
        )

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
            self.last = cells
            return RowOutcome(RosterRecord(*values), _NO_FINDINGS, _NO_FINDINGS, name, number)
        marked = [field for field, code in findings if code is WarningCode.VALUE_FROM_ABOVE]
        if marked:
            return self._read_below(self.last, cells, marked)
        self.last = cells
        errors = tuple(f for f in findings if f[1].__class__ is RowCode)
        if errors:
            return RowOutcome(None, errors, _NO_FINDINGS, name, number)
        return RowOutcome(RosterRecord(*values), errors, tuple(findings), name, number)

    def _read_below(
        self, above: Sequence[RawCell], cells: Sequence[RawCell], marked: list[Field]
    ) -> RowOutcome:
        """The row with what stands above in the place of its marks."""
        mended = list(cells)
        missing = []
        for field in marked:
            place = self._places[field]
            mended[place] = above[place] if place < len(above) else None
            if is_blank(mended[place]):
                missing.append((field, WarningCode.VALUE_ABOVE_MISSING))
            else:
                self.filled[field] = self.filled.get(field, 0) + 1
        outcome = self.read(mended)
        if not missing or outcome.errors:
            return outcome
        return outcome._replace(warnings=(*outcome.warnings, *missing))

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
        if self.village is not None and values[_VILLAGE] is None:
            values[_VILLAGE] = self.village
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
        if self._relation is not None and is_head(show(cells[self._relation])):
            self.head = ("" if id_code else number, name)
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
        if self._relation is not None and born > self._born_of_age:
            is_child = is_child_of(show(cells[self._relation]))
            if is_child and values[_ROLE] is None:
                values[_ROLE] = PersonRole.CHILD
            if is_child and code is RowCode.ID_MISSING:
                guardian, code = read_id(self._find_head(cells), as_of=self._as_of)
        values[_GUARDIAN] = None if code else guardian
        found = find_age_problem(
            born,
            role=values[_ROLE],
            guardian_problem=judge_guardian(guardian, code, id_number=values[_ID]),
            as_of=self._as_of,
        )
        if found is not None:
            findings.append(found)

    def find_guardian(self, cells: Sequence[RawCell]) -> str | None:
        """The number of the head of the household, in a row that is a child of it."""
        if self._relation is None or not is_child_of(show(cells[self._relation])):
            return None
        number, code = read_id(self._find_head(cells), as_of=self._as_of)
        return None if code else number

    def _find_head(self, cells: Sequence[RawCell]) -> RawCell:
        """The number of the head of the household: as the row says, else of the row 户主 above, unless
        this row names another one.
        """
        place = self._places.get(Field.HEAD_ID)
        if place is not None and not is_blank(cells[place]):
            return cells[place]
        number, name = self.head
        place = self._places.get(Field.HEAD_NAME)
        named = "" if place is None else read_name(cells[place])[0]
        return number if named in ("", name) else None

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
        if self._others is not None:
            self._add_phones(cells[self._others], values, findings)
        if self._emergency is not None:
            self._read_emergency(cells[self._emergency], values, findings)

    @staticmethod
    def _add_phones(cell: RawCell, values: list[Any], findings: list[Finding]) -> None:
        """The numbers of a second column; the first mobile of both is `phone`."""
        phone, others, text, code = read_phone(cell)
        if code is WarningCode.PHONE_MISSING:
            return
        findings[:] = [finding for finding in findings if finding[0] is not Field.PHONE]
        numbers = [values[_PHONE], phone, *(values[_OTHERS] or ()), *(others or ())]
        known = list(dict.fromkeys(number for number in numbers if number is not None))
        mobile = next((number for number in known if is_mobile(number)), None)
        rest = tuple(number for number in known if number != mobile)
        texts = dict.fromkeys(each for each in (values[_PHONE_TEXT], text) if each)
        values[_PHONE], values[_OTHERS] = mobile, rest or None
        values[_PHONE_TEXT] = " ".join(texts) or None
        if mobile is None:
            code = WarningCode.PHONE_LANDLINE if rest else WarningCode.PHONE_INVALID
        else:
            code = WarningCode.PHONE_SEVERAL if rest else None
        if code is not None:
            findings.append((Field.PHONE, code))

    @staticmethod
    def _read_emergency(cell: RawCell, values: list[Any], findings: list[Finding]) -> None:
        if cell.__class__ is str and is_mobile(cell):
            values[_EMERGENCY] = cell
            return
        values[_EMERGENCY], code = read_emergency_phone(cell)
        if code is not None:
            findings.append((Field.EMERGENCY_PHONE, code))
