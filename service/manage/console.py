"""How `fangang-server` speaks: which language, exit codes, sentences on stdout and stderr, errors of the
business as sentences, helps filled in.
"""

import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from schemas.errors import ErrorCode
from schemas.texts import Language, Text, choose, say, speaking
from service.errors import DomainError
from service.manage.messages import HelpText

_HELPS: Final = {text.mark: text for text in HelpText}


class ExitCode(IntEnum):
    """0 is success; 2 is Typer's own for a wrong command line."""

    REFUSED = 1
    USAGE = 2
    NOT_MIGRATED = 3
    DATABASE_UNAVAILABLE = 4
    ALREADY_SERVED = 5
    CANNOT_LISTEN = 6
    NOT_VERIFIED = 7


def tell(text: Text, **values: object) -> None:
    typer.echo(say(text, **values))


def complain(text: Text, **values: object) -> None:
    typer.echo(say(text, **values), err=True)


def fail(code: ExitCode, text: Text, **values: object) -> NoReturn:
    """Ends the program with one sentence on the error stream."""
    complain(text, **values)
    raise typer.Exit(code)


def describe(error: DomainError) -> str:
    """What is wrong and what to do, in one line."""
    problem = error.problem()
    return problem.title + choose("。", ". ") + problem.detail


class Commands(TyperGroup):
    """The program's root: sets the language before commands and helps are read, and turns errors of
    the business into sentences and exit codes.
    """

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        with speaking(find_language(given)):
            _fill_in_helps(self)
            return super().main(given, *rest, **options)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            typer.echo(describe(error), err=True)
            unavailable = error.code is ErrorCode.DATABASE_UNAVAILABLE
            code = ExitCode.DATABASE_UNAVAILABLE if unavailable else ExitCode.REFUSED
            raise typer.Exit(code) from error


def find_language(arguments: Sequence[str]) -> Language:
    """`--lang en`, `--lang=en`, else FANGANG_LANG, else Chinese."""
    wanted = os.environ.get("FANGANG_LANG", "zh")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif argument == "--lang":
            wanted = "".join(arguments[position + 1 : position + 2])
    return "en" if wanted.lower().startswith("en") else "zh"


def _fill_in_helps(command: Any) -> None:
    for part in (command, *command.params):
        if part.help in _HELPS:
            part.help = say(_HELPS[part.help])
    for each in getattr(command, "commands", {}).values():
        _fill_in_helps(each)
