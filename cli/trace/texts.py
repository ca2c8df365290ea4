"""What the trace commands say, in Chinese and English: the one table of this command group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose


class Text(StrEnum):
    ACTOR = "actor"
    ERASED = "erased"
    EVENT = "event"
    EXCEPTIONS = "exceptions"
    FILE = "file"
    LATE = "late"
    LIST = "list"
    NO = "no"
    NOTHING = "nothing"
    NO_PLATE = "no-plate"
    ORIGIN = "origin"
    ORIGINS = "origins"
    PEOPLE = "people"
    RECORDED = "recorded"
    REVERSED = "reversed"
    ROW = "row"
    SEALED = "sealed"
    SEAT = "seat"
    SEATED = "seated"
    SEAT_AT = "seat-at"
    SHEET = "sheet"
    TIMELINE = "timeline"
    UNDONE = "undone"
    YES = "yes"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ACTOR: ("账号 {actor}", "account {actor}"),
        Text.ERASED: ("部分内容已删除", "partly erased"),
        Text.EVENT: ("事件 {id}", "event {id}"),
        Text.EXCEPTIONS: ("例外：{names}", "exceptions: {names}"),
        Text.FILE: ("文件“{file}”", "file “{file}”"),
        Text.LATE: ("迟录{span}", "{span} late"),
        Text.LIST: ("名册第{version}版", "list version {version}"),
        Text.NO: ("否", "no"),
        Text.NOTHING: ("没有记录。", "Nothing is recorded."),
        Text.NO_PLATE: (
            "没有车辆“{text}”。请核对车牌。",
            "No vehicle “{text}”. Check the plate.",
        ),
        Text.ORIGIN: (
            "  {feed}  {township}  {place}  {outcome}  {at}  回执 {receipt}",
            "  {feed}  {township}  {place}  {outcome}  {at}  receipt {receipt}",
        ),
        Text.ORIGINS: ("来源：", "From:"),
        Text.PEOPLE: ("{count}人", "{count} people"),
        Text.RECORDED: ("登记 {at}", "recorded {at}"),
        Text.REVERSED: ("已冲正", "reversed"),
        Text.ROW: ("第{row}行", "row {row}"),
        Text.SEALED: (
            "封存的内容（体温、地点、备注等）未显示；确有需要请加 --reason 理由（查阅会被记录）。",
            "Sealed details are not shown; add --reason if you need them (this is recorded).",
        ),
        Text.SEAT: ("{label}号座", "seat {label}"),
        Text.SEATED: ("{name}（{seat}号座）", "{name} (seat {seat})"),
        Text.SEAT_AT: ("第{row}排第{column}座", "row {row} seat {column}"),
        Text.SHEET: ("表“{sheet}”", "sheet “{sheet}”"),
        Text.TIMELINE: ("轨迹（北京时间）：{count} 条", "Events (China time): {count}"),
        Text.UNDONE: ("{at} 已撤销", "undone {at}"),
        Text.YES: ("是", "yes"),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)
