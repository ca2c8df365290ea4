"""`fangang-server account …`: who may log in. Passwords are never arguments."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlmodel import Session

from schemas.accounts import AccountOut
from schemas.divisions.table import full_name, get_division
from schemas.errors import ErrorCode
from schemas.events.kinds import Source
from service.accounts import actions, answers, passwords, queries, rules
from service.accounts.actions import NewAccount
from service.accounts.models import Account
from service.app.composition import make_context
from service.auth import Actor
from service.context import Context
from service.errors import DomainError
from service.manage import account_files
from service.manage.account_files import (
    AccountDraft,
    FileRow,
    RejectedError,
    find_named,
    list_names,
    name_role,
    prepare,
)
from service.manage.console import ExitCode, complain, fail, language, read, say
from service.manage.messages import Text
from service.manage.serving import check_ready
from service.rest import Cursor, encode_after
from service.settings import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
PASSWORD_VARIABLE = "FANGANG_PASSWORD"  # noqa: S105 (the variable's name)
PAGE = 200
Username = Annotated[str, typer.Argument(help="HELP_USERNAME")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="HELP_PASSWORD_STDIN")]


@app.command("create", help="HELP_CREATE")
def create(
    username: Username,
    *,
    role: Annotated[str, typer.Option(help="HELP_ROLE")],
    name: Annotated[str, typer.Option(help="HELP_NAME")],
    phone: Annotated[str | None, typer.Option(help="HELP_PHONE")] = None,
    township: Annotated[str | None, typer.Option(help="HELP_TOWNSHIP")] = None,
    division: Annotated[str | None, typer.Option(help="HELP_DIVISION")] = None,
    enterprise: Annotated[str | None, typer.Option(help="HELP_ENTERPRISE")] = None,
    carrier: Annotated[str | None, typer.Option(help="HELP_CARRIER")] = None,
    trip: Annotated[list[str] | None, typer.Option(help="HELP_TRIP")] = None,
    password_stdin: PasswordStdin = False,
) -> None:
    with _opened() as (context, actor):
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
        new = _prepare_one(context, draft, actor)
        _store(context, actor, [new])
    say(Text.CREATED, username=new.username, role=name_role(new.role, language()))


@app.command("create-many", help="HELP_CREATE_MANY")
def create_many(
    file: Annotated[Path, typer.Argument(help="HELP_FILE")],
    out: Annotated[Path | None, typer.Option(help="HELP_OUT")] = None,
) -> None:
    target = out or file.with_name(f"{file.stem}-passwords.csv")
    with _opened() as (context, actor):
        rows = account_files.read_rows(file)
        accounts = _prepare_all(context, actor, rows)
        generated = [row.draft for row in rows if row.generated]
        with account_files.passwords_kept(target, generated):
            _store(context, actor, accounts)
    say(Text.CREATED_MANY, count=len(accounts))
    if generated:
        say(Text.PASSWORDS_WRITTEN, path=target)


@app.command("list", help="HELP_LIST")
def list_all() -> None:
    with _opened() as (context, actor):
        shown = _read_all(context, actor)
        names = list_names(context, actor, [each.scope for each in shown])
    if not shown:
        say(Text.NO_ACCOUNTS)
        return
    table = Table(*read(Text.COLUMNS).split(","), box=None, pad_edge=False)
    for each in shown:
        state = read(Text.ACTIVE if each.active else Text.INACTIVE)
        role = name_role(each.role, language())
        table.add_row(each.username, role, each.name or "", _describe_scope(each, names), state)
    Console(file=sys.stdout, soft_wrap=True).print(table)


@app.command("disable", help="HELP_DISABLE")
def disable(username: Username) -> None:
    with _opened() as (context, actor), context.writing(actor) as work:
        account = _find(work.session, actor, username)
        actions.disable_account(work, account_id=account.id, source=Source.CLI)
    say(Text.DISABLED, username=username)


@app.command("set-password", help="HELP_SET_PASSWORD")
def set_password(username: Username, *, password_stdin: PasswordStdin = False) -> None:
    with _opened() as (context, actor):
        with context.database.read(actor) as session:
            account_id = _find(session, actor, username).id
        password = _ask_password(from_stdin=password_stdin).get_secret_value()
        if rules.is_weak(password, username):
            raise DomainError(ErrorCode.PASSWORD_WEAK)
        password_hash = passwords.hash_password(password)
        with context.writing(actor) as work:
            actions.change_password(
                work,
                account_id=account_id,
                password_hash=password_hash,
                source=Source.CLI,
            )
    say(Text.PASSWORD_SET, username=username)


@contextmanager
def _opened() -> Iterator[tuple[Context, Actor]]:
    """A migrated database, and the console's own actor."""
    settings = Settings()
    check_ready(settings)
    context = make_context(settings)
    try:
        yield context, actions.make_console_actor(settings.county_code)
    finally:
        context.dispose()


