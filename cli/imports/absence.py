"""`fangang roster absent`: whom the file's villages have beside the file, and what to do about each."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cli.api import Api, connect
from cli.exits import CommandError, ExitCode
from cli.roster.worklists import WorkList, give_list
from schemas.demands import DemandState
from schemas.imports import AbsentOut, ImportState, RosterImportOut
from schemas.roster.columns import Field
from schemas.roster.report import get_field_label
from schemas.texts import choose

_DOOR: Final = "/v1/roster-imports"


class Text(StrEnum):
    ASK = "ask"
    COUNT = "count"
    NOBODY = "nobody"
    NOTES = "notes"
    PURPOSE = "purpose"
    SEATED = "seated"
    SHEET = "sheet"
    TRAVELLED = "travelled"
    UNDONE = "undone"
    WHAT_TO_DO = "what-to-do"
    WITHDRAWN = "withdrawn"
    WRITTEN = "written"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ASK: ("请核实去向；不去了的，撤出", "ask; whoever does not go is withdrawn"),
        Text.COUNT: (
            "本次没有的共 {count:,} 人，都没有删除。逐人撤出：fangang worker withdraw 编号",
            "{count:,} are not in the file; nobody was deleted. See: fangang worker withdraw ID",
        ),
        Text.NOBODY: ("本次没有遗漏的人。", "Nobody is missing from the file."),
        Text.NOTES: (
            (
                "上次有、本次没有的人：怎样核实，怎样交回\n"
                "1. 请逐人核实去向。各人怎么办，见“怎么办”一列。\n"
                "2. 不去了的：由经办撤出，fangang worker withdraw 编号（编号在最后一列）。\n"
                "3. 漏登的、仍要去的：对照身份证填写完整的18位号码，替换带 * 的内容；"
                "电话有变的填在“{phone}”列。\n"
                "4. 保存后把本文件拖到“导入花名册”上，或运行：fangang roster import 本文件名。\n"
                "5. 身份证号还带 * 的行不导入，其余的照常导入；空着的格不会改动已登记的内容。\n"
                "6. 本清单含姓名和电话，请妥善保管，用完删除。"
            ),
            (
                "Who is not in the file: how to ask, and how to hand this back\n"
                "1. Ask each of them; what to do stands beside the name.\n"
                "2. Whoever does not go: fangang worker withdraw ID (the last column).\n"
                "3. Whoever goes after all: write all 18 characters of the identity number over the "
                "ones with *, and a new number into “{phone}”.\n"
                "4. Save it and run: fangang roster import FILE.\n"
                "5. Rows that still have * are left out; an empty cell changes nothing.\n"
                "6. This list holds names and phones: keep it safe and delete it afterwards."
            ),
        ),
        Text.PURPOSE: ("核实上次有、本次没有的人", "to ask after people who are not in the file"),
        Text.SEATED: ("已编入专车；如不去，请告知县协调员", "has a seat; tell the coordinator"),
        Text.SHEET: ("本次没有", "not in the file"),
        Text.TRAVELLED: ("已出行，不用处理", "has travelled; nothing to do"),
        Text.UNDONE: (
            "这次导入已经撤销，没有“本次没有”的人可列。",
            "This import was undone: nobody is missing from it.",
        ),
        Text.WHAT_TO_DO: ("怎么办", "what to do"),
        Text.WITHDRAWN: ("已撤出，不用处理", "withdrawn; nothing to do"),
        Text.WRITTEN: (
            (
                "已写入 {path}（{count:,} 人）。核实、交回的办法见第一张表“说明”。"
                "名单含姓名和电话，请妥善保管；导出已记录。"
            ),
            (
                "Written: {path} ({count:,} people). Its first sheet says how to hand it back. "
                "It holds names and phones; the export is recorded."
            ),
        ),
    }
)
_ADVICE: Final = {DemandState.ASSIGNED: Text.SEATED, DemandState.TRAVELLED: Text.TRAVELLED}


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)


def list_absent(receipt: str, *, file: Path | None, as_json: bool) -> None:
    """The server records each reading."""
    kind = _make_kind()
    with connect() as api:
        found = RosterImportOut.model_validate(api.get(_DOOR, receipt=receipt))
        if found.state is ImportState.UNDONE:
            raise CommandError(get_text(Text.UNDONE), ExitCode.USAGE)
        give_list(
            kind,
            partial(_list_people, api, found),
            purpose=get_text(Text.PURPOSE),
            file=file,
            as_json=as_json,
        )


def _list_people(api: Api, found: RosterImportOut, purpose: str | None) -> list[AbsentOut]:
    """By village, each village in the order of entry."""
    items = api.iterate(f"{_DOOR}/{found.id}/absent", export=purpose)
    people = [AbsentOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _make_kind() -> WorkList[AbsentOut]:
    phone = get_field_label(Field.PHONE)
    return WorkList(
        sheet=get_text(Text.SHEET),
        notes=get_text(Text.NOTES, phone=phone),
        nobody=get_text(Text.NOBODY),
        count=choose(*_TEXTS[Text.COUNT]),
        written=choose(*_TEXTS[Text.WRITTEN]),
        told=[get_text(Text.WHAT_TO_DO)],
        tell=partial(_advise),
        columns=(Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.VILLAGE),
        fill=lambda _: {},
    )


def _advise(person: AbsentOut) -> list[str]:
    return [get_text(_choose_advice(person))]


def _choose_advice(person: AbsentOut) -> Text:
    if person.withdrawn and person.demand is not DemandState.ASSIGNED:
        return Text.WITHDRAWN
    return _ADVICE.get(person.demand, Text.ASK) if person.demand else Text.ASK
