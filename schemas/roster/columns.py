"""The columns of a roster: all headings that are understood, which are required, how headings are normalised,
headings about other people (家属, 监护人), `ignore`, columns of enterprises' lists only.

Matching is exact after normalising: 监护人姓名 must never become 姓名 by being similar.
Similarity only suggests, in the text of an error (headers.py).
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.identity import strip_format_characters
from schemas.roster.spoken import find_spoken


class Field(StrEnum):
    """In the order of a template. Fields after REMARK are read but not kept."""

    NAME = "name"
    GENDER = "gender"
    ID_NUMBER = "id_number"
    ETHNICITY = "ethnicity"
    PHONE = "phone"
    TOWNSHIP = "township"
    VILLAGE = "village"
    DESTINATION = "destination"
    DESTINATION_CODE = "destination_code"
    EMPLOYER = "employer"
    OCCUPATION = "occupation"
    DEPARTURE_DATE = "departure_date"
    HEALTH = "health"
    EMERGENCY_PHONE = "emergency_phone"
    OTHER_PHONES = "other_phones"
    BIRTH_DATE = "birth_date"
    RETURN_STATUS = "return_status"
    NOT_RETURNED_REASON = "not_returned_reason"
    PERSON_ROLE = "person_role"
    GUARDIAN_ID = "guardian_id"
    CURRENT_PLACE = "current_place"
    REMARK = "remark"
    DESTINATION_PROVINCE = "destination_province"
    DESTINATION_CITY = "destination_city"
    DESTINATION_COUNTY = "destination_county"
    SERIAL = "serial"
    AGE = "age"
    RELATION = "relation"
    HEAD_NAME = "head_name"
    HEAD_ID = "head_id"


REQUIRED: Final = (Field.NAME, Field.ID_NUMBER, Field.PHONE)
UNCOMPARED: Final = frozenset({Field.SERIAL, Field.AGE})
# Joined into `destination` where a form asks for 省, 市, 县 one by one.
DESTINATION_PARTS: Final = (
    Field.DESTINATION_PROVINCE,
    Field.DESTINATION_CITY,
    Field.DESTINATION_COUNTY,
)
# Known only in an enterprise's list: in a village's roster 现居住地 and 居住地 say where the house is.
STAFF_FIELDS: Final = frozenset({Field.CURRENT_PLACE})
# All but the first synonym are known only beside 与户主关系: elsewhere 户主 may be anything.
HOUSEHOLD_FIELDS: Final = frozenset({Field.HEAD_NAME, Field.HEAD_ID})
# `--map 列名=ignore` leaves a column out, the cure for two columns of one meaning.
IGNORE: Final = "ignore"

# The first synonym is the heading of our own template.
SYNONYMS: Final[Mapping[Field, str]] = MappingProxyType(
    {
        Field.SERIAL: "序号 编号 顺序号 序 排序 No",
        Field.NAME: (
            "姓名 名字 员工姓名 务工人员姓名 农民工姓名 人员姓名 本人姓名 职工姓名 工人姓名 "
            "劳动力姓名 返岗人员姓名 返岗务工人员姓名 外出务工人员姓名 劳务人员姓名 "
            "乘车人姓名 乘客姓名 务工人员 务工者姓名 村民姓名 人员名称 参加人员姓名 "
            "外出人员姓名 返乡人员姓名"
        ),
        Field.GENDER: "性别 姓别 男/女 性別",
        Field.ID_NUMBER: (
            "身份证号 身份证号码 身份证 公民身份号码 公民身份证号码 公民身份证号 证件号 "
            "证件号码 居民身份证 居民身份证号 居民身份证号码 身份证件号 身份证件号码 身份号码 "
            "本人身份证号 本人身份证号码 务工人员身份证号 务工人员身份证号码 有效证件号码 "
            "有效身份证件号码 身份号 居民身份号码 公民身份号 本人身份证 "
            "个人身份证号 个人身份证号码 员工身份证号 员工身份证号码"
        ),
        Field.ETHNICITY: "民族 族别 名族 民族成份 民族成分",
        Field.PHONE: (
            "手机号码 手机号 手机 联系电话 电话 电话号码 联系方式 移动电话 联系手机 "
            "联系手机号 联系手机号码 联系号码 联络电话 手机电话 电话/手机 手机/电话 "
            "联系电话/手机 本人电话 本人电话号码 本人手机 本人手机号 本人手机号码 "
            "本人联系电话 本人联系方式 个人电话 个人手机号 个人手机号码 个人联系电话 "
            "个人联系方式 务工人员电话 务工人员联系电话 务工人员手机号 务工人员手机号码 "
            "务工人员联系方式 手机电话号码 联系电话号码 联系手机电话 手机联系方式 手机号电话 "
            "本人手机电话 本人联系电话号码 员工电话 员工手机号 员工手机号码 员工联系电话"
        ),
        Field.TOWNSHIP: (
            "乡镇 乡镇名称 乡镇/街道 乡/镇 镇街 镇/街 镇/街道 街道/乡镇 街镇 乡镇街 乡 镇 "
            "街道 乡镇场 乡镇办 所属乡镇 所属乡镇街道 所属街道 所在乡镇 所在乡镇街道 所在街道 "
            "所在镇 户籍乡镇 户籍所在乡镇 户籍地乡镇 乡镇名 所属镇 所属乡 所在乡 所在街镇 "
            "所属街镇 户籍镇 乡镇街道名称 乡镇区"
        ),
        Field.VILLAGE: (
            "村(社区) 村 村/社区 社区/村 社区 行政村 行政村/社区 行政村名称 村居 村/居 村名 "
            "村名称 村庄 村庄名称 村组 屯 村屯 村委会 村委会/社区 村民委员会 村居委会 所在村 "
            "所在村/社区 所在行政村 所在村居 所属村 所属村/社区 所属行政村 所属村居 户籍村 "
            "村社 村别 村委 所在社区 所属社区 居住村 户籍所在村 所在村屯 所属村屯 村街 "
            "村民小组"
        ),
        Field.DESTINATION: (
            "务工地 务工地点 务工地址 务工所在地 务工目的地 务工地区 务工地名称 务工城市 "
            "务工省市 外出务工地 外出务工地点 目的地 目的地城市 目的城市 目标城市 返岗目的地 "
            "返岗地 返岗地点 返岗城市 就业地 就业地点 就业城市 前往地 前往地点 前往城市 "
            "拟前往城市 拟前往地 拟去城市 输入地 工作地 工作地点 工作城市 到达地 打工地 "
            "打工地点 打工城市 外出地 外出地点 外出务工城市 务工所在城市 就业所在地 "
            "返岗目的城市 目的地省市 拟务工地 拟务工城市 拟返岗地 拟返岗城市 去往地 去往城市 "
            "前往目的地 返回城市 工作所在地 工作所在城市 输入城市"
        ),
        Field.DESTINATION_PROVINCE: "务工省份 务工省 务工地省 务工地省份 目的地省 目的地省份",
        Field.DESTINATION_CITY: "务工市 务工地市 务工地城市 务工地级市 目的地市",
        Field.DESTINATION_COUNTY: "务工县 务工地县 务工地区县 务工地县区 目的地县 目的地区县",
        Field.DESTINATION_CODE: (
            "务工地代码 务工地编码 务工地行政区划代码 务工地区划代码 目的地代码 目的地编码 "
            "目的地行政区划代码 目的地区划代码 就业地代码 返岗地代码 行政区划代码 区划代码 "
            "务工城市代码 目的城市代码 目的地城市代码 务工地行政区代码 目的地行政区代码 "
            "务工地地区代码 行政区代码"
        ),
        Field.EMPLOYER: (
            "用工单位 用工单位名称 用工企业 用工企业名称 用人单位 用人单位名称 务工单位 "
            "务工单位名称 务工企业 务工企业名称 务工公司 工作单位 工作单位名称 单位 单位名称 "
            "企业 企业名称 企业全称 公司 公司名称 就业单位 就业单位名称 就业企业 就业企业名称 "
            "所在企业 所在单位 返岗企业 返岗企业名称 返岗单位 拟返岗企业 复工企业 接收企业 "
            "接收单位 输入企业 用工企业全称 用工单位全称 务工企业全称 务工单位全称 "
            "务工公司名称 就职单位 就职企业 打工单位 打工企业 所在公司 所在企业名称 "
            "所在单位名称 返岗单位名称 返岗企业全称 就业公司 工作企业 工作公司"
        ),
        Field.OCCUPATION: (
            "工种 工种/岗位 岗位 岗位/工种 岗位名称 工作岗位 务工岗位 务工工种 务工职位 "
            "从事工种 从事岗位 从事职业 从事工作 从业工种 就业岗位 职业 职务 职位 职业/工种 "
            "务工岗位名称 工作内容 就业工种 工作工种 工种名称 职业名称 从事的工种 岗位类别"
        ),
        Field.DEPARTURE_DATE: (
            "拟出发日期 拟出发时间 出发日期 出发时间 计划出发日期 计划出发时间 预计出发日期 "
            "预计出发时间 出行日期 出行时间 拟出行日期 拟出行时间 计划出行日期 计划出行时间 "
            "预计出行日期 预计出行时间 返岗日期 返岗时间 拟返岗日期 拟返岗时间 计划返岗日期 "
            "计划返岗时间 预计返岗日期 预计返岗时间 拟返岗复工时间 拟返岗复工日期 外出时间 "
            "外出日期 拟外出时间 拟外出日期 计划外出时间 计划外出日期 返程日期 返程时间 "
            "启程日期 启程时间 动身日期 动身时间 乘车日期 乘车时间 拟乘车日期 拟乘车时间 "
            "拟定出发日期 拟启程日期 拟启程时间 计划启程日期 返城日期 返城时间 计划返程日期 "
            "计划返程时间 拟返程日期 拟返程时间 希望出发日期 意向出发日期 拟外出务工时间 "
            "计划动身日期 拟动身日期"
        ),
        Field.HEALTH: (
            "健康状况 健康情况 健康状态 身体状况 身体情况 身体健康状况 身体健康情况 健康 "
            "身体健康 身体状态 目前健康状况 目前身体状况 本人健康状况 本人身体状况"
        ),
        Field.EMERGENCY_PHONE: (
            "紧急联系电话 紧急电话 紧急联系方式 紧急联系人电话 紧急联系人电话号码 "
            "紧急联系人手机 紧急联系人手机号 紧急联系人手机号码 紧急联系人联系电话 "
            "紧急联系人联系方式 应急联系电话 应急联系人电话 家属电话 家属手机 家属手机号 "
            "家属手机号码 家属联系电话 家属联系方式 家庭电话 家庭联系电话 家人电话 "
            "家人联系电话 亲属电话 亲属联系电话 紧急联系号码 紧急联系人号码 应急电话 "
            "应急联系方式 家属号码 家属联系电话号码 紧急联系人手机电话"
        ),
        Field.OTHER_PHONES: (
            "其他电话 其他联系电话 其他号码 其它电话 另一电话 备用电话 备用号码 备用手机 备用手机号 "
            "备用联系电话 备用联系方式 第二电话 第二联系电话 电话2 手机2 手机号2 手机号码2 联系电话2 "
            "联系方式2 电话二 联系电话二"
        ),
        Field.RELATION: (
            "与户主关系 与户主的关系 和户主关系 和户主的关系 同户主关系 户主关系 与户主关系称谓 "
            "家庭关系 与务工人员关系 与务工者关系 与本人关系 与本人的关系 与申请人关系"
        ),
        Field.HEAD_NAME: "所属户主姓名 户主 户主姓名 户主名字 所属户主",
        Field.HEAD_ID: (
            "所属户主身份证号 户主身份证号 户主身份证号码 户主身份证 户主证件号 户主证件号码 户主公民身份号码 "
            "户主居民身份证号 户主身份号码"
        ),
        Field.BIRTH_DATE: "出生日期 出生年月日 出生年月 出生时间 出生 生日",
        Field.RETURN_STATUS: (
            "返岗情况 返岗状态 返岗与否 是否返岗 是否已返岗 返岗意愿 是否有返岗意愿 "
            "返岗复工情况 是否返岗复工 目前返岗情况 返岗复工状态 是否复工 返工情况 是否返工 "
            "返岗否"
        ),
        Field.NOT_RETURNED_REASON: (
            "未返岗原因 未返原因 未返岗理由 未返岗具体原因 不返岗原因 不返岗理由 暂未返岗原因 "
            "暂不返岗原因 滞留原因 未返岗的原因 不能返岗原因 不能返岗的原因 没有返岗原因 "
            "未复工原因"
        ),
        Field.PERSON_ROLE: (
            "人员类型 人员类别 人员分类 人员身份 乘车人员类型 乘车人员类别 随行类型 "
            "随行人员类型 身份类型 角色 人员角色 乘车人员身份"
        ),
        Field.GUARDIAN_ID: (
            "监护人身份证号 监护人身份证号码 监护人身份证 监护人证件号 监护人证件号码 "
            "监护人公民身份号码 监护人身份号码 监护人居民身份证号 监护人居民身份证号码 "
            "监护人公民身份证号码 监护人身份证件号码 家长身份证号 家长身份证号码 监护人证件"
        ),
        Field.CURRENT_PLACE: (
            "现在地 现所在地 目前所在地 当前所在地 所在地 所在地点 滞留地 滞留地点 滞留地址 "
            "滞留所在地 滞留城市 现居住地 现居住地址 现住址 现住地 现住地址 目前居住地 居住地 "
            "居住地址 人员所在地 员工所在地 现在所在地 目前位置 当前位置"
        ),
        Field.REMARK: "备注 备考 附注 备注说明 备注栏 备注信息",
        Field.AGE: "年龄 周岁 周岁年龄 实足年龄 年纪 岁数",
    }
)

_BRACKETED: Final = re.compile(r"[\(\[{【〔〖「《<].*?[\)\]}】〕〗」》>]")
_OPEN_BRACKET: Final = re.compile(r"[\(\[{【〔〖「《<].*$")
_BRACKETS: Final = re.compile(r"[\(\[{【〔〖「《<\)\]}】〕〗」》>]")
_PUNCTUATION: Final = re.compile(r"[\s*※★☆●:：,，、/\\|.。;；#?？!！\"'“”‘’_\-—~&＊]+")
_NUMBERING: Final = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．)]")
_UNITS: Final = re.compile(r"(?:°[Cc]|%|元)$")
# Words of another person or of a firm: 电话(家属) and a group 家属 over 电话 are not the worker's.
_OF_OTHERS: Final = re.compile(
    "监护|家属|亲属|家人|紧急|应急|联系人|户主|配偶|父|母|企业|单位|公司|领队|司机|驾驶|村干部|村负责"
)
_OWN_FIELDS: Final = frozenset(
    {Field.NAME, Field.GENDER, Field.ID_NUMBER, Field.PHONE, Field.BIRTH_DATE, Field.AGE}
)


def normalise_heading(text: str) -> str:
    """NFKC, without blanks, brackets and what is in them, stars, punctuation, units, numbering."""
    clean = _NUMBERING.sub("", _compact(text))
    outside = _OPEN_BRACKET.sub("", _BRACKETED.sub("", clean)) or _BRACKETS.sub("", clean)
    return _UNITS.sub("", _PUNCTUATION.sub("", outside)).casefold()


def _compact(text: str) -> str:
    return "".join(strip_format_characters(unicodedata.normalize("NFKC", text)).split())


def _build_table() -> dict[str, Field]:
    table = {
        normalise_heading(synonym): field
        for field, synonyms in SYNONYMS.items()
        if field not in STAFF_FIELDS
        for synonym in synonyms.split()[: 1 if field in HOUSEHOLD_FIELDS else None]
    }
    return table | {field.value.replace("_", ""): field for field in Field}


_TABLE: Final = _build_table()


def find_field(heading: str, group: str = "") -> Field | None:
    """The field of a heading; `group` is the heading that stands merged above it, if any.

    务工地 over 市 is 务工地市. 家属 over 电话, and 电话(家属), are 家属电话, never 电话.
    """
    child = normalise_heading(heading)
    owner = normalise_heading(group)
    joined = _TABLE.get(owner + child) if owner else None
    field = joined or _TABLE.get(child) or _find_otherwise(child, heading)
    if joined or field not in _OWN_FIELDS:
        return field
    owners = [owner, *map(normalise_heading, _BRACKETED.findall(_compact(heading)))]
    other = next((word for word in owners if _OF_OTHERS.search(word)), None)
    if other is None:
        return field
    return _TABLE.get(other.removesuffix("信息").removesuffix("情况") + child)


_HOUSEHOLD: Final = {
    normalise_heading(synonym): field
    for field in sorted(HOUSEHOLD_FIELDS)
    for synonym in SYNONYMS[field].split()
}


def find_household_field(heading: str) -> Field | None:
    """户主 and 户主身份证号, where the roster says 与户主关系."""
    return _HOUSEHOLD.get(normalise_heading(heading))


def _find_otherwise(normal: str, heading: str) -> Field | None:
    """As it is spoken; or with what stands in brackets: 家庭住址(村、组)."""
    spoken = find_spoken(normal)
    if spoken is None and _BRACKETED.search(_compact(heading)):
        spoken = find_spoken(_PUNCTUATION.sub("", _BRACKETS.sub("", _compact(heading))))
    return None if spoken is None else Field(spoken)


def is_spoken(heading: str) -> bool:
    """Whether a heading is understood only as a question that somebody asks."""
    normal = normalise_heading(heading)
    return normal not in _TABLE and _find_otherwise(normal, heading) is not None


def is_of_others(heading: str, field: Field) -> bool:
    """Whether a heading says that it is about somebody else than the worker, whose field this is."""
    return field in _OWN_FIELDS and _OF_OTHERS.search(_compact(heading)) is not None


def get_heading(field: Field) -> str:
    """The heading of our own template for a field."""
    return SYNONYMS[field].split(maxsplit=1)[0]


def make_staff_mapping() -> dict[str, str]:
    """What an enterprise's list maps beyond a roster: heading → field, as by hand."""
    return {
        heading: field.value
        for field in sorted(STAFF_FIELDS)
        for heading in SYNONYMS[field].split()
    }


def read_mapping(mapping: Mapping[str, str]) -> dict[str, Field | None]:
    """Headings mapped by hand: normalised heading → field, or None to leave the column out.

    Raises ValueError naming the field that does not exist.
    """
    fields: dict[str, Field | None] = {}
    for heading, name in mapping.items():
        if name.strip() == IGNORE:
            fields[normalise_heading(heading)] = None
            continue
        fields[normalise_heading(heading)] = Field(name.strip())
    return fields