def _ask_password(*, from_stdin: bool) -> SecretStr:
    """From standard input, else the environment, else a prompt; never from the command line,
    which other users of the machine can read.
    """
    if from_stdin:
        return SecretStr(sys.stdin.readline().rstrip("\r\n"))
    if given := os.environ.get(PASSWORD_VARIABLE):
        return SecretStr(given)
    if not sys.stdin.isatty():
        fail(ExitCode.USAGE, Text.NO_PASSWORD)
    prompt = read(Text.PASSWORD_PROMPT)
    return SecretStr(typer.prompt(prompt, hide_input=True, confirmation_prompt=True))


def _prepare_one(context: Context, draft: AccountDraft, actor: Actor) -> NewAccount:
    try:
        (found,) = find_named(context, actor, [draft])
        return prepare(found, county_code=actor.county_code)
    except RejectedError as error:
        for fault in error.faults:
            typer.echo(fault, err=True)
        raise typer.Exit(ExitCode.REFUSED) from error


def _prepare_all(context: Context, actor: Actor, rows: Sequence[FileRow]) -> list[NewAccount]:
    """All or none: every line that is wrong is named, then nothing is made."""
    accounts: list[NewAccount] = []
    faults: list[tuple[int, str]] = []
    drafts = find_named(context, actor, [row.draft for row in rows])
    for row, draft in zip(rows, drafts, strict=True):
        try:
            accounts.append(prepare(draft, county_code=actor.county_code))
        except RejectedError as error:
            faults.extend((row.line, fault) for fault in error.faults)
    faults.extend(_find_taken(context, actor, rows))
    if faults:
        for line, message in sorted(faults):
            complain(Text.LINE, line=line, message=message)
        fail(ExitCode.REFUSED, Text.NOTHING_CREATED)
    return accounts


def _find_taken(
    context: Context, actor: Actor, rows: Sequence[FileRow]
) -> Iterator[tuple[int, str]]:
    """Names that are in the county already, or twice in the file."""
    names = [row.draft.username.lower() for row in rows]
    with context.database.read(actor) as session:
        taken = queries.list_taken_names(session, actor.county_code, names)
    for position, row in enumerate(rows):
        if names[position] in taken:
            yield row.line, read(Text.NAME_TAKEN, username=row.draft.username)
        elif names[position] in names[:position]:
            yield row.line, read(Text.NAME_TWICE, username=row.draft.username)


def _store(context: Context, actor: Actor, accounts: Sequence[NewAccount]) -> None:
    with context.writing(actor) as work:
        for new in accounts:
            actions.create_account(work, new=new, source=Source.CLI)


def _read_all(context: Context, actor: Actor) -> list[AccountOut]:
    shown: list[AccountOut] = []
    with context.reading(actor) as work:
        while True:
            cursor = Cursor(PAGE, encode_after(shown[-1].id) if shown else None)
            found = queries.list_accounts(work.session, actor.county_code, cursor=cursor)
            shown += answers.show_accounts(work, found[:PAGE])
            if len(found) <= PAGE:
                return shown


def _describe_scope(account: AccountOut, names: Mapping[UUID, str]) -> str:
    scope = account.scope
    code = scope.division_prefix
    parts = [full_name(code) if get_division(code) else code] if code else []
    ids = (scope.enterprise_id, scope.carrier_id, *(scope.trip_ids or ()))
    parts += [names.get(each, str(each)) for each in ids if each]
    return " ".join(parts)


def _find(session: Session, actor: Actor, username: str) -> Account:
    account = queries.get_account_by_name(session, actor.county_code, username.strip().lower())
    if account is None:
        fail(ExitCode.REFUSED, Text.NO_SUCH_ACCOUNT, username=username)
    return account
