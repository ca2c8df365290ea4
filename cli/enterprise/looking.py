"""`fangang enterprise staff list`: masked, as the server gives it."""

from dataclasses import dataclass
from typing import Final

from cli import output
from cli.api import Api
from cli.enterprise.finding import find_enterprise_id
from cli.enterprise.texts import Text, get_text
from cli.names import get_name
from cli.times import show_time
from schemas.stranded import StrandedPersonOut
from schemas.texts import choose, get_language

_HEADINGS: Final = {
    "zh": (
        "姓名", "身份证号", "电话", "户籍地", "企业", "计划返岗", "对比", "电话结果", "发函", "编号"
    ),
    "en": (
        "name", "identity number", "phone", "home", "enterprise", "planned", "match", "call",
        "letter", "id",
    ),
}  # fmt: skip
_NAME_DIFFERS: Final = ("姓名不一致", "another name")


@dataclass(frozen=True, slots=True)
class ListOptions:
    state: str
    home: str
    enterprise: str
    as_json: bool


def show_list(api: Api, options: ListOptions) -> None:
    enterprise = options.enterprise
    chosen = find_enterprise_id(api, enterprise) if enterprise else None
    people = list(
        api.iterate(
            "/v1/stranded-people",
            limit=200,
            state=None if options.state == "all" else options.state,
            home=options.home or None,
            enterprise=None if chosen is None else str(chosen),
        )
    )
    if options.as_json:
        output.write_json(people)
        return
    if not people:
        output.say(get_text(Text.NOBODY))
        return
    shown = [StrandedPersonOut.model_validate(each) for each in people]
    output.write_table(_HEADINGS[get_language()], [_make_line(each) for each in shown])


def _make_line(person: StrandedPersonOut) -> list[str]:
    match = person.township or get_name(person.state)
    differs = choose(*_NAME_DIFFERS) if person.name_differs else ""
    return [
        person.name,
        person.id_number,
        person.phone or "",
        person.home or person.home_code or "",
        person.enterprise or "",
        person.planned_on.isoformat() if person.planned_on else "",
        f"{match} {differs}".strip(),
        get_name(person.call_result) if person.call_result else "",
        show_time(person.requested_at)[:10],
        str(person.id),
    ]
