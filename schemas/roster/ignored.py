"""Rows that are nobody: blank rows, totals, signatures, a header repeated for printing."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.roster.cells import RawCell, is_blank, show
from schemas.roster.codes import IgnoredReason
from schemas.roster.columns import REQUIRED, UNCOMPARED, Field, find_field
from schemas.roster.headers import Header

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
