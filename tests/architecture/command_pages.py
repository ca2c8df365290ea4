"""docs/cli.md out of the programs' own help. `make docs` writes it; a test compares it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import typer
from typer.main import get_command
from typer.testing import CliRunner

from cli.main import app as client
from service.manage.main import app as server
from tests.architecture.sources import ROOT

PROGRAMS: dict[str, typer.Typer] = {"fangang": client, "fangang-server": server}
PAGE = ROOT / "docs" / "cli.md"
_HEAD = """\
# 命令一览

本页由 `make docs` 根据程序自身的 `--help` 写成，请勿手工修改。
服务器命令的英文说明：`FANGANG_LANG=en fangang-server … --help`。

- `fangang`：乡镇经办和县协调员用的客户端，读表格、调用接口、打印结果。
- `fangang-server`：县里管理员用的服务端程序。
"""
_WIDTH = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "FANGANG_LANG": "zh", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Page:
    """One command or group: the words that call it, and its help."""

    words: tuple[str, ...]
    is_group: bool
    text: str

    @property
    def name(self) -> str:
        return " ".join(self.words)


@cache
def list_pages() -> tuple[Page, ...]:
    return tuple(
        Page(words, is_group, _help(root, words))
        for program, app in PROGRAMS.items()
        for root in [get_command(app)]
        for words, is_group in _walk(root, (program,))
    )


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Depth first, in the order of the help; hidden commands are nobody's business."""
    inner = getattr(command, "commands", {})
    yield words, bool(inner)
    for name, each in inner.items():
        if not each.hidden:
            yield from _walk(each, (*words, name))


def _help(root: Any, words: tuple[str, ...]) -> str:
    program, *rest = words
    with CliRunner().isolation(env=_WIDTH) as (out, *_):
        try:
            root.main([*rest, "--help"], prog_name=program)
        except SystemExit as ended:
            if ended.code != 0:
                raise RuntimeError(f"{' '.join(words)} --help ended with {ended.code}") from ended
        shown = out.getvalue().decode()
    return "\n".join(line.rstrip() for line in shown.strip().splitlines())


def write_page() -> str:
    parts = [_HEAD]
    for page in list_pages():
        depth = "##" if len(page.words) == 1 else "###"
        parts.append(f"{depth} {page.name}\n\n```text\n{page.text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
