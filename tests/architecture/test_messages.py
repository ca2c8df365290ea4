"""What people read: both languages, a next step, full-width punctuation in Chinese."""

import ast
import re

import pytest

from schemas.errors import ErrorCode
from schemas.messages import MESSAGES
from schemas.shapes import SHAPE_MESSAGES
from tests.architecture.sources import PROGRAM, Source, list_sources, parse

_HAN = "\u3400-\u9fff\U00020000-\U0003fffd"
_HALF_WIDTH = re.compile(rf"[{_HAN}]\s*[,;!?]\s*[{_HAN}]")
_CSV_LINE = re.compile(rf"[{_HAN}]+(?:,[{_HAN}]+)+\s*")
_CONTAINS_HAN = re.compile(rf"[{_HAN}]")
_FULL_WIDTH = re.compile("[\uff00-\uffef\u3000-\u303f]")


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_both_sentences_in_both_languages(code: ErrorCode) -> None:
    message = MESSAGES[code]
    assert 400 <= message.status <= 599
    for sentence in message.zh:
        assert _CONTAINS_HAN.search(sentence)
        assert not _HALF_WIDTH.search(sentence)
    for sentence in message.en:
        assert sentence
        assert not _CONTAINS_HAN.search(sentence)
        assert not _FULL_WIDTH.search(sentence)
    assert message.zh[1].endswith(("。", "！", "？"))
    assert message.en[1].endswith(".")


def test_no_message_without_a_code() -> None:
    assert set(MESSAGES) - set(ErrorCode) == set()


def test_messages_about_fields_are_chinese_and_full_width() -> None:
    wrong = {
        kind: text
        for kind, text in SHAPE_MESSAGES.items()
        if not _CONTAINS_HAN.search(text) or _HALF_WIDTH.search(text)
    }
    assert wrong == {}


def _docstrings(source: Source) -> set[int]:
    """Ours are English; examples stand in them as they are typed."""
    return {
        id(node.value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _half_width(source: Source) -> list[str]:
    docstrings = _docstrings(source)
    return [
        f"{source.at(node)} {node.value}"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and _HALF_WIDTH.search(node.value)
        and not _CSV_LINE.fullmatch(node.value)
    ]


def test_no_half_width_punctuation_between_chinese_characters() -> None:
    assert [each for source in list_sources(*PROGRAM) for each in _half_width(source)] == []


@pytest.mark.parametrize("text", ["已导入过,无变化。", "有误; 请改", "好!请再试"])
def test_the_guard_sees(text: str) -> None:
    assert len(_half_width(parse("cli.probe", f"MESSAGE = {text!r}"))) == 1
