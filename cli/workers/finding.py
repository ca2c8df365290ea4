"""`fangang worker`: look somebody up, masked."""

from typing import Annotated, Any, Final, Literal

import typer

from cli.exits import CommandError, ExitCode

app: Final = typer.Typer(
    help="务工人员：按证件号、电话或姓名查找。", no_args_is_help=True, rich_markup_mode=None
)
_HELP_FIND: Final = (
    "查找务工人员（证件号和电话遮盖显示）。要找的内容从标准输入或提示中读取，不写在命令行里。\n\n"
    "例：fangang worker find\n\n"
    "例：fangang worker find --json < 证件号.txt"
)
_QUESTION: Final = ("身份证号、手机号或姓名：", "Identity number, phone or name: ")
_EMPTY: Final = ("没有输入要查找的内容。", "Nothing to look for.")
_NOBODY: Final = ("没有找到；也可能不在您的乡镇。", "Nobody found; perhaps not of your township.")
_HEADINGS: Final = {
    "zh": ("姓名", "身份证号", "电话", "乡镇", "村", "编号"),
    "en": ("name", "identity number", "phone", "township", "village", "id"),
}


@app.callback()
def main() -> None:
    """Keeps `worker` a group however many commands it has."""


@app.command(help=_HELP_FIND)
def find(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="结果以JSON写到标准输出。")] = False,
    language: Annotated[
        Literal["zh", "en"],
        typer.Option("--lang", envvar="FANGANG_LANG", help="提示语言：zh 或 en。"),
    ] = "zh",
) -> None:
    """A number in a command line could be read by everybody on the machine, and stays in its
    history.
    """
    from cli import output  # noqa: PLC0415 - keeps --help fast
    from cli.api import connect  # noqa: PLC0415 - keeps --help fast
    from schemas.workers import WorkerOut  # noqa: PLC0415 - keeps --help fast

    english = language == "en"
    wanted = output.ask(_QUESTION[english])
    if not wanted:
        raise CommandError(_EMPTY[english], ExitCode.USAGE)
    with connect(language) as api:
        answer = api.post("/v1/workers/search", choose_field(wanted))
    if as_json:
        output.write_json(answer["items"])
        return
    found = [WorkerOut.model_validate(item) for item in answer["items"]]
    if not found:
        output.say(_NOBODY[english])
        return
    output.write_table(_HEADINGS[language], [_make_line(worker) for worker in found])


def choose_field(wanted: str) -> dict[str, str]:
    """Digits are a phone when they can be one, else an identity number; all else is a name."""
    from schemas.identity import normalise_id  # noqa: PLC0415 - keeps --help fast
    from schemas.types import normalise_phone  # noqa: PLC0415 - keeps --help fast

    if normalise_phone(wanted) is not None:
        return {"phone": wanted}
    number = normalise_id(wanted)
    return {"id_number": wanted} if number[:14].isdigit() else {"name": wanted}


def _make_line(worker: Any) -> list[str]:
    return [
        worker.name,
        worker.id_number,
        worker.phone or "",
        worker.township or "",
        worker.village or "",
        str(worker.id),
    ]
