"""Headings as they are spoken (去哪, 到哪打工, 厂子叫啥, 啥时候走, 所在村组): which field a question means,
by kinds of question words and what is asked for.
"""

import re
from typing import Final

# Keyed by the name of the field: columns.py asks here.
_WHAT: Final = "(?:啥|什么|么子|何)"
_WORK: Final = "(?:打工|务工|干活|做工|上班|工作|返岗|复工|就业)"
_GO: Final = "(?:去|到|上|往|奔|回)"
_LEAVE: Final = (
    "(?:走|出发|动身|出门|启程|起程|上车|坐车|乘车|发车|返岗|回岗|复工|外出|离家|离村|出行|回厂|返厂|"
    "去|出去)"
)
_FIRM: Final = "(?:厂子|工厂|厂家|厂|单位|公司|企业|工地|老板)"
_WISH: Final = "(?:准备|打算|计划|预计|想|要|今年|现在|本人|具体)*"
_WHEN: Final = f"(?:{_WHAT}(?:时候|时间|日子|时)|几时|哪(?:一)?天|哪日|几号|几月几号|多会儿|多咱)"
_PLACE: Final = "(?:地方|地儿|地点|城市|省市|省|市|地|方向)"

_KINDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "destination",
        f"{_WISH}(?:人)?{_GO}(?:哪里|哪儿|哪|{_WHAT}{_PLACE}|哪个{_PLACE})(?:去)?{_WORK}?(?:去|了|呢|的)?",
    ),
    ("destination", f"{_WISH}(?:在)?(?:哪里|哪儿|哪|{_WHAT}地方)(?:打工|务工|干活|做工|就业)"),
    (
        "destination",
        f"(?:{_WORK}|外出|返岗|人员|本人|拟)*(?:去向|去处|流向|去的{_PLACE}|去往{_PLACE}?)",
    ),
    ("destination", f"{_WORK}{_GO}(?:哪里|哪儿|哪)"),
    ("departure_date", f"{_WISH}{_WHEN}{_LEAVE}(?:的)?"),
    ("departure_date", f"{_WISH}{_LEAVE}的?(?:时间|日期|日子|时候|{_WHAT}时候)"),
    ("employer", f"(?:在|进|去|到)?(?:哪个|哪家|{_WHAT}){_FIRM}(?:{_WORK})?"),
    ("employer", f"(?:{_WORK}的?)?{_FIRM}(?:叫|是)(?:{_WHAT}|哪个|哪家)(?:名字?|名)?"),
    ("employer", f"(?:{_WORK}的?)?(?:厂子|工厂|厂家|厂)(?:名称|名字|名)?"),
    ("name", f"(?:叫|姓名是){_WHAT}(?:名字?|名)?|名叫{_WHAT}|名字叫{_WHAT}|谁"),
    ("phone", "(?:本人)?(?:电话|手机|手机号|号码|联系电话)(?:是)?多少"),
    ("id_number", "(?:本人)?(?:身份证|身份证号|身份证号码)(?:是)?多少"),
    (
        "village",
        "(?:所在|所属|户籍|居住|家住|住)?(?:的)?(?:村组|村屯|村组名|村组名称|哪个村组?|哪个屯|哪屯|哪村)",
    ),
    (
        "village",
        "(?:家庭|现|居住|户籍|户口)?(?:住址|地址|所在地)(?:村组|村屯|村|村居|村社区)(?:名称?|组)?",
    ),
    ("occupation", f"(?:干|做){_WHAT}(?:活|工作|的)?|{_WHAT}(?:工种|活)"),
)
_COMPILED: Final = tuple((field, re.compile(pattern).fullmatch) for field, pattern in _KINDS)


def find_spoken(heading: str) -> str | None:
    """The field's name for a normalised heading that is asked in spoken words; None for any other."""
    return next((field for field, match in _COMPILED if match(heading)), None)
