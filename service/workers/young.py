"""未成年工, workers of 16 and 17: which posts they may not have, and what is to be noted about one who travels.

Labour Law, art. 58 and 64; 未成年工特殊保护规定 (劳部发〔1994〕498号), art. 3. Pure.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from schemas.events.payloads_passengers import PersonRole
from schemas.gate import Caution
from service.registry.people import Person, is_adult


class _Work(NamedTuple):
    """A kind of work that they may not be given, and the words by which a post is known as such."""

    zh: str
    en: str
    words: tuple[str, ...]


_FORBIDDEN: Final = (
    _Work("接尘作业", "dust", ("粉尘", "打磨", "抛光", "喷砂", "水泥", "石材")),
    _Work(
        "有毒作业", "poisons", ("有毒", "喷漆", "油漆", "电镀", "化工", "农药", "制鞋胶", "刷胶")
    ),
    _Work("高处作业", "heights", ("高空", "高处", "架子工", "脚手架", "外墙", "塔吊")),
    _Work("冷水和低温作业", "cold", ("冷库", "冷冻", "冷水", "低温")),
    _Work("高温作业", "heat", ("高温", "炉前", "冶炼", "炼钢", "铸造", "锻造", "锻工")),
    _Work("重体力和负重作业", "heavy loads", ("搬运", "装卸", "负重", "扛包", "重体力")),
    _Work("矿山井下和采石", "mines and quarries", ("井下", "采煤", "采矿", "矿工", "采石", "掘进")),
    _Work("伐木、流放和守林", "felling", ("伐木", "流放", "守林")),
    _Work("放射性作业", "radiation", ("放射", "探伤")),
    _Work(
        "易燃易爆、灼伤等危险作业", "explosives and burns", ("烟花", "爆竹", "爆破", "易燃", "易爆")
    ),
    _Work("野外勘探", "prospecting", ("勘探",)),
    _Work(
        "潜水、涵洞和高原作业",
        "diving, tunnels, altitude",
        ("潜水", "涵洞", "涵道", "隧道", "高原"),
    ),
    _Work(
        "凿岩机、气镐、电锤等作业", "rock drills", ("凿岩", "风镐", "气镐", "电锤", "风钻", "铆钉")
    ),
    _Work("锅炉司炉", "boilers", ("司炉", "锅炉")),
)


def find_forbidden(occupation: str) -> list[tuple[str, str]]:
    """Kinds of work (Chinese, English) that the text of a post names and that nobody under 18 may do. Words are
    looked for: what the text does not say is not found."""
    return [
        (each.zh, each.en) for each in _FORBIDDEN if any(word in occupation for word in each.words)
    ]


def is_young(role: PersonRole, sixteen_on: date | None, on: date) -> bool:
    """A worker of 16 or 17 on that day."""
    if role is not PersonRole.WORKER or sixteen_on is None:
        return False
    return sixteen_on <= on and not is_adult(sixteen_on, on)


def list_cautions(
    person: Person, role: PersonRole, on: date
) -> Iterator[tuple[Caution, list[tuple[str, str]]]]:
    """What is to be noted about a young worker, with the kinds of work that the post names. It holds nobody
    back."""
    if not is_young(role, person.sixteen_on, on):
        return
    yield Caution.YOUNG_WORKER, []
    if not person.occupation:
        yield Caution.POST_MISSING, []
    elif found := find_forbidden(person.occupation):
        yield Caution.POST_FORBIDDEN, found
