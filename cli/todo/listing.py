"""`fangang roster todo`: who of the township lacks a number, a guardian, a day; a list for the village."""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cli.api import Api
from cli.exits import CommandError, ExitCode
from cli.names import get_name
from cli.roster.worklists import WorkList, give_list
from schemas.accounts import MeOut
from schemas.corrections import Gap, TodoOut, get_gap_text
from schemas.divisions.reading import find_township
from schemas.events.payloads_passengers import PersonRole
from schemas.roster.columns import Field
from schemas.texts import choose

# What the village fills in; an empty cell changes nothing.
_COLUMNS: Final = (
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


class Text(StrEnum):
    COUNT = "count"
    JOINT = "joint"
    NOBODY = "nobody"
    NOTES = "notes"
    PURPOSE = "purpose"
    SHEET = "sheet"
    TOLD = "told"
    TOWNSHIP_NEEDED = "township-needed"
    TOWNSHIP_UNKNOWN = "township-unknown"
    WRITTEN = "written"


_TEXTS: Final[Mapping[Text, tuple[str, str]]] = MappingProxyType(
    {
        Text.COUNT: (
            "有 {count:,} 人的登记需要补充。逐人补充：fangang worker set 编号",
            "{count:,} people lack something. To enter it: fangang worker set ID",
        ),
        Text.TOLD: ("缺什么|表里原来写的", "missing|as written"),
        Text.JOINT: ("；", "; "),
        Text.NOBODY: ("没有要补的。", "Nothing is missing."),
        Text.NOTES: (
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
        ),
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
        Text.WRITTEN: (
            (
                "已写入 {path}（{count:,} 人）。补填方法见第一张表“说明”，填好后直接导入本文件即可。"
                "清单含姓名和电话，请妥善保管；导出已记录。"
            ),
            (
                "Written: {path} ({count:,} people). Its first sheet says how to fill it in and "
                "import it. It holds names and phones; the export is recorded."
            ),
        ),
    }
)


def get_text(text: Text, /, **values: object) -> str:
    return choose(*_TEXTS[text]).format_map(values)


def show_todo(api: Api, *, township: str, file: Path | None, as_json: bool) -> None:
    """All of one township; the server records each reading."""
    wanted, kind = _choose_township(api, township), _make_kind()
    give_list(
        kind,
        partial(_list_people, api, wanted),
        purpose=get_text(Text.PURPOSE),
        file=file,
        as_json=as_json,
    )


def _choose_township(api: Api, township: str) -> str | None:
    """None: the account's own. A county account has none and must say which."""
    me = MeOut.model_validate(api.get("/v1/me"))
    if not township:
        if not me.scope.division_prefix:
            raise CommandError(get_text(Text.TOWNSHIP_NEEDED), ExitCode.USAGE)
        return None
    code = find_township(me.county_code, township)
    if code is None:
        message = get_text(Text.TOWNSHIP_UNKNOWN, name=township)
        raise CommandError(message, ExitCode.USAGE)
    return code


def _list_people(api: Api, township: str | None, purpose: str | None) -> list[TodoOut]:
    """By village, each village in the order of entry."""
    items = api.iterate("/v1/workers/todo", township=township, export=purpose)
    people = [TodoOut.model_validate(item) for item in items]
    return sorted(people, key=lambda each: each.village or "")


def _make_kind() -> WorkList[TodoOut]:
    return WorkList(
        sheet=get_text(Text.SHEET),
        notes=get_text(Text.NOTES),
        nobody=get_text(Text.NOBODY),
        count=choose(*_TEXTS[Text.COUNT]),
        written=choose(*_TEXTS[Text.WRITTEN]),
        told=get_text(Text.TOLD).split("|"),
        tell=partial(_tell_gaps),
        columns=_COLUMNS,
        fill=partial(_fill),
    )


def _fill(person: TodoOut) -> dict[Field, str]:
    """Who is known to be a child is named so: else a row of somebody so young would be refused."""
    is_child = any(gap.code in _OF_CHILDREN for gap in person.missing)
    return {
        Field.PERSON_ROLE: get_name(PersonRole.CHILD) if is_child else "",
        Field.TOWNSHIP: person.township or "",
    }


def _tell_gaps(person: TodoOut) -> tuple[str, str]:
    joint = get_text(Text.JOINT)
    return (
        joint.join(get_gap_text(gap.code) for gap in person.missing),
        joint.join(gap.written for gap in person.missing if gap.written),
    )
