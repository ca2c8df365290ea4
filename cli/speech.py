"""The language of the command line: `--lang` on every command; Typer's headings, types, defaults and usage
errors in Chinese; names of arguments; layout of `--help`.

The translation works on what is about to be shown, by the formatter that a context makes and by the
sentences of usage errors, so that it does not depend on the release of Typer. In English nothing is touched.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli import output
from cli.exits import ExitCode
from schemas.texts import get_language, speaking

_WORDS: Final = {
    "Arguments": "参数",
    "Commands": "命令",
    "Options": "选项",
    "Install completion for the current shell.": "给当前终端装上 Tab 补全。",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "显示 Tab 补全的内容，供自行安装。"
    ),
    "Show this message and exit.": "显示本说明。",
}
# What stands for a command's arguments.
_ARGUMENTS: Final = {
    "files": "文件",
    "kind": "事件",
    "listed": "名单编号",
    "name": "名称",
    "path": "文件",
    "person": "编号",
    "receipt": "回执号",
    "result": "结果",
    "trip": "趟次",
    "vehicle": "车辆编号",
    "what": "车牌或短编号",
    "worker": "编号",
}
_USAGE: Final = (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 [参数]..."))
_TYPES: Final = (
    (re.compile(r"<(?:list\[)?str\]?>|\bTEXT\b"), "<文本>"),
    (re.compile(r"<(?:list\[)?path\]?>|\bPATH\b"), "<路径>"),
)
# At the end of an option's help.
_EXTRAS: Final = (
    (re.compile(r"^env var: "), "环境变量："),
    (re.compile(r"^default: "), "默认："),
    (re.compile(r"^required$"), "必填"),
)
_SENTENCES: Final = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r" \(env var: '(.+?)'\)", r"（环境变量 \1）"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"多写了 \1。"),
        (
            r"Invalid value for (.+?): (?:Value error, )?('.*?') is not one of (.+)\.",
            r"\1写成了\2，只能写\3。",
        ),
        (r"Invalid value for (.+?): ", r"\1的值写得不对："),
        (r"Missing argument (.+?)\.", r"缺少参数\1。"),
        (r"Missing command\.", "还要写明命令。"),
        (r"Missing option (.+?)\.", r"缺少选项\1。"),
        (r"No such command (.+?)\.", r"没有\1这个命令。"),
        (r"No such option: ([^\s.]+)\.?", r"没有 \1 这个选项。"),
        (r"Option (.+?) does not take a value\.", r"选项\1后面不写内容。"),
        (r"Option (.+?) requires an argument\.", r"选项\1后面要写内容。"),
        (r" Did you mean (.+?)\?", r"是不是要写\1？"),
        (r" \(Possible options: (.+)\)", r"相近的选项：\1。"),
        (r"'([^']*)'", r"“\1”"),
        (r"”, “", "”、“"),
        (r"” / “", "”或“"),
        (r"(?<=\w), (?=-)", "、"),
    )
)
_HELP_LANG: Final = "提示语言：zh 或 en。"
_SPACING: Final = 2
_NARROWEST: Final = 20
_HINT: Final = "写法见：{command} --help\n"
_WRONG: Final = "命令有误：{message}"
_BROKEN_OFF: Final = "输入中断，没有执行。"


def translate(message: str) -> str:
    """A sentence of Typer about a wrong command line; another text stays as it is."""
    for pattern, chinese in _SENTENCES:
        message = pattern.sub(chinese, message)
    return message


# Typer carries these two inside, and names only what derives from them.
_Formatter: Any = typer.Context.formatter_class
_UsageError: Any = typer.BadParameter.__mro__[1]


class ChineseFormatter(_Formatter):  # type: ignore[misc]  # see above
    """Writes a command's help; columns and line ends are counted in cells of the console."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, chinese in _USAGE:
            args = args.replace(english, chinese)
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_WORDS.get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        paragraphs = (
            output.wrap(" ".join(each.split()), self.width - self.current_indent)
            for each in text.split("\n\n")
        )
        lines = ("".join(f"{indent}{line}\n" for line in each) for each in paragraphs)
        self.write("\n".join(lines))

    def write_dl(self, rows: Sequence[tuple[str, str]], *_: Any, **_named: Any) -> None:
        told = [(_tell_name(first), _tell_help(second)) for first, second in rows]
        column = max(output.measure(first) for first, _ in told) + _SPACING
        indent = " " * self.current_indent
        for first, second in told:
            lines = output.wrap(second, max(self.width - self.current_indent - column, _NARROWEST))
            start = first + " " * (column - output.measure(first))
            self.write(f"{indent}{start}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{'':{column}}{line}\n")


class ChineseContext(typer.Context):
    formatter_class = ChineseFormatter


class Commands(TyperGroup):
    """The program's root: it sets the language, and gives every command its option `--lang`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        _add_language(self)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        with speaking(output.find_language(given)):
            if get_language() == "zh":
                _prepare(self)
            return super().main(given, *rest, **options)

    def make_context(self, *given: Any, **options: Any) -> Any:
        with _telling():
            return super().make_context(*given, **options)

    def invoke(self, ctx: Any) -> Any:
        with _telling():
            return super().invoke(ctx)


@contextmanager
def _telling() -> Iterator[None]:
    """What is wrong with the command line is said here, and ends with Typer's own exit code."""
    try:
        yield
    except _UsageError as error:
        # A group without a command shows its help, which is in Chinese already.
        if get_language() == "en" or type(error).__name__ == "NoArgsIsHelpError":
            raise
        _tell(error)
        raise typer.Exit(error.exit_code) from error
    except EOFError as error:
        if get_language() == "en":
            raise
        output.tell_error(_BROKEN_OFF)
        raise typer.Exit(ExitCode.UNEXPECTED) from error


def _make_language_option() -> Any:
    """`--lang`, as Typer makes it. Its value is checked here and read by `output.find_language`."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def speak(
        _language: Annotated[
            Literal["zh", "en"],
            typer.Option("--lang", envvar="FANGANG_LANG", help=_HELP_LANG, expose_value=False),
        ] = "zh",
    ) -> None: ...

    return get_command(app).params[0]


def _add_language(group: Any) -> None:
    option = _make_language_option()
    groups = [group]
    while groups:
        for each in groups.pop().commands.values():
            if hasattr(each, "commands"):
                groups.append(each)
            else:
                each.params.append(option)


def _prepare(command: Any) -> None:
    command.context_class = ChineseContext
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            parameter.metavar = _ARGUMENTS.get(parameter.name, parameter.metavar)
    for each in getattr(command, "commands", {}).values():
        _prepare(each)


def _tell(error: Any) -> None:
    if error.ctx is not None:
        hint = _HINT.format(command=error.ctx.command_path)
        output.tell(f"{error.ctx.get_usage()}\n{hint}")
    output.tell_error(_WRONG.format(message=translate(error.format_message())))


def _tell_name(first: str) -> str:
    """An option with its type, an argument without."""
    for pattern, chinese in _TYPES:
        first = pattern.sub(chinese if first.startswith("-") else "", first)
    return first.rstrip()


def _tell_help(text: str) -> str:
    text = _WORDS.get(text, text)
    head, bracket, extras = text.rpartition("[")
    if not bracket or not extras.endswith("]"):
        return text
    told = [_tell_extra(extra) for extra in extras[:-1].split("; ")]
    return f"{head}[{'；'.join(told)}]"


def _tell_extra(extra: str) -> str:
    for pattern, chinese in _EXTRAS:
        extra = pattern.sub(chinese, extra)
    return extra
