"""From a destination as people write it to the code of the most exact place that it names."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from schemas.divisions.places import (
    MUNICIPALITIES,
    Place,
    find_common,
    level_of,
    list_meanings,
    longest_alias,
    within,
)
from schemas.divisions.table import get_division

# An address is shorter; the reader's depth follows the length.
_MAX_LENGTH = 100
# Patterns are texts: `re` compiles them on first use, and importing stays cheap.
_LEADING = "^(?:前往|去|到|往|在|中国)+"
# Sums of the standard that stand in copied addresses and are no places.
_SUMS = "市辖区|(?:省|自治区)直辖县级行政(?:区划|单位)"
_SEPARATOR = r"[\W_]+|或者|[或和及与至到转]"
# 沈阳以外 is everywhere but Shenyang; 上海外高桥 is there.
_NOT_THERE = "以外|外(?:$|[省市地面])|附近|周边"
# 南京路 is in any city; so is a village called after one.
_OTHER_THING = (
    "[东南西北中]?(?:路|街|巷|大道)|胡同|镇|乡|村|屯|广场|大厦|大学|学院|医院|公园|宾馆|酒店|饭店"
)
# What may follow the short name of a county and leave no doubt that it was one.
_AFTER_WORD = r"$|[\W\d_]|或|和|及|与|至|到|转|开发|高新|工业|经济|产业|保税|城区|市区|县城"


@lru_cache(maxsize=4096)
def find_destination(text: str) -> str | None:
    """The six-digit code of the province, city or county named, or None. It never guesses.

    山东省青岛市, 青岛, 江苏苏州昆山 and 深圳(宝安) are understood. Short names that several places
    share need a parent in the text (朝阳, 鼓楼区), two different places in one text give None, and
    what is no division is left out (开发区, streets, companies). A municipality is its city
    code, as in rosters: 北京 is 110100.
    """
    if len(text) > _MAX_LENGTH:
        return None
    spaced = unicodedata.normalize("NFKC", text).strip()
    for form in (spaced, re.sub(r"\s", "", spaced)):
        code = _read_code(form) or _read(re.sub(_SUMS, "", re.sub(_LEADING, "", form)), "")
        if code:
            return MUNICIPALITIES.get(code[:2], code) if code.endswith("0000") else code
    return None


def _read_code(text: str) -> str | None:
    return text if re.fullmatch("[0-9]{6}", text) and get_division(text) else None


def _read(text: str, scope: str) -> str | None:
    """The deepest place that the beginning of a text names inside a scope.

    The longest name stands for itself; a shorter one only for what follows it, as in 青岛|市南.
    """
    best: str | None = None
    longest = True
    for alias, rest in _split_alias(text):
        places = list_meanings(alias, scope)
        code = find_common([place.code for place in places])
        found = code and _read_below(rest, code)
        if code and not found and longest and _ends_here(alias, places, rest, scope):
            found = None if _names_elsewhere(rest, code) else code
        if found and (best is None or level_of(found) > level_of(best)):
            best = found
        longest = longest and not places
    return best


def _split_alias(text: str) -> Iterator[tuple[str, str]]:
    """The text cut after each length that a name can have, longest first."""
    for length in range(min(len(text), longest_alias()), 1, -1):
        yield text[:length], text[length:]


def _read_below(rest: str, code: str) -> str | None:
    """What follows, as it stands (沈阳|和平区) or behind a separator (山东、青岛)."""
    separated = re.match(_SEPARATOR, rest)
    return _read(rest, code) or (_read(rest[separated.end() :], code) if separated else None)


def _ends_here(alias: str, places: list[Place], rest: str, scope: str) -> bool:
    """Whether a name before this rest is a place and not a part of another word."""
    if re.match(_NOT_THERE, rest):
        return False
    if _is_full(alias, places):
        return True
    if re.match(_OTHER_THING, rest):
        return False
    county_city = scope and all(_is_county_city(place.code) for place in places)
    return bool(
        not all(place.word for place in places) or county_city or re.match(_AFTER_WORD, rest)
    )


def _is_full(alias: str, places: list[Place]) -> bool:
    names = (get_division(place.code) for place in places)
    return any(division is not None and division.name == alias for division in names)


def _is_county_city(code: str) -> bool:
    division = get_division(code)
    return division is not None and division.kind == "县级市"


def _names_elsewhere(rest: str, code: str) -> bool:
    """Whether the rest begins, at once or after a separator, with a place not on the way."""
    first, *others = re.split(_SEPARATOR, rest)
    return _begins_elsewhere(first, code, alone=True) or any(
        _begins_elsewhere(part, code, alone=False) for part in others
    )


def _begins_elsewhere(part: str, code: str, *, alone: bool) -> bool:
    for alias, rest in _split_alias(part):
        if list_meanings(alias, code):
            return _begins_elsewhere(rest, code, alone=alone)
        places = [
            place
            for place in list_meanings(alias, "") or list_meanings(alias, code[:2] + "0000")
            if _counts(place, alias, rest, code, alone=alone)
        ]
        if places:
            return not any(within(p.code, code) or within(code, p.code) for p in places)
    return False


def _counts(place: Place, alias: str, rest: str, code: str, *, alone: bool) -> bool:
    """Whether a name in the rest is surely a second place.

    A short name directly behind a place must be the whole rest: 广州中山, but 上海南京东路.
    That of a county must moreover lie in the same province: 北京朝阳、海淀, but 深圳、新安 is
    a street.
    """
    if _is_full(alias, [place]) or (not rest and not place.word):
        return True
    if place.word:
        return not alone and not rest and place.code[:2] == code[:2]
    return not alone and not re.match(_OTHER_THING, rest)
