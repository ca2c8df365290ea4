"""`fangang trip`: commands, options and help texts of list, check, show, passengers, aboard, between, unread,
manifest, handover, event, receive, attach and attachments.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

HELP_GROUP: Final = "趟次（专车）：查看、打印名册和交接单、登记事件。"
HELP_LIST: Final = (
    "列出趟次，最近的发车在前：状态、发车时间、车牌、人数、需要处理的事。\n\n"
    "例：fangang trip list --state 在途\n\n"
    "例：fangang trip list --attention --json"
)
HELP_TODAY: Final = (
    "当天的专车：需要处理的在前，写明原因、怎么办、给谁打电话（查阅会被记录）。\n\n"
    "有急事时退出码为 7，没有时为 0。\n\n"
    "例：fangang trip today\n\n"
    "例：fangang trip today --watch"
)
HELP_ON: Final = "哪一天，如 2020-03-24；默认今天（北京时间）。"
HELP_WATCH: Final = "每 15 秒查一次，有变化就重新列出，直到手动停止。"
HELP_SHOW: Final = (
    "一趟车的方案、人数、平衡、例外，以及接下来可以登记什么。\n\n例：fangang trip show P20200324-01"
)
HELP_CHECK: Final = (
    "这趟车还差什么：方案、名册、每个人的核验，按谁来办排列，写明怎么办。\n\n"
    "什么也不差时退出码为 0，否则为 7。\n\n"
    "例：fangang trip check P20200324-01\n\n"
    "例：fangang trip check P20200324-01 --policy national-2020-03"
)
HELP_POLICY: Final = "按这项政策试算（不改动），看改用后有什么不同。"
HELP_PLAN: Final = (
    "一趟车的方案：按里程和工时要几名驾驶员、建议的停靠和轮班、还缺什么。\n\n"
    "例：fangang trip plan P20200324-01"
)
HELP_PASSENGERS: Final = (
    "一趟车的人员（姓名遮盖）：座位、状态、由谁负责、自何时起。\n\n"
    "座位写成 9-5? 的，是第9排第5座，车上没有这个座位，请核对。\n\n"
    "例：fangang trip passengers P20200324-01"
)
HELP_BETWEEN: Final = (
    "列出无人负责的人员：已从一趟车换到另一趟，还没在那一趟登记上车。\n\n例：fangang trip between"
)
HELP_UNREAD: Final = (
    "列出一趟车读不懂的事件（没有登记，原文已封存）。\n\n"
    "--show 看其中一条的原文（查阅会被记录）。\n\n"
    "例：fangang trip unread P20200324-01"
)
HELP_SHOW_UNREAD: Final = "看这一条的原文，写清单里的编号。"
HELP_MANIFEST: Final = (
    "写出乘客信息登记表（.xlsx，A4横向，可直接打印）。文件里有完整身份证号，导出会被记录。\n\n"
    "例：fangang trip manifest P20200324-01 -o 名册.xlsx --purpose 随车名册"
)
HELP_INSURED: Final = (
    "写出被保险人名单（.xlsx，乘客意外险）。文件里有完整身份证号，导出会被记录。\n\n"
    "--since 只写自名册某一版以来增加和减少的人。\n\n"
    "例：fangang trip insured P20200324-01 -o 名单.xlsx --purpose 投保\n\n"
    "例：fangang trip insured P20200324-01 -o 变动.xlsx --purpose 批改 --since 1"
)
HELP_SINCE: Final = "名册的版本，如 1。"
HELP_HANDOVER: Final = (
    "写出人员交接单（.xlsx，每个交接点一张表）。导出会被记录。\n\n"
    "例：fangang trip handover P20200324-01 -o 交接单.xlsx --purpose 到厂交接"
)
HELP_ABOARD: Final = (
    "某一时刻谁坐在哪里（北京时间）。\n\n例：fangang trip aboard P20200324-01 --at 2020-03-24T10:00"
)
HELP_EVENT: Final = (
    "登记一件事：电话里说的、纸上写的、事后补的。已登记退出码为 0，未登记为 1。\n\n"
    "签收交接不写人员时，签收该交接点的全部待签收人员：已接收未签收的，和仍在车上的"
    "（签收时一并登记接收）；只签收一部分人，用 --seat、--name 或 --passenger 逐人写明，可重复。\n\n"
    "例：fangang trip event P20200324-01 点名 --seat 17 --data identity_shown=card "
    "--data temperature=36.5\n\n"
    "例：fangang trip event P20200324-01 passenger.boarded --name 3417 "
    "--at 2020-03-24T05:40 --afterwards --source telephone\n\n"
    "例：fangang trip event P20200324-01 签收交接 --point 1 --data method=paper "
    "--data receiver=张经理 --attach 交接单.jpg"
)
HELP_RECEIVE: Final = (
    "一次登记一个交接点的全部在车人员已接收；不在车上的不动。"
    "全部登记退出码为 0，有人未登记为 1，没有人在车为 2。\n\n"
    "例：fangang trip receive P20200324-01\n\n"
    "例：fangang trip receive P20200324-01 --point 1 --at 2020-03-24T23:10 "
    "--afterwards --source paper"
)
HELP_ATTACH: Final = (
    "上传照片或扫描件（jpg、png、pdf，10MB以内），加密保存；照片里的拍摄位置会去除。"
    "同一文件重发不会重复。\n\n"
    "例：fangang trip attach P20200324-01 交接单.jpg"
)
HELP_ATTACHMENTS: Final = (
    "列出一趟车的附件；--save 保存到文件夹（每次读取都会被记录）。\n\n"
    "例：fangang trip attachments P20200324-01 --save 附件"
)
HELP_TRIP: Final = "趟次编号，如 P20200324-01，或系统编号。"
HELP_BATCH: Final = "只看一个批次（批次编号，如 P20200324，或系统编号）。"
HELP_STATE: Final = "只看一种状态，如 在途 或 in_transit。"
HELP_ATTENTION: Final = "只看需要处理的趟次（原因见“需要处理”一列）。"
HELP_OUTPUT: Final = "写到哪个 .xlsx 文件。"
HELP_PURPOSE: Final = "用途，会记入全程记录，如 随车名册。"
HELP_FORCE: Final = "覆盖已有的文件。"
HELP_AT_ABOARD: Final = "哪一时刻，如 2020-03-24T10:00。"
HELP_KIND: Final = "事件，如 passenger.boarded 或 上车；写错会列出全部。"
HELP_PASSENGER: Final = "人员的系统编号（见 trip passengers）；签收交接可重复。"
HELP_SEAT: Final = "现在坐在这个座位上的人，如 17；签收交接可重复。"
HELP_NAME: Final = "姓名或证件末四位，从名册里找（查阅名册会被记录）；签收交接可重复。"
HELP_POINT: Final = "交接点的序号或名称；只有一个时可不写。"
HELP_DATA: Final = "内容，如 --data temperature=36.5；可重复。座位写 --data seat=20。"
HELP_FILE: Final = "签字件（扫描或照片）；只登记它的哈希，文件留在本机。"
HELP_ATTACHING: Final = "随本条上传的照片或扫描件（jpg、png、pdf）；可重复，最多10个。"
HELP_ATTACHED_FILE: Final = "照片或扫描件。"
HELP_SAVE: Final = "保存到哪个文件夹；已有的不再读取。"
HELP_AT: Final = "何时发生，如 2020-03-24T05:40（北京时间）；默认现在。"
HELP_AFTERWARDS: Final = "事后补录：照实登记，不再拦截，不合之处记为例外。"
HELP_SOURCE: Final = "从何得知：cli、telephone（电话）、paper（纸质）。"
HELP_YES: Final = "不再询问：没有人登记上车，或名册上还有人没有结果，也发车。"
HELP_ID: Final = "重发时用：上次提示的事件编号。"
HELP_JSON: Final = "结果以JSON写到标准输出。"
HELP_JSON_PAPER: Final = "写成的文件和人数以JSON写到标准输出（不含人员信息）。"


app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

Trip = Annotated[str, typer.Argument(help=HELP_TRIP)]
Json = Annotated[bool, typer.Option("--json", help=HELP_JSON)]
PaperJson = Annotated[bool, typer.Option("--json", help=HELP_JSON_PAPER)]
Target = Annotated[Path, typer.Option("--output", "-o", help=HELP_OUTPUT)]
Purpose = Annotated[str, typer.Option("--purpose", help=HELP_PURPOSE)]
Force = Annotated[bool, typer.Option("--force", help=HELP_FORCE)]
At = Annotated[str, typer.Option("--at", help=HELP_AT)]
Afterwards = Annotated[bool, typer.Option("--afterwards", help=HELP_AFTERWARDS)]
From = Annotated[Literal["cli", "telephone", "paper"], typer.Option("--source", help=HELP_SOURCE)]


@app.command("list", help=HELP_LIST)
def list_trips(
    *,
    batch: Annotated[str, typer.Option("--batch", help=HELP_BATCH)] = "",
    state: Annotated[str, typer.Option("--state", help=HELP_STATE)] = "",
    attention: Annotated[bool, typer.Option("--attention", help=HELP_ATTENTION)] = False,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips import looking as work
    from cli.trips.finding import read_batch, read_state

    filters = {
        **read_batch(batch),
        "state": read_state(state).value if state else None,
        "attention": "true" if attention else None,
    }
    with connect() as api:
        work.show_list(api, filters, as_json=as_json)


@app.command(help=HELP_TODAY)
def today(
    *,
    on: Annotated[str, typer.Option("--on", help=HELP_ON)] = "",
    watch: Annotated[bool, typer.Option("--watch", help=HELP_WATCH)] = False,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips import today as work

    day = work.read_day(on)
    with connect() as api:
        code = work.watch(api, day) if watch else work.show_today(api, day, as_json=as_json)
    if code:
        raise typer.Exit(code)


@app.command(help=HELP_CHECK)
def check(
    trip: Trip,
    *,
    policy: Annotated[str, typer.Option("--policy", help=HELP_POLICY)] = "",
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips.checking import check_trip

    with connect() as api:
        code = check_trip(api, trip, policy=policy, as_json=as_json)
    if code:
        raise typer.Exit(code)


@app.command(help=HELP_SHOW)
def show(trip: Trip, *, as_json: Json = False) -> None:
    from cli.api import connect
    from cli.trips import looking as work

    with connect() as api:
        work.show_trip(api, trip, as_json=as_json)


@app.command(help=HELP_PLAN)
def plan(trip: Trip, *, as_json: Json = False) -> None:
    from cli.api import connect
    from cli.trips import planning as work

    with connect() as api:
        work.show_plan(api, trip, as_json=as_json)


@app.command(help=HELP_PASSENGERS)
def passengers(trip: Trip, *, as_json: Json = False) -> None:
    from cli.api import connect
    from cli.trips import looking as work

    with connect() as api:
        work.show_passengers(api, trip, as_json=as_json)


@app.command(help=HELP_ABOARD)
def aboard(
    trip: Trip,
    *,
    at: Annotated[str, typer.Option("--at", help=HELP_AT_ABOARD)],
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.times import read_time
    from cli.trips import looking as work

    moment = read_time(at)
    with connect() as api:
        work.show_aboard(api, trip, at=moment, as_json=as_json)


@app.command(help=HELP_BETWEEN)
def between(*, as_json: Json = False) -> None:
    from cli.api import connect
    from cli.trips import waiting as work

    with connect() as api:
        work.show_between(api, as_json=as_json)


@app.command(help=HELP_UNREAD)
def unread(
    trip: Trip,
    *,
    shown: Annotated[str, typer.Option("--show", help=HELP_SHOW_UNREAD)] = "",
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips import waiting as work

    with connect() as api:
        work.show_unread(api, trip, unread=shown, as_json=as_json)


@app.command(help=HELP_MANIFEST)
def manifest(
    trip: Trip,
    *,
    path: Target,
    purpose: Purpose,
    force: Force = False,
    as_json: PaperJson = False,
) -> None:
    from cli.api import connect
    from cli.trips import printing as work

    options = work.PrintOptions(path, purpose, force, as_json)
    with connect() as api:
        work.print_manifest(api, trip, options)


@app.command(help=HELP_INSURED)
def insured(
    trip: Trip,
    *,
    path: Target,
    purpose: Purpose,
    since: Annotated[int | None, typer.Option("--since", min=1, help=HELP_SINCE)] = None,
    force: Force = False,
    as_json: PaperJson = False,
) -> None:
    from cli.api import connect
    from cli.trips import insured as work
    from cli.trips.printing import PrintOptions

    with connect() as api:
        work.print_insured(api, trip, PrintOptions(path, purpose, force, as_json), since=since)


@app.command(help=HELP_HANDOVER)
def handover(
    trip: Trip,
    *,
    path: Target,
    purpose: Purpose,
    force: Force = False,
    as_json: PaperJson = False,
) -> None:
    from cli.api import connect
    from cli.trips import printing as work

    options = work.PrintOptions(path, purpose, force, as_json)
    with connect() as api:
        work.print_handover(api, trip, options)


@app.command(help=HELP_EVENT)
def event(
    trip: Trip,
    kind: Annotated[str, typer.Argument(help=HELP_KIND)],
    *,
    passenger: Annotated[list[str] | None, typer.Option("--passenger", help=HELP_PASSENGER)] = None,
    seat: Annotated[list[str] | None, typer.Option("--seat", help=HELP_SEAT)] = None,
    name: Annotated[list[str] | None, typer.Option("--name", help=HELP_NAME)] = None,
    point: Annotated[str, typer.Option("--point", help=HELP_POINT)] = "",
    data: Annotated[list[str] | None, typer.Option("--data", help=HELP_DATA)] = None,
    file: Annotated[Path | None, typer.Option("--file", help=HELP_FILE)] = None,
    attached: Annotated[list[Path] | None, typer.Option("--attach", help=HELP_ATTACHING)] = None,
    at: At = "",
    afterwards: Afterwards = False,
    source: From = "cli",
    identifier: Annotated[str, typer.Option("--id", help=HELP_ID)] = "",
    yes: Annotated[bool, typer.Option("--yes", help=HELP_YES)] = False,
    as_json: Json = False,
) -> None:
    """Exit 0 when it is recorded (also when it was before), 1 when it is refused."""
    from cli import output
    from cli.api import connect
    from cli.trips import events as work
    from cli.trips.events import EventOptions
    from cli.trips.sending import choose_exit
    from schemas.events.kinds import Source

    options = EventOptions(
        trip=trip,
        kind=kind,
        passenger=passenger or [],
        seat=seat or [],
        name=name or [],
        point=point,
        pairs=data or [],
        signed_file=file,
        attached=attached or [],
        at=at,
        afterwards=afterwards,
        source=Source(source),
        identifier=identifier,
        yes=yes,
    )
    with connect() as api:
        statement = work.prepare(api, options)
        answer = work.send(api, statement)
        exceptions = [] if as_json else work.list_open_exceptions(api, statement, answer)
    if as_json:
        output.write_json(answer)
    else:
        work.show(statement, answer, exceptions)
    raise typer.Exit(choose_exit(answer))


@app.command(help=HELP_RECEIVE)
def receive(
    trip: Trip,
    *,
    point: Annotated[str, typer.Option("--point", help=HELP_POINT)] = "",
    at: At = "",
    afterwards: Afterwards = False,
    source: From = "cli",
    as_json: Json = False,
) -> None:
    """Exit code 0: all recorded; 1: at least one refused; 2: the point has no passenger aboard."""
    from cli import output
    from cli.api import connect
    from cli.trips import receiving as work
    from cli.trips.sending import choose_exit
    from schemas.events.kinds import Source

    options = work.ReceivingOptions(trip, point, at, afterwards, Source(source))
    with connect() as api:
        receiving = work.prepare(api, options)
        answer = work.send(api, receiving)
        left = None if as_json else work.list_left(api, receiving)
    if as_json:
        output.write_json(answer)
    else:
        work.show(receiving, answer, left)
    raise typer.Exit(choose_exit(answer))


@app.command(help=HELP_ATTACH)
def attach(
    trip: Trip,
    path: Annotated[Path, typer.Argument(help=HELP_ATTACHED_FILE)],
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips import attachments as work

    with connect() as api:
        work.attach(api, trip, path, as_json=as_json)


@app.command(help=HELP_ATTACHMENTS)
def attachments(
    trip: Trip,
    *,
    folder: Annotated[Path | None, typer.Option("--save", help=HELP_SAVE)] = None,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trips import attachments as work

    with connect() as api:
        work.show_attachments(api, trip, folder=folder, as_json=as_json)
