"""What is typed of a note, as lines `体温=36.5` or `pulse=72`: which fields each sort has, how their values are
read and shown, what is said about a line that cannot be read. Values are checked by the server's own models.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from cli import output
from cli.exits import CommandError, ExitCode
from cli.names import (
    UNREADABLE_NAMES,
    get_name,
    read_named,
    show_answer,
    show_temperature,
)
from cli.times import read_time
from cli.trips.payloads import ANSWERS, read_temperature
from schemas.events.fields import UNREADABLE
from schemas.health_notes import FollowUpStatus, HealthContent, NoteWhat, ProofResult, SignedHow
from schemas.measures import MEASURES, MeasureCode, MeasureUnit
from schemas.policies import ProofKind, TemperatureSite
from schemas.questions import QUESTION_SETS, QuestionSet
from schemas.shapes import describe_field
from schemas.texts import Text, choose, say


class EntryText(Text):
    ANSWER_MISSING = (
        "第{place}题没有回答（{question}）：写 {place}=是 或 {place}=否",
        "question {place} is not answered ({question}): {place}=yes or {place}=no",
    )
    ANSWER_WRONG = (
        "第{place}题（{question}）：写 是 或 否",
        "question {place} ({question}): yes or no",
    )
    ANSWERS = ("1 至 {count}（各题，写 是 或 否）", "1 to {count} (the questions: yes or no)")
    CELSIUS = (
        "写摄氏度，30.0—45.0，或 读不出",
        "in degrees Celsius, 30.0–45.0, or unreadable",
    )
    CHOICE_MISSING = ("没有写：{field}，可以写：{choices}", "missing: {field}, one of: {choices}")
    FIELD_MISSING = ("没有写：{field}", "missing: {field}")
    FIELD_NAMED = ("{name}（{field}）", "{name} ({field})")
    FIELD_WRONG = ("{field}：{rule}", "{field}: {rule}")
    FIELD_TWICE = (
        "“{field}”写了两次，请只留一行。",
        "“{field}” stands there twice: keep one line.",
    )
    FIELD_UNKNOWN = (
        "第{line}行的“{field}”认不出。可以写：{fields}。没有登记任何内容。",
        "Line {line}: “{field}” is unknown. Possible: {fields}. Nothing was recorded.",
    )
    LINE_SHAPE = (
        "第{line}行没有等号。请写成“体温=36.5”；没有登记任何内容。",
        "Line {line} has no equals sign. Write pulse=72; nothing was recorded.",
    )
    NOTHING = (
        "没有输入内容，没有登记。可以写：{fields}。",
        "Nothing was typed, nothing recorded. Possible: {fields}.",
    )
    RANGE = (
        "应为{lowest}至{highest}的整数（{unit}），或 读不出",
        "a whole number from {lowest} to {highest} ({unit}), or unreadable",
    )
    RANGE_OF_TENTHS = (
        "应为{lowest}至{highest}（mmol/L），或 读不出",
        "from {lowest} to {highest} (mmol/L), or unreadable",
    )
    WRONG = (
        "没有登记，请改正后重来：\n{problems}",
        "Nothing was recorded. Mend and try again:\n{problems}",
    )


_W = NoteWhat
_COMMON: Final = {"note": ("备注", "note")}
FIELDS: Final[Mapping[NoteWhat, Mapping[str, tuple[str, str]]]] = {
    _W.DECLARED: {
        "asked_by": ("询问人", "asked by"),
        "signed": ("签名方式", "signed"),
        "question_set": ("问卷", "question set"),
        **_COMMON,
    },
    _W.FOLLOW_UP: {
        "day": ("第几天", "day"),
        "reached": ("联系上", "reached"),
        "status": ("情况", "status"),
        "called_by": ("随访人", "called by"),
        **_COMMON,
    },
    _W.MEASURED: {
        **{str(code): (each.zh, each.en) for code, each in MEASURES.items()},
        "site": ("部位", "site"),
        "place": ("地点", "place"),
        "measured_by": ("测量人", "measured by"),
        "device": ("设备", "device"),
        **_COMMON,
    },
    _W.PROOF: {
        "kind": ("证明种类", "kind"),
        "number": ("编号", "number"),
        "issuer": ("签发单位", "issuer"),
        "issuing_region": ("签发地代码", "issuing region"),
        "issued_on": ("签发日期", "issued on"),
        "sampled_at": ("采样时间", "sampled at"),
        "result": ("结果", "result"),
        **_COMMON,
    },
    _W.PROOF_INVALIDATED: {"proof_id": ("证明的编号", "proof id"), **_COMMON},
    _W.SCREENING: {
        "system": ("系统", "system"),
        "result_code": ("结果代码", "result code"),
        "operator": ("查询人", "operator"),
        **_COMMON,
    },
}
"""Of each sort, in the order in which they are asked for."""
_CHOICES: Final[Mapping[str, type[StrEnum]]] = {
    "kind": ProofKind,
    "result": ProofResult,
    "signed": SignedHow,
    "site": TemperatureSite,
    "status": FollowUpStatus,
}
_SAID: Final[Mapping[type[StrEnum], Mapping[str, str]]] = {
    FollowUpStatus: {
        **dict.fromkeys(("良好", "正常", "无异常", "无症状"), FollowUpStatus.WELL),
        **dict.fromkeys(("住院", "就医"), FollowUpStatus.HOSPITAL),
        **dict.fromkeys(("已离开", "离开当地"), FollowUpStatus.MOVED_ON),
    },
    ProofKind: {
        **dict.fromkeys(("核酸", "核酸检测", "核酸证明"), ProofKind.NUCLEIC_TEST),
        **dict.fromkeys(("健康证明", "申报证明"), ProofKind.HEALTH_CERTIFICATE),
        **dict.fromkeys(("随访表", "随访记录表"), ProofKind.FOLLOW_UP_SHEET),
        **dict.fromkeys(("疫苗", "疫苗接种", "接种证明"), ProofKind.VACCINATION),
    },
    ProofResult: {
        **dict.fromkeys(("绿", "绿色"), ProofResult.GREEN),
        **dict.fromkeys(("黄", "黄色"), ProofResult.YELLOW),
        **dict.fromkeys(("红", "红色"), ProofResult.RED),
        **dict.fromkeys(("良好", "无异常"), ProofResult.NORMAL),
    },
    SignedHow: {
        **dict.fromkeys(("电子", "电子签字"), SignedHow.ELECTRONIC),
        **dict.fromkeys(("纸质", "签字", "纸质签名", "手写签字"), SignedHow.PAPER),
        **dict.fromkeys(("口述", "电话"), SignedHow.SPOKEN),
        **dict.fromkeys(("手印", "指印", "摁手印"), SignedHow.THUMBPRINT),
    },
    TemperatureSite: {
        **dict.fromkeys(("腋下", "腋窝"), TemperatureSite.ARMPIT),
        **dict.fromkeys(("耳", "耳朵"), TemperatureSite.EAR),
        **dict.fromkeys(("额", "额头"), TemperatureSite.FOREHEAD),
        **dict.fromkeys(("口", "口腔"), TemperatureSite.MOUTH),
        **dict.fromkeys(("腕", "手腕"), TemperatureSite.WRIST),
    },
}
"""What people say of a choice beside its own name."""
_ANSWERS: Final = {
    **ANSWERS,
    **dict.fromkeys(("有", "y"), True),
    **dict.fromkeys(("无", "没有", "n"), False),
}
_EQUALS: Final = re.compile("[=＝]")
_TENTHS: Final = re.compile(r"(\d{1,2})(?:\.(\d))?").fullmatch
_NUMBERED: Final = re.compile(r"(?:问题?|第)?\s*(?P<place>\d{1,2})\s*题?").fullmatch
_OUTER: Final = re.compile(r"^\d{1,2}\s*[.、．]\s*|[?？]$")
_CONTENT: Final[TypeAdapter[Any]] = TypeAdapter(HealthContent)
_SHOWN: Final = 20


def choose_questions() -> QuestionSet:
    """The newest set and version: what is asked unless another is named."""
    return max(QUESTION_SETS, key=lambda each: (each.code, each.version))


def list_prompts(what: NoteWhat) -> list[str]:
    """What may be typed, as people say it; of a declaration with its questions, numbered."""
    names = [choose(*pair) for pair in FIELDS[what].values()]
    if what is not NoteWhat.DECLARED:
        return [output.join_words(names)]
    asked = choose_questions().questions
    lines = [f"{place}. {choose(each.zh, each.en)}" for place, each in enumerate(asked, start=1)]
    return [output.join_words(names), *lines]


def read_lines(lines: Iterable[str], what: NoteWhat) -> dict[str, str]:
    """Field → text, up to the first blank line. Raises CommandError, which names lines and never values."""
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            break
        parts = _EQUALS.split(line, maxsplit=1)
        if len(parts) == 1:
            raise CommandError(say(EntryText.LINE_SHAPE, line=number), ExitCode.USAGE)
        field = find_field(parts[0], what)
        if field is None:
            raise CommandError(_name_unknown(parts[0], number, what), ExitCode.USAGE)
        if field in values:
            message = say(EntryText.FIELD_TWICE, field=parts[0].strip()[:_SHOWN])
            raise CommandError(message, ExitCode.USAGE)
        values[field] = parts[1].strip()
    if not values:
        raise CommandError(say(EntryText.NOTHING, fields=_join_fields(what)), ExitCode.USAGE)
    return values


def _name_unknown(text: str, number: int, what: NoteWhat) -> str:
    shown = text.strip()[:_SHOWN]
    return say(EntryText.FIELD_UNKNOWN, line=number, field=shown, fields=_join_fields(what))


def _join_fields(what: NoteWhat) -> str:
    """What may be typed; of a declaration also how its questions are answered."""
    fields = [choose(*pair) for pair in FIELDS[what].values()]
    if what is NoteWhat.DECLARED:
        fields.append(say(EntryText.ANSWERS, count=len(choose_questions().questions)))
    return output.join_words(fields)


def find_field(text: str, what: NoteWhat) -> str | None:
    """By the API's name, or as it is called in either language; a question by code or number."""
    wanted = text.strip().casefold()
    for name, pair in FIELDS[what].items():
        if wanted in (name, *pair):
            return name
    return _find_question(wanted) if what is NoteWhat.DECLARED else None


