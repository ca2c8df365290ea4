"""`fangang-server`: the program that a county's operator runs."""

from typing import Annotated

import typer

from service.db.schema import head_revision
from service.manage import accounts, ledger
from service.manage.console import Commands, say
from service.manage.demo import demo
from service.manage.messages import Text
from service.manage.migrations import migrate
from service.manage.serving import check_key_file, check_known, read_revision, serve
from service.settings import Settings

app = typer.Typer(
    cls=Commands,
    help="HELP_PROGRAM",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(accounts.app, name="account", help="HELP_ACCOUNT")
app.command("serve", help="HELP_SERVE")(serve)
app.command("demo", help="HELP_DEMO")(demo)
app.command("verify", help="HELP_VERIFY")(ledger.verify_ledger)
app.command("rebuild", help="HELP_REBUILD")(ledger.rebuild)


@app.callback()
def main(
    _lang: Annotated[str, typer.Option("--lang", help="HELP_LANG", envvar="FANGANG_LANG")] = "zh",
) -> None:
    """The language is read before commands are; here it is only a known option."""


@app.command("migrate", help="HELP_MIGRATE")
def run_migrations() -> None:
    settings = Settings()
    before = read_revision(settings)
    if before is not None:
        check_known(before)
        check_key_file(settings)
    migrate(settings)
    say(Text.MIGRATED, revision=head_revision())
    if before is None:
        say(Text.NEXT_ACCOUNT)
