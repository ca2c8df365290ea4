"""Files dragged onto an icon (`python -m cli.kit.drop check|import`): how Windows hands over their names;
asking for files, server and login; the next step after a check.

On Windows the names come in two variables. Explorer quotes a name only where it holds a blank, so
in what the script got (FANGANG_FILES) a name ends at its first &; the line with which the script
was started (FANGANG_LINE) has it whole, but only when Explorer started it.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from cli import output
from cli.exits import CommandError, ExitCode
from cli.main import run_command
from schemas.texts import Text, say, set_language


class DropText(Text):
    ASK_FILES = (
        "请把花名册文件（或文件夹）拖到这个窗口里，然后按回车键：",
        "Drag the roster (or a folder) into this window and press Enter: ",
    )
    ASK_SERVER = (
        "服务器地址（向县里要，如 https://fangang.example.cn）：",
        "Address of the server (ask the county): ",
    )
    LOGIN_FIRST = (
        "导入前要先登录（每台电脑一次，过期再登）。账号向县里要；输入密码时屏幕上不显示。",
        "Log in first. The county gives accounts; the password does not show while you type.",
    )
    NEXT_IMPORT = (
        "没有发现错误。要导入，请把同样的文件拖到“导入花名册”上。",
        "No errors. To import, drag the same files onto “导入花名册”.",
    )
    NO_FILES = (
        "没有选文件。请把花名册拖到图标上，可以一次拖几个。",
        "No files. Drag rosters onto the icon, several at once if you like.",
    )


_STARTED: Final = re.compile(r'\s/c\s+""[^"]+\.cmd"(?P<files>.*)"\s*$', re.IGNORECASE | re.DOTALL)
_NAME: Final = re.compile(r'"([^"]*)"|(\S+)')


def main() -> None:
    set_language(output.find_language())
    command, *files = sys.argv[1:]
    sys.exit(run(command, files or read_names(os.environ)))


def read_names(environment: Mapping[str, str]) -> list[str]:
    """What was dragged onto a .cmd, with &, (, ), ! and blanks in the names."""
    started = _STARTED.search(environment.get("FANGANG_LINE", ""))
    files = started["files"] if started else environment.get("FANGANG_FILES", "")
    return split_names(files)


def split_names(text: str) -> list[str]:
    """Names between blanks or in quotation marks, as they arrive when files are dragged."""
    return [quoted or plain for quoted, plain in _NAME.findall(text) if quoted or plain]


def run(command: str, files: Sequence[str]) -> int:
    """The exit code of the command. Whoever starts the icon without files is asked for them."""
    chosen = list(files) or _ask_files()
    if not chosen:
        output.tell_error(say(DropText.NO_FILES))
        return ExitCode.USAGE
    if command == "import":
        return _import(chosen)
    code = run_command(["roster", command, "--", *chosen])
    if code == ExitCode.OK:
        output.tell(say(DropText.NEXT_IMPORT))
    return code


def _ask_files() -> list[str]:
    answer = output.ask(say(DropText.ASK_FILES)) if output.is_interactive() else ""
    return split_names(answer.replace("'", '"')) if os.name != "nt" else split_names(answer)


def _import(files: Sequence[str]) -> int:
    """A login that is missing, or ended in the meantime, is made up for once."""
    arguments = ["roster", "import", "--", *files]
    if not _is_logged_in():
        return _log_in() or run_command(arguments)
    code = run_command(arguments)
    if code == ExitCode.PERMISSION and output.is_interactive():
        return _log_in() or run_command(arguments)
    return code


def _is_logged_in() -> bool:
    from cli import settings  # noqa: PLC0415 - a check needs no settings

    try:
        settings.find_token(settings.find_server(""))
    except CommandError:
        return False
    return True


def _log_in() -> int:
    output.tell(say(DropText.LOGIN_FIRST))
    server = [] if _has_server() else ["--server", output.ask(say(DropText.ASK_SERVER))]
    return run_command(["login", *server])


def _has_server() -> bool:
    from cli import settings  # noqa: PLC0415 - a check needs no settings

    try:
        settings.find_server("")
    except CommandError:
        return False
    return True


if __name__ == "__main__":
    main()
