"""Rosters written to be filled in: the empty template (default file name, columns, hints, examples); work
lists with masked identity numbers; `fangang roster todo`: township, columns, notes, sentences.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Generic, TypeVar

import xlsxwriter

from cli import output
from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.exports import Table, find_free, make_workbook, open_workbook, reserve_file, write_text
from cli.names import get_name
from cli.roster.error_list import hide_id, list_marks
from cli.roster.texts import RosterText
from schemas.accounts import MeOut
from schemas.corrections import Gap, TodoOut, get_gap_text
from schemas.divisions.reading import find_township
from schemas.events.payloads_passengers import PersonRole
from schemas.imports import AbsentOut
from schemas.roster.columns import REQUIRED, Field, get_heading
from schemas.roster.report import get_field_label
from schemas.texts import Text, choose, say

_NOTES_WIDTH: Final = 100
_TOLD_WIDTH: Final = 36
_MARK_WIDTHS: Final = (16, 40)
_WIDTHS: Final[Mapping[Field, int]] = {
    Field.ID_NUMBER: 24,
    Field.GUARDIAN_ID: 24,
    Field.DESTINATION: 18,
    Field.PERSON_ROLE: 10,
}
_OTHER_WIDTH: Final = 16
Person = TypeVar("Person", bound=TodoOut | AbsentOut)


@dataclass(frozen=True, slots=True)
class WorkList(Generic[Person]):
    """One kind of list, in the language in force. `told`: headings of what `tell` says of a person;
    `columns` are filled in, as far as `fill` does not know them.
    """

    sheet: str
    notes: str
    nobody: str
    count: str
    written: str
    told: Sequence[str]
    tell: Callable[[Person], Sequence[str]]
    columns: Sequence[Field]
    fill: Callable[[Person], Mapping[Field, str]]


def give_list(
    kind: WorkList[Person],
    list_people: Callable[[str | None], Sequence[Person]],
    *,
    purpose: str,
    file: Path | None,
    as_json: bool,
) -> None:
    """On the screen, or into the file. `list_people` takes the purpose of an export, None for none."""
    if file is None:
        _show_list(kind, list_people(None), as_json=as_json)
    else:
        _write_list(kind, file, lambda: list_people(purpose), as_json=as_json)


def _show_list(kind: WorkList[Person], people: Sequence[Person], *, as_json: bool) -> None:
    if as_json:
        output.write_json({"count": len(people), "items": iter(people)})
        return
    if not people:
        output.tell(kind.nobody)
        return
    first, last = say(RosterText.PEOPLE).split("|"), say(RosterText.PERSON_CODE)
    lines = [
        [p.village or "", p.name, p.id_number_end, p.phone or "", *kind.tell(p), str(p.id)]
        for p in people
    ]
    output.write_table([*first, *kind.told, last], lines)
    output.tell(kind.count.format(count=len(people)))


def _write_list(
    kind: WorkList[Person],
    file: Path,
    list_people: Callable[[], Sequence[Person]],
    *,
    as_json: bool,
) -> None:
    """The server records the export: the file is reserved before. An older list may be half filled
    in, and stays.
    """
    if file.suffix.lower() != ".xlsx":
        raise CommandError(say(RosterText.LIST_ENDING, path=file), ExitCode.USAGE)
    path = find_free(file) if file.exists() else file
    unwritable = say(RosterText.LIST_UNWRITABLE, path=path)
    with reserve_file(path, unwritable=unwritable) as reserved:
        people = list_people()
        reserved.write(_make_workbook(kind, people))
    if as_json:
        output.write_json({"file": str(path), "count": len(people)})
    output.tell(kind.written.format(path=path, count=len(people)))


def _make_workbook(kind: WorkList[Person], people: Sequence[Person]) -> bytes:
    """With how to fill it in on its first sheet."""
    labels = [get_field_label(field) for field in kind.columns]
    widths = [_WIDTHS.get(field, _OTHER_WIDTH) for field in kind.columns]
    return make_workbook(
        Table(
            say(RosterText.EXPLANATION),
            [_NOTES_WIDTH],
            [[line] for line in kind.notes.splitlines()],
        ),
        Table(
            kind.sheet,
            [*widths, *[_TOLD_WIDTH] * len(kind.told), *_MARK_WIDTHS],
            [
                [*labels, *kind.told, *list_marks()],
                *(_make_row(kind, person) for person in people),
            ],
        ),
    )


def _make_row(kind: WorkList[Person], person: Person) -> list[str]:
    known = {
        Field.NAME: person.name,
        Field.ID_NUMBER: hide_id(person.id_number_end),
        Field.VILLAGE: person.village or "",
        **kind.fill(person),
    }
    cells = [known.get(field, "") for field in kind.columns]
    return [*cells, *kind.tell(person), person.phone or "", str(person.id)]


TEMPLATE_NAME: Final = "花名册模板.xlsx"
_SHEET: Final = "花名册"
_NOTES: Final = "填写说明"
_COLUMN_WIDTH: Final = 16
# What to write and a worked example, column by column. It stands on a sheet of its own, upright,
# so that the example is not imported.
_TEMPLATE_COLUMNS: Final = (
    (Field.SERIAL, "可不填", "1"),
    (Field.NAME, "与身份证一致；少数民族姓名用间隔号·", "张三"),
    (Field.GENDER, "男或女", "男"),
    (Field.ID_NUMBER, "18位，先把整列设为“文本”再填", "211221197805123417"),
    (Field.ETHNICITY, "", "满族"),
    (Field.PHONE, "本人手机；几个号码用/隔开；没有就写“无”", "15400001234"),
    (Field.TOWNSHIP, "", "凡河镇"),
    (Field.VILLAGE, "", "东兴村"),
    (Field.DESTINATION, "写到市", "辽宁省大连市"),
    (Field.EMPLOYER, "没有单位可不填", "合成食品有限公司"),
    (Field.OCCUPATION, "", "焊工"),
    (Field.DEPARTURE_DATE, "年-月-日；没定就写“待定”", "2020-03-28"),
    (Field.HEALTH, "", "正常"),
    (Field.EMERGENCY_PHONE, "", "15400005678"),
    (Field.PERSON_ROLE, "务工、家属或儿童；不填就是务工", "务工"),
    (Field.GUARDIAN_ID, "未满14周岁的儿童必填", ""),
    (Field.RETURN_STATUS, "", "未返岗"),
    (Field.NOT_RETURNED_REASON, "", "等待企业通知"),
    (Field.REMARK, "", ""),
)


def write_template(given: Path | None) -> Path:
    """Where it was written: beside a file of that name, which may hold a filled-in roster."""
    wanted = given or Path(TEMPLATE_NAME)
    if wanted.suffix.lower() != ".xlsx":
        message = say(RosterText.TEMPLATE_ENDING, path=wanted)
        raise CommandError(message, ExitCode.USAGE)
    path = find_free(wanted) if wanted.exists() else wanted
    try:
        _write(path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        message = say(RosterText.TEMPLATE_UNWRITABLE, path=path)
        raise CommandError(message, ExitCode.USAGE) from error
    return path


def _write(path: Path) -> None:
    with open_workbook(str(path)) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E1F2"})
        sheet = book.add_worksheet(_SHEET)
        sheet.set_column(0, len(_TEMPLATE_COLUMNS) - 1, _COLUMN_WIDTH, text)
        for place, (field, _, _) in enumerate(_TEMPLATE_COLUMNS):
            star = "*" if field in REQUIRED else ""
            write_text(sheet, 0, place, star + get_heading(field), bold)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet(_NOTES)
        notes.set_column(0, 2, 2 * _COLUMN_WIDTH, text)
        for line, (field, hint, example) in enumerate(_TEMPLATE_COLUMNS):
            for place, value in enumerate((get_heading(field), hint, example)):
                write_text(notes, line, place, value, text)


# What the village fills in; an empty cell changes nothing.
_TODO_COLUMNS: Final = (
    Field.NAME,
    Field.ID_NUMBER,
    Field.PHONE,
    Field.DEPARTURE_DATE,
    Field.DESTINATION,
    Field.GUARDIAN_ID,
    Field.PERSON_ROLE,
    Field.VILLAGE,
    Field.TOWNSHIP,
)
_OF_CHILDREN: Final = frozenset({Gap.GUARDIAN_MISSING, Gap.GUARDIAN_UNKNOWN})


class TodoText(Text):
    COUNT = (
        "有 {count:,} 人的登记需要补充。逐人补充：fangang worker set 编号",
        "{count:,} people lack something. To enter it: fangang worker set ID",
    )
    TOLD = ("缺什么|表里原来写的", "missing|as written")
    JOINT = ("；", "; ")
    NOBODY = ("没有要补的。", "Nothing is missing.")
    NOTES = (
        (
            "待补清单：怎样填，怎样交回\n"
            "1. 每人缺什么，见“缺什么”一列；填在同名的列里。空着的格不会改动已登记的内容。\n"
            "2. 身份证号只写出末四位。请对照身份证填写完整的18位号码，替换带 * 的内容；姓名不要改。\n"
            "3. 手机号码写11位；日期写成 2020-03-28 或 2020年3月28日；务工地写到市、县。\n"
            "4. 保存后把本文件拖到“导入花名册”上，或运行：fangang roster import 本文件名。\n"
            "5. 身份证号还带 * 的行不导入，其余的照常导入；剩下的行填好后再导入一次即可。\n"
            "6. 手边没有身份证号的，也可逐人补登：fangang worker set 编号（编号在最后一列）。\n"
            "7. 本清单含姓名和电话，请妥善保管，用完删除。"
        ),
        (
            "What is missing, how to fill it in and how to hand it back\n"
            "1. See “missing”; write into the column of that name. An empty cell changes nothing.\n"
            "2. Only the last four of each identity number are given. Write all 18 characters over "
            "the ones with *; leave the names.\n"
            "3. Days are written 2020-03-28, destinations with city or county.\n"
            "4. Save it and run: fangang roster import FILE.\n"
            "5. Rows that still have * are left out; mend them and import the list again.\n"
            "6. Without the number at hand: fangang worker set ID (the last column).\n"
            "7. This list holds names and phones: keep it safe and delete it afterwards."
        ),
    )
    PURPOSE = ("请村里补录", "for the villages to complete")
    SHEET = ("待补清单", "to complete")
    TOWNSHIP_NEEDED = (
        "请写明乡镇：--township 凡河镇。",
        "Say which township: --township 211221105.",
    )
    TOWNSHIP_UNKNOWN = (
        "不认识这个乡镇：{name}。请写全名、代码或拼音首字母，如 凡河镇、211221105。",
        "Unknown township: {name}. Write its name, code or initials.",
    )
    WRITTEN = (
        (
            "已写入 {path}（{count:,} 人）。补填方法见第一张表“说明”，填好后直接导入本文件即可。"
            "清单含姓名和电话，请妥善保管；导出已记录。"
        ),
        (
            "Written: {path} ({count:,} people). Its first sheet says how to fill it in and "
            "import it. It holds names and phones; the export is recorded."
        ),
    )


def show_todo(api: Api, *, township: str, file: Path | None, as_json: bool) -> None:
    """All of one township; the server records each reading."""
    wanted, kind = _choose_township(api, township), _make_kind()
    give_list(
        kind,
        partial(_list_people, api, wanted),
        purpose=say(TodoText.PURPOSE),
        file=file,
        as_json=as_json,
    )


def _choose_township(api: Api, township: str) -> str | None:
    """None: the account's own. A county account has none and must say which."""
    me = MeOut.model_validate(api.get("/v1/me"))
    if not township:
        if not me.scope.division_prefix:
            raise CommandError(say(TodoText.TOWNSHIP_NEEDED), ExitCode.USAGE)
        return None
    code = find_township(me.county_code, township)
    if code is None:
        message = say(TodoText.TOWNSHIP_UNKNOWN, name=township)
        raise CommandError(message, ExitCode.USAGE)
    return code


