"""The rules of one row: blank rows, totals, footers, notes and repeated headers are ignored; one record from
the cells, with sex, birth date and age from the number, guardian, phones, joined destination.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from schemas import identity
from schemas.roster.cells import RawCell, is_blank, show
from schemas.roster.codes import IgnoredReason, RowCode, WarningCode
from schemas.roster.columns import DESTINATION_PARTS, REQUIRED, UNCOMPARED, Field, find_field
from schemas.roster.days import agrees
from schemas.roster.headers import Header
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
)
from schemas.roster.records import (
    RECORD_FIELDS,
    SLOT,
    WORKING_AGE,
    RosterRecord,
    find_age_problem,
    judge_guardian,
)
from schemas.types import is_mobile

_TOTAL: Final = re.compile(
    r".{0,12}?(?:合计|小计|总计|共计|累计|总人数|合计人数)[:：]?[\d.\s人名个共户,，。]*"
    r"|.{0,6}共[\d,]+[人名][。.]?"
).fullmatch
_SIGNER: Final = (
    "填表人|填报人|填写人|填表单位|填报单位|填表日期|填报日期|填表时间|填报时间|填表说明|填报说明|"
    "制表人|制表|制表单位|制表日期|审核人|审核|审批人|复核人|核对人|校对人|经办人|经办|采集人|"
    "登记人|统计人|上报人|报送人|报送单位|报送日期|报送时间|上报日期|上报时间|负责人|单位负责人|"
    "主要负责人|分管领导|领导签字|村书记|村主任|联系人|联系电话|电话|单位|单位盖章|盖章|公章|签字|"
    "签名|日期|时间|统计日期|统计时间|备注|注|说明|附注|附|注意|注意事项|特此说明|要求"
)
_FOOTER: Final = re.compile(
    rf"[※*★(（]*(?:{_SIGNER})(?:[(（].*?[)）])?\s*(?:[:：]|[\d①-⑳]?[.、:：]|$)"
).match
_LONE_DATE: Final = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4}|\s*)\s*年\s*\S*\s*月\s*\S*\s*日"
).fullmatch
_MIN_NOTE: Final = 6
_MIN_ID_DIGITS: Final = 14
_MIN_ID_NUMBER: Final = 1e13


def classify_row(cells: Sequence[RawCell], header: Header) -> IgnoredReason | None:
    """Why the row is ignored, or None for a row that must be a person's.

    A row with anything like an identity number is always a person's row.
    """
    filled = [(place, show(cell)) for place, cell in enumerate(cells) if not is_blank(cell)]
    places = header.places
    counted = {places[field] for field in UNCOMPARED if field in places}
    if all(place in counted and _is_count(text) for place, text in filled):
        return IgnoredReason.BLANK_ROW
    if _looks_like_id(cells, places):
        return None
    if _repeats_header(filled, header):
        return IgnoredReason.REPEATED_HEADER
    leading = [text for _, text in filled[:2]]
    if Field.NAME in places and places[Field.NAME] < len(cells):
        leading.append(show(cells[places[Field.NAME]]))
    if any(_TOTAL("".join(text.split())) for text in leading):
        return IgnoredReason.TOTAL_ROW
    if _FOOTER(leading[0]) or (len(filled) == 1 and _is_note(*filled[0], header)):
        return IgnoredReason.FOOTER_ROW
    return None


def _is_note(place: int, text: str, header: Header) -> bool:
    """A lone date, or a lone sentence that stands in no column of a person."""
    is_personal = place in {header.places.get(field) for field in REQUIRED}
    is_sentence = len(text) >= _MIN_NOTE and not text.isascii()
    return _LONE_DATE(text) is not None or (is_sentence and not is_personal)


def _is_count(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _looks_like_id(cells: Sequence[RawCell], places: Mapping[Field, int]) -> bool:
    place = places.get(Field.ID_NUMBER)
    if place is None or place >= len(cells):
        return False
    cell = cells[place]
    if isinstance(cell, (int, float)):
        return abs(cell) >= _MIN_ID_NUMBER
    text = show(cell)
    return sum(c.isdigit() for c in text) >= _MIN_ID_DIGITS or "E+" in text.upper()


def _repeats_header(filled: list[tuple[int, str]], header: Header) -> bool:
    """At least two headings above their own columns and nothing else, or a line from the top."""
    if tuple(text for _, text in filled) in header.lines:
        return True
    columns = {column.place: column for column in header.columns}
    repeated = [
        place in columns
        and (
            text == columns[place].heading
            or (columns[place].field is not None and find_field(text) is columns[place].field)
        )
        for place, text in filled
    ]
    return sum(repeated) >= 2 and sum(repeated) * 2 > len(repeated)


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
        readers = make_readers(
            counts_from_1904=counts_from_1904, county_code=county_code, as_of=as_of
        )
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
