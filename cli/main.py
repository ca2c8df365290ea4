"""`fangang`, the root of the client: its groups of commands; the one place where errors become exit codes;
what is said about an unexpected error (FANGANG_TRACEBACK).

A group of commands lives in its own file with its own Typer app and is added below. Such a file
imports at its top only what `--help` needs; what does the work is imported inside the command.
"""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import typer
from typer.main import get_command

from cli import demand, login, output
from cli.contacts import commands as contacts
from cli.enterprise import commands as enterprise
from cli.exits import CommandError, ExitCode
from cli.health import commands as health
from cli.roster import commands as roster
from cli.speech import Commands
from cli.trace import commands as trace
from cli.trips import commands as trips
from cli.workers import commands as workers
from schemas.texts import Language

app: Final = typer.Typer(
    name="fangang",
    cls=Commands,
    help="返岗：把务工人员从村里送到厂门口，每一步都有记录。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(login.app)
app.add_typer(roster.app, name="roster")
app.add_typer(demand.app, name="demand")
app.add_typer(workers.app, name="worker")
app.add_typer(health.app, name="health")
app.add_typer(enterprise.app, name="enterprise")
app.add_typer(trips.app, name="trip")
app.add_typer(trace.app, name="trace")
app.add_typer(contacts.app)


@app.callback()
def main() -> None:
    """Keeps `fangang` a group however many commands it has."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code: the one place where errors become codes."""
    try:
        commands = _make_commands(output.find_language(arguments))
        commands(list(arguments), prog_name="fangang")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.OK
    except CommandError as error:
        output.tell_error(error.message)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _close_pipe()
    except Exception as error:  # noqa: BLE001 - the last place where an error can become a code
        return _report_unexpected(error)
    return ExitCode.OK


@cache
def _make_commands(_language: Language) -> Callable[..., Any]:
    """Made once, however many lines a process runs. Each language has its own: they keep its names and its
    layout (speech.Commands).
    """
    commands: Callable[..., Any] = get_command(app)
    return commands


def _close_pipe() -> int:
    """The reader (`| head`) has enough: no error, and no second one when Python flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK


def _report_unexpected(error: Exception) -> int:
    """Type and place only: an exception's text may hold what stood in a cell.

    FANGANG_TRACEBACK=1 shows the whole traceback, exception texts included.
    """
    if "FANGANG_TRACEBACK" in os.environ:
        output.tell("".join(traceback.format_exception(error)))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    output.tell_error(
        f"程序出错（{type(error).__name__}，{place}）。请把这一行发给维护人员。"
        "出错前已送达服务器的内容仍然有效，再操作前请先查看。"
    )
    return ExitCode.UNEXPECTED


def run() -> None:
    """The console entry."""
    output.prepare_streams()
    sys.exit(run_command(sys.argv[1:]))
