"""`fangang enterprise`: commands, options and help texts for enterprises, their lists of stranded staff
(import, list, chase, called) and letters.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

HELP_GROUP: Final = "企业：查看已登记的企业；滞留员工名单、逐个电话核实、发往户籍地的协助函。"
HELP_STAFF: Final = "滞留员工：导入企业名单，与花名册自动对上，未对上的逐个核实。"
HELP_IMPORT: Final = (
    "导入企业的滞留员工名单，与花名册自动对上。\n\n"
    "名单里有姓名、身份证号、电话，另可有现在地、计划返岗日期；按身份证号对上，同一文件再导一次不会重复。\n\n"
    "例：fangang enterprise staff import 滞留员工.xlsx --enterprise 合成电子\n\n"
    "例：fangang enterprise staff import 滞留员工.xlsx --yes（企业账号，默认本企业）\n\n"
    "退出码：0 完成，2 用法有误，3 文件未读取，4 未登录或无权限，5 有行未导入，6 网络中断"
    "（可续传），130 被中断。"
)
HELP_FORGET: Final = (
    "忘记用 --map 为本企业名单记住的列对应。\n\n"
    "例：fangang enterprise staff forget-maps --enterprise 合成电子"
)
HELP_STATUS: Final = (
    "查看一次名单导入进行到哪里。\n\n例：fangang enterprise staff status R-20200324-7F3A"
)
HELP_LIST: Final = (
    "列出企业名单上的人（遮盖显示）：哪些与花名册对上了，哪些没有。\n\n"
    "例：fangang enterprise staff list\n\n"
    "例：fangang enterprise staff list --state matched --json"
)
HELP_CHASE: Final = (
    "列出要由本县逐个打电话核实的人。\n\n"
    "即本县户籍而花名册里没有的，和姓名与花名册不一致的。"
    "显示完整姓名和电话，查阅会被记录；-o 写成表格（按导出记录）。\n\n"
    "例：fangang enterprise staff chase\n\n"
    "例：fangang enterprise staff chase -o 电话核实.xlsx --purpose 分给各乡镇核实"
)
HELP_CALLED: Final = (
    "登记一次电话的结果；有了结果的人不再列出（无人接听、号码不对的仍列出）。\n\n"
    "例：fangang enterprise staff called 01710a3e-2400-7000-8000-000000000301 已联系上"
)
HELP_ENTERPRISES: Final = (
    "列出已登记的企业：名称、统一社会信用代码、所在地、系统编号。\n\n"
    "例：fangang enterprise list\n\n"
    "例：fangang enterprise list 苏州 --json"
)
HELP_NAME: Final = "只看名称以此开头的。"
HELP_LETTERS: Final = (
    "给外县户籍、花名册里没有的人写协助函。\n\n"
    "每个户籍县一份 .xlsx，附名单。已发过函的人不再列入，除非加 --all。文件里有完整身份证号，导出会被记录。\n\n"
    "例：fangang enterprise letters --out 协助函\n\n"
    "例：fangang enterprise letters --out 协助函 --contact 王科长 --phone 024-74840000"
)
HELP_FILES: Final = "一个或几个文件或文件夹；- 为标准输入。"
HELP_ENTERPRISE: Final = "哪家企业：名称（开头几个字即可）或系统编号；企业账号不用写。"
HELP_ONLY_ENTERPRISE: Final = "只看一家企业：名称（开头几个字即可）或系统编号。"
HELP_STATE: Final = "unmatched 未对上，matched 已对上，all 全部。"
HELP_HOME: Final = "只看户籍在某地的人：区划代码前 2、4 或 6 位。"
HELP_OUT: Final = "写到哪个 .xlsx 文件；不写则显示在屏幕上。"
HELP_PURPOSE: Final = "导出用途，会留痕。"
HELP_FORCE: Final = "文件已存在时覆盖。"
HELP_PERSON: Final = "人员的系统编号（见 staff chase、staff list 的末列）。"
HELP_RESULT: Final = (
    "结果：reached 已联系上，travelled 已自行返岗，not_going 不再返岗，not_ours 非本县人员，"
    "unreachable 联系不上，no_answer 无人接听，wrong_number 号码不对。"
)
HELP_AT: Final = "打电话的时间（北京时间），如 2020-03-24T10:00；默认现在。"
HELP_FOLDER: Final = "写到哪个文件夹；没有就新建。"
HELP_ALL: Final = "已发过函的人也再发一次。"
HELP_CONTACT: Final = "函上的联系人；默认为本账号姓名。"
HELP_PHONE: Final = "函上的联系电话；不写则留空待填。"
HELP_JSON: Final = "结果以JSON写到标准输出。"


staff_app: Final = typer.Typer(help=HELP_STAFF, no_args_is_help=True, rich_markup_mode=None)

JsonOption = Annotated[bool, typer.Option("--json", help=HELP_JSON)]


@staff_app.command("import", help=HELP_IMPORT)
def import_staff(
    files: Annotated[list[str], typer.Argument(help=HELP_FILES)],
    *,
    enterprise: Annotated[str, typer.Option("--enterprise", help=HELP_ENTERPRISE)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查和比对，不导入。")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接导入。")] = False,
    as_json: JsonOption = False,
    as_of: Annotated[str, typer.Option("--as-of", help="名单是哪一天的；默认今天。")] = "",
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="指定列：列名=字段，如 --map '联系方法=phone'；可重复。本机按企业记住，下次自动使用。",
        ),
    ] = None,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="有误的人超过20%时也导入其余人员。")
    ] = False,
) -> None:
    """Exit codes as in the help: the gravest of all files."""
    from cli.enterprise.registry import StaffOptions, import_lists

    options = StaffOptions(
        enterprise=enterprise,
        as_of=as_of,
        mapped=tuple(mapped or ()),
        dry_run=dry_run,
        yes=yes,
        as_json=as_json,
        accept_partial=accept_partial,
    )
    raise typer.Exit(import_lists(files, options))


@staff_app.command("forget-maps", help=HELP_FORGET)
def forget_maps(
    *,
    enterprise: Annotated[str, typer.Option("--enterprise", help=HELP_ENTERPRISE)] = "",
) -> None:
    from cli.enterprise.registry import forget_columns_of

    forget_columns_of(enterprise)


@staff_app.command(help=HELP_STATUS)
def status(
    receipt: Annotated[str, typer.Argument(help="回执号，如 R-20200324-7F3A。")],
    *,
    as_json: JsonOption = False,
) -> None:
    from cli.roster.importing import show_status

    show_status(receipt, as_json=as_json, door="/v1/staff-imports")


@staff_app.command("list", help=HELP_LIST)
def list_staff(
    *,
    state: Annotated[
        Literal["unmatched", "matched", "all"], typer.Option("--state", help=HELP_STATE)
    ] = "unmatched",
    home: Annotated[str, typer.Option("--home", help=HELP_HOME)] = "",
    enterprise: Annotated[str, typer.Option("--enterprise", help=HELP_ONLY_ENTERPRISE)] = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect
    from cli.enterprise.registry import ListOptions, show_list

    options = ListOptions(state, home, enterprise, as_json)
    with connect() as api:
        show_list(api, options)


@staff_app.command(help=HELP_CHASE)
def chase(
    *,
    path: Annotated[Path | None, typer.Option("--out", "-o", help=HELP_OUT)] = None,
    purpose: Annotated[str, typer.Option("--purpose", help=HELP_PURPOSE)] = "",
    force: Annotated[bool, typer.Option("--force", help=HELP_FORCE)] = False,
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect
    from cli.enterprise.registry import ChaseOptions, list_chase

    options = ChaseOptions(path, purpose, force, as_json)
    with connect() as api:
        list_chase(api, options)


@staff_app.command(help=HELP_CALLED)
def called(
    person: Annotated[str, typer.Argument(help=HELP_PERSON)],
    result: Annotated[str, typer.Argument(help=HELP_RESULT)],
    *,
    at: Annotated[str, typer.Option("--at", help=HELP_AT)] = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect
    from cli.enterprise.registry import note_call

    with connect() as api:
        note_call(api, person, result, at=at, as_json=as_json)


app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(staff_app, name="staff")


@app.callback()
def main() -> None:
    """Keeps `enterprise` a group however many commands it has."""


@app.command("list", help=HELP_ENTERPRISES)
def list_enterprises(
    name: Annotated[str, typer.Argument(help=HELP_NAME)] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.api import connect
    from cli.enterprise import registry as work

    with connect() as api:
        work.show_enterprises(api, name, as_json=as_json)


@app.command(help=HELP_LETTERS)
def letters(
    *,
    folder: Annotated[Path, typer.Option("--out", "-o", help=HELP_FOLDER)],
    purpose: Annotated[str, typer.Option("--purpose", help=HELP_PURPOSE)] = "",
    again: Annotated[bool, typer.Option("--all", help=HELP_ALL)] = False,
    contact: Annotated[str, typer.Option("--contact", help=HELP_CONTACT)] = "",
    phone: Annotated[str, typer.Option("--phone", help=HELP_PHONE)] = "",
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.api import connect
    from cli.enterprise import letters as work

    options = work.LetterOptions(folder, purpose, again, contact, phone, as_json)
    with connect() as api:
        work.write_letters(api, options)
