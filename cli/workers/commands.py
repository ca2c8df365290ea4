"""`fangang worker`: commands, options and help texts of find, show, travel, set, consent and withdraw.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

HELP_GROUP: Final = "务工人员：查找、查看、更正登记、撤出。"
HELP_FIND: Final = (
    "查找务工人员（证件号和电话遮盖显示）。要找的内容从标准输入或提示中读取，不写在命令行里。\n\n"
    "例：fangang worker find\n\n"
    "例：fangang worker find --json < 证件号.txt"
)
HELP_SHOW: Final = (
    "一个人的登记（遮盖显示）：出行需求、是否撤出或暂缓、来自哪个文件的哪一行。\n\n"
    "例：fangang worker show 01710a3e-2400-7000-8000-000000000301\n\n"
    "例：fangang worker show 572-4"
)
HELP_SET: Final = (
    "更正一个人的登记，比如和本人通电话时。\n\n"
    "要改的内容从提示或标准输入中读取，一行一项，"
    "如“手机号码=15400001234”；等号后面留空表示清空。身份证号不能改。\n\n"
    "例：fangang worker set 01710a3e-2400-7000-8000-000000000301\n\n"
    "例：fangang worker set 01710a3e-2400-7000-8000-000000000301 < 更正.txt"
)
HELP_WITHDRAW: Final = (
    "撤出一个人：不再安排出行，待安排的出行需求随即取消。已编入专车的，还须由县协调员移出名册。\n\n"
    "例：fangang worker withdraw 01710a3e-2400-7000-8000-000000000301 --reason 不去了\n\n"
    "例：fangang worker withdraw 01710a3e-2400-7000-8000-000000000301 --undo"
)
HELP_CONSENT: Final = (
    "登记监护人书面同意：未满16周岁、监护人不在同一趟车上的孩子。写明谁照看、交给谁；只能交给写明的接收人。\n\n"
    "监护人和接收人的姓名、电话从提示或标准输入中读取（一行一项），不写在命令行里。\n\n"
    "例：fangang worker consent 572-4 --paper 同意书.jpg --companion 571-6"
)
HELP_PAPER: Final = "同意书的照片或扫描件（jpg、png、pdf，10MB以内）。"
HELP_COMPANION: Final = "同行照看人（同一趟车上的成年人）的编号或短编号；不写就是领队。"
HELP_CONSENTED_AT: Final = "监护人何时签的，如 2020-03-24T10:00（北京时间）；默认现在。"
HELP_TRAVEL: Final = (
    "本乡镇的人坐哪趟车：发车时间、上车点、车牌、座位、领队电话，谁还没通知到。查阅会被记录。\n\n"
    "例：fangang worker travel --unreached"
)
HELP_UNREACHED: Final = "只列还没通知到的人。"
HELP_ON: Final = "只看哪一天发车的，如 2020-03-24。"
HELP_TOWNSHIP: Final = "县级账号用：只看一个乡镇（9位区划代码）。"
HELP_WORKER: Final = "务工人员的系统编号，或可口头说的短编号，如 572-4（见 fangang worker find）。"
HELP_REASON: Final = (
    "原因：不去了、已自行返岗、已就近就业、重复、去世（或 not_going、self_travelled、"
    "employed_nearby、duplicate、deceased）。封存保管。"
)
HELP_UNDO: Final = "撤出登记错了，恢复此人；恢复的原因从提示或标准输入中读取。"
HELP_AT: Final = "本人是何时说的，如 2020-03-24T10:00（北京时间）；默认现在。"
HELP_JSON: Final = "结果以JSON写到标准输出。"


app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

WorkerArgument = Annotated[str, typer.Argument(help=HELP_WORKER)]
JsonOption = Annotated[bool, typer.Option("--json", help=HELP_JSON)]


@app.command(help=HELP_FIND)
def find(*, as_json: JsonOption = False) -> None:
    from cli.workers.looking import find_workers

    find_workers(as_json=as_json)


@app.command(help=HELP_SHOW)
def show(worker: WorkerArgument, *, as_json: JsonOption = False) -> None:
    from cli.api import connect
    from cli.workers.looking import show_worker

    with connect() as api:
        show_worker(api, worker, as_json=as_json)


@app.command(help=HELP_TRAVEL)
def travel(
    *,
    unreached: Annotated[bool, typer.Option("--unreached", help=HELP_UNREACHED)] = False,
    on: Annotated[str, typer.Option("--on", help=HELP_ON)] = "",
    township: Annotated[str, typer.Option("--township", help=HELP_TOWNSHIP)] = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect
    from cli.workers.travelling import show_travellers

    with connect() as api:
        show_travellers(api, township=township, on=on, unreached=unreached, as_json=as_json)


@app.command(help=HELP_CONSENT)
def consent(
    worker: WorkerArgument,
    *,
    paper: Annotated[Path, typer.Option("--paper", help=HELP_PAPER)],
    companion: Annotated[str, typer.Option("--companion", help=HELP_COMPANION)] = "",
    at: Annotated[str, typer.Option("--at", help=HELP_CONSENTED_AT)] = "",
) -> None:
    """Exit 1 where the server refuses."""
    from cli.api import connect
    from cli.workers.consenting import ConsentOptions, record_consent

    with connect() as api:
        code = record_consent(api, ConsentOptions(worker, paper, companion, at))
    raise typer.Exit(code)


@app.command("set", help=HELP_SET)
def correct(worker: WorkerArgument, *, as_json: JsonOption = False) -> None:
    from cli.api import connect
    from cli.workers.changing import correct_worker

    with connect() as api:
        correct_worker(api, worker, as_json=as_json)


@app.command(help=HELP_WITHDRAW)
def withdraw(
    worker: WorkerArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", help=HELP_REASON)] = "",
    undo: Annotated[bool, typer.Option("--undo", help=HELP_UNDO)] = False,
    at: Annotated[str, typer.Option("--at", help=HELP_AT)] = "",
    as_json: JsonOption = False,
) -> None:
    """Exit 1 where the server refuses."""
    from cli.api import connect
    from cli.times import read_time
    from cli.workers import changing

    wanted = changing.read_reason(reason, undo=undo)
    occurred_at = read_time(at) if at else None
    with connect() as api:
        desk = changing.Desk(api, worker, occurred_at, as_json=as_json)
        code = desk.undo() if wanted is None else desk.withdraw(wanted)
    raise typer.Exit(code)
