"""Everything on the console: stdout or stderr, JSON, tables, progress and pace, questions (yes or no, secret),
`--lang` and FANGANG_LANG, colours, widths and line breaks, control characters shown as escapes.

No other file prints. What the console's encoding lacks (a GBK console and a rare name) becomes a
question mark in text and an escape in JSON; nothing ever fails for it. Control and format characters
out of a file or a server's answer are shown as escapes: they could clear the screen, or turn a line
around, and what is shown must be what is there.
"""

import getpass
import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, TextIO

from schemas.texts import Language, choose

_RED: Final = "\033[31m"
_RESET: Final = "\033[0m"
_PROGRESS_SECONDS: Final = 0.1
# A rate out of less time says nothing.
_RATE_SECONDS: Final = 1.0
# What may be a control or format character: none is in these ranges.
_DOUBTFUL: Final = re.compile(
    r"[^ -~\n\u00a0-\u00ac\u00ae-\u00ff\u2010-\u2027\u3000-\u9fff\uff01-\uffe6\U00020000-\U0003ffff]"
)
# What JSON escapes otherwise than Python does.
_OWN_IN_JSON: Final = re.compile(r"[\x7f-\xff\U00010000-\U0010ffff]")
_PIECES: Final = re.compile(r"[（“《【]*(?:[!-~]+|[^!-~\s])[，。；：、？！）”》】…]*\s*|\s+")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def prepare_streams() -> None:
    """Once, before anything is printed: what a library prints must not fail on a GBK console."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def find_language(arguments: Sequence[str] = ()) -> Language:
    """`--lang en`, `--lang=en`, else FANGANG_LANG, else Chinese."""
    wanted = os.environ.get("FANGANG_LANG", "zh")
    for argument, following in pairwise([*arguments, ""]):
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
        elif argument == "--lang":
            wanted = following
    return "en" if wanted.lower().startswith("en") else "zh"


def write_line(text: str = "") -> None:
    """A line of the answer, and only one: a name out of a file adds none."""
    _print(_flatten(text), sys.stdout)


def write_json(value: Any) -> None:
    """The answer as JSON, indented, in the console's encoding or escaped; in pieces, as
    documents.encode makes them.
    """
    from cli.documents import encode  # noqa: PLC0415 - keeps --help fast

    stream = sys.stdout
    is_unicode = _get_encoding(stream).startswith("utf")
    for piece in encode(value):
        stream.write(_show_controls(piece, _escape_in_json) if is_unicode else _to_ascii(piece))
    stream.write("\n")


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned for a console where Han characters are two cells wide."""
    lines = [[_flatten(cell) for cell in line] for line in (headings, *rows)]
    widths = [max(map(measure, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (
            text + " " * (width - measure(text)) for text, width in zip(line, widths, strict=True)
        )
        write_line("  ".join(cells).rstrip())


def tell(text: str) -> None:
    """A message about what is going on."""
    _print(text, sys.stderr)


def tell_error(text: str) -> None:
    """Why it did not work, and what to do next."""
    _write(_paint(_make_printable(text, sys.stderr), _RED, sys.stderr) + "\n", sys.stderr)


def join_words(words: Iterable[str]) -> str:
    """甲、乙: things of one kind."""
    return choose("、", ", ").join(words)


def join_clauses(clauses: Iterable[str]) -> str:
    """甲，乙: parts of a sentence."""
    return choose("，", ", ").join(clauses)


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """y or yes; anything else, a mere Enter and no terminal are no."""
    if not is_interactive():
        return False
    _write(_make_printable(question, sys.stderr), sys.stderr)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def ask(question: str) -> str:
    """A line typed at the terminal, or the next line of standard input without one."""
    if is_interactive():
        _write(_make_printable(question, sys.stderr), sys.stderr)
    return sys.stdin.readline().strip()


def read_lines(question: str) -> Iterable[str]:
    """Lines typed at the terminal up to an empty one, each asked for; without one all of standard input."""
    if not is_interactive():
        return sys.stdin.read().splitlines()
    return iter(lambda: ask(question), "")


def ask_secret(question: str) -> str:
    """A line as `ask` reads it, without showing what is typed."""
    if not is_interactive():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(_make_printable(question, sys.stderr), stream=sys.stderr)


class Progress:
    """One line that counts up, with how fast and how much longer. Silent without a terminal; it
    leaves nothing behind.
    """

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._done = label, total, 0
        self._is_shown = sys.stderr.isatty() and total > 1
        self._begun = time.monotonic()
        self._last, self._width = 0.0, 0

    def advance(self, count: int = 1) -> None:
        self._done += count
        now = time.monotonic()
        if self._is_shown and now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            counted = f"{self._label} {self._done:,}/{self._total:,}".strip()
            pace = describe_pace(self._done, self._total, now - self._begun)
            self._draw(counted + pace)

    def close(self) -> None:
        if self._is_shown:
            self._draw("")
            self._draw("")

    def _draw(self, text: str) -> None:
        """Overwrites the line, with blanks for the rest of the one before."""
        width = measure(text)
        line = text + " " * max(0, self._width - width)
        self._width = width
        _write("\r" + _make_printable(line, sys.stderr), sys.stderr)


def describe_pace(done: int, total: int, seconds: float) -> str:
    """Rate and remaining time; empty while there is too little to judge by."""
    if seconds < _RATE_SECONDS or not done:
        return ""
    rate = done / seconds
    minutes, rest = divmod(round((total - done) / rate), 60)
    shown = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
    return choose(
        f"  每秒 {shown}  还需 {minutes}:{rest:02}", f"  {shown}/s  {minutes}:{rest:02} left"
    )


def _print(text: str, stream: TextIO) -> None:
    stream.write(_make_printable(text, stream) + "\n")


def _write(text: str, stream: TextIO) -> None:
    """Made printable by the caller; shown at once."""
    stream.write(text)
    stream.flush()


def _make_printable(text: str, stream: TextIO) -> str:
    """In the stream's encoding, with nothing in it that a terminal obeys, but line ends."""
    encoding = _get_encoding(stream)
    return _show_controls(text, _escape).encode(encoding, "replace").decode(encoding)


def _show_controls(text: str, escape: Callable[[str], str]) -> str:
    return _DOUBTFUL.sub(
        lambda found: escape(found[0]) if _is_control(found[0]) else found[0], text
    )


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in _UNPRINTABLE


def _to_ascii(document: str) -> str:
    """A JSON document with everything else escaped."""
    escaped = _OWN_IN_JSON.sub(lambda found: _escape_in_json(found[0]), document)
    return escaped.encode("ascii", "backslashreplace").decode("ascii")


def _flatten(text: str) -> str:
    return text.replace("\n", " ") if "\n" in text else text


def _escape(char: str) -> str:
    r"""As Python writes it: \x1b, \u202e."""
    return (
        char.encode("ascii", "backslashreplace").decode()
        if ord(char) > 127
        else f"\\x{ord(char):02x}"
    )


def _escape_in_json(char: str) -> str:
    """As JSON writes it: a reader of the JSON gets the same value."""
    return json.dumps(char, ensure_ascii=True)[1:-1] if ord(char) > 127 else f"\\u{ord(char):04x}"


def _get_encoding(stream: TextIO) -> str:
    return (stream.encoding or "utf-8").lower()


def _paint(text: str, color: str, stream: TextIO) -> str:
    is_colored = stream.isatty() and not os.environ.get("NO_COLOR") and _knows_colors()
    return f"{color}{text}{_RESET}" if is_colored else text


def _knows_colors() -> bool:
    """The old console of Windows shows the codes themselves."""
    return os.name != "nt" or "WT_SESSION" in os.environ


def measure(text: str) -> int:
    """Cells of the console: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int) -> list[str]:
    """In lines of so many cells, at least one. A line ends between Han characters too, but not
    before what closes and not after what opens.
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if measure(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    lines[-1] = lines[-1].rstrip()
    return lines
