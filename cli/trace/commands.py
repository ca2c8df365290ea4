"""`fangang trace`: commands, options and help texts for the trace of a worker, a trip or a vehicle.

Only what `--help` needs is imported at the top.
"""

from typing import Annotated, Final

import typer

HELP_GROUP: Final = "轨迹：一个人、一趟车、一辆车经过的每一步，按发生先后（北京时间）。"
HELP_WORKER: Final = (
    "一个人的轨迹：从哪份花名册的哪一行来，到谁签收为止。\n\n"
    "例：fangang trace worker 01710a3e-2400-7000-8000-000000000301\n\n"
    "例：fangang trace worker 01710a3e-2400-7000-8000-000000000301 --reason 家属来电核实"
)
HELP_TRIP: Final = "一趟车的轨迹。\n\n例：fangang trace trip P20200324-01"
HELP_VEHICLE: Final = "一辆车跑过的各趟。\n\n例：fangang trace vehicle 辽M12345"
HELP_WORKER_ID: Final = "务工人员的系统编号（见 fangang worker find、trip passengers --json）。"
HELP_REASON: Final = "写明理由，连同封存的内容（体温、地点、备注等）一起看；查阅会被记录。"
HELP_TRIP_ID: Final = "趟次编号，如 P20200324-01，或系统编号。"
HELP_VEHICLE_ID: Final = "车牌，或车辆的系统编号。"
HELP_JSON: Final = "结果以JSON写到标准输出。"


app: Final = typer.Typer(help=HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help=HELP_JSON)]


@app.command(help=HELP_WORKER)
def worker(
    worker: Annotated[str, typer.Argument(help=HELP_WORKER_ID)],
    *,
    reason: Annotated[str, typer.Option("--reason", help=HELP_REASON)] = "",
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trace import timeline as work

    with connect() as api:
        work.trace_worker(api, worker, reason=reason.strip(), as_json=as_json)


@app.command(help=HELP_TRIP)
def trip(
    trip: Annotated[str, typer.Argument(help=HELP_TRIP_ID)],
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trace import timeline as work

    with connect() as api:
        work.trace_trip(api, trip, as_json=as_json)


@app.command(help=HELP_VEHICLE)
def vehicle(
    vehicle: Annotated[str, typer.Argument(help=HELP_VEHICLE_ID)],
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect
    from cli.trace import timeline as work

    with connect() as api:
        work.trace_vehicle(api, vehicle, as_json=as_json)
