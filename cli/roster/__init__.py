"""`fangang roster`: check a roster, write an error list and a template.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from cli import output
from cli.roster import help as texts

app: Final = typer.Typer(help=texts.HELP_GROUP, no_args_is_help=True, rich_markup_mode=None)


@app.command(help=texts.HELP_CHECK)
def check(
    files: Annotated[list[str], typer.Argument(help=texts.HELP_FILES)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help=texts.HELP_JSON)] = False,
    include_ids: Annotated[
        bool, typer.Option("--include-ids", help=texts.HELP_INCLUDE_IDS)
    ] = False,
    as_of: Annotated[str, typer.Option("--as-of", help=texts.HELP_AS_OF)] = "",
    mapped: Annotated[list[str] | None, typer.Option("--map", help=texts.HELP_MAP)] = None,
    township: Annotated[str, typer.Option("--township", help=texts.HELP_TOWNSHIP)] = "",
    require_phone: Annotated[
        bool, typer.Option("--require-phone", help=texts.HELP_REQUIRE_PHONE)
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help=texts.HELP_REPORT)] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help=texts.HELP_NO_REPORT)] = False,
) -> None:
    """Exit 0 when every row is fine, 5 when some are not, 3 when a file is refused."""
    from cli.roster import checks as work  # noqa: PLC0415 - keeps --help fast
    from cli.roster.checking import get_today  # noqa: PLC0415 - keeps --help fast
    from cli.roster.options import read_day, read_mapping  # noqa: PLC0415 - keeps --help fast

    options = work.CheckOptions(
        as_of=read_day(as_of) if as_of else get_today(),
        mapping=read_mapping(mapped or []),
        township=township,
        require_phone=require_phone,
        error_list=report,
        wants_error_list=not no_report,
    )
    checked = work.check_files(files, options)
    if as_json:
        work.show_json(checked, options, include_ids=include_ids)
    else:
        work.show_text(checked, options)
    raise typer.Exit(work.choose_exit(checked))


@app.command(help=texts.HELP_TEMPLATE)
def template(
    path: Annotated[Path, typer.Argument(help=texts.HELP_TEMPLATE_PATH)] = Path("花名册模板.xlsx"),
) -> None:
    from cli.roster.template import write_template  # noqa: PLC0415 - keeps --help fast
    from cli.roster.texts import Text, get_text  # noqa: PLC0415 - keeps --help fast

    written = write_template(path)
    output.say(get_text(Text.TEMPLATE_WRITTEN, path=written))


@app.command("forget-maps", help=texts.HELP_FORGET)
def forget_maps(
    *,
    township: Annotated[str, typer.Option("--township", help=texts.HELP_TOWNSHIP)] = "",
) -> None:
    from cli.roster.checks import forget_columns  # noqa: PLC0415 - keeps --help fast
    from cli.roster.mappings import choose_key  # noqa: PLC0415 - keeps --help fast

    forget_columns(choose_key(township))
