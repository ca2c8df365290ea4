"""What is said in Chinese about a field of the wrong form, for each type of error (missing, too long, date,
phone, plate, identity number, temperature), and the field's place.

Keyed by pydantic's error types and by the codes that schemas/types.py raises. The English sentence
is the library's own; braces name limits, never a value that was sent.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.errors import FieldProblem
from schemas.texts import Text, get_language

SHAPE_MESSAGES: dict[str, str] = {
    "answer-missing": "这一题没有回答：{question}",
    "answer-unknown": "这份问卷没有这一题：{question}",
    "answer-unnamed": "填 line_ids 或 present_code，只填一项",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "captain-unnamed": "请填写 passenger_id 或 driver_id，只填一个",
    "change-empty": "没有写要改什么",
    "contacts-one": "number、phone、name、plate、worker_id、passenger_id 只填一项",
    "credit-code-check": "统一社会信用代码校验位不符，请核对",
    "credit-code-format": "应为18位统一社会信用代码",
    "crew-missing": "核定载客人数包含驾驶员，乘务座位至少为1",
    "date-missing": "按车牌查时要填日期（date）",
    "date_from_datetime_parsing": "应为日期，如 2020-03-24",
    "date_parsing": "应为日期，如 2020-03-24",
    "date_type": "应为日期，如 2020-03-24",
    "datetime_from_date_parsing": "应为带时区的时间，如 2020-03-24T08:00:00+08:00",
    "datetime_parsing": "应为带时区的时间，如 2020-03-24T08:00:00+08:00",
    "datetime_type": "应为带时区的时间，如 2020-03-24T08:00:00+08:00",
    "departure-unreadable": "日期要写到哪一天，如 2020-03-26；还没定就清空",
    "dict_type": "应为对象",
    "division-code-invalid": "应为6、9或12位行政区划代码",
    "division-unknown": "现行行政区划表中没有这个代码，请核对（如苏州市为320500）",
    "enum": "只能是：{expected}",
    "escort-unnamed": "请填写 account_id，或者同时填写姓名（name）和电话（phone）",
    "extra_forbidden": "没有这一项，请删去或核对名称",
    "failed-unchecked": "不合格的项目须在检查项目之内",
    "field-required": "必填的项不能清空",
    "follow-up-unclear": "联系上的要写情况（status），没联系上的不写",
    "given-twice": "只能写一次",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不得小于{ge}",
    "guardian-missing": "未满14周岁须填监护人的身份证号，且不能是本人的",
    "hold-unexplained": "暂缓出行要写原因（reason）和原因类别（reason_class）",
    "id-missing": "身份证号是空的",
    "id-15-digit": "应为18位身份证号",
    "id-birth-date": "身份证号中的出生日期有误",
    "id-check-digit": "身份证号校验码不符，请对照证件核对",
    "id-format": "应为18位身份证号",
    "id-number-fixed": "身份证号不能改：号码不同就不是同一个人；请把此人按“重复”撤出，用正确的号码另行导入",
    "ids-doubled": "同一编号不能写两次",
    "int_from_float": "应为整数",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "json_invalid": "不是有效的JSON",
    "layout-or-seats": "座位布局（layout）和座位表（seats）只填一个",
    "left-given-on": "这些只在 end 为 given_on 时填写；自行离开的原因写在 reason",
    "left-unclear": "自行离开要写地点（place）；交给他人要写交给谁（given_to）和单位（unit）",
    "less_than": "应小于{lt}",
    "less_than_equal": "不得大于{le}",
    "list_type": "应为列表",
    "literal_error": "只能是：{expected}",
    "measure-out-of-range": "应为{lowest}至{highest}的整数，单位 {unit}；测不出写 unreadable",
    "missing": "缺少此项",
    "model_attributes_type": "应为对象",
    "model_type": "应为对象",
    "moment-of-accident": "只有查事故时才填时刻（at）",
    "name-invalid": "不是有效的姓名",
    "named-twice": "同一项写了两次，只留一项",
    "none_required": "应为空",
    "note-unknown": "what 只能是：declared、measured、proof、proof_invalidated、screening、follow_up",
    "number-unreadable": "不是人员的短编号：末位校验不对",
    "person-unnamed": "请填写 worker_id，或证件号码（id_number）和姓名（name）；未登记人员请填写 unregistered",
    "phone-invalid": "不是有效的手机或座机号码",
    "phone-not-mobile": "不是手机号码；座机请填到其他电话（other_phones）",
    "order-wrong": "结束日早于起始日",
    "places-none": "除乘务座位外没有可载客的座位",
    "plate-invalid": "不是有效的车牌号",
    "plate-missing": "按座位查时要填车牌（plate）",
    "plate-or-designation": "道路车辆填车牌（plate），车厢填编号（designation）",
    "points-doubled": "两个上下车点的编号相同",
    "proof-undated": "请填写签发日期（issued_on）或采样时间（sampled_at）",
    "question-set-unknown": "没有这份问卷；现有：{known}",
    "quantities-differ": "每项物资写一个数量，顺序一致",
    "question-unnamed": "证件号（id_number）和短编号（number）只填一项",
    "question-version-unknown": "这份问卷没有这一版；现有：{known}",
    "remark-empty": "请写明是什么情况",
    "search-one": "证件号（id_number）、电话（phone）、姓名（name）、短编号（number）只填一项",
    "rows-unclear": "按排计（rows）时才填排数，且必须填",
    "seat-twice": "座位的位置或座位号写了两次",
    "seats-none": "一个座位也没有",
    "site-misfit": "只有体温才写测量部位",
    "string_pattern_mismatch": "格式不符",
    "string_too_long": "最多{max_length}个字",
    "string_too_short": "至少{min_length}个字",
    "string_type": "应为文字",
    "temperature-in-degrees": "像是以度为单位：请以0.1℃为单位填写，36.5℃ 写 365",
    "temperature-in-fahrenheit": "像是华氏度：请换算成摄氏度，以0.1℃为单位填写（98.6℉ 写 370）",
    "temperature-invalid": "应为以0.1℃为单位的整数，300至450（如 365 即36.5℃），或 unreadable",
    "text-invalid": "含有不能保存的字符",
    "time-out-of-range": "应为2000年至2100年之间的时间",
    "times-reversed": "计划抵达不晚于计划发车",
    "timezone_aware": "时间须带时区，如 +08:00",
    "too_long": "最多{max_length}项",
    "too_short": "至少{min_length}项",
    "travel-misfit": "这一项不属于这个动作（action）",
    "trip-missing": "填了 passenger_id 时要填 trip_id",
    "under-age": "务工人员须满16周岁；随行的请改人员类型并填监护人",
    "unit-misfit": "这一项的单位是 {unit}",
    "uuid_parsing": "应为编号（UUID）",
    "uuid_type": "应为编号（UUID）",
    "validity-unclear": "有效期按天（days）或按小时（hours），只填一项",
    "value-unreadable": "读不出内容",
    "window-reversed": "时间窗的结束早于开始",
}


class FieldText(Text):
    """What is said about a field that only the server's rules can judge."""

    COMPANION_YOUNG = (
        "同行照看人须年满18周岁",
        "who looks after a minor is 18 or older",
    )
    ESCORT_DISABLED = (
        "这个领队账号已停用，请另选在用的领队账号",
        "this account is disabled: name an escort whose account is active",
    )
    FILE_HASH_MISSING = (
        "纸质签收须写扫描件的SHA-256（file_hash）",
        "a signature on paper names the SHA-256 of the scanned sheet",
    )
    IDS_MISSING = ("名单是空的，请写明签收了哪些人", "the list is empty: name who is signed for")
    BELONGS_TO_LISTS = (
        "企业名单才填，企业名单必填",
        "belongs to an enterprise's list, and only to that",
    )
    FEED_ELSEWHERE = ("这里只收：{feed}", "only {feed} here")
    CREW_MISSING = (
        "核定载客人数包含驾驶员，乘务座位至少为1",
        "the driver's place is one of the licensed",
    )
    NONE_HERE = ("这类车辆没有这一项", "this kind of vehicle has none")
    PLACES_NONE = ("除乘务座位外没有可载客的座位", "no place is left beside the crew")
    RULES_OLD = (
        "服务器按第{version}版规则核对，请更新 fangang",
        "the server checks by version {version}: update fangang",
    )
    NUMBER_TAKEN = ("这个编号已经用过，请换一个", "this number is taken; take another")
    NO_CURSOR = ("不是本列表的翻页标记", "not a cursor of this list")
    NO_ESCORT = (
        "这不是领队的账号，请从领队名单中选择",
        "this account is no escort's: choose one of the list of escorts",
    )
    NO_REFERENCE = ("没有这个编号", "there is no such id")
    NO_SHEET = ("没有这张工作表", "no such sheet")
    NO_TOWNSHIP_HERE = ("企业名单不属于乡镇", "an enterprise's list is of no township")
    NO_WEEK = ("没有这一周", "no such ISO week")
    IN_THE_FUTURE = ("不能晚于今天", "lies in the future")
    ROLE_MISFIT = ("与角色“{role}”不符", "does not fit the role {role}")
    ROWS_MORE = ("行数超过导入时所报", "more rows than the import announced")
    WINDOW_REVERSED = ("时间窗的结束早于开始", "the window ends before it begins")
    SAME_TRIP = (
        "转入的就是本趟；在本趟内换座位，请登记“换座”",
        "that is this very trip; to change the seat on it, tell a change of seat",
    )
    IDS_DOUBLED = ("同一编号不能写两次", "no id may stand there twice")
    TOML_BYTES = ("文件不是UTF-8编码的文本", "the file is no text in UTF-8")
    TOML_DEEP = ("括号嵌套太深", "brackets are nested too deeply")
    TOML_ENDS = ("文件末尾不合TOML的写法", "no TOML at the end of the file: {why}")
    TOML_NUMBER = ("数字太长或不合写法", "a number is too long, or none")
    TOML_WRONG = (
        "第{line}行第{column}列不合TOML的写法",
        "no TOML at line {line}, column {column}: {why}",
    )


