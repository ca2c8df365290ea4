"""`fangang-server`: its list of commands, and `migrate`, which changes nothing where the key file is lost or
the database is newer.
"""

from pathlib import Path
from typing import Annotated

import typer

from service.db.schema import head_revision
from service.manage import accounts, ledger, policies
from service.manage.console import Commands, tell
from service.manage.messages import HelpText, ResultText
from service.manage.migrations import migrate
from service.manage.opening import check_key_file, check_known, read_revision
from service.manage.serving import serve
from service.settings import Settings

app = typer.Typer(
    cls=Commands,
    help=HelpText.PROGRAM.mark,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(accounts.app, name="account", help=HelpText.ACCOUNT.mark)
app.add_typer(policies.app, name="policy", help=HelpText.POLICY.mark)
app.command("serve", help=HelpText.SERVE.mark)(serve)


@app.callback()
def main(
    _lang: Annotated[
        str, typer.Option("--lang", help=HelpText.LANG.mark, envvar="FANGANG_LANG")
    ] = "zh",
) -> None:
    """`Commands` has set the language by now, before it read the helps; here the option is declared."""


@app.command("demo", help=HelpText.DEMO.mark)
def demo(
    folder: Annotated[
        Path, typer.Option("--folder", help=HelpText.DEMO_FOLDER.mark)
    ] = Path("data/demo"),
) -> None:  # fmt: skip
    from service.demo.story import tell_story  # noqa: PLC0415 (no other command needs it)

    tell_story(folder.resolve())


app.command("verify", help=HelpText.VERIFY.mark)(ledger.verify_ledger)
app.command("rebuild", help=HelpText.REBUILD.mark)(ledger.rebuild)


@app.command("migrate", help=HelpText.MIGRATE.mark)
def run_migrations() -> None:
    """A database that is there keeps its key file: without it nothing is changed."""
    settings = Settings()
    before = read_revision(settings)
    if before is not None:
        check_known(before)
        check_key_file(settings)
    refolded = migrate(settings)
    tell(ResultText.MIGRATED, revision=head_revision())
    if refolded is not None:
        tell(ResultText.REFOLDED, trips=refolded.trips, changes=len(refolded.changes))
        for each in refolded.changes:
            tell(ResultText.TOLD_OTHERWISE, **each._asdict())
    if before is None:
        tell(ResultText.NEXT_ACCOUNT)