def _find_question(wanted: str) -> str | None:
    """Its code, by that, by its number (2, 问2, 第2题) or by its own words."""
    asked = choose_questions().questions
    numbered = _NUMBERED(wanted)
    place = int(numbered["place"]) if numbered else 0
    plain = _OUTER.sub("", wanted)
    for number, each in enumerate(asked, start=1):
        if number == place or plain in (each.code, each.zh, each.en.casefold()):
            return each.code
    return None


def make_content(what: NoteWhat, typed: Mapping[str, str]) -> dict[str, Any]:
    """The content as JSON. Raises CommandError for what is wrong or missing, without values."""
    values = {name: _read_value(what, name, text) for name, text in typed.items()}
    content: dict[str, Any] = {"what": what.value}
    if what is NoteWhat.MEASURED:
        site = values.pop("site", None)
        codes = [each for each in MeasureCode if each in values]
        content["readings"] = [
            {"code": each.value, "value": values.pop(each)}
            | ({"site": site} if site and each is MeasureCode.BODY_TEMPERATURE else {})
            for each in codes
        ]
    elif what is NoteWhat.DECLARED:
        asked = choose_questions()
        content["answers"] = {each: values.pop(each) for each in asked.codes if each in values}
        content |= {"question_set": asked.code, "version": asked.version}
    try:
        read = _CONTENT.validate_python(content | values)
    except ValidationError as error:
        raise CommandError(_explain(what, content, error), ExitCode.USAGE) from None
    dumped: dict[str, Any] = read.model_dump(mode="json", exclude_none=True)
    return dumped


