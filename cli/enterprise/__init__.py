"""`fangang enterprise`: who is registered, whom they miss, whom to telephone, the letters.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli.enterprise import help as texts
from cli.enterprise import staff

app: Final = typer.Typer(help=texts.HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(staff.app, name="staff")


@app.callback()
def main() -> None:
    """Keeps `enterprise` a group however many commands it has."""


@app.command("list", help=texts.HELP_ENTERPRISES)
def list_enterprises(
    name: Annotated[str, typer.Argument(help=texts.HELP_NAME)] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help=texts.HELP_JSON)] = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.enterprise import registry as work  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        work.show_enterprises(api, name, as_json=as_json)


@app.command(help=texts.HELP_LETTERS)
def letters(
    *,
    folder: Annotated[Path, typer.Option("--out", "-o", help=texts.HELP_FOLDER)],
    purpose: Annotated[str, typer.Option("--purpose", help=texts.HELP_PURPOSE)] = "",
    again: Annotated[bool, typer.Option("--all", help=texts.HELP_ALL)] = False,
    contact: Annotated[str, typer.Option("--contact", help=texts.HELP_CONTACT)] = "",
    phone: Annotated[str, typer.Option("--phone", help=texts.HELP_PHONE)] = "",
    as_json: Annotated[bool, typer.Option("--json", help=texts.HELP_JSON)] = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.enterprise import writing as work  # noqa: PLC0415 - keeps --help fast

    options = work.LetterOptions(folder, purpose, again, contact, phone, as_json)
    with connect() as api:
        work.write_letters(api, options)
