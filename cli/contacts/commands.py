"""`fangang contacts`, `contacts-open`, `contacts-answer` and `where`: commands, options and help texts.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

HELP_CONTACTS: Final = (
    "谁和谁同乘（供卫健部门流调判定，或处置事故）：先看人数和座位图，写 --out 再出名单（.xlsx，"
    "查阅会被记录）。\n\n"
    "按车牌（火车填车厢编号）、日期和座位查；不写车牌时询问身份证号、短编号、手机号或姓名。\n\n"
    "例：fangang contacts 辽A12345 --date 2020-03-24 --seat 17 --purpose 流调 --case LD-2020-017\n\n"
    "例：fangang contacts 辽A12345 --date 2020-03-24 --seat 17 --purpose 流调 --case LD-2020-017 "
    "--out 名单.xlsx\n\n"
    "例：fangang contacts 辽A12345 --at 2020-03-24T10:00 --purpose 事故 --case SG-1"
)
HELP_OPEN: Final = (
    "还没有答复的同乘人员名单：每个县多少人，多少人没有答复；写编号看一份名单。\n\n"
    "例：fangang contacts-open"
)
HELP_ANSWER: Final = (
    "登记外县的答复：一张表（--county）或几个人（--line，可重复）。\n\n"
    "例：fangang contacts-answer 01710a3e-2400-7000-8000-000000000901 --county 320500 "
    "--status 当地已接手管理 --note 苏州疾控电话"
)
HELP_WHERE: Final = (
    "这个人现在由谁负责、自何时起、依据哪条记录。不写时询问身份证号、手机号或姓名。\n\n"
    "例：fangang where 1024-3"
)
HELP_WHAT: Final = "车牌、车厢编号，或短编号；不写则询问（身份证号、手机号、姓名不写在命令行里）。"
HELP_DATE: Final = "哪一天，如 2020-03-24；查人时默认最近一趟那天，从这一天往前追溯。"
HELP_SEAT: Final = "座位上写的号码；不写则查全车。"
HELP_PURPOSE: Final = "用途：流调或事故，后面可加说明，如 流调：县疾控来函。会被记录。"
HELP_CASE: Final = "案例或文件编号，会被记录。"
HELP_AT: Final = "事故时刻，如 2020-03-24T10:00（北京时间）；不写则全程。"
HELP_THIS_TRIP: Final = "只查那一天的趟次，不往前追溯。"
HELP_CHOOSE: Final = "有几个人或几趟符合时，选第几个。"
HELP_OUT: Final = "把名单写到哪个 .xlsx 文件。"
HELP_FORCE: Final = "覆盖已有的文件。"
HELP_JSON: Final = "结果以JSON写到标准输出。"
HELP_LIST: Final = "名单的编号（见 contacts-open）。"
HELP_COUNTY: Final = "哪个县的表（6位代码）。"
HELP_LINE: Final = "哪一个人（名单里的编号）；可重复。"
HELP_STATUS: Final = "已联系到、当地已接手管理、未找到、不在当地、已离开当地。"
HELP_NOTE: Final = "谁答复的、怎样答复的；加密保存。"
HELP_ANSWERED_AT: Final = "何时答复，如 2020-03-25T09:30（北京时间）；默认现在。"
HELP_ID: Final = "重发时用：上次提示的编号。"
HELP_PERSON: Final = "短编号，或系统编号；不写则询问。"

app: Final = typer.Typer(rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help=HELP_JSON)]


@app.command(help=HELP_CONTACTS)
def contacts(
    what: Annotated[str, typer.Argument(help=HELP_WHAT)] = "",
    *,
    date: Annotated[str, typer.Option("--date", help=HELP_DATE)] = "",
    seat: Annotated[str, typer.Option("--seat", help=HELP_SEAT)] = "",
    purpose: Annotated[str, typer.Option("--purpose", help=HELP_PURPOSE)],
    case: Annotated[str, typer.Option("--case", help=HELP_CASE)],
    at: Annotated[str, typer.Option("--at", help=HELP_AT)] = "",
    this_trip: Annotated[bool, typer.Option("--this-trip", help=HELP_THIS_TRIP)] = False,
    choose: Annotated[str, typer.Option("--choose", help=HELP_CHOOSE)] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help=HELP_OUT)] = None,
    force: Annotated[bool, typer.Option("--force", help=HELP_FORCE)] = False,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.contacts import asking as work

    options = work.ContactsOptions(
        what=what,
        date=date,
        seat=seat,
        purpose=purpose,
        case=case,
        at=at,
        this_trip=this_trip,
        choose=choose,
        out=out,
        force=force,
        as_json=as_json,
    )
    form = work.prepare(options)
    with connect() as api:
        work.ask(api, form, options)


@app.command("contacts-open", help=HELP_OPEN)
def contacts_open(
    listed: Annotated[str, typer.Argument(help=HELP_LIST)] = "",
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.contacts import answers as work

    with connect() as api:
        work.show_open(api, listed, as_json=as_json)


@app.command("contacts-answer", help=HELP_ANSWER)
def contacts_answer(
    listed: Annotated[str, typer.Argument(help=HELP_LIST)],
    *,
    status: Annotated[str, typer.Option("--status", help=HELP_STATUS)],
    county: Annotated[str, typer.Option("--county", help=HELP_COUNTY)] = "",
    line: Annotated[list[str] | None, typer.Option("--line", help=HELP_LINE)] = None,
    at: Annotated[str, typer.Option("--at", help=HELP_ANSWERED_AT)] = "",
    note: Annotated[str, typer.Option("--note", help=HELP_NOTE)] = "",
    identifier: Annotated[str, typer.Option("--id", help=HELP_ID)] = "",
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.contacts import answers as work

    options = work.AnswerOptions(listed, status, county, line or [], at, note, identifier)
    with connect() as api:
        work.answer(api, options, as_json=as_json)


@app.command(help=HELP_WHERE)
def where(
    person: Annotated[str, typer.Argument(help=HELP_PERSON)] = "",
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.contacts import where as work

    wanted = work.read_person(person)
    with connect() as api:
        work.show_where(api, wanted, as_json=as_json)
