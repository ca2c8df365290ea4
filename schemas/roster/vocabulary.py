"""Words of a roster that mean a coded value: gender, role, ethnic group (GB/T 3304)."""

from typing import Final

from schemas.roster.records import PersonRole

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


def complete_ethnicity(text: str) -> str:
    """汉 → 汉族; anything that is no bare name of one of the 56 stays as it is."""
    return _WITHOUT_SUFFIX.get(text, text)