def _list_people(api: Api, township: str | None, purpose: str | None) -> list[TodoOut]:
    """By village, each village in the order of entry."""
    items = api.iterate("/v1/workers/todo", township=township, export=purpose)
    people = [TodoOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _make_kind() -> WorkList[TodoOut]:
    return WorkList(
        sheet=say(TodoText.SHEET),
        notes=say(TodoText.NOTES),
        nobody=say(TodoText.NOBODY),
        count=choose(*TodoText.COUNT.value),
        written=choose(*TodoText.WRITTEN.value),
        told=say(TodoText.TOLD).split("|"),
        tell=partial(_tell_gaps),
        columns=_TODO_COLUMNS,
        fill=partial(_fill),
    )


def _fill(person: TodoOut) -> dict[Field, str]:
    """A child keeps the role child: as a worker the row would be refused for the age."""
    is_child = any(gap.code in _OF_CHILDREN for gap in person.missing)
    return {
        Field.PERSON_ROLE: get_name(PersonRole.CHILD) if is_child else "",
        Field.TOWNSHIP: person.township or "",
    }


def _tell_gaps(person: TodoOut) -> tuple[str, str]:
    joint = say(TodoText.JOINT)
    return (
        joint.join(get_gap_text(gap.code) for gap in person.missing),
        joint.join(gap.written for gap in person.missing if gap.written),
    )
