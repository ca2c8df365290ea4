"""What the worker commands say, in Chinese and English: the one table of this command group."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.texts import choose


class Text(StrEnum):
    ASK_CHANGE = "ask-change"
    ASK_FIND = "ask-find"
    ASK_WHY = "ask-why"
    CHANGED = "changed"
    CLEARED = "cleared"
    DEMAND = "demand"
    DEMAND_CANCELLED = "demand-cancelled"
    DEMAND_OPEN = "demand-open"
    FIELD_FIXED = "field-fixed"
    FIELD_TWICE = "field-twice"
    FIELD_UNKNOWN = "field-unknown"
    FIELD_WRONG = "field-wrong"
    HELD = "held"
    IDENTITY = "identity"
    LINE_SHAPE = "line-shape"
    NOBODY = "nobody"
    NOTHING_TO_CHANGE = "nothing-to-change"
    NOTHING_TO_FIND = "nothing-to-find"
    NOT_WITHDRAWN = "not-withdrawn"
    NO_DEMAND = "no-demand"
    NO_REASON = "no-reason"
    NO_WHY = "no-why"
    ORIGINS = "origins"
    PLACE = "place"
    REASON_AND_UNDO = "reason-and-undo"
    REASON_UNKNOWN = "reason-unknown"
    REACHABLE = "reachable"
    RESTORED = "restored"
    SEATED = "seated"
    SEATED_ON = "seated-on"
    SIXTEEN = "sixteen"
    STATE = "state"
    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_AT = "withdrawn-at"
    WITHDRAWN_NOW = "withdrawn-now"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ASK_CHANGE: (
            "要改的一项，如“手机号码=15400001234”（等号后留空表示清空；直接回车结束）：",
            "What to change, as in phone=15400001234 (nothing after = empties; Enter ends): ",
        ),
        Text.ASK_FIND: ("身份证号、手机号或姓名：", "Identity number, phone or name: "),
        Text.ASK_WHY: ("为什么恢复（如“登记错人”）：", "Why (as in “the wrong person”): "),
        Text.CHANGED: (
            "已更正：{fields}（第{version}版）",
            "Corrected: {fields} (version {version})",
        ),
        Text.CLEARED: ("正常", "nothing against travelling"),
        Text.DEMAND: (
            "出行需求：{state}  {where}  {employer}  {window}",
            "Demand: {state}  {where}  {employer}  {window}",
        ),
        Text.DEMAND_CANCELLED: ("出行需求已取消。", "The travel demand is cancelled."),
        Text.DEMAND_OPEN: ("出行需求重新待安排。", "The travel demand is open again."),
        Text.FIELD_FIXED: (
            (
                "身份证号不能改：号码不同就不是同一个人。请把此人撤出"
                "（fangang worker withdraw {worker} --reason 重复），用正确的号码另行导入。"
            ),
            (
                "The identity number stays: another number is another person. Withdraw this one "
                "(fangang worker withdraw {worker} --reason duplicate) and import the right one."
            ),
        ),
        Text.FIELD_TWICE: (
            "“{field}”写了两次。请只留一行；没有改动任何内容。",
            "“{field}” stands there twice. Keep one line; nothing was changed.",
        ),
        Text.FIELD_UNKNOWN: (
            "第{line}行的“{field}”不能更正或认不出。可以改：{fields}。没有改动任何内容。",
            "Line {line}: “{field}” is unknown or cannot be changed. Possible: {fields}. Nothing was changed.",
        ),
        Text.FIELD_WRONG: (
            "没有改动任何内容，请改正后重来：\n{problems}",
            "Nothing was changed. Mend and try again:\n{problems}",
        ),
        Text.HELD: ("暂缓出行", "on hold"),
        Text.IDENTITY: (
            "{name}  {id_number}  {gender}  {role}",
            "{name}  {id_number}  {gender}  {role}",
        ),
        Text.LINE_SHAPE: (
            "第{line}行没有等号。请写成“手机号码=15400001234”；没有改动任何内容。",
            "Line {line} has no equals sign. Write phone=15400001234; nothing was changed.",
        ),
        Text.NOBODY: (
            "没有找到；也可能不在您的乡镇。",
            "Nobody found; perhaps not of your township.",
        ),
        Text.NOTHING_TO_CHANGE: ("没有输入要改的内容。", "Nothing to change."),
        Text.NOTHING_TO_FIND: ("没有输入要查找的内容。", "Nothing to look for."),
        Text.NOT_WITHDRAWN: (
            "{name} 没有撤出，不用恢复。",
            "{name} is not withdrawn: nothing to undo.",
        ),
        Text.NO_DEMAND: ("出行需求：无", "Demand: none"),
        Text.NO_REASON: (
            "请写明原因：--reason {reasons}；要恢复请用 --undo。",
            "Say why: --reason {reasons}; to take it back: --undo.",
        ),
        Text.NO_WHY: ("没有写为什么恢复，没有改动。", "No reason given: nothing was changed."),
        Text.ORIGINS: ("来源：", "From:"),
        Text.PLACE: (
            "{township}  {village}  电话 {phone}（{reachable}）",
            "{township}  {village}  phone {phone} ({reachable})",
        ),
        Text.REASON_AND_UNDO: (
            "--reason 和 --undo 只能用一个。",
            "Either --reason or --undo, not both.",
        ),
        Text.REASON_UNKNOWN: (
            "没有“{reason}”这个原因。可以用：{reasons}。",
            "No such reason: “{reason}”. Possible: {reasons}.",
        ),
        Text.REACHABLE: ("能联系上", "reachable"),
        Text.RESTORED: ("已恢复：{name}。", "Restored: {name}."),
        Text.SEATED: (
            "此人已编入专车，座位还留着。请告知县协调员移出名册：{command}",
            "This person has a seat and keeps it. The coordinator must take it back: {command}",
        ),
        Text.SEATED_ON: (
            "fangang trip event {trip} 移出名册 --passenger {passenger}",
            "fangang trip event {trip} passenger.unassigned --passenger {passenger}",
        ),
        Text.SIXTEEN: ("  {day} 满16周岁", "  16 on {day}"),
        Text.STATE: (
            "状态：{state}  编号 {id}  第{version}版",
            "State: {state}  id {id}  version {version}",
        ),
        Text.UNCHANGED: (
            "与登记的一致，没有改动。",
            "This is what stands there already; nothing was changed.",
        ),
        Text.UNREACHABLE: ("联系不上", "cannot be reached"),
        Text.WITHDRAWN: ("已撤出", "withdrawn"),
        Text.WITHDRAWN_AT: ("已撤出（{at}）", "withdrawn ({at})"),
        Text.WITHDRAWN_NOW: (
            "已撤出：{name}，{reason}。登记错了可以恢复：fangang worker withdraw {id} --undo",
            "Withdrawn: {name}, {reason}. To take it back: fangang worker withdraw {id} --undo",
        ),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)
