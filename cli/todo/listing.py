"""`fangang roster todo`: who of the township lacks a number, a guardian, a day; a list for the village."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.exports import find_free, open_workbook, write_text
from cli.papers.files import reserve_file
from schemas.accounts import MeOut
from schemas.corrections import TodoOut, get_gap_text
from schemas.divisions import find_township
from schemas.errors import Language

_WIDTHS: Final = (14, 12, 12, 16, 42, 24, 24, 40)


class Text(StrEnum):
    ANSWER = "answer"
    COUNT = "count"
    FILE_ENDING = "file-ending"
    HEADINGS = "headings"
    JOINT = "joint"
    NOBODY = "nobody"
    PURPOSE = "purpose"
    SHEET = "sheet"
    TOWNSHIP_NEEDED = "township-needed"
    TOWNSHIP_UNKNOWN = "township-unknown"
    UNWRITABLE = "unwritable"
    WRITTEN = "written"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.ANSWER: ("村里补填", "the village's answer"),
        Text.COUNT: (
            "有 {count:,} 人的登记需要补充。逐人补充：fangang worker set 编号",
            "{count:,} people lack something. To enter it: fangang worker set ID",
        ),
        Text.FILE_ENDING: (
            "文件名要以 .xlsx 结尾：{path}",
            "The file's name must end in .xlsx: {path}",
        ),
        Text.HEADINGS: (
            "村|姓名|证件末四位|联系电话|缺什么|表里原来写的|编号",
            "village|name|end of id|ask at|missing|as written|id",
        ),
        Text.JOINT: ("；", "; "),
        Text.NOBODY: ("没有要补的。", "Nothing is missing."),
        Text.PURPOSE: ("请村里补录", "for the villages to complete"),
        Text.SHEET: ("待补清单", "to complete"),
        Text.TOWNSHIP_NEEDED: (
            "请写明乡镇：--township 凡河镇。",
            "Say which township: --township 211221105.",
        ),
        Text.TOWNSHIP_UNKNOWN: (
            "不认识这个乡镇：{name}。请写全名、代码或拼音首字母，如 凡河镇、211221105。",
            "Unknown township: {name}. Write its name, code or initials.",
        ),
        Text.UNWRITABLE: (
            "写不了文件 {path}。如在WPS中打开着，请先关闭，或换一个文件名。",
            "Cannot write {path}. Close it where it is open, or choose another name.",
        ),
        Text.WRITTEN: (
            "已写入 {path}（{count:,} 人）。清单含姓名和电话，请妥善保管；导出已记录。",
            "Written: {path} ({count:,} people). It holds names and phones; the export is recorded.",
        ),
    }
)


def get_text(text: Text, language: Language, /, **values: object) -> str:
    return _TEXTS[text][language == "en"].format_map(values)


def show_todo(
    api: Api, *, township: str, file: Path | None, as_json: bool, language: Language
) -> None:
    """All of one township; the server records each reading. A file is reserved before it is asked."""
    wanted = _choose_township(api, township, language)
    if file is None:
        people = _list_people(api, wanted, language, exported=False)
        _show(people, as_json=as_json, language=language)
        return
    if file.suffix.lower() != ".xlsx":
        message = get_text(Text.FILE_ENDING, language, path=file)
        raise CommandError(message, ExitCode.USAGE)
    # An older list may be half filled in.
    file = find_free(file) if file.exists() else file
    unwritable = get_text(Text.UNWRITABLE, language, path=file)
    with reserve_file(file, unwritable=unwritable) as reserved:
        people = _list_people(api, wanted, language, exported=True)
        reserved.write(make_workbook(people, language))
    if as_json:
        output.write_json({"file": str(file), "count": len(people)})
    output.say(get_text(Text.WRITTEN, language, path=file, count=len(people)))


def _choose_township(api: Api, township: str, language: Language) -> str | None:
    """None: the account's own. A county account has none and must say which."""
    me = MeOut.model_validate(api.get("/v1/me"))
    if not township:
        if not me.scope.division_prefix:
            raise CommandError(get_text(Text.TOWNSHIP_NEEDED, language), ExitCode.USAGE)
        return None
    code = find_township(me.county_code, township)
    if code is None:
        message = get_text(Text.TOWNSHIP_UNKNOWN, language, name=township)
        raise CommandError(message, ExitCode.USAGE)
    return code


def _list_people(
    api: Api, township: str | None, language: Language, *, exported: bool
) -> list[TodoOut]:
    """By village, each village in the order of entry."""
    purpose = get_text(Text.PURPOSE, language) if exported else None
    items = api.iterate("/v1/workers/todo", township=township, export=purpose)
    people = [TodoOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _show(people: Sequence[TodoOut], *, as_json: bool, language: Language) -> None:
    if as_json:
        items = [each.model_dump(mode="json") for each in people]
        output.write_json({"count": len(people), "items": items})
        return
    if not people:
        output.say(get_text(Text.NOBODY, language))
        return
    output.write_table(_list_headings(language), [_make_line(each, language) for each in people])
    output.say(get_text(Text.COUNT, language, count=len(people)))


def _list_headings(language: Language) -> list[str]:
    return get_text(Text.HEADINGS, language).split("|")


def _make_line(person: TodoOut, language: Language) -> list[str]:
    joint = get_text(Text.JOINT, language)
    return [
        person.village or "",
        person.name,
        person.id_number_end,
        person.phone or "",
        joint.join(get_gap_text(gap.code, language) for gap in person.missing),
        joint.join(gap.written for gap in person.missing if gap.written),
        str(person.id),
    ]


def make_workbook(people: Sequence[TodoOut], language: Language) -> bytes:
    """In memory: a temporary file would stay behind where a program is killed. All cells are text."""
    buffer = BytesIO()
    with open_workbook(buffer) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E1F2"})
        sheet = book.add_worksheet(get_text(Text.SHEET, language))
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, text)
        answer = get_text(Text.ANSWER, language)
        _write_line(sheet, 0, _with_answer(_list_headings(language), answer), bold)
        for line, person in enumerate(people, start=1):
            _write_line(sheet, line, _with_answer(_make_line(person, language)), text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _with_answer(line: Sequence[str], answer: str = "") -> list[str]:
    """With the column that the village fills in, before the id."""
    return [*line[:-1], answer, line[-1]]


def _write_line(sheet: Any, line: int, values: Sequence[str], form: Any) -> None:
    for place, value in enumerate(values):
        write_text(sheet, line, place, value, form)
