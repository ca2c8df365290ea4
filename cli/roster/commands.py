"""`fangang roster`: commands, options and help texts of check, template, forget-maps, import, resume, status,
undo, absent and todo.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli import output
from schemas.texts import say

HELP_GROUP: Final = "花名册：检查、导入、模板。"
HELP_CHECK: Final = (
    "检查花名册（不联网、不需要登录）。\n\n"
    "例：fangang roster check 凡河镇花名册.xlsx\n\n"
    "例：fangang roster check 各村花名册 --json"
)
HELP_TEMPLATE: Final = (
    "写出空白花名册模板（.xlsx）。\n\n例：fangang roster template 花名册模板.xlsx"
)
HELP_FILES: Final = "文件或文件夹，可以多个；- 表示从标准输入读取。"
HELP_JSON: Final = "结果以JSON写到标准输出。"
HELP_INCLUDE_IDS: Final = "JSON中写出完整的身份证号和电话（默认遮盖）。"
HELP_AS_OF: Final = "按哪一天计算年龄，如 2020-03-24；默认今天（北京时间）。"
HELP_MAP: Final = (
    "手工对应列，如 --map '联系方法=phone'；'列名=ignore' 表示不读该列。可重复。"
    "本机按乡镇记住，下次自动使用。"
)
HELP_FORGET: Final = (
    "忘记用 --map 记住的列对应。\n\n例：fangang roster forget-maps --township 凡河镇"
)
HELP_REQUIRE_PHONE: Final = "没有电话（或电话读不出来）的人算作有误。"
HELP_TOWNSHIP: Final = "用哪个乡镇记住的列对应；默认为上次登录的账号所属乡镇。"
HELP_REPORT: Final = "错误清单写到哪个文件；默认写在花名册旁边。"
HELP_NO_REPORT: Final = "不写错误清单。"
HELP_TEMPLATE_PATH: Final = "写到哪个文件。  [default: 花名册模板.xlsx]"
HELP_IMPORT: Final = (
    "检查花名册，与县数据库比对，确认后导入。同一文件再导一次不会重复。\n\n"
    "例：fangang roster import 凡河镇花名册.xlsx\n\n"
    "例：fangang roster import 各村花名册 --township 凡河镇 --dry-run\n\n"
    "退出码：0 完成，2 用法有误或没有确认（没有终端时请加 --yes），3 文件未读取，4 未登录或无权限，"
    "5 有行未导入，6 网络中断（可续传），130 被中断。"
)
HELP_RESUME: Final = (
    "继续一次中断的导入；已写入的不会重复。\n\n例：fangang roster resume R-20200324-7F3A"
)
HELP_LIST: Final = (
    "列出已导入的花名册：哪个乡镇、何时、多少人，最近的在前。\n\n"
    "例：fangang roster list --on 2020-03-24"
)
HELP_LIST_TOWNSHIP: Final = "只看一个乡镇（9位区划代码）。"
HELP_LIST_ON: Final = "只看哪一天的，如 2020-03-24。"
HELP_STATUS: Final = "查看一次导入进行到哪里。\n\n例：fangang roster status R-20200324-7F3A"
HELP_IMPORT_TOWNSHIP: Final = (
    "乡镇：名称、代码或拼音首字母；默认为账号所属乡镇。表中自带乡镇列的以列为准。"
)
HELP_DRY_RUN: Final = "只检查和比对，不导入。"
HELP_YES: Final = "不再询问，直接导入。"
HELP_ACCEPT_PARTIAL: Final = "有误的人超过20%时也导入其余人员。"
HELP_ALL_OR_NOTHING: Final = "只要有一人有误就整表不导入。"
HELP_IMPORT_REQUIRE_PHONE: Final = "没有电话（或读不出来）的人不导入。"
HELP_SHOW_CHANGES: Final = "列出将更新的每一行和改动的列。"
HELP_RECEIPT: Final = "回执号，如 R-20200324-7F3A。"
HELP_IMPORT_AS_OF: Final = (
    "名册是哪一天的，如 2020-03-24；也按这一天计算年龄。默认今天（北京时间）。"
)
HELP_UNDO: Final = (
    "撤销一次导入，恢复到导入之前。\n\n"
    "新增的人删除，更新的人恢复到导入前。已编入专车的人、之后又变过的人不能撤销；"
    "超过30天不能撤销。撤销也会记入台账。\n\n"
    "例：fangang roster undo R-20200324-7F3A\n\n"
    "例：fangang roster undo R-20200324-7F3A --yes --reason 选错了文件\n\n"
    "退出码：0 完成，2 没有确认，4 未登录或无权限，5 有人不能撤销，6 网络中断（可原样重试）。"
)
HELP_ABSENT: Final = (
    "列出上次有、本次没有的人。\n\n"
    "指住在表中各村、数据库里有、这次的表里没有的人。不会自动删除任何人。"
    "名单含姓名和证件末四位，查阅会被记录。\n\n"
    "例：fangang roster absent R-20200324-7F3A\n\n"
    "例：fangang roster absent R-20200324-7F3A --xlsx 待核实.xlsx"
)
HELP_UNDO_YES: Final = "不再询问，直接撤销。"
HELP_KEEP_CHANGED: Final = "保留不能撤销的人，只撤销其余的人。"
HELP_REASON: Final = "撤销的原因，随台账封存。"
HELP_XLSX: Final = "写成 .xlsx；已有同名文件时另加编号，不覆盖。"
HELP_TODO: Final = (
    "列出本乡镇登记不全的人。\n\n"
    "包括没有能联系上的电话、儿童没有监护人、出发日期或务工地看不出来的。"
    "名单含姓名和证件末四位，查阅会被记录。\n\n"
    "例：fangang roster todo\n\n"
    "例：fangang roster todo --xlsx 待补清单.xlsx"
)
HELP_TODO_TOWNSHIP: Final = "乡镇：名称、代码或拼音首字母；默认为账号所属乡镇。"
HELP_TODO_XLSX: Final = (
    "写成 .xlsx 交给村里补填，填好后可直接导入；已有同名文件时另加编号，不覆盖。"
)


app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)


@app.command(help=HELP_CHECK)
def check(
    files: Annotated[list[str], typer.Argument(help=HELP_FILES)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
    include_ids: Annotated[bool, typer.Option("--include-ids", help=HELP_INCLUDE_IDS)] = False,
    as_of: Annotated[str, typer.Option("--as-of", help=HELP_AS_OF)] = "",
    mapped: Annotated[list[str] | None, typer.Option("--map", help=HELP_MAP)] = None,
    township: Annotated[str, typer.Option("--township", help=HELP_TOWNSHIP)] = "",
    require_phone: Annotated[
        bool, typer.Option("--require-phone", help=HELP_REQUIRE_PHONE)
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help=HELP_REPORT)] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help=HELP_NO_REPORT)] = False,
) -> None:
    """Exit 0 when every row is fine, 5 when some are not, 3 when a file is refused."""
    from cli.roster import check as work
    from cli.roster.reading import get_today

    options = work.CheckOptions(
        as_of=work.read_day(as_of) if as_of else get_today(),
        mapping=work.read_mapping(mapped or []),
        township=township,
        require_phone=require_phone,
        error_list=report,
        wants_error_list=not no_report,
    )
    checked = work.check_files(files, options)
    if as_json:
        work.show_json(checked, options, include_ids=include_ids)
    else:
        work.show_text(checked, options)
    raise typer.Exit(work.choose_exit(checked))


@app.command(help=HELP_TEMPLATE)
def template(
    path: Annotated[Path | None, typer.Argument(help=HELP_TEMPLATE_PATH)] = None,
) -> None:
    from cli.roster.texts import RosterText
    from cli.roster.worklists import write_template

    written = write_template(path)
    output.tell(say(RosterText.TEMPLATE_WRITTEN, path=written))


@app.command("forget-maps", help=HELP_FORGET)
def forget_maps(
    *,
    township: Annotated[str, typer.Option("--township", help=HELP_TOWNSHIP)] = "",
) -> None:
    from cli.roster.check import forget_columns
    from cli.roster.remembered import choose_mapping_key

    forget_columns(choose_mapping_key(township))


ReceiptArgument = Annotated[str, typer.Argument(help=HELP_RECEIPT)]


@app.command("import", help=HELP_IMPORT)
def import_rosters(
    files: Annotated[list[str], typer.Argument(help=HELP_FILES)],
    *,
    township: Annotated[str, typer.Option("--township", help=HELP_IMPORT_TOWNSHIP)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=HELP_DRY_RUN)] = False,
    yes: Annotated[bool, typer.Option("--yes", help=HELP_YES)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
    include_ids: Annotated[bool, typer.Option("--include-ids", help=HELP_INCLUDE_IDS)] = False,
    as_of: Annotated[str, typer.Option("--as-of", help=HELP_IMPORT_AS_OF)] = "",
    mapped: Annotated[list[str] | None, typer.Option("--map", help=HELP_MAP)] = None,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help=HELP_ACCEPT_PARTIAL)
    ] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help=HELP_ALL_OR_NOTHING)
    ] = False,
    require_phone: Annotated[
        bool, typer.Option("--require-phone", help=HELP_IMPORT_REQUIRE_PHONE)
    ] = False,
    show_changes: Annotated[bool, typer.Option("--show-changes", help=HELP_SHOW_CHANGES)] = False,
    report: Annotated[Path | None, typer.Option("--report", help=HELP_REPORT)] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help=HELP_NO_REPORT)] = False,
) -> None:
    """Exit codes as in the help: the gravest of all files."""
    from cli.roster.check import read_day, read_mapping
    from cli.roster.importing import import_files
    from cli.roster.reading import get_today
    from cli.roster.sending import ImportOptions

    options = ImportOptions(
        as_of=read_day(as_of) if as_of else get_today(),
        mapping=read_mapping(mapped or []),
        township=township,
        dry_run=dry_run,
        yes=yes,
        as_json=as_json,
        include_ids=include_ids,
        accept_partial=accept_partial,
        all_or_nothing=all_or_nothing,
        require_phone=require_phone,
        show_changes=show_changes,
        error_list=report,
        wants_error_list=not no_report,
    )
    raise typer.Exit(import_files(files, options))


@app.command(help=HELP_RESUME)
def resume(receipt: ReceiptArgument) -> None:
    from cli.roster.importing import resume_import

    raise typer.Exit(resume_import(receipt))


@app.command("list", help=HELP_LIST)
def list_imports(
    *,
    township: Annotated[str, typer.Option("--township", help=HELP_LIST_TOWNSHIP)] = "",
    on: Annotated[str, typer.Option("--on", help=HELP_LIST_ON)] = "",
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.roster.importing import show_list

    wanted = {"feed": "township", "township": township or None, "on": on or None}
    show_list(wanted, as_json=as_json)


@app.command(help=HELP_STATUS)
def status(
    receipt: ReceiptArgument,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.roster.importing import show_status

    show_status(receipt, as_json=as_json)


@app.command(help=HELP_UNDO)
def undo(
    receipt: ReceiptArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=HELP_UNDO_YES)] = False,
    keep_changed: Annotated[bool, typer.Option("--keep-changed", help=HELP_KEEP_CHANGED)] = False,
    reason: Annotated[str, typer.Option("--reason", help=HELP_REASON)] = "",
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.roster.afterwards import undo_import

    exit_code = undo_import(
        receipt,
        yes=yes,
        keep_changed=keep_changed,
        reason=reason,
        as_json=as_json,
    )
    raise typer.Exit(exit_code)


@app.command(help=HELP_ABSENT)
def absent(
    receipt: ReceiptArgument,
    *,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=HELP_XLSX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.roster.afterwards import list_absent

    list_absent(receipt, file=xlsx, as_json=as_json)


@app.command(help=HELP_TODO)
def todo(
    *,
    township: Annotated[str, typer.Option("--township", help=HELP_TODO_TOWNSHIP)] = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=HELP_TODO_XLSX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=HELP_JSON)] = False,
) -> None:
    from cli.api import connect
    from cli.roster.worklists import show_todo

    with connect() as api:
        show_todo(api, township=township, file=xlsx, as_json=as_json)
