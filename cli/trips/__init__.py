"""`fangang trip`: look at trips, print their papers, record what happened to them.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from cli.trips import help as helps

app: Final = typer.Typer(help=helps.HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

Trip = Annotated[str, typer.Argument(help=helps.HELP_TRIP)]
Json = Annotated[bool, typer.Option("--json", help=helps.HELP_JSON)]
PaperJson = Annotated[bool, typer.Option("--json", help=helps.HELP_JSON_PAPER)]
Target = Annotated[Path, typer.Option("--output", "-o", help=helps.HELP_OUTPUT)]
Purpose = Annotated[str, typer.Option("--purpose", help=helps.HELP_PURPOSE)]
Force = Annotated[bool, typer.Option("--force", help=helps.HELP_FORCE)]


@app.command("list", help=helps.HELP_LIST)
def list_trips(
    *,
    batch: Annotated[str, typer.Option("--batch", help=helps.HELP_BATCH)] = "",
    state: Annotated[str, typer.Option("--state", help=helps.HELP_STATE)] = "",
    attention: Annotated[bool, typer.Option("--attention", help=helps.HELP_ATTENTION)] = False,
    as_json: Json = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import looking as work  # noqa: PLC0415 - keeps --help fast
    from cli.trips.options import read_id, read_state  # noqa: PLC0415 - keeps --help fast

    filters = {
        "batch_id": str(read_id(batch)) if batch else None,
        "state": read_state(state).value if state else None,
        "attention": "true" if attention else None,
    }
    with connect() as api:
        work.show_list(api, filters, as_json=as_json)


@app.command(help=helps.HELP_SHOW)
def show(trip: Trip, *, as_json: Json = False) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import looking as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.show_trip(api, trip, as_json=as_json)


@app.command(help=helps.HELP_PASSENGERS)
def passengers(trip: Trip, *, as_json: Json = False) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import looking as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.show_passengers(api, trip, as_json=as_json)


@app.command(help=helps.HELP_ABOARD)
def aboard(
    trip: Trip,
    *,
    at: Annotated[str, typer.Option("--at", help=helps.HELP_AT_ABOARD)],
    as_json: Json = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.times import read_time  # noqa: PLC0415 - keeps --help fast
    from cli.trips import looking as work  # noqa: PLC0415 - keeps --help fast

    moment = read_time(at)
    with connect() as api:
        work.show_aboard(api, trip, at=moment, as_json=as_json)


@app.command(help=helps.HELP_MANIFEST)
def manifest(
    trip: Trip,
    *,
    path: Target,
    purpose: Purpose,
    force: Force = False,
    as_json: PaperJson = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import printing as work  # noqa: PLC0415 - keeps --help fast

    options = work.PrintOptions(path, purpose, force, as_json)
    with connect() as api:
        work.print_manifest(api, trip, options)


@app.command(help=helps.HELP_HANDOVER)
def handover(
    trip: Trip,
    *,
    path: Target,
    purpose: Purpose,
    force: Force = False,
    as_json: PaperJson = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import printing as work  # noqa: PLC0415 - keeps --help fast

    options = work.PrintOptions(path, purpose, force, as_json)
    with connect() as api:
        work.print_handover(api, trip, options)


@app.command(help=helps.HELP_EVENT)
def event(
    trip: Trip,
    kind: Annotated[str, typer.Argument(help=helps.HELP_KIND)],
    *,
    passenger: Annotated[str, typer.Option("--passenger", help=helps.HELP_PASSENGER)] = "",
    seat: Annotated[str, typer.Option("--seat", help=helps.HELP_SEAT)] = "",
    name: Annotated[str, typer.Option("--name", help=helps.HELP_NAME)] = "",
    point: Annotated[str, typer.Option("--point", help=helps.HELP_POINT)] = "",
    data: Annotated[list[str] | None, typer.Option("--data", help=helps.HELP_DATA)] = None,
    file: Annotated[Path | None, typer.Option("--file", help=helps.HELP_FILE)] = None,
    at: Annotated[str, typer.Option("--at", help=helps.HELP_AT)] = "",
    afterwards: Annotated[bool, typer.Option("--afterwards", help=helps.HELP_AFTERWARDS)] = False,
    source: Annotated[
        Literal["cli", "telephone", "paper"], typer.Option("--source", help=helps.HELP_SOURCE)
    ] = "cli",
    identifier: Annotated[str, typer.Option("--id", help=helps.HELP_ID)] = "",
    as_json: Json = False,
) -> None:
    """Exit 0 when it is recorded (also when it was before), 1 when it is refused."""
    from cli import output  # noqa: PLC0415 - keeps --help fast
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.trips import events as work  # noqa: PLC0415 - keeps --help fast
    from cli.trips.resolving import EventOptions  # noqa: PLC0415 - keeps --help fast
    from schemas.events.kinds import Source  # noqa: PLC0415 - keeps --help fast

    options = EventOptions(
        trip=trip,
        kind=kind,
        passenger=passenger,
        seat=seat,
        name=name,
        point=point,
        pairs=data or [],
        signed_file=file,
        at=at,
        afterwards=afterwards,
        source=Source(source),
        identifier=identifier,
    )
    with connect() as api:
        statement = work.prepare(api, options)
        answer = work.send(api, statement)
        exceptions = [] if as_json else work.list_open_exceptions(api, statement, answer)
    if as_json:
        output.write_json(answer.model_dump(mode="json"))
    else:
        work.show(statement, answer, exceptions)
    raise typer.Exit(work.choose_exit(answer))
