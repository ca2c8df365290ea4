"""How people shorten the names of divisions. Pure text rules, no table."""

import re

# Names of peoples that stand before 自治州, 自治县, 自治旗, 乡 and 区. Those of one character only
# with 族, because 回 or 白 alone is also a part of place names.
_PEOPLES = (
    "蒙古 哈萨克 柯尔克孜 维吾尔 塔吉克 锡伯 朝鲜族 满族 回族 藏族 苗族 彝族 壮族 侗族 瑶族 白族 "
    "土家族 哈尼族 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 土族 达斡尔族 "
    "仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 阿昌族 普米族 怒族 乌孜别克族 俄罗斯族 鄂温克族 "
    "德昂族 保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族 布依族 各族"
)
_PEOPLE = "(?:" + "|".join(f"{name}族?" for name in _PEOPLES.split()) + ")"
# A text: `re` compiles it on first use, and importing stays cheap.
_SUFFIX = (
    rf"(?:{_PEOPLE}*自治[区州县旗]|{_PEOPLE}+[区乡]"
    "|特别行政区|街道办事处|街道|地区|林区|特区|新区|[省市县区旗盟镇乡])$"
)
# What still names the same place when the whole suffix is not written out.
_BRIEF_SUFFIXES = {"自治区": "", "自治州": "州", "自治县": "县", "自治旗": "旗", "新区": "区"}


def short_name(name: str) -> str:
    """铁岭 of 铁岭市, 恩施 of 恩施土家族苗族自治州. One character is no name: 沛县 stays."""
    stem = re.sub(_SUFFIX, "", name)
    if len(stem) < 2:
        stem = re.sub("(?:自治)?[区县旗乡]$", "", name)
    return stem if len(stem) >= 2 else name


def list_aliases(name: str) -> set[str]:
    """Every way in which a division is written: in full, short, and with a brief suffix."""
    short = short_name(name)
    brief = {short + brief for long, brief in _BRIEF_SUFFIXES.items() if name.endswith(long)}
    return {name, short} | brief
