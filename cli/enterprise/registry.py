"""`fangang enterprise list`: who is registered, under which name, code and id."""

from typing import Final

from cli import output
from cli.api import Api
from cli.enterprise.texts import Text, get_text
from cli.names import get_name
from cli.trips.board import name_division
from schemas.enterprises import EnterpriseOut
from schemas.texts import get_language

_HEADINGS: Final = {
    "zh": ("名称", "类别", "统一社会信用代码", "所在地", "编号"),
    "en": ("name", "kind", "credit code", "place", "id"),
}


def show_enterprises(api: Api, name: str, *, as_json: bool) -> None:
    """`name`: how it begins; empty for all."""
    found = list(api.iterate("/v1/enterprises", limit=200, q=name.strip() or None))
    if as_json:
        output.write_json(found)
    elif found:
        shown = (EnterpriseOut.model_validate(each) for each in found)
        output.write_table(_HEADINGS[get_language()], [_make_line(each) for each in shown])
    else:
        empty = Text.NO_ENTERPRISE if name.strip() else Text.NO_ENTERPRISES
        output.say(get_text(empty, name=name))


def _make_line(enterprise: EnterpriseOut) -> list[str]:
    return [
        enterprise.name or "",
        get_name(enterprise.kind),
        enterprise.credit_code or "",
        name_division(enterprise.division_code[:6]),
        str(enterprise.id),
    ]
