"""`fangang worker`: look somebody up, correct what is wrong, take somebody off who does not go.

Only what `--help` needs is imported at the top.
"""

from typing import Annotated, Final

import typer

from cli.workers import help as texts

app: Final = typer.Typer(help=texts.HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)

WorkerArgument = Annotated[str, typer.Argument(help=texts.HELP_WORKER)]
JsonOption = Annotated[bool, typer.Option("--json", help=texts.HELP_JSON)]


@app.command(help=texts.HELP_FIND)
def find(*, as_json: JsonOption = False) -> None:
    from cli.workers.finding import find_workers  # noqa: PLC0415 - keeps --help fast

    find_workers(as_json=as_json)


@app.command(help=texts.HELP_SHOW)
def show(worker: WorkerArgument, *, as_json: JsonOption = False) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.workers.showing import show_worker  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        show_worker(api, worker, as_json=as_json)


@app.command("set", help=texts.HELP_SET)
def correct(worker: WorkerArgument, *, as_json: JsonOption = False) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.workers.correcting import correct_worker  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        correct_worker(api, worker, as_json=as_json)


@app.command(help=texts.HELP_WITHDRAW)
def withdraw(
    worker: WorkerArgument,
    *,
    reason: Annotated[str, typer.Option("--reason", help=texts.HELP_REASON)] = "",
    undo: Annotated[bool, typer.Option("--undo", help=texts.HELP_UNDO)] = False,
    at: Annotated[str, typer.Option("--at", help=texts.HELP_AT)] = "",
    as_json: JsonOption = False,
) -> None:
    """Exit 1 where the server refuses."""
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.times import read_time  # noqa: PLC0415 - keeps --help fast
    from cli.workers import withdrawing  # noqa: PLC0415 - keeps --help fast

    wanted = withdrawing.read_reason(reason, undo=undo)
    occurred_at = read_time(at) if at else None
    with connect() as api:
        desk = withdrawing.Desk(api, worker, occurred_at, as_json=as_json)
        code = desk.undo() if wanted is None else desk.withdraw(wanted)
    raise typer.Exit(code)
