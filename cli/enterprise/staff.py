"""`fangang enterprise staff`: import an enterprise's list, look at it, telephone.

Only what `--help` needs is imported at the top.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from cli.enterprise import help as texts

app: Final = typer.Typer(help=texts.HELP_STAFF, no_args_is_help=True, rich_markup_mode=None)

JsonOption = Annotated[bool, typer.Option("--json", help=texts.HELP_JSON)]


@app.command("import", help=texts.HELP_IMPORT)
def import_staff(
    files: Annotated[list[str], typer.Argument(help=texts.HELP_FILES)],
    *,
    enterprise: Annotated[str, typer.Option("--enterprise", help=texts.HELP_ENTERPRISE)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查和比对，不导入。")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接导入。")] = False,
    as_json: JsonOption = False,
    as_of: Annotated[str, typer.Option("--as-of", help="名单是哪一天的；默认今天。")] = "",
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="指定列：列名=字段，如 --map '联系方法=phone'；可重复。本机按企业记住，下次自动使用。",
        ),
    ] = None,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="有误的人超过20%时也导入其余人员。")
    ] = False,
) -> None:
    """Exit codes as in the help: the gravest of all files."""
    from cli.enterprise.importing import StaffOptions, import_lists  # noqa: PLC0415 - keeps --help fast

    options = StaffOptions(
        enterprise=enterprise,
        as_of=as_of,
        mapped=tuple(mapped or ()),
        dry_run=dry_run,
        yes=yes,
        as_json=as_json,
        accept_partial=accept_partial,
    )
    raise typer.Exit(import_lists(files, options))


@app.command("forget-maps", help=texts.HELP_FORGET)
def forget_maps(
    *,
    enterprise: Annotated[str, typer.Option("--enterprise", help=texts.HELP_ENTERPRISE)] = "",
) -> None:
    from cli.enterprise.importing import forget_columns_of  # noqa: PLC0415 - keeps --help fast

    forget_columns_of(enterprise)


@app.command(help=texts.HELP_STATUS)
def status(
    receipt: Annotated[str, typer.Argument(help="回执号，如 R-20200324-7F3A。")],
    *,
    as_json: JsonOption = False,
) -> None:
    from cli.imports.flow import show_status  # noqa: PLC0415 - keeps --help fast

    show_status(receipt, as_json=as_json, door="/v1/staff-imports")


@app.command("list", help=texts.HELP_LIST)
def list_staff(
    *,
    state: Annotated[
        Literal["unmatched", "matched", "all"], typer.Option("--state", help=texts.HELP_STATE)
    ] = "unmatched",
    home: Annotated[str, typer.Option("--home", help=texts.HELP_HOME)] = "",
    enterprise: Annotated[str, typer.Option("--enterprise", help=texts.HELP_ONLY_ENTERPRISE)] = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.enterprise.looking import ListOptions, show_list  # noqa: PLC0415 - keeps --help fast

    options = ListOptions(state, home, enterprise, as_json)
    with connect() as api:
        show_list(api, options)


@app.command(help=texts.HELP_CHASE)
def chase(
    *,
    path: Annotated[Path | None, typer.Option("--out", "-o", help=texts.HELP_OUT)] = None,
    purpose: Annotated[str, typer.Option("--purpose", help=texts.HELP_PURPOSE)] = "",
    force: Annotated[bool, typer.Option("--force", help=texts.HELP_FORCE)] = False,
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.enterprise.chasing import ChaseOptions, list_chase  # noqa: PLC0415 - keeps --help fast

    options = ChaseOptions(path, purpose, force, as_json)
    with connect() as api:
        list_chase(api, options)


@app.command(help=texts.HELP_CALLED)
def called(
    person: Annotated[str, typer.Argument(help=texts.HELP_PERSON)],
    result: Annotated[str, typer.Argument(help=texts.HELP_RESULT)],
    *,
    at: Annotated[str, typer.Option("--at", help=texts.HELP_AT)] = "",
    as_json: JsonOption = False,
) -> None:
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from cli.enterprise.chasing import note_call  # noqa: PLC0415 - keeps --help fast

    with connect() as api:
        note_call(api, person, result, at=at, as_json=as_json)
