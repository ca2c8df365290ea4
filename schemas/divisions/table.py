"""The table of divisions: today's and former codes, levels and parents, full and short names, other ways to
write them (suffixes, names of peoples), a division on the wire.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from schemas.base import Wire
from schemas.divisions.codes import (
    east,
    former,
    north,
    northeast,
    northwest,
    south,
    southwest,
    tieling,
)

# Names of peoples that stand before 自治州, 自治县, 自治旗, 乡 and 区. Those of one character only
# with 族, because 回 or 白 alone is also a part of place names.
_PEOPLES = (
    "蒙古 哈萨克 柯尔克孜 维吾尔 塔吉克 锡伯 朝鲜族 满族 回族 藏族 苗族 彝族 壮族 侗族 瑶族 白族 "
    "土家族 哈尼族 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 土族 达斡尔族 "
    "仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 阿昌族 普米族 怒族 乌孜别克族 俄罗斯族 鄂温克族 "
    "德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族 布依族 各族"
)
_PEOPLE = "(?:" + "|".join(f"{name}族?" for name in _PEOPLES.split()) + ")"
# A text: `re` compiles it on first use, and importing stays cheap.
_SUFFIX = (
    rf"(?:{_PEOPLE}*自治[区州县旗]|{_PEOPLE}+[区乡]"
    "|特别行政区|街道办事处|街道|地区|林区|特区|新区|[省市县区旗盟镇乡])$"
)
# What still names the same place when the whole suffix is not written out.
_BRIEF_SUFFIXES = {"自治区": "", "自治州": "州", "自治县": "县", "自治旗": "旗", "新区": "区"}


def short_name(name: str) -> str:
    """铁岭 of 铁岭市, 恩施 of 恩施土家族苗族自治州. One character is no name: 沛县 stays."""
    stem = re.sub(_SUFFIX, "", name)
    if len(stem) < 2:
        stem = re.sub("(?:自治)?[区县旗乡]$", "", name)
    return stem if len(stem) >= 2 else name


def list_aliases(name: str) -> set[str]:
    """Every way in which a division is written: in full, short, and with a brief suffix."""
    short = short_name(name)
    brief = {short + brief for long, brief in _BRIEF_SUFFIXES.items() if name.endswith(long)}
    return {name, short} | brief


Level = Literal["province", "city", "county", "township"]

_REGIONS = (north, northeast, east, south, southwest, northwest)


@dataclass(frozen=True, slots=True)
class Division:
    """One unit of today's table. `kind` is its official type: 地级市, 市辖区, 民族乡 and so on.

    A municipality's `city` (110100, kind 市辖区) carries the municipality's own name: the standard
    has a code between 北京市 and its districts, but no place.
    """

    code: str
    level: Level
    name: str
    parent: str | None
    kind: str


def is_province(prefix: str) -> bool:
    """Whether two digits are those of a province, a municipality or a special region."""
    return len(prefix) == 2 and prefix + "0000" in divisions_by_code()


def is_known_area(code6: str) -> bool:
    """Whether six digits are or were a division: people keep the code of their first card."""
    return code6 in _former_codes() or (len(code6) == 6 and code6 in divisions_by_code())


def get_division(code: str) -> Division | None:
    return divisions_by_code().get(code)


def list_divisions(parent: str | None = None) -> tuple[Division, ...]:
    """The units directly under a code, in the order of codes; without a code the provinces."""
    return _divisions_by_parent().get(parent, ())


def full_name(code: str) -> str:
    """辽宁省铁岭市铁岭县凡河镇 for 211221105. Raises KeyError for a code not in today's table."""
    division = divisions_by_code()[code]
    if division.parent is None:
        return division.name
    above = full_name(division.parent)
    return above if above == division.name else above + division.name


def name_division(code: str) -> str:
    """The full name; the code itself where today's table does not have it."""
    return full_name(code) if get_division(code) else code


@cache
def divisions_by_code() -> dict[str, Division]:
    table: dict[str, Division] = {}
    for region in _REGIONS:
        for code, kind, name in read_units(region.DIVISIONS):
            table[code] = _county_or_above(code, kind, name, table)
    for code, kind, name, _initials in tieling.TOWNSHIPS:
        table[code] = Division(code, "township", name, code[:6], kind)
    return table


def read_units(text: str) -> Iterator[tuple[str, str, str]]:
    """Code, kind and name of each unit in a text of the modules in codes.

    A word without digits is the kind of all units after it. A unit is its code and its name; a
    code of two digits continues the four of the last six-digit code.
    """
    kind = above = ""
    for word in text.split():
        if not word[0].isdigit():
            kind = word
        elif word[2].isdigit():
            above = word[:4]
            yield word[:6], kind, word[6:]
        else:
            yield above + word[:2], kind, word[2:]


def _county_or_above(code: str, kind: str, name: str, table: dict[str, Division]) -> Division:
    province, city = code[:2] + "0000", code[:4] + "00"
    if code == province:
        return Division(code, "province", name, None, kind)
    if code == city:
        return Division(code, "city", name, province, kind)
    # 仙桃市 and its like stand directly under their province: 429000 is no unit.
    return Division(code, "county", name, city if city in table else province, kind)


@cache
def _divisions_by_parent() -> dict[str | None, tuple[Division, ...]]:
    children: dict[str | None, list[Division]] = {}
    for division in divisions_by_code().values():
        children.setdefault(division.parent, []).append(division)
    return {
        parent: tuple(sorted(units, key=lambda unit: unit.code))
        for parent, units in children.items()
    }


@cache
def _former_codes() -> frozenset[str]:
    codes: set[str] = set()
    above = ""
    for digits in former.CODES.split():
        if len(digits) == 4:
            above = digits
        else:
            codes.add(above + digits)
    return frozenset(codes)


class DivisionOut(Wire):
    """`kind` is the official type (地级市, 民族乡 …), which no code tells."""

    code: str
    level: Level
    name: str
    full_name: str
    parent: str | None
    kind: str
