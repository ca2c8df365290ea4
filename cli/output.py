"""Everything that reaches the screen: data on stdout, messages and progress on stderr.

No other file prints. What the console's encoding lacks (a GBK console and a rare name) becomes a
question mark in text and an escape in JSON; nothing ever fails for it.
"""

import getpass
import json
import os
import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import Any, Final, TextIO

_RED: Final = "\033[31m"
_RESET: Final = "\033[0m"
_PROGRESS_SECONDS: Final = 0.1


def write_line(text: str = "") -> None:
    """A line of the answer."""
    _print(text, sys.stdout)


def write_json(value: Any) -> None:
    """The answer as JSON, indented, in the console's encoding or escaped."""
    is_unicode = _get_encoding(sys.stdout).startswith("utf")
    _print(json.dumps(value, ensure_ascii=not is_unicode, indent=1), sys.stdout)


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned for a console where Han characters are two cells wide."""
    lines = [headings, *rows]
    widths = [max(map(_measure, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            text + " " * (width - _measure(text)) for text, width in zip(line, widths, strict=True)
        )
        write_line("  ".join(cells).rstrip())


def say(text: str) -> None:
    """A message about what is going on."""
    _print(text, sys.stderr)


def say_error(text: str) -> None:
    """Why it did not work, and what to do next."""
    _print(_paint(text, _RED, sys.stderr), sys.stderr)


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """y or yes; anything else, a mere Enter and no terminal are no."""
    if not is_interactive():
        return False
    sys.stderr.write(_encodable(question, sys.stderr))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def ask(question: str) -> str:
    """A line of text from whoever sits there, or from standard input without a terminal."""
    if is_interactive():
        sys.stderr.write(_encodable(question, sys.stderr))
        sys.stderr.flush()
    return sys.stdin.readline().strip()


def ask_secret(question: str) -> str:
    """The same, without showing what is typed."""
    if not is_interactive():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(_encodable(question, sys.stderr), stream=sys.stderr)


class Progress:
    """One line that counts up. Silent without a terminal; it leaves nothing behind."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._done = label, total, 0
        self._is_shown = sys.stderr.isatty() and total > 1
        self._last = 0.0

    def advance(self, count: int = 1) -> None:
        self._done += count
        now = time.monotonic()
        if self._is_shown and now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self._draw(f"{self._label} {self._done:,}/{self._total:,}")

    def close(self) -> None:
        if self._is_shown:
            self._draw(" " * (_measure(self._label) + 24))
            self._draw("")

    @staticmethod
    def _draw(text: str) -> None:
        sys.stderr.write("\r" + _encodable(text, sys.stderr))
        sys.stderr.flush()


def _print(text: str, stream: TextIO) -> None:
    stream.write(_encodable(text, stream) + "\n")


def _encodable(text: str, stream: TextIO) -> str:
    encoding = _get_encoding(stream)
    return text.encode(encoding, "replace").decode(encoding)


def _get_encoding(stream: TextIO) -> str:
    return (stream.encoding or "utf-8").lower()


def _paint(text: str, color: str, stream: TextIO) -> str:
    is_plain = "NO_COLOR" in os.environ or not stream.isatty()
    return text if is_plain else f"{color}{text}{_RESET}"


def _measure(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
