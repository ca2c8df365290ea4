"""The one mechanism for sentences in Chinese and English: tables below `Text`, filling in, the language in
force, the choice by Accept-Language (else Chinese).

A table of sentences is an enum below `Text`; a member's value is the pair (Chinese, English), with
`{name}` where a value is filled in. The language is a context variable: the client sets it once, at
its root; the server sets it for each request, and for each answer that it writes on behalf of
another request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Final, Literal

Language = Literal["zh", "en"]
_language: Final[ContextVar[Language]] = ContextVar("language", default="zh")


class Text(Enum):
    """The root of every table of sentences. Two members with equal sentences are one member."""


def say(text: Text, /, **values: object) -> str:
    """The sentence in the language in force, filled in. Raises KeyError for a value that is missing."""
    return choose(*text.value).format_map(values)


def choose(chinese: str, english: str) -> str:
    """Of two sentences, the one in the language in force."""
    return chinese if get_language() == "zh" else english


def get_language() -> Language:
    """The language in force; Chinese where none was set."""
    return _language.get()


def set_language(language: Language) -> None:
    """For the rest of this context: a thread, a task, or the whole of a program with one thread."""
    _language.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """The language in force inside of the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def pick_language(accept_language: str) -> Language:
    """The one of the two that is wanted most, of equals the first (RFC 9110, 12.5.4); else Chinese."""
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language.lower().split(",")):
        tag, _, parameter = part.partition(";")
        weight = _read_weight(parameter)
        if weight > 0 and tag.strip()[:2] in {"en", "zh"}:
            ranked.append((weight, -place, "en" if tag.strip().startswith("en") else "zh"))
    return max(ranked)[2] if ranked else "zh"


def _read_weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
