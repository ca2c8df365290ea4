"""What is planted about people, each value once, and how it is found again in an answer: whole, masked, or by
its last four characters.

Names begin with a character that no other kind of person has, numbers end in four digits that nobody else
has: so that also a masked form tells whose it is. Sex, seat, temperature and clearance are too short for
that and are told by the name of their property.
"""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from typing import Any, Final, NamedTuple

from httpx2 import Response

from schemas.identity import get_birth_date
from schemas.permissions import Role
from tests.factories import make_id_number, make_name
from tests.service.trips.scenes import DESTINATION


class Level(StrEnum):
    """How much of a value is shown. `part`: a run of its digits, in no form that is meant."""

    END = "end"
    FULL = "full"
    MASKED = "masked"
    PART = "part"


class Found(NamedTuple):
    """One kind of personal data at one place of an answer."""

    path: str
    field: str
    level: Level


_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_PHONE: Final = re.compile(r"1[0-9]{10}")
_NOISE: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")
"""Ids and hashes, in which any run of digits may stand by chance."""


class Canary:
    """One planted value. `field`: whose and what."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.value = field, value
        self._is_id = _ID.fullmatch(value) is not None
        self._is_number = self._is_id or _PHONE.fullmatch(value) is not None
        self.masked = self._mask()
        self.parts = self._list_parts()
        self._forms = [*self.list_forms(), *([value[-4:]] if self._is_id else [])]

    def _mask(self) -> str | None:
        """Written here once more: a mask that shows more than this is not taken for one."""
        if self._is_id:
            return f"{self.value[:6]}********{self.value[-4:]}"
        if self._is_number:
            return f"{self.value[:3]}****{self.value[-4:]}"
        if self.field.endswith("name"):
            return self.value[0] + "*" * (len(self.value) - 1)
        if self.field.endswith("number"):
            return "*" * (len(self.value) - 4) + self.value[-4:]
        return None

    def _list_parts(self) -> list[str]:
        """Runs of digits that are only this number's: of an identity number behind its area."""
        if not self._is_number:
            return []
        own, digits = (self.value[6:], 6) if self._is_id else (self.value, 7)
        return [own[at : at + digits] for at in range(len(own) - digits + 1)]

    def list_forms(self) -> list[str]:
        """All that tells of this value where it stands in a text."""
        return [self.value, *([self.masked] if self.masked else []), *self.parts]

    def find(self, text: str) -> Level | None:
        if self.value in text:
            return Level.FULL
        if self.masked is not None and self.masked in text:
            return Level.MASKED
        if self._is_id and text == self.value[-4:]:
            return Level.END
        if self.parts and any(each in _NOISE.sub("", text) for each in self.parts):
            return Level.PART
        return None

    def may_be_in(self, text: str) -> bool:
        """A quick look at a whole answer."""
        return any(each in text for each in self._forms)


class Person(NamedTuple):
    name: str
    id_number: str
    phone: str


_GIVEN_NAMES: Final = (
    "秀英 建军 桂兰 志刚 玉梅 永福 春花 海涛 丽华 文斌 淑珍 德胜 红霞 长山 晓燕 国强"
)
_GIVEN: Final = _GIVEN_NAMES.split()


_numbers = count()


def _make_phone(number: int) -> str:
    """Neither the first seven digits nor the last four are those of another number."""
    return f"154{(31 + number) * 73_939_133 % 10**8:08d}"


def _make_people(surname: str, how_many: int, *, area: str = "211221") -> list[Person]:
    """Each with a month of birth, a sequence and a telephone of their own."""
    people = []
    for given, number in zip(_GIVEN[:how_many], _numbers, strict=False):
        year, month = divmod(number, 12)
        id_number = make_id_number(
            birth=f"{1961 + year}-{month + 1:02d}-{10 + number % 19}",
            sequence=301 + 2 * number,
            area=area,
        )
        people.append(Person(surname + given, id_number, _make_phone(number)))
    return people


WORKERS: Final = _make_people("佟", 15)
"""Of the clerk's own township, and of the receiver's own enterprise."""
OTHERS: Final = _make_people("邬", 3)
"""Of another township, addressed to another enterprise, on the same trips."""
STRANGER: Final = _make_people("訾", 1)[0]
"""Aboard, and in no registry."""
STRANDED: Final = _make_people("亓", 3, area="411302")
"""On an enterprise's list, and in no registry."""
DRIVERS: Final = _make_people("逄", 4)
GUARDIAN: Final = _make_people("麴", 1)[0]
ACCOUNTS: Final = _make_people("冼", 3)

