"""The API document: title, description, tags in two languages, one line for each operation, examples moved
to the reader's own days.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import FastAPI

from service.app.descriptions import describe_all
from service.app.events_document import add_events
from service.app.responses_document import add_answers
from service.days import CHINA

TITLE: Final = "Fangang"
DESCRIPTION: Final = """
返岗：务工人员返岗专车管理：花名册导入、编批编车、点名上车、到达交接、全程追溯。
请求头 `Accept-Language: zh` 或 `en` 决定错误提示的语言；编号（UUIDv7）由提交方生成，原样重发不会重复。

From a township's roster to a signed handover. `Accept-Language` chooses the language of problems;
ids (UUIDv7) are made by the sender, and the same request sent again changes nothing.
Every list is paged by `limit` and `after`; every error is `application/problem+json`.
""".strip()

TAGS: Final = {
    "accounts": "账号、登录与权限 · Logging in, accounts, what they may do",
    "places": "行政区划 · Provinces, cities, counties, townships",
    "policies": "防控政策 · The dated rules that are in force",
    "enterprises": "用工企业 · Enterprises that people travel to",
    "fleets": "承运单位、车辆、驾驶员 · Carriers, vehicles, drivers",
    "workers": "务工人员 · The registry of workers",
    "demands": "出行需求 · Who wants to go where, and when",
    "health": "健康核验与暂缓出行 · Clearances and holds",
    "imports": "花名册导入 · Roster imports: plan, apply, receipts",
    "stranded": "滞留员工 · Whom enterprises expect back: lists, calls, letters",
    "batches": "批次 · Batches: one organiser, one destination, one window",
    "trips": "趟次 · Trips: plan, list, handovers",
    "passengers": "乘车人员 · Who travels on a trip, where they sit, what became of them",
    "attachments": "附件（照片、扫描件） · Photographs and scans of a trip",
    "events": "事件登记 · The one door for what happens",
    "contacts": "同乘人员 · Who rode with whom, for the health office to judge; who has somebody now",
    "tracing": "轨迹 · Traces of workers, trips and vehicles",
    "ledger": "全程记录 · The record and its proofs",
    "server": "服务状态 · Whether the server lives and can serve",
}


class Application(FastAPI):
    """FastAPI with a document that is finished when it is first asked for; its examples are of today
    whenever it is asked for.
    """

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _finish_document(super().openapi())
        renewed: dict[str, Any] = renew_examples(self.openapi_schema, now=self.state.clock())
        return renewed


def _finish_document(document: dict[str, Any]) -> dict[str, Any]:
    used: set[str] = set()
    for path in document["paths"].values():
        for operation in path.values():
            _one_line(operation)
            operation["tags"] = [tag.partition(" ")[0] for tag in operation.get("tags", ())]
            used.update(operation["tags"])
    document["tags"] = [
        {"name": name, "description": text} for name, text in TAGS.items() if name in used
    ]
    add_answers(document)
    add_events(document)
    describe_all(document)
    return document


def _one_line(operation: dict[str, Any]) -> None:
    """The first line of the endpoint's docstring, instead of its function's name."""
    first, _, rest = operation.pop("description", "").partition("\n")
    if first:
        operation["summary"] = first.strip()
    if rest.strip():
        operation["description"] = rest.strip()


# --- examples -----------------------------------------------------------------------------------
WRITTEN_AT: Final = datetime(2020, 3, 24, 5, 12, 40, tzinfo=CHINA)
"""When the story of the examples is told: the latest moment in them that has to be past."""
_DAY: Final = timedelta(days=1)
_DATE: Final = re.compile(r"202[0-9]-[0-9]{2}-[0-9]{2}")
_ID: Final = re.compile(r"01710a3e-2400-7000-8000-[0-9a-f]{12}")
_RANDOM_BITS: Final = 80


def renew_examples(document: Any, *, now: datetime) -> Any:
    """A copy whose examples lie at most a day back: dates moved by whole days, and the ids, which
    tell a time as well, with them.
    """
    return _renew(document, days=(now - WRITTEN_AT) // _DAY, inside=False)


def _renew(value: Any, *, days: int, inside: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: _renew(each, days=days, inside=inside or key in {"example", "examples"})
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_renew(each, days=days, inside=inside) for each in value]
    return _move(value, days=days) if inside and isinstance(value, str) else value


def _move(text: str, *, days: int) -> str:
    moved = _DATE.sub(lambda found: _move_date(found[0], days), text)
    return _ID.sub(lambda found: _move_id(found[0], days), moved)


def _move_date(text: str, days: int) -> str:
    return (date.fromisoformat(text) + days * _DAY).isoformat()


def _move_id(text: str, days: int) -> str:
    milliseconds = days * (_DAY // timedelta(milliseconds=1))
    return str(UUID(int=UUID(text).int + (milliseconds << _RANDOM_BITS)))
