"""From destinations and townships as people write them to a code: short and shared names, two places in one
text, streets and firms, municipalities, pinyin initials; doubt gives None, never a guess.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from schemas.divisions.codes import former, tieling
from schemas.divisions.table import (
    Division,
    divisions_by_code,
    full_name,
    get_division,
    list_aliases,
    read_units,
    short_name,
)

# Their province-level code stands for no destination: rosters name the city (110100).
MUNICIPALITIES = {"11": "110100", "12": "120100", "31": "310100", "50": "500100"}

# 市辖区 whose names describe a part of any city: they name a place only after their city.
_GENERIC = """
城区 郊区 矿区 东区 西区 城东 城西 城南 城北 城中 城关 城厢 老城 新城 新市 市中 市南 市北
江南 江北 河东 河西 港口 海港
"""
# A provincial capital before the two small districts elsewhere that share its short name.
_FIRST_MEANING = {"西安": "610100"}


class Place(NamedTuple):
    """One meaning of an alias.

    A `word` (the short name of a county) may be part of another word. A `bare` name says enough
    without its city.
    """

    code: str
    level: int
    word: bool
    bare: bool


def within(code: str, scope: str) -> bool:
    """Whether a unit is, or lies in, another one. Everything lies in the empty scope."""
    return code.startswith(_stem(scope))


def _stem(code: str) -> str:
    if code[:2] in MUNICIPALITIES and code[4:] == "00":
        return code[:2]
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def level_of(code: str) -> int:
    """0 province, 1 city, 2 county."""
    return (code[2:] != "0000") + (code[4:] != "00")


def find_common(codes: list[str]) -> str | None:
    """The one of several units in which all the others lie, or None."""
    return next((code for code in codes if all(within(other, code) for other in codes)), None)


def list_meanings(alias: str, scope: str) -> list[Place]:
    """What a text may mean inside a scope; inside 吉林省, 吉林 is the city.

    Without a scope a province's name means the province, and a generic name nothing.
    """
    places = [place for place in _index().get(alias, ()) if within(place.code, scope)]
    if scope:
        return [place for place in places if place.code != scope] or places
    first = _FIRST_MEANING.get(alias)
    chosen = [place for place in places if place.level == 0 or place.code == first]
    return chosen or (places if all(place.bare for place in places) else [])


@cache
def longest_alias() -> int:
    return max(map(len, _index()))


@cache
def _index() -> dict[str, list[Place]]:
    index: dict[str, list[Place]] = {}
    for division in divisions_by_code().values():
        if division.level != "township" and division.code != "500200":
            _add(index, division)
    for code, _kind, name in read_units(former.COUNTIES):
        city = MUNICIPALITIES.get(code[:2], code[:4] + "00")
        for alias in list_aliases(name):
            index.setdefault(alias, []).append(Place(city, 2, word=alias != name, bare=True))
    return index


def _add(index: dict[str, list[Place]], division: Division) -> None:
    short = short_name(division.name)
    bare = division.kind != "市辖区" or short not in _GENERIC.split()
    for alias in list_aliases(division.name):
        word = division.level == "county" and alias == short != division.name
        place = Place(division.code, level_of(division.code), word, bare)
        index.setdefault(alias, []).append(place)


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


_SUFFIXES = ("街道办事处", "街道", "镇", "乡")


def find_township(county_code: str, text: str) -> str | None:
    """The township of one county, by code, full name, short name or pinyin initials, or None.

    A stem with an older suffix (李千户乡, now a 镇) is the same township while only one in the
    county has that stem. What two townships share gives None.
    """
    written = "".join(unicodedata.normalize("NFKC", text).lower().split())
    names = _township_names(county_code)
    for form in (written, _without_county(written, county_code)):
        codes = names.get(form) or names.get(_stem_township(form)) or set()
        if len(codes) == 1:
            return next(iter(codes))
    return None


def _stem_township(text: str) -> str:
    suffix = next((suffix for suffix in _SUFFIXES if text.endswith(suffix)), "")
    return text.removesuffix(suffix)


def _without_county(text: str, county_code: str) -> str:
    """凡河镇 of 辽宁省铁岭市铁岭县凡河镇, 铁岭市铁岭县凡河镇 and 铁岭县凡河镇."""
    county = get_division(county_code)
    if county is None:
        return text
    above = full_name(county_code)
    tails = (above[start:] for start in range(len(above) - len(county.name) + 1))
    return next((text.removeprefix(tail) for tail in tails if text.startswith(tail)), text)


@cache
def _township_names(county_code: str) -> dict[str, set[str]]:
    """Each way to write a township of the county, with the codes that it may mean."""
    names: dict[str, set[str]] = {}
    for code, _kind, name, initials in tieling.TOWNSHIPS:
        if code.startswith(county_code) and len(county_code) == 6:
            for written in {code, name, short_name(name), *initials.split()}:
                names.setdefault(written, set()).add(code)
    return names