WORKER: Final = {
    "birth_date": str(get_birth_date(WORKERS[0].id_number)),
    "ethnicity": "锡伯族",
    "village": "槐荫沟村",
    "destination": "江苏省苏州市相城区合成坊",
    "employer": "合成精密甲厂",
    "occupation": "贴片操作工",
    "health": "偶有低热已复查",
    "emergency_phone": _make_phone(next(_numbers)),
    "other_phones": _make_phone(next(_numbers)),
    "return_status": "待返岗合成",
    "not_returned_reason": "封路未返合成",
    "remark": "左腿有伤需靠过道",
    "phone_text": "打隔壁小卖部",
    "departure_text": "清明前后",
    "current_place": "铁岭县合成胡同七号",
}
"""What a roster says of a worker beside name, number and phone."""
TOLD: Final = {
    "symptoms": "咳嗽乏力头痛",
    "hold reason": "密切接触者观察",
    "release reason": "复查阴性合成",
    "denial reason": "红码未解除合成",
    "refusal reason": "宿舍已满合成",
    "withdrawal note": "家中老人病重合成",
    "medical unit": "徐州合成发热门诊",
    "medical receiver": "蔚医生",
    "medical receiver's phone": _make_phone(next(_numbers)),
    "next holder": "厍站长",
    "left at": "合成服务区北",
    "left for": "家人来接合成",
    "last seen at": "合成加油站",
    "missing reported to": "合成派出所",
    "note of a notice": "婆婆代接电话",
    "reason of a move": "换乘凑车合成",
    "unread event": "看不懂的条目合成",
    "scan": "签收单扫描件合成",
    "who may release": "疾控值班合成",
    "asked by": "郄网格员",
    "note of health": "近日低热合成",
    "measured at": "合成村卫生室",
    "measured by": "邰村医",
    "measured with": "额温枪合成7号",
    "number of a proof": "JK20200320合成",
    "issuer of a proof": "合成镇卫生院办",
    "screening system": "密接查询平台合成",
    "screening operator": "缑查询员",
    "followed up by": "逄随访员",
}
"""What events say of a worker, or of somebody else in the course of what happened to one."""
TRIP: Final = {
    "incident": "后排争吵合成",
    "explanation": "名册外人员已核合成",
    "delay": "匝道封闭合成",
    "reversal": "点错人合成",
}
BATCH: Final = {"cancelled because": "厂里有人隔离合成"}
"""What is said of a trip or a batch in free words."""
CONTACTS: Final = {
    "escort": "仝领队",
    "escort_phone": _make_phone(next(_numbers)),
    "reception": "郐接站",
    "reception_phone": _make_phone(next(_numbers)),
    "duty_phone": _make_phone(next(_numbers)),
}
SECOND_RECEPTION: Final = {"name": "郐二站", "phone": _make_phone(next(_numbers))}
SECOND_ESCORT: Final = {"name": "仝代班", "phone": _make_phone(next(_numbers))}
FILING: Final = {"person": "璩科长", "post": "就业科合成", "phone": _make_phone(next(_numbers))}
APPROVER: Final = {"person": "笪主任", "post": "指挥部合成"}
RECEIVER: Final = {"receiver": "綦经理", "receiver_phone": _make_phone(next(_numbers))}
ENTERPRISE: Final = {"name": "阚厂长", "phone": _make_phone(next(_numbers))}
HOUSEHOLD: Final = {"name": "郗大娘", "address": "合成巷四十四号"}
CARRIER_PHONE: Final = _make_phone(next(_numbers))
LICENCE: Final = {"licence_number": "LX20118844", "qualification_number": "QX20117755"}
DOCUMENT: Final = "护照 E60718293"
PLANNED: Final = "等通知合成"
STAFF_PLACE: Final = "武汉市合成里十二号"
USERNAME: Final = "desk-accounts-"
"""With which the user names of three accounts begin; those of the others begin with their role."""
STATED: Final = "合成：本人来电询问"
"""The reason of an access."""
_MOST_ACCOUNTS: Final = 40


def _list_people() -> Iterator[Canary]:
    kinds = {
        "worker": WORKERS,
        "other township's worker": OTHERS,
        "person in no registry": [STRANGER],
        "stranded person": STRANDED,
        "driver": DRIVERS,
        "account": ACCOUNTS,
    }
    for kind, people in kinds.items():
        for each in people:
            yield Canary(f"{kind}: name", each.name)
            yield Canary(f"{kind}: phone", each.phone)
            if kind != "account":
                yield Canary(f"{kind}: id number", each.id_number)
    yield Canary("worker: guardian's number", GUARDIAN.id_number)


