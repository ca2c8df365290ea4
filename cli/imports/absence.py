"""`fangang roster absent`: whom the file's villages have beside the file, and what to do about each."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cli import output
from cli.api import Api, connect
from cli.exits import CommandError, ExitCode
from cli.exports import find_free, open_workbook, write_text
from cli.papers.files import reserve_file
from schemas.demands import DemandState
from schemas.errors import Language
from schemas.imports import AbsentOut, ImportState, RosterImportOut

_DOOR: Final = "/v1/roster-imports"
_WIDTHS: Final = (14, 12, 12, 16, 44, 42)


class Text(StrEnum):
    ASK = "ask"
    COUNT = "count"
    FILE_ENDING = "file-ending"
    HEADINGS = "headings"
    NOBODY = "nobody"
    PURPOSE = "purpose"
    SEATED = "seated"
    SHEET = "sheet"
    TRAVELLED = "travelled"
    UNDONE = "undone"
    UNWRITABLE = "unwritable"
    WITHDRAWN = "withdrawn"
    WRITTEN = "written"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ASK: ("请核实去向；不去了的，撤出", "ask; whoever does not go is withdrawn"),
        Text.COUNT: (
            "本次没有的共 {count:,} 人，都没有删除。逐人撤出：fangang worker withdraw 编号",
            "{count:,} are not in the file; nobody was deleted. See: fangang worker withdraw ID",
        ),
        Text.FILE_ENDING: (
            "文件名要以 .xlsx 结尾：{path}",
            "The file's name must end in .xlsx: {path}",
        ),
        Text.HEADINGS: (
            "村|姓名|证件末四位|联系电话|怎么办|编号",
            "village|name|end of id|ask at|what to do|id",
        ),
        Text.NOBODY: ("本次没有遗漏的人。", "Nobody is missing from the file."),
        Text.PURPOSE: ("核实上次有、本次没有的人", "to ask after people who are not in the file"),
        Text.SEATED: ("已编入专车；如不去，请告知县协调员", "has a seat; tell the coordinator"),
        Text.SHEET: ("本次没有", "not in the file"),
        Text.TRAVELLED: ("已出行，不用处理", "has travelled; nothing to do"),
        Text.UNDONE: (
            "这次导入已经撤销，没有“本次没有”的人可列。",
            "This import was undone: nobody is missing from it.",
        ),
        Text.UNWRITABLE: (
            "写不了文件 {path}。如在WPS中打开着，请先关闭，或换一个文件名。",
            "Cannot write {path}. Close it where it is open, or choose another name.",
        ),
        Text.WITHDRAWN: ("已撤出，不用处理", "withdrawn; nothing to do"),
        Text.WRITTEN: (
            "已写入 {path}（{count:,} 人）。名单含姓名和电话，请妥善保管；导出已记录。",
            "Written: {path} ({count:,} people). It holds names and phones; the export is recorded.",
        ),
    }
)
_ADVICE: Final = {DemandState.ASSIGNED: Text.SEATED, DemandState.TRAVELLED: Text.TRAVELLED}


def get_text(text: Text, language: Language, /, **values: object) -> str:
    return _TEXTS[text][language == "en"].format_map(values)


def list_absent(receipt: str, *, file: Path | None, as_json: bool, language: Language) -> None:
    """The server records each reading. A file is reserved before it is asked."""
    with connect(language) as api:
        found = RosterImportOut.model_validate(api.get(_DOOR, receipt=receipt))
        if found.state is ImportState.UNDONE:
            raise CommandError(get_text(Text.UNDONE, language), ExitCode.USAGE)
        if file is not None:
            _write(api, found, file, as_json=as_json, language=language)
            return
        people = _list_people(api, found, purpose=None)
    if as_json:
        items = [each.model_dump(mode="json") for each in people]
        output.write_json({"count": len(people), "items": items})
        return
    if not people:
        output.say(get_text(Text.NOBODY, language))
        return
    output.write_table(_list_headings(language), [_make_line(each, language) for each in people])
    output.say(get_text(Text.COUNT, language, count=len(people)))


def _write(
    api: Api, found: RosterImportOut, file: Path, *, as_json: bool, language: Language
) -> None:
    if file.suffix.lower() != ".xlsx":
        message = get_text(Text.FILE_ENDING, language, path=file)
        raise CommandError(message, ExitCode.USAGE)
    path = find_free(file) if file.exists() else file
    unwritable = get_text(Text.UNWRITABLE, language, path=path)
    with reserve_file(path, unwritable=unwritable) as reserved:
        people = _list_people(api, found, purpose=get_text(Text.PURPOSE, language))
        reserved.write(make_workbook(people, language))
    if as_json:
        output.write_json({"file": str(path), "count": len(people)})
    output.say(get_text(Text.WRITTEN, language, path=path, count=len(people)))


def _list_people(api: Api, found: RosterImportOut, *, purpose: str | None) -> list[AbsentOut]:
    """By village, each village in the order of entry."""
    items = api.iterate(f"{_DOOR}/{found.id}/absent", export=purpose)
    people = [AbsentOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _list_headings(language: Language) -> list[str]:
    return get_text(Text.HEADINGS, language).split("|")


def _make_line(person: AbsentOut, language: Language) -> list[str]:
    return [
        person.village or "",
        person.name,
        person.id_number_end,
        person.phone or "",
        get_text(_choose_advice(person), language),
        str(person.id),
    ]


def _choose_advice(person: AbsentOut) -> Text:
    if person.withdrawn and person.demand is not DemandState.ASSIGNED:
        return Text.WITHDRAWN
    return _ADVICE.get(person.demand, Text.ASK) if person.demand else Text.ASK


def make_workbook(people: Sequence[AbsentOut], language: Language) -> bytes:
    """In memory: a temporary file would stay behind where a program is killed. All cells are text."""
    buffer = BytesIO()
    with open_workbook(buffer) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E1F2"})
        sheet = book.add_worksheet(get_text(Text.SHEET, language))
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, text)
        lines = [_list_headings(language), *(_make_line(each, language) for each in people)]
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                write_text(sheet, number, place, value, text if number else bold)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
