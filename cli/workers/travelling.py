"""`fangang worker travel`: where the township's people travel, what a notice tells them, who was not reached;
its columns and sentences.
"""

from typing import Final

from cli import output
from cli.api import Api
from cli.names import get_name
from cli.times import show_time
from schemas.events.payloads_passengers import NoticeOutcome
from schemas.passengers import TravellerOut
from schemas.texts import Text, say

_PAGE: Final = 200


class TravelText(Text):
    COUNT = (
        "{count} 人，其中 {waiting} 人还没通知到。查阅已记录。",
        "{count} people, {waiting} of them still to be told. This reading was recorded.",
    )
    HEADINGS = (
        "村|姓名|末四位|电话|趟次|发车|上车点|车牌|座位|状态|通知|领队",
        "village|name|id end|phone|trip|departure|boarding|plate|seat|state|notice|escort",
    )
    NOBODY = ("没有人。", "Nobody.")
    WAITING = ("未通知到", "to be told")


def show_travellers(api: Api, *, township: str, on: str, unreached: bool, as_json: bool) -> None:
    """By village. The server records the reading."""
    items = list(
        api.iterate(
            "/v1/travellers",
            limit=_PAGE,
            township=township or None,
            on=on or None,
            reached="false" if unreached else None,
        )
    )
    if as_json:
        output.write_json({"count": len(items), "items": items})
        return
    people = [TravellerOut.model_validate(each) for each in items]
    if not people:
        output.tell(say(TravelText.NOBODY))
        return
    people.sort(key=lambda each: (each.village or "", each.trip_number))
    output.write_table(say(TravelText.HEADINGS).split("|"), [_show(each) for each in people])
    waiting = sum(not each.reached for each in people)
    output.tell(say(TravelText.COUNT, count=len(people), waiting=waiting))


def _show(person: TravellerOut) -> list[str]:
    told = get_name(NoticeOutcome(person.notice)) if person.notice else ""
    escort = f"{person.escort or ''} {person.escort_phone or ''}".strip()
    return [
        person.village or "",
        person.name,
        person.id_number_end,
        person.phone or "",
        person.trip_number,
        show_time(person.departure_at),
        person.boarding_point or "",
        person.plate or "",
        person.seat_label or "",
        get_name(person.status),
        told if person.reached or told else say(TravelText.WAITING),
        escort,
    ]
