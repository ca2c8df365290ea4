"""`fangang trace`: what happened to a worker, on a trip, with a vehicle.

Only what `--help` needs is imported at the top.
"""

from typing import Annotated, Final

import typer

from cli.trace import help as helps

app: Final = typer.Typer(help=helps.HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help=helps.HELP_JSON)]


@app.command(help=helps.HELP_WORKER)
def worker(
    worker: Annotated[str, typer.Argument(help=helps.HELP_WORKER_ID)],
    *,
    reason: Annotated[str, typer.Option("--reason", help=helps.HELP_REASON)] = "",
    as_json: Json = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trace import asking as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.trace_worker(api, worker, reason=reason.strip(), as_json=as_json)


@app.command(help=helps.HELP_TRIP)
def trip(
    trip: Annotated[str, typer.Argument(help=helps.HELP_TRIP_ID)],
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trace import asking as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.trace_trip(api, trip, as_json=as_json)


@app.command(help=helps.HELP_VEHICLE)
def vehicle(
    vehicle: Annotated[str, typer.Argument(help=helps.HELP_VEHICLE_ID)],
    *,
    as_json: Json = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trace import asking as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.trace_vehicle(api, vehicle, as_json=as_json)
