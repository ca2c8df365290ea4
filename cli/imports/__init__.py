"""`fangang roster import`, `resume`, `status`, `undo` and `absent`: what comes after a check.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated

import typer

from cli.imports import help as texts
from cli.roster import app
from cli.roster import help as roster_texts

__all__ = ["app"]

ReceiptArgument = Annotated[str, typer.Argument(help=texts.HELP_RECEIPT)]


@app.command("import", help=texts.HELP_IMPORT)
def import_rosters(
    files: Annotated[list[str], typer.Argument(help=roster_texts.HELP_FILES)],
    *,
    township: Annotated[str, typer.Option("--township", help=texts.HELP_TOWNSHIP)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.HELP_DRY_RUN)] = False,
    yes: Annotated[bool, typer.Option("--yes", help=texts.HELP_YES)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=roster_texts.HELP_JSON)] = False,
    include_ids: Annotated[
        bool, typer.Option("--include-ids", help=roster_texts.HELP_INCLUDE_IDS)
    ] = False,
    as_of: Annotated[str, typer.Option("--as-of", help=texts.HELP_AS_OF)] = "",
    mapped: Annotated[list[str] | None, typer.Option("--map", help=roster_texts.HELP_MAP)] = None,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help=texts.HELP_ACCEPT_PARTIAL)
    ] = False,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help=texts.HELP_ALL_OR_NOTHING)
    ] = False,
    require_phone: Annotated[
        bool, typer.Option("--require-phone", help=texts.HELP_REQUIRE_PHONE)
    ] = False,
    show_changes: Annotated[
        bool, typer.Option("--show-changes", help=texts.HELP_SHOW_CHANGES)
    ] = False,
    report: Annotated[Path | None, typer.Option("--report", help=roster_texts.HELP_REPORT)] = None,
    no_report: Annotated[
        bool, typer.Option("--no-report", help=roster_texts.HELP_NO_REPORT)
    ] = False,
) -> None:
    """Exit codes as in the help: the gravest of all files."""
    from cli.imports.flow import import_files  # noqa: PLC0415 - keeps --help fast
    from cli.imports.options import ImportOptions  # noqa: PLC0415 - keeps --help fast
    from cli.roster.checking import get_today  # noqa: PLC0415 - keeps --help fast
    from cli.roster.options import read_day, read_mapping  # noqa: PLC0415 - keeps --help fast

    options = ImportOptions(
        as_of=read_day(as_of) if as_of else get_today(),
        mapping=read_mapping(mapped or []),
        township=township,
        dry_run=dry_run,
        yes=yes,
        as_json=as_json,
        include_ids=include_ids,
        accept_partial=accept_partial,
        all_or_nothing=all_or_nothing,
        require_phone=require_phone,
        show_changes=show_changes,
        error_list=report,
        wants_error_list=not no_report,
    )
    raise typer.Exit(import_files(files, options))


@app.command(help=texts.HELP_RESUME)
def resume(receipt: ReceiptArgument) -> None:
    from cli.imports.flow import resume_import  # noqa: PLC0415 - keeps --help fast

    raise typer.Exit(resume_import(receipt))


@app.command(help=texts.HELP_STATUS)
def status(
    receipt: ReceiptArgument,
    *,
    as_json: Annotated[bool, typer.Option("--json", help=roster_texts.HELP_JSON)] = False,
) -> None:
    from cli.imports.flow import show_status  # noqa: PLC0415 - keeps --help fast

    show_status(receipt, as_json=as_json)


@app.command(help=texts.HELP_UNDO)
def undo(
    receipt: ReceiptArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=texts.HELP_UNDO_YES)] = False,
    keep_changed: Annotated[
        bool, typer.Option("--keep-changed", help=texts.HELP_KEEP_CHANGED)
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help=texts.HELP_REASON)] = "",
    as_json: Annotated[bool, typer.Option("--json", help=roster_texts.HELP_JSON)] = False,
) -> None:
    from cli.imports.undoing import undo_import  # noqa: PLC0415 - keeps --help fast

    exit_code = undo_import(
        receipt,
        yes=yes,
        keep_changed=keep_changed,
        reason=reason,
        as_json=as_json,
    )
    raise typer.Exit(exit_code)


@app.command(help=texts.HELP_ABSENT)
def absent(
    receipt: ReceiptArgument,
    *,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=texts.HELP_XLSX)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=roster_texts.HELP_JSON)] = False,
) -> None:
    from cli.imports.absence import list_absent  # noqa: PLC0415 - keeps --help fast

    list_absent(receipt, file=xlsx, as_json=as_json)
