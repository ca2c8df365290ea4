"""From a township as clerks type it to its nine-digit code."""

import unicodedata
from functools import cache

from schemas.divisions.codes import tieling
from schemas.divisions.names import short_name
from schemas.divisions.table import full_name, get_division

_SUFFIXES = ("街道办事处", "街道", "镇", "乡")


def find_township(county_code: str, text: str) -> str | None:
    """The township of one county, by code, full name, short name or pinyin initials, or None.

    A stem with an older suffix (李千户乡, now a 镇) is the same township while only one in the
    county has that stem. What two townships share gives None.
    """
    written = "".join(unicodedata.normalize("NFKC", text).lower().split())
    names = _names(county_code)
    for form in (written, _without_county(written, county_code)):
        codes = names.get(form) or names.get(_stem(form)) or set()
        if len(codes) == 1:
            return next(iter(codes))
    return None


def _stem(text: str) -> str:
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
def _names(county_code: str) -> dict[str, set[str]]:
    """Each way to write a township of the county, with the codes that it may mean."""
    names: dict[str, set[str]] = {}
    for code, _kind, name, initials in tieling.TOWNSHIPS:
        if code.startswith(county_code) and len(county_code) == 6:
            for written in {code, name, short_name(name), *initials.split()}:
                names.setdefault(written, set()).add(code)
    return names
