"""Which rows are no person's: blank rows, totals, footers, notes, repeated headings, example rows (示例), rows
that name the village of those below.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from schemas.roster.cells import RawCell, is_blank, show
from schemas.roster.codes import IgnoredReason
from schemas.roster.columns import REQUIRED, UNCOMPARED, Field, find_field
from schemas.roster.headers import Header

_TOTAL: Final = re.compile(
    r".{0,12}?(?:合计|小计|总计|共计|累计|总人数|合计人数)[:：]?[\d.\s人名个共户其中男女性,，、;；。]*"
    r"|.{0,6}共[\d,]+[人名][\d\s人名其中男女性,，、;；。]*[。.]?"
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

    A row with anything like an identity number is always a person's row, but for an example.
    """
    filled = [(place, show(cell)) for place, cell in enumerate(cells) if not is_blank(cell)]
    places = header.places
    counted = {places[field] for field in UNCOMPARED if field in places}
    if all(place in counted and _is_count(text) for place, text in filled):
        return IgnoredReason.BLANK_ROW
    if is_example(cells, header):
        return IgnoredReason.EXAMPLE_ROW
    if looks_like_id(cells, places):
        return None
    return _classify_words(cells, filled, header)


def _classify_words(
    cells: Sequence[RawCell], filled: list[tuple[int, str]], header: Header
) -> IgnoredReason | None:
    if _repeats_header(filled, header):
        return IgnoredReason.REPEATED_HEADER
    leading = [text for _, text in filled[:2]]
    name = header.places.get(Field.NAME)
    if name is not None and name < len(cells):
        leading.append(show(cells[name]))
    if any(_TOTAL("".join(text.split())) for text in leading):
        return IgnoredReason.TOTAL_ROW
    if find_section(cells, header) is not None:
        return IgnoredReason.SECTION_ROW
    is_footer = _FOOTER(leading[0]) or (len(filled) == 1 and _is_note(*filled[0], header))
    return IgnoredReason.FOOTER_ROW if is_footer else None


def _is_note(place: int, text: str, header: Header) -> bool:
    """A lone date, or a lone sentence that stands in no column of a person."""
    is_personal = place in {header.places.get(field) for field in REQUIRED}
    is_sentence = len(text) >= _MIN_NOTE and not text.isascii()
    return _LONE_DATE(text) is not None or (is_sentence and not is_personal)


def _is_count(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def looks_like_id(cells: Sequence[RawCell], places: Mapping[Field, int]) -> bool:
    """Whether anything like an identity number stands in its column."""
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


# What the first character of a cell has to be for the row to be an example: asked of every row.
EXAMPLE_STARTS: Final = frozenset("示例样范填模举(（[【《<*※")
_EXAMPLE: Final = "(?:填写|填表|填报)?(?:示例|样例|范例|举例|例子|例如|示范|样表|样本|样板|例)"
_OPEN, _CLOSE = r"[（(\[【《<*※\s]*", r"[)）\]】》>:：.、，,*※\s]"
_EXAMPLE_ALONE: Final = re.compile(
    rf"{_OPEN}(?:{_EXAMPLE}|模板)(?:行|数据|人员)?(?:\d{{1,2}}|[一二三四五六七八九十])?{_CLOSE}*"
    rf"(?:[（(\[]*请?(?:勿删除?|删除|不要?(?:填写?|删除)|不导入){_CLOSE}*)?"
).fullmatch
# 示例 begins no name; 例 needs a mark after it.
_EXAMPLE_FIRST: Final = re.compile(
    rf"{_OPEN}{_EXAMPLE}(?:行|数据)?\d{{0,2}}{_CLOSE}|{_OPEN}(?:示例|样例|范例)"
).match
_EXAMPLE_LAST: Final = re.compile(rf".*[（(\[【]{_EXAMPLE}[)）\]】]|.*(?:示例|样例|范例)").fullmatch


def is_example(cells: Sequence[RawCell], header: Header) -> bool:
    """Whether a row says that it is an example: first of all, in the column of numbers or names, or as
    its whole remark. 张三 with an invented number alone is a person.
    """
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if isinstance(first, str) and _begins_with_example(clean := show(first)):
        return not _is_of_firm(clean, cells, header)
    names = (Field.NAME, Field.SERIAL)
    texts = [_get_text(cells, header.places.get(field)) for field in names]
    if any(_begins_with_example(text) for text in texts):
        return True
    is_named = texts[0] != "" and _EXAMPLE_LAST(texts[0]) is not None
    remark = _get_text(cells, header.places.get(Field.REMARK))
    return is_named or (remark != "" and _EXAMPLE_ALONE(remark) is not None)


def _is_of_firm(text: str, cells: Sequence[RawCell], header: Header) -> bool:
    """A value that happens to begin so (示例电子有限公司) in a column of its own."""
    own = {Field.NAME, Field.SERIAL, Field.ID_NUMBER}
    place = next(place for place, cell in enumerate(cells) if not is_blank(cell))
    field = next((c.field for c in header.columns if c.place == place), None)
    return field is not None and field not in own and _EXAMPLE_ALONE(text) is None


def _begins_with_example(text: str) -> bool:
    if text[:1] not in EXAMPLE_STARTS:
        return False
    return _EXAMPLE_ALONE(text) is not None or _EXAMPLE_FIRST(text) is not None


def _get_text(cells: Sequence[RawCell], place: int | None) -> str:
    return show(cells[place]) if place is not None and place < len(cells) else ""


_SECTION: Final = re.compile(
    r"(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．,，]+)?"
    r"(?:(?:行政)?村(?:名|别|名称)?|社区|单位)?[:：]?"
    r"(?P<village>[\u3400-\u9fff]{1,11}?(?:村|社区|屯|居委会|村委会|村民委员会)"
    r"(?:第?[一二三四五六七八九十\d]{1,2}(?:组|队|社))?)"
    r"(?:[(（].{0,8}[)）])?[:：]?"
).fullmatch
# A lone short text in the column of names may be somebody's.
_MIN_IN_NAMES: Final = 3


def find_section(cells: Sequence[RawCell], header: Header) -> str | None:
    """The village that a row names for the people below: one cell alone, 一、东兴村（3人）."""
    filled = [(place, cell) for place, cell in enumerate(cells) if not is_blank(cell)]
    if len(filled) != 1 or not isinstance(filled[0][1], str):
        return None
    place, text = filled[0][0], "".join(show(filled[0][1]).split())
    if place in (header.places.get(Field.ID_NUMBER), header.places.get(Field.VILLAGE)):
        return None
    if place == header.places.get(Field.NAME) and len(text) < _MIN_IN_NAMES:
        return None
    return read_section(text)


def read_section(text: str) -> str | None:
    found = _SECTION("".join(text.split()))
    return found["village"] if found else None
