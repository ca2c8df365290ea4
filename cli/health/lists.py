"""`fangang health due` and `missing`: their columns and sentences."""

from typing import Any, Final

from cli import output
from cli.api import Api
from cli.times import show_time
from schemas.health_records import FollowUpDue, MissingHealthLine
from schemas.texts import Text, choose, say

_PAGE: Final = 200


class ListText(Text):
    DUE = (
        "该随访 {count} 人（{day}）。查阅已记录。",
        "To be called ({day}): {count}. This was recorded.",
    )
    DUE_HEADINGS = (
        "村|姓名|电话|趟次|到岗|第几天|打过|编号",
        "village|name|phone|trip|received|day|tried|id",
    )
    LACKING = (
        "{count} 人还不能上车。查阅已记录。",
        "{count} people may not ride yet. This was recorded.",
    )
    LACKING_HEADINGS = (
        "村|姓名|电话|趟次|发车|情况和办法|编号",
        "village|name|phone|trip|departure|what, and what to do|id",
    )
    NOBODY_DUE = (
        "没有该随访的人（{day}）：都联系上了，或当前政策不要求随访。",
        "Nobody ({day}): all were reached, or the policy asks for no follow-up.",
    )
    NOBODY_LACKING = (
        "近期名册上的人都可以上车。",
        "Everybody on the coming lists may ride.",
    )


def show_due(api: Api, *, on: str, township: str, as_json: bool) -> None:
    """By village. The server records the reading."""
    items = _read(api, "/v1/health-follow-ups", on=on, township=township)
    if as_json:
        output.write_json({"count": len(items), "items": items})
        return
    day = on or choose("今天", "today")
    people = [FollowUpDue.model_validate(each) for each in items]
    if not people:
        output.tell(say(ListText.NOBODY_DUE, day=day))
        return
    people.sort(key=lambda each: (each.village or "", each.day, each.name))
    rows = [
        [
            *(each.village or "", each.name, each.phone or "", each.trip_number),
            *(show_time(each.received_at), str(each.day), str(each.tried), str(each.id)),
        ]
        for each in people
    ]
    output.write_table(say(ListText.DUE_HEADINGS).split("|"), rows)
    output.tell(say(ListText.DUE, day=day, count=len(people)))


def show_missing(api: Api, *, on: str, days: int, township: str, as_json: bool) -> None:
    """By village. The server records the reading."""
    items = _read(api, "/v1/health-missing", on=on, township=township, days=days)
    if as_json:
        output.write_json({"count": len(items), "items": items})
        return
    people = [MissingHealthLine.model_validate(each) for each in items]
    if not people:
        output.tell(say(ListText.NOBODY_LACKING))
        return
    people.sort(key=lambda each: (each.village or "", each.trip_number, each.name))
    rows = [
        [
            *(each.village or "", each.name, each.phone or "", each.trip_number),
            show_time(each.departure_at),
            output.join_words(one.says for one in each.reasons),
            str(each.id),
        ]
        for each in people
    ]
    output.write_table(say(ListText.LACKING_HEADINGS).split("|"), rows)
    output.tell(say(ListText.LACKING, count=len(people)))


def _read(api: Api, path: str, *, on: str, township: str, **more: Any) -> list[Any]:
    given = {"on": on or None, "township": township or None, **more}
    return list(api.iterate(path, limit=_PAGE, **given))
