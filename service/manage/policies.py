"""`fangang-server policy`: load a file or a shipped version into a county, list, show, compare two."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from schemas.events.kinds import Source
from schemas.policies import PolicyIn, RiskAreas
from schemas.texts import say
from service.days import local_date
from service.errors import DomainError
from service.manage.console import ExitCode, describe, fail, tell
from service.manage.ledger import County
from service.manage.messages import ErrorText, HelpText, ResultText
from service.manage.opening import opened
from service.policies import actions, files
from service.policies.queries import load_book
from service.policies.rules import PolicyBook, list_differences

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help=HelpText.POLICY_NAME.mark)]


@app.command("load", help=HelpText.POLICY_LOAD.mark)
def load(
    source: Annotated[str, typer.Argument(help=HelpText.POLICY_SOURCE.mark)],
    county: County = None,
) -> None:
    told = files.get_shipped(source) or _read_file(source)
    with opened(county) as (context, actor), context.writing(actor) as work:
        if isinstance(told, RiskAreas):
            count = actions.load_areas(work, areas=told.areas, source=Source.CLI)
            tell(ResultText.AREAS_LOADED, count=count, county=actor.county_code)
        else:
            actions.load_policy(work, form=told, source=Source.CLI)
            tell(ResultText.POLICY_LOADED, policy=told.version, county=actor.county_code)
            if told.valid_until is not None and told.valid_until < local_date(work.now()):
                tell(ResultText.POLICY_OVER, until=told.valid_until)


def _read_file(source: str) -> PolicyIn | RiskAreas:
    """Ends the program with everything that is wrong with the file, a line each."""
    try:
        content = Path(source).read_bytes()
    except OSError:
        names = " ".join(each.version for each in files.list_shipped())
        fail(ExitCode.REFUSED, ErrorText.POLICY_UNKNOWN, source=source, names=names)
    try:
        return files.parse_file(content)
    except DomainError as error:
        typer.echo(describe(error), err=True)
        for each in error.errors or ():
            typer.echo(f"  {each.field}: {each.message}", err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


@app.command("list", help=HelpText.POLICY_LIST.mark)
def list_all(county: County = None) -> None:
    book = _read_book(county)
    headings = say(ResultText.POLICY_COLUMNS).split(",")
    columns = [Column(each, no_wrap=True) for each in headings[:-1]]
    columns.append(Column(headings[-1], overflow="fold"))
    table = Table(*columns, box=None, pad_edge=False)
    for each in book.policies:
        table.add_row(*_tell_row(each, ResultText.POLICY_IS_LOADED))
    for shipped in files.list_shipped():
        if book.get(shipped.version) is None:
            table.add_row(*_tell_row(shipped, ResultText.POLICY_IS_SHIPPED))
    Console(file=sys.stdout, soft_wrap=True).print(table)


def _tell_row(policy: PolicyIn, state: ResultText) -> tuple[str, ...]:
    since, until = str(policy.valid_from or ""), str(policy.valid_until or "")
    return policy.version, say(state), policy.region or "*", since, until, policy.title


@app.command("show", help=HelpText.POLICY_SHOW.mark)
def show(name: Name, county: County = None) -> None:
    typer.echo(files.write_policy(_find(_read_book(county), name)), nl=False)


@app.command("diff", help=HelpText.POLICY_DIFF.mark)
def diff(name: Name, other: Name, county: County = None) -> None:
    book = _read_book(county)
    found = list_differences(_find(book, name), _find(book, other))
    columns = [Column(say(ResultText.POLICY_PARAMETER), no_wrap=True)]
    columns += [Column(each, overflow="fold") for each in (name, other)]
    table = Table(*columns, box=None, pad_edge=False)
    for field, one, two in found:
        table.add_row(field, _tell(one), _tell(two))
    Console(file=sys.stdout, soft_wrap=True).print(table)


def _tell(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read_book(county: str | None) -> PolicyBook:
    with opened(county) as (context, actor), context.reading(actor) as work:
        return load_book(work.session, actor.county_code)


def _find(book: PolicyBook, name: str) -> PolicyIn:
    """Loaded, or shipped; raises not-found."""
    if book.get(name) is None and (shipped := files.get_shipped(name)) is not None:
        return shipped
    return book.find(name)