_QUOTED: Final = re.compile(r"'([^']*)'")
_OTHERWISE = "内容不符合要求（{code}）"


def _list_choices(expected: str) -> str:
    """api、letter、paper of the library's "'api', 'letter' or 'paper'"."""
    return "、".join(_QUOTED.findall(expected)) or expected


def describe_field(error: Mapping[str, Any], *, is_event: bool = False) -> FieldProblem:
    """From one of pydantic's errors: where, and what; never the value, which may be personal. `is_event`: of an
    event's contents, nor a name in them that the sender made up, unless it looks like the name of a field."""
    message = str(error["msg"])
    if get_language() == "zh":
        pattern = SHAPE_MESSAGES.get(error["type"], _OTHERWISE)
        limits = {"code": error["type"], **error.get("ctx", {})}
        if "expected" in limits:
            limits["expected"] = _list_choices(str(limits["expected"]))
        message = pattern.format_map(limits)
    steps = [*map(_name_step if is_event else str, error["loc"]), *_list_named(error)]
    return FieldProblem(field=".".join(steps), message=message)


_STEP: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}(\[[a-zA-Z_(),. -]*\])?|\[key\]|[0-9]{1,9}")
"""Fields, places in lists, keys, and what pydantic calls the branches of a type."""


def _name_step(step: object) -> str:
    text = str(step)
    return text if _STEP.fullmatch(text) else "?"


def _list_named(error: Mapping[str, Any]) -> list[str]:
    """Of an error of a whole model, the field that it is about (schemas/base.py)."""
    named = error.get("ctx", {}).get("field")
    return [named] if isinstance(named, str) else []