def _list_canaries() -> Iterator[Canary]:
    yield from _list_people()
    for words, value in (*WORKER.items(), *TOLD.items()):
        yield Canary(f"worker: {words.replace('_', ' ')}", value)
    for words, value in TRIP.items():
        yield Canary(f"trip: {words}", value)
    for words, value in BATCH.items():
        yield Canary(f"batch: {words}", value)
    for words, value in CONTACTS.items():
        is_phone = words.endswith("phone")
        yield Canary(f"{words.partition('_')[0]}: {'phone' if is_phone else 'name'}", value)
    parties = {
        "escort": SECOND_ESCORT,
        "reception": SECOND_RECEPTION,
        "destination's officer": FILING,
        "approver": APPROVER,
        "who received": RECEIVER,
        "enterprise's contact": ENTERPRISE,
        "household": HOUSEHOLD,
        "driver": LICENCE,
    }
    for party, said in parties.items():
        for words, value in said.items():
            plain = words.removeprefix("receiver_").replace("_", " ")
            plain = {"person": "name", "receiver": "name"}.get(plain, plain)
            yield Canary(f"{party}: {plain}", value)
    yield Canary("carrier: phone", CARRIER_PHONE)
    yield Canary("person in no registry: document", DOCUMENT)
    yield Canary("stranded person: planned", PLANNED)
    yield Canary("stranded person: current place", STAFF_PLACE)
    yield Canary("access: stated reason", STATED)
    for begin in (USERNAME, *(f"{role}-" for role in Role)):
        yield Canary("account: user name", begin)
    for number in range(1, _MOST_ACCOUNTS):
        yield Canary("account: name", make_name(number))


CANARIES: Final = tuple(_list_canaries())

# --- what is told by its property -----------------------------------------------------------------
_SEXES: Final = frozenset({"男", "女"})
_SEAT: Final = frozenset({"seat_row", "seat_column", "seat_label"})


def _name_property(name: str, value: Any) -> str | None:
    """The field that a property of this name and value is; None for most."""
    if name in _SEAT:
        return "seat"
    if value in _SEXES:
        return "sex"
    if name == "temperature":
        return "temperature"
    if name == "highest":
        return "highest temperature"
    return "clearance" if name in {"may_travel", "holds", "reasons"} and value != [] else None


# --- finding ------------------------------------------------------------------------------------
def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every leaf with the path of its property; JSON within a text is opened."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from _walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, f"{path}[]")
    elif isinstance(value, str) and value[:1] in {"{", "["}:
        yield from _walk_text(value, path)
    elif value is not None:
        yield path, value


def _walk_text(text: str, path: str) -> Iterator[tuple[str, Any]]:
    try:
        inner = json.loads(text)
    except ValueError:
        yield path, text
    else:
        yield from _walk(inner, f"{path}→")


def read_json(answer: Response) -> Any:
    """The body; None where there is none, or another kind."""
    is_json = "json" in answer.headers.get("content-type", "")
    return answer.json() if is_json and answer.content else None


def _list_leaves(answer: Response) -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = [
        (f"header {name}", each) for name, each in answer.headers.items()
    ]
    body = read_json(answer)
    if body is not None:
        leaves += _walk(body, "")
    else:
        leaves.append(("content", answer.content.decode(errors="replace")))
    return leaves


def find(answer: Response, *, said: str = "") -> set[Found]:
    """All that is personal in an answer: its body, whatever its status, and its headers. What the asker
    has `said` in the question is no news to them.
    """
    leaves = _list_leaves(answer)
    texts = [(path, each) for path, each in leaves if isinstance(each, str)]
    whole = "\n".join(each for _, each in texts)
    known = {form for each in CANARIES if each.value in said for form in each.list_forms()}
    found = {
        Found(path, canary.field, level)
        for canary in CANARIES
        if canary.may_be_in(whole) and known.isdisjoint(canary.list_forms())
        for path, text in texts
        if (level := canary.find(text)) is not None
    }
    for path, value in leaves:
        field = _name_property(path.rpartition(".")[2], value)
        if field is not None:
            found.add(Found(path, field, Level.FULL))
    return found


AREA: Final = {
    "area_code": "320500",
    "level": "low",
    "scheme": "2020",
    "valid_from": "2020-03-01",
    "source": "合成",
}
"""A level of risk."""


def describe(person: Person, **more: Any) -> dict[str, Any]:
    """A row of a roster."""
    return {
        "name": person.name,
        "id_number": person.id_number,
        "gender": "男",
        "birth_date": str(get_birth_date(person.id_number)),
        "phone": person.phone,
        "village": WORKER["village"],
        "destination": WORKER["destination"],
        "destination_code": DESTINATION,
        "employer": WORKER["employer"],
        "departure_date": "2020-03-26",
        **more,
    }


def describe_fully(person: Person) -> dict[str, Any]:
    own = {
        name: value
        for name, value in WORKER.items()
        if name not in {"other_phones", "phone_text", "departure_text", "birth_date"}
    }
    guardian = GUARDIAN.id_number
    return describe(person, **own, other_phones=[WORKER["other_phones"]], guardian_id=guardian)


def without_nulls(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
