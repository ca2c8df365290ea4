"""How the program speaks: the language, sentences, exit codes, and errors turned into both."""

import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from enum import IntEnum
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from schemas.errors import ErrorCode
from schemas.texts import Language, speaking
from service.errors import DomainError
from service.manage.messages import Text

_LANGUAGE: ContextVar[Language] = ContextVar("language", default="zh")


class ExitCode(IntEnum):
    """0 is success; 2 is Typer's own for a wrong command line."""

    REFUSED = 1
    USAGE = 2
    NOT_MIGRATED = 3
    DATABASE_UNAVAILABLE = 4
    ALREADY_SERVED = 5
    CANNOT_LISTEN = 6
    NOT_VERIFIED = 7


def language() -> Language:
    return _LANGUAGE.get()


def read(text: Text, **values: object) -> str:
    return text.read(language()).format(**values)


def say(text: Text, **values: object) -> None:
    typer.echo(read(text, **values))


def complain(text: Text, **values: object) -> None:
    typer.echo(read(text, **values), err=True)


def fail(code: ExitCode, text: Text, **values: object) -> NoReturn:
    complain(text, **values)
    raise typer.Exit(code)


def describe(error: DomainError) -> str:
    """What is wrong and what to do, in one line."""
    with speaking(language()):
        problem = error.problem()
    stop = "。" if language() == "zh" else ". "
    return problem.title + stop + problem.detail


class Commands(TyperGroup):
    """The program's root: finds the language first, then helps speak it and errors are sentences."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        chosen = _LANGUAGE.set(_find_language(given))
        try:
            _speak(self)
            return super().main(given, *rest, **options)
        finally:
            _LANGUAGE.reset(chosen)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            typer.echo(describe(error), err=True)
            unavailable = error.code is ErrorCode.DATABASE_UNAVAILABLE
            code = ExitCode.DATABASE_UNAVAILABLE if unavailable else ExitCode.REFUSED
            raise typer.Exit(code) from error


def _find_language(arguments: Sequence[str]) -> Language:
    """`--lang en`, `--lang=en`, else FANGANG_LANG, else Chinese."""
    wanted = os.environ.get("FANGANG_LANG", "zh")
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif argument == "--lang":
            wanted = "".join(arguments[position + 1 : position + 2])
    return "en" if wanted.lower().startswith("en") else "zh"


def _speak(command: Any) -> None:
    """Helps are written as names of the table; put the sentences in their place."""
    for part in (command, *command.params):
        if part.help in Text.__members__:
            part.help = Text[part.help].read(language())
    for each in getattr(command, "commands", {}).values():
        _speak(each)
