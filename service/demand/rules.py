"""When a row opens, changes, keeps or cancels a worker's demand; which words say that somebody needs no seat
(已返岗, 不返岗); which employers' names surely are firms'; how demands are grouped and sorted. Pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from schemas.demands import DemandGroup, DemandGrouping, DemandState
from schemas.divisions.table import full_name, get_division
from schemas.types import search_key

WISH_FIELDS: Final = frozenset({"destination", "destination_code", "employer", "departure_date"})
# A change of these is a change of the demand; the last one can end or renew the wish.
_WATCHED: Final = WISH_FIELDS | {"departure_text", "return_status"}
# What a roster says of people who need no seat. Anything else leaves the wish standing: 否 under
# 是否返岗 and 有意愿 under 返岗意愿 are not for a program to weigh.
_STAYING_WORDS: Final = """
已返岗 已返 已返回 已经返岗 已自行返岗 自行返岗 已复工 已到岗 已在岗 不返岗 不返 不再返岗 不外出
暂不返岗 暂不外出 就近就业 已就近就业 本地就业 无返岗意愿 不愿返岗 不愿外出
"""
_STAYING: Final = frozenset(_STAYING_WORDS.split())
_UNKNOWN: Final = {
    DemandGrouping.CITY: "目的地未定",
    DemandGrouping.EMPLOYER: "未填单位或单位名称不全",
    DemandGrouping.WEEK: "日期未定",
}


def is_staying(values: Mapping[str, Any]) -> bool:
    """Whether the stated return status means that the person needs no seat."""
    return values.get("return_status") in _STAYING


class DemandStep(StrEnum):
    """What a row of a roster does to the worker's demand."""

    CANCEL = "cancel"
    KEEP = "keep"
    KEEP_ASSIGNED = "keep_assigned"
    """The row says something new, but the worker has a seat already."""
    OPEN = "open"
    UPDATE = "update"


def decide_demand(
    newest: DemandState | None,
    *,
    incoming: Mapping[str, Any],
    values: Mapping[str, Any],
    changed: Collection[str],
) -> DemandStep:
    """`newest`: the state of the worker's newest demand; `incoming`: what the row says, `values`:
    what holds after merging it, `changed`: the names of fields that the merging changed.

    After a travelled or cancelled demand a new one is opened only for a new wish: the same roster sent
    again is none.
    """
    is_new = newest is None or bool(_WATCHED & set(changed))
    if not is_new:
        return DemandStep.KEEP
    if newest is DemandState.ASSIGNED:
        return DemandStep.KEEP_ASSIGNED
    if is_staying(values):
        return DemandStep.CANCEL if newest is DemandState.OPEN else DemandStep.KEEP
    if not WISH_FIELDS & incoming.keys():
        return DemandStep.KEEP
    return DemandStep.UPDATE if newest is DemandState.OPEN else DemandStep.OPEN


def read_destination(code: str | None) -> str | None:
    """The six digits of a destination code that exists; 12-digit codes name a place inside it."""
    division = get_division(code[:6]) if code else None
    return division.code if division else None


# --- names of firms ----------------------------------------------------------------------------
_FIRM: Final = re.compile(
    r"(?:公司|集团|工厂|厂|项目部|指挥部|合作社|事务所|工作室|中心|医院|学校|幼儿园|宾馆|酒店|饭店|"
    r"超市|商场|研究院|研究所|[路桥建]局|基地|车间|工地)(?:.{0,6}(?:分|子|总)?(?:公司|部|厂|店))?$"
)
_NUMBER: Final = re.compile(r"\d{5,}")
# 跟李四, 找老王，工厂: somebody is named beside the firm. A control character is no text at all, and
# NUL could not be stored unsealed.
_SENTENCE: Final = re.compile(r"^\s*[跟找给和随去我老小]|[,，、;；:：。]|[\x00-\x08\x0e-\x1f\x7f]")
_FIRM_LENGTHS: Final = range(4, 61)


def is_firm_name(text: str) -> bool:
    """Whether a text surely is a firm's name and holds no person's or telephone.

    Employer cells also hold 跟李四干活 and mobile numbers: only a plain name that ends like a
    firm's may stand unsealed. What is missed by this is grouped all the same, without its name.
    """
    name = search_key(text)
    return (
        len(name) in _FIRM_LENGTHS
        and not _NUMBER.search(name)
        and not _SENTENCE.search(text)
        and _FIRM.search(name) is not None
    )


# --- counting ---------------------------------------------------------------------------------
class Count(NamedTuple):
    """Demands of one state that share a column's value."""

    value: Any
    state: DemandState
    number: int


@dataclass(slots=True)
class _Sum:
    label: str
    monday: date | None = None
    open: int = 0
    assigned: int = 0


def city_of(code: str) -> str:
    """The city in which a destination lies; a province's own code, and a county directly under
    a province, stand for themselves.
    """
    division = get_division(code)
    parent = get_division(division.parent) if division and division.parent else None
    return parent.code if parent is not None and parent.level == "city" else code


def week_of(day: date) -> tuple[str, date]:
    """The ISO week's label (2020-W13) and its Monday."""
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02d}", day - timedelta(days=weekday - 1)


def read_week(label: str) -> date | None:
    """The Monday of an ISO week's label, or None."""
    try:
        return date.fromisoformat(f"{label}-1")
    except ValueError:
        return None


def make_groups(
    by: DemandGrouping, counts: Iterable[Count], *, employer_names: Mapping[str, str]
) -> list[DemandGroup]:
    """The largest groups first; weeks in their order. What is unknown stands last."""
    sums: dict[str | None, _Sum] = {}
    for count in counts:
        key, label, monday = _describe(by, count.value, employer_names)
        entry = sums.setdefault(key, _Sum(label, monday))
        if count.state is DemandState.OPEN:
            entry.open += count.number
        else:
            entry.assigned += count.number
    groups = [
        DemandGroup(
            key=key, label=each.label, monday=each.monday, open=each.open, assigned=each.assigned
        )
        for key, each in sums.items()
    ]
    return sorted(groups, key=_by_week if by is DemandGrouping.WEEK else _by_size)


def _describe(
    by: DemandGrouping, value: Any, employer_names: Mapping[str, str]
) -> tuple[str | None, str, date | None]:
    if value is None:
        return None, _UNKNOWN[by], None
    if by is DemandGrouping.CITY:
        city = city_of(value)
        return city, full_name(city), None
    if by is DemandGrouping.WEEK:
        label, monday = week_of(value)
        return label, label, monday
    name = employer_names.get(value)
    return (value, name, None) if name else (None, _UNKNOWN[by], None)


def _by_size(group: DemandGroup) -> tuple[bool, int, str]:
    return group.key is None, -(group.open + group.assigned), group.label


def _by_week(group: DemandGroup) -> tuple[bool, str]:
    return group.key is None, group.key or ""