def _explain(what: NoteWhat, content: Mapping[str, Any], error: ValidationError) -> str:
    """A line for each thing that is wrong or missing, by what people call it; never a value."""
    found = [
        _explain_one(what, content, each)
        for each in error.errors(include_input=False, include_url=False)
    ]
    return say(EntryText.WRONG, problems="\n".join(f"  {each}" for each in found))


def _explain_one(what: NoteWhat, content: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    problem = describe_field(error)
    place = problem.field.split(".")[1:] or [problem.field]  # without the sort of the note
    field = place[-1]
    if place[0] == "answers" and len(place) > 1:
        return _explain_answer(field, is_missing=error["type"] == "answer-missing")
    if place[0] == "readings" and field == "value":
        code = MeasureCode(content["readings"][int(place[1])]["code"])
        name = choose(MEASURES[code].zh, MEASURES[code].en)
        return say(EntryText.FIELD_WRONG, field=name, rule=_state_range(code))
    named = _name_field(what, field)
    choices = _CHOICES.get(field, ())
    listed = output.join_words(get_name(each) for each in choices)
    if error["type"] == "missing" and not choices:
        return say(EntryText.FIELD_MISSING, field=named)
    if error["type"] == "missing":
        return say(EntryText.CHOICE_MISSING, field=named, choices=listed)
    answer = choose("写 是 或 否", "yes or no")
    rules = {"enum": listed, "bool_parsing": answer, "bool_type": answer}
    rule = rules.get(error["type"], problem.message)
    return say(EntryText.FIELD_WRONG, field=named, rule=rule)


def _explain_answer(code: str, *, is_missing: bool) -> str:
    place = choose_questions().codes.index(code) + 1
    text = EntryText.ANSWER_MISSING if is_missing else EntryText.ANSWER_WRONG
    return say(text, place=place, question=_name_question(code))


def _name_field(what: NoteWhat, field: str) -> str:
    pair = FIELDS[what].get(field)
    return say(EntryText.FIELD_NAMED, name=choose(*pair), field=field) if pair else field


def _state_range(code: MeasureCode) -> str:
    measure = MEASURES[code]
    if measure.unit is MeasureUnit.TENTH_CELSIUS:
        return say(EntryText.CELSIUS)
    if measure.unit is MeasureUnit.TENTH_MMOL_PER_LITRE:
        ends = {"lowest": f"{measure.lowest / 10:.1f}", "highest": f"{measure.highest / 10:.1f}"}
        return say(EntryText.RANGE_OF_TENTHS, **ends)
    told = {"lowest": measure.lowest, "highest": measure.highest, "unit": get_name(measure.unit)}
    return say(EntryText.RANGE, **told)


def _read_value(what: NoteWhat, name: str, text: str) -> Any:
    """What the model then takes; only what people write otherwise is read."""
    if name == MeasureCode.BODY_TEMPERATURE:
        return read_temperature(text)
    if name in set(MeasureCode):
        return _read_number(MeasureCode(name), text)
    if name in _CHOICES:
        return _SAID[_CHOICES[name]].get(text.strip()) or read_named(_CHOICES[name], text)
    if name == "reached" or (what is NoteWhat.DECLARED and name not in FIELDS[what]):
        return _ANSWERS.get(text.casefold(), text)
    if name == "sampled_at":
        return read_time(text)
    return int(text) if name == "day" and text.isdecimal() else text


def _read_number(code: MeasureCode, text: str) -> Any:
    """In the unit of the code: tenths are written as 5.6."""
    if text in UNREADABLE_NAMES:
        return UNREADABLE
    if MEASURES[code].unit is MeasureUnit.TENTH_MMOL_PER_LITRE and (found := _TENTHS(text)):
        return 10 * int(found[1]) + int(found[2] or 0)
    return int(text) if text.isdecimal() else text


# --- shown ----------------------------------------------------------------------------------------
def describe_content(content: Mapping[str, Any]) -> Iterator[str]:
    """One short text for each thing that a note says; a yes to a question by the question."""
    if content.get("what") not in set(NoteWhat):
        return
    what = NoteWhat(content["what"])
    yield get_name(what)
    for each in content.get("readings", ()):
        yield _describe_reading(each)
    for code, answer in content.get("answers", {}).items():
        if answer:
            yield _name_question(code)
    for name, pair in FIELDS[what].items():
        if name in content:
            yield f"{choose(*pair)} {_show_value(name, content[name])}"


def _describe_reading(reading: Mapping[str, Any]) -> str:
    code, value = MeasureCode(reading["code"]), reading["value"]
    measure = MEASURES[code]
    name = choose(measure.zh, measure.en)
    if value == UNREADABLE or measure.unit is MeasureUnit.TENTH_CELSIUS:
        return f"{name} {show_temperature(value)}"
    if measure.unit is MeasureUnit.TENTH_MMOL_PER_LITRE:
        return f"{name} {value // 10}.{value % 10} mmol/L"
    return f"{name} {value} {get_name(measure.unit)}"


def _name_question(code: str) -> str:
    for each in (one for known in QUESTION_SETS for one in known.questions):
        if each.code == code:
            return choose(each.zh, each.en)
    return code


def _show_value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return show_answer(is_true=value)
    choices = _CHOICES.get(name)
    return get_name(choices(value)) if choices and value in set(choices) else str(value)
