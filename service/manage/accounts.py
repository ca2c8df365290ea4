"""`fangang-server account`: create, create-many (all or none), list, disable, set-password; where a password
is read from (standard input, environment, prompt). Passwords are never arguments.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from schemas.accounts import AccountOut
from schemas.divisions.table import name_division
from schemas.errors import ErrorCode
from schemas.events.kinds import Source
from schemas.texts import say
from service.accounts import actions, answers, passwords, queries, rules
from service.accounts.actions import NewAccount
from service.context import Work
from service.errors import DomainError
from service.manage import account_files
from service.manage.account_drafts import (
    AccountDraft,
    RejectedError,
    find_named,
    list_names,
    name_role,
    prepare,
)
from service.manage.account_files import FileRow
from service.manage.console import ExitCode, complain, fail, tell
from service.manage.messages import ErrorText, HelpText, ResultText
from service.manage.opening import opened
from service.rest import Cursor, encode_after

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
PASSWORD_VARIABLE = "FANGANG_PASSWORD"  # noqa: S105 (the variable's name)
PAGE = 200
Username = Annotated[str, typer.Argument(help=HelpText.USERNAME.mark)]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help=HelpText.PASSWORD_STDIN.mark)]


@app.command("create", help=HelpText.CREATE.mark)
def create(
    username: Username,
    *,
    role: Annotated[str, typer.Option(help=HelpText.ROLE.mark)],
    name: Annotated[str, typer.Option(help=HelpText.NAME.mark)],
    phone: Annotated[str | None, typer.Option(help=HelpText.PHONE.mark)] = None,
    township: Annotated[str | None, typer.Option(help=HelpText.TOWNSHIP.mark)] = None,
    division: Annotated[str | None, typer.Option(help=HelpText.DIVISION.mark)] = None,
    enterprise: Annotated[str | None, typer.Option(help=HelpText.ENTERPRISE.mark)] = None,
    carrier: Annotated[str | None, typer.Option(help=HelpText.CARRIER.mark)] = None,
    trip: Annotated[list[str] | None, typer.Option(help=HelpText.TRIP.mark)] = None,
    password_stdin: PasswordStdin = False,
) -> None:
    with opened() as (context, actor):
        draft = AccountDraft(
            username=username,
            role=role,
            name=name,
            phone=phone,
            township=township,
            division=division,
            enterprise=enterprise,
            carrier=carrier,
            trips=tuple(trip or ()),
            password=_ask_password(from_stdin=password_stdin),
        )
        with context.reading(actor) as work:
            (found,) = find_named(work, [draft])
        new = _prepare_one(found, actor.county_code)
        with context.writing(actor) as work:
            _store(work, [new])
    tell(ResultText.CREATED, username=new.username, role=name_role(new.role))


@app.command("create-many", help=HelpText.CREATE_MANY.mark)
def create_many(
    file: Annotated[Path, typer.Argument(help=HelpText.FILE.mark)],
    out: Annotated[Path | None, typer.Option(help=HelpText.OUT.mark)] = None,
) -> None:
    target = out or file.with_name(f"{file.stem}-passwords.csv")
    with opened() as (context, actor):
        rows = account_files.read_file(file)
        with context.reading(actor) as work:
            found = find_named(work, [row.draft for row in rows])
            taken = list(_find_taken(work, rows))
        accounts = _prepare_all(rows, found, taken, county_code=actor.county_code)
        generated = [row.draft for row in rows if row.generated]
        with account_files.passwords_kept(target, generated), context.writing(actor) as work:
            _store(work, accounts)
    tell(ResultText.CREATED_MANY, count=len(accounts))
    if generated:
        tell(ResultText.PASSWORDS_WRITTEN, path=target)


@app.command("list", help=HelpText.LIST.mark)
def list_all() -> None:
    with opened() as (context, actor), context.reading(actor) as work:
        shown = _read_all(work)
        names = list_names(work, [each.scope for each in shown])
    if not shown:
        tell(ResultText.NO_ACCOUNTS)
        return
    table = Table(*say(ResultText.COLUMNS).split(","), box=None, pad_edge=False)
    for each in shown:
        state = say(ResultText.ACTIVE if each.active else ResultText.INACTIVE)
        scope = _describe_scope(each, names)
        table.add_row(each.username, name_role(each.role), each.name or "", scope, state)
    Console(file=sys.stdout, soft_wrap=True).print(table)


@app.command("disable", help=HelpText.DISABLE.mark)
def disable(username: Username) -> None:
    with opened() as (context, actor), context.writing(actor) as work:
        account_id = _find_id(work, username)
        actions.disable_account(work, account_id=account_id, source=Source.CLI)
    tell(ResultText.DISABLED, username=username)


@app.command("set-password", help=HelpText.SET_PASSWORD.mark)
def set_password(username: Username, *, password_stdin: PasswordStdin = False) -> None:
    with opened() as (context, actor):
        with context.reading(actor) as work:
            account_id = _find_id(work, username)
        password = _ask_password(from_stdin=password_stdin).get_secret_value()
        if rules.is_weak(password, username):
            raise DomainError(ErrorCode.PASSWORD_WEAK)
        password_hash = passwords.hash_password(password)
        with context.writing(actor) as work:
            actions.change_password(
                work, account_id=account_id, password_hash=password_hash, source=Source.CLI
            )
    tell(ResultText.PASSWORD_SET, username=username)


def _ask_password(*, from_stdin: bool) -> SecretStr:
    """From standard input, else the environment, else a prompt; never from the command line,
    which other users of the machine can read.
    """
    if from_stdin:
        return SecretStr(sys.stdin.readline().rstrip("\r\n"))
    if given := os.environ.get(PASSWORD_VARIABLE):
        return SecretStr(given)
    if not sys.stdin.isatty():
        fail(ExitCode.USAGE, ErrorText.NO_PASSWORD)
    prompt = say(ResultText.PASSWORD_PROMPT)
    return SecretStr(typer.prompt(prompt, hide_input=True, confirmation_prompt=True))


def _prepare_one(draft: AccountDraft, county_code: str) -> NewAccount:
    """Ends the program with everything that is wrong, a line each."""
    try:
        return prepare(draft, county_code=county_code)
    except RejectedError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


def _prepare_all(
    rows: Sequence[FileRow],
    drafts: Sequence[AccountDraft],
    taken: Sequence[tuple[int, str]],
    *,
    county_code: str,
) -> list[NewAccount]:
    """All or none: every line that is wrong is named (those of `taken` too), then the program ends."""
    accounts: list[NewAccount] = []
    faults = list(taken)
    for row, draft in zip(rows, drafts, strict=True):
        try:
            accounts.append(prepare(draft, county_code=county_code))
        except RejectedError as error:
            faults.extend((row.line, fault) for fault in error.faults)
    if faults:
        for line, message in sorted(faults):
            complain(ErrorText.LINE, line=line, message=message)
        fail(ExitCode.REFUSED, ErrorText.NOTHING_CREATED)
    return accounts


def _find_taken(work: Work, rows: Sequence[FileRow]) -> Iterator[tuple[int, str]]:
    """Lines whose names are in the county already, or earlier in the file; with the sentence."""
    names = [row.draft.username.lower() for row in rows]
    taken = queries.list_taken_names(work.session, work.county_code, names)
    for position, row in enumerate(rows):
        if names[position] in taken:
            yield row.line, say(ErrorText.NAME_TAKEN, username=row.draft.username)
        elif names[position] in names[:position]:
            yield row.line, say(ErrorText.NAME_TWICE, username=row.draft.username)


def _store(work: Work, accounts: Sequence[NewAccount]) -> None:
    for new in accounts:
        actions.create_account(work, new=new, source=Source.CLI)


def _read_all(work: Work) -> list[AccountOut]:
    shown: list[AccountOut] = []
    while True:
        cursor = Cursor(PAGE, encode_after(shown[-1].id) if shown else None)
        found = queries.list_accounts(work.session, work.county_code, cursor=cursor)
        shown += answers.show_accounts(work, found[:PAGE])
        if len(found) <= PAGE:
            return shown


def _describe_scope(account: AccountOut, names: Mapping[UUID, str]) -> str:
    scope = account.scope
    code = scope.division_prefix
    parts = [name_division(code)] if code else []
    ids = (scope.enterprise_id, scope.carrier_id, *(scope.trip_ids or ()))
    parts += [names.get(each, str(each)) for each in ids if each]
    return " ".join(parts)


def _find_id(work: Work, username: str) -> UUID:
    """Ends the program when there is no such account."""
    name = username.strip().lower()
    account = queries.get_account_by_name(work.session, work.county_code, name)
    if account is None:
        fail(ExitCode.REFUSED, ErrorText.NO_SUCH_ACCOUNT, username=username)
    return account.id
