"""The index from what people write to the places it may mean."""

from functools import cache
from typing import NamedTuple

from schemas.divisions.codes import former
from schemas.divisions.names import list_aliases, short_name
from schemas.divisions.table import Division, divisions_by_code, read_units

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
