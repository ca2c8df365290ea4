"""`fangang health`: commands, options and help texts of record, due and missing.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

HELP_GROUP: Final = "健康：登记测量、申报、证明、筛查、随访；今天该随访谁，谁还缺什么。"
HELP_RECORD: Final = (
    "登记一个人的一条健康记录，或用表格登记许多人的测量、健康申报。\n\n"
    "不写是谁时，先从提示或标准输入中读取身份证号、手机号或姓名；"
    "内容也从那里读取，一行一项，如“体温=36.5”，空行结束。内容封存保管。"
    "健康申报的各题写 1=否、2=否 …（1 至 5），另写 询问人、签名方式。\n\n"
    "例：fangang health record 572-4 --what 测量\n\n"
    "例：fangang health record --what 健康申报 < 申报.txt\n\n"
    "例：fangang health record --file 体温登记.xlsx"
)
HELP_DUE: Final = (
    "到岗后今天该打电话随访的人，按政策规定的天数；常规年份没有。查阅会被记录。\n\n"
    "例：fangang health due --on 2020-03-26"
)
HELP_MISSING: Final = (
    "近期出发的人里，谁还没有政策要求的健康申报或证明。查阅会被记录。\n\n"
    "例：fangang health missing --days 3"
)
HELP_WORKER: Final = (
    "务工人员的系统编号，或短编号，如 572-4；不写则从提示中读取身份证号、手机号或姓名。"
)
HELP_WHAT: Final = (
    "哪一类：测量、健康申报、健康证明、证明作废、筛查、随访"
    "（或 measured、declared、proof、proof_invalidated、screening、follow_up）。"
)
HELP_AT: Final = (
    "何时测量、申报、出示，如 2020-03-24T10:00（北京时间）；默认现在。"
    "用表格时，没有“时间”一列或该行没填的必须写。"
)
HELP_FILE: Final = (
    "表格（xlsx、xls、ods、csv）：一列身份证号，其余列如 体温、收缩压、舒张压、脉搏、血氧饱和度；"
    "健康申报的列为 问1 至 问5（或问题原文）、询问人、签名方式。"
)
HELP_ON: Final = "哪一天（随访日，或出发的第一天），如 2020-03-24；默认今天。"
HELP_DAYS: Final = "看几天内出发的，1 至 31，默认 7。"
HELP_TOWNSHIP: Final = "县级账号用：只看一个乡镇（9位区划代码）。"
HELP_JSON: Final = "结果以JSON写到标准输出。"

app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)
JsonOption = Annotated[bool, typer.Option("--json", help=HELP_JSON)]
OnOption = Annotated[str, typer.Option("--on", help=HELP_ON)]
TownshipOption = Annotated[str, typer.Option("--township", help=HELP_TOWNSHIP)]


@app.command(help=HELP_RECORD)
def record(
    worker: Annotated[str, typer.Argument(help=HELP_WORKER)] = "",
    *,
    what: Annotated[str, typer.Option("--what", help=HELP_WHAT)] = "",
    at: Annotated[str, typer.Option("--at", help=HELP_AT)] = "",
    file: Annotated[Path | None, typer.Option("--file", help=HELP_FILE)] = None,
    as_json: JsonOption = False,
) -> None:
    """Exit 1 where the server refuses one of them."""
    from cli.api import connect
    from cli.health import recording
    from cli.times import read_time

    occurred_at = read_time(at) if at else None
    with connect() as api:
        if file is not None:
            code = recording.record_table(api, file, occurred_at, as_json=as_json)
        else:
            sort = recording.read_what(what)
            code = recording.record_typed(api, worker, sort, occurred_at, as_json=as_json)
    raise typer.Exit(code)


@app.command(help=HELP_DUE)
def due(*, on: OnOption = "", township: TownshipOption = "", as_json: JsonOption = False) -> None:
    from cli.api import connect
    from cli.health.lists import show_due

    with connect() as api:
        show_due(api, on=on, township=township, as_json=as_json)


@app.command(help=HELP_MISSING)
def missing(
    *,
    on: OnOption = "",
    days: Annotated[int, typer.Option("--days", min=1, max=31, help=HELP_DAYS)] = 7,
    township: TownshipOption = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect
    from cli.health.lists import show_missing

    with connect() as api:
        show_missing(api, on=on, days=days, township=township, as_json=as_json)
