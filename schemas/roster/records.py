"""One accepted person of a roster: fields, JSON and its masking; words for sex, role and ethnic group; ages:
workers from 16, under 14 a guardian's number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, ClassVar, Final, Literal

from pydantic import ConfigDict

from schemas import identity
from schemas.events.payloads_passengers import PersonRole
from schemas.identity import mask_id, mask_phone, mask_text
from schemas.roster.codes import RowCode
from schemas.roster.columns import Field


@dataclass(slots=True)
class RosterRecord:
    """What an import carries for one person. A field without a value is None.

    `gender` and `birth_date` come from the id. `phone` is a mobile; landlines and further
    numbers are `other_phones`; what could not be read stays as `phone_text`, `departure_text`.
    Treat it as immutable: it is not frozen only because that would triple the cost of making one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str
    id_number: str
    gender: Literal["男", "女"] | None = None
    ethnicity: str | None = None
    phone: str | None = None
    township: str | None = None
    village: str | None = None
    destination: str | None = None
    destination_code: str | None = None
    employer: str | None = None
    occupation: str | None = None
    departure_date: date | None = None
    health: str | None = None
    emergency_phone: str | None = None
    birth_date: date | None = None
    return_status: str | None = None
    not_returned_reason: str | None = None
    person_role: PersonRole | None = None
    guardian_id: str | None = None
    remark: str | None = None
    other_phones: tuple[str, ...] | None = None
    phone_text: str | None = None
    departure_text: str | None = None
    current_place: str | None = None


RECORD_FIELDS: Final = tuple(field.name for field in fields(RosterRecord))
SLOT: Final = {name: place for place, name in enumerate(RECORD_FIELDS)}
_get_values: Final = attrgetter(*RECORD_FIELDS)
_JSON_FORMS: Final[Sequence[tuple[str, Callable[[Any], Any]]]] = (
    ("departure_date", date.isoformat),
    ("birth_date", date.isoformat),
    ("other_phones", list),
)
_MASKS: Final[Sequence[tuple[str, Callable[[Any], Any]]]] = (
    ("id_number", mask_id),
    ("guardian_id", mask_id),
    ("phone", mask_phone),
    ("other_phones", lambda phones: [mask_phone(phone) for phone in phones]),
    ("emergency_phone", mask_text),
    ("phone_text", mask_text),
    ("departure_text", mask_text),
    ("remark", mask_text),
    ("not_returned_reason", mask_text),
    ("health", mask_text),
    ("current_place", mask_text),
)
_MASKED_FORMS: Final = (*_JSON_FORMS, *_MASKS)


def record_to_json(record: RosterRecord, *, include_ids: bool) -> dict[str, Any]:
    """Fields that have a value; ids and phones masked unless `include_ids`."""
    every = zip(RECORD_FIELDS, _get_values(record), strict=True)
    values: dict[str, Any] = {name: value for name, value in every if value is not None}
    for name, convert in _JSON_FORMS if include_ids else _MASKED_FORMS:
        if name in values:
            values[name] = convert(values[name])
    return values


_MALE: Final = "男 男性 男士 男方 1 m male man"
_FEMALE: Final = "女 女性 女士 女方 2 f female woman"
_GENDERS: Final = dict.fromkeys(_MALE.split(), "男") | dict.fromkeys(_FEMALE.split(), "女")

_WORKERS: Final = (
    "务工 务工者 务工人员 外出务工 外出务工人员 返岗务工人员 工人 员工 职工 农民工 劳动力 民工 "
    "本人 worker"
)
_FAMILY: Final = "家属 随行家属 家属随行 随迁家属 随行人员 随行 配偶 亲属 家人 父母 family"
_CHILDREN: Final = (
    "儿童 子女 随行儿童 随行子女 随迁子女 随行孩子 孩子 小孩 未成年子女 未成年人 儿子 女儿 婴儿 婴幼儿 "
    "幼儿 child"
)
_ROLES: Final = (
    dict.fromkeys(_WORKERS.split(), PersonRole.WORKER)
    | dict.fromkeys(_FAMILY.split(), PersonRole.FAMILY)
    | dict.fromkeys(_CHILDREN.split(), PersonRole.CHILD)
)

_GROUPS: Final = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 "
    "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 "
    "怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
_WITHOUT_SUFFIX: Final = {group: f"{group}族" for group in _GROUPS.split()}


def read_gender(text: str) -> str | None:
    return _GENDERS.get("".join(text.split()).casefold())


def read_role(text: str) -> PersonRole | None:
    return _ROLES.get("".join(text.split()).casefold())


_HEADS: Final = frozenset(
    ["户主", "本人", "户主本人", "家主", "自己", "务工人员", "务工者", "申请人"]
)
_CHILD: Final = re.compile(
    r"(?:户主)?(?:之)?(?:长|次|幼|独|独生|大|小|二|三|四|五|老|养|继)?"
    r"(?:子女|儿女|儿子|女儿|子|女|儿|闺女|姑娘|孩子|小孩|娃|娃娃)"
    r"|(?:户主)?(?:之)?(?:长|次|大|小)?(?:重|外)?孙(?:子|女|儿)?|侄(?:子|女|儿)|外甥女?"
).fullmatch


def is_head(relation: str) -> bool:
    """与户主关系: the head of the household, or whoever the list is about."""
    return "".join(relation.split()) in _HEADS


def is_child_of(relation: str) -> bool:
    """与户主关系: a child or grandchild of the household, of whatever age."""
    text = "".join(relation.split())
    return _CHILD(text) is not None or read_role(text) is PersonRole.CHILD


def complete_ethnicity(text: str) -> str:
    """汉 → 汉族; anything that is no bare name of one of the 56 stays as it is."""
    return _WITHOUT_SUFFIX.get(text, text)


WORKING_AGE: Final = 16
GUARDED_AGE: Final = 14


def find_age_problem(
    born: date, *, role: PersonRole | None, guardian_problem: RowCode | None, as_of: date
) -> tuple[Field, RowCode] | None:
    """Workers are 16 or older; whoever else is under 14 needs a guardian's valid id.

    Without a role a person is a worker. `guardian_problem` is None when that id is valid; it
    counts only where a guardian is needed.
    """
    if (role or PersonRole.WORKER) is PersonRole.WORKER:
        is_of_age = born <= identity.years_before(as_of, WORKING_AGE)
        return None if is_of_age else (Field.ID_NUMBER, RowCode.UNDER_AGE)
    if guardian_problem is None or born <= identity.years_before(as_of, GUARDED_AGE):
        return None
    return Field.GUARDIAN_ID, guardian_problem


def count_years(born: date, on: date) -> int:
    """Full years of age on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def judge_guardian(
    guardian_id: str | None, problem: RowCode | None, *, id_number: str
) -> RowCode | None:
    """A missing guardian has a code of its own, and nobody guards himself."""
    if problem is RowCode.ID_MISSING or guardian_id == id_number:
        return RowCode.GUARDIAN_MISSING
    return problem
