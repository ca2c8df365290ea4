"""JSON documents in pieces: the same text as the standard library's, however they are handed over."""

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from cli import output
from cli.documents import encode
from tests.cli.roster_commands import AS_OF, WRONG, person, write

ROOT = Path(__file__).parents[2]
AWKWARD = '王𬍛·"\\/\n\t\r\x00\x1f\x7f\x80\x9b\xa0\xad\xe9\u200b\u202e\u2028\ufeff\U000e0001买'
ROWS = [{"sheet": "花名册", "row": row, "phones": ["1", "2"], "none": None} for row in range(2_001)]


def join(value: Any) -> str:
    return "".join(encode(value))


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(10**30),
        1.5,
        "",
        AWKWARD,
        "\udcff",
        [],
        {},
        [[], {}, [[]], {"": []}],
        {AWKWARD: [AWKWARD, {"half": "\ud800"}]},
        {"a": {"b": {"c": [1, [2, {"d": None}]]}}},
        ROWS,
        {"items": ROWS, "next": None},
    ],
)
def test_the_same_text_as_the_standard_library(value: Any) -> None:
    assert join(value) == dump(value)


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 2_000, 2_001])
def test_an_iterator_is_a_list(count: int) -> None:
    rows = ROWS[:count]
    assert join(iter(rows)) == dump(rows)
    document = {"before": [], "rows": rows, "none": [], "after": {"a": [1]}}
    documents = [document, {**document, "rows": []}]
    assert join(_stream(document)) == dump(document)
    assert join([_stream(each) for each in documents]) == dump(documents)


def _stream(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "rows": iter(document["rows"]), "none": iter(())}


def test_half_a_character_in_a_row_loses_no_row() -> None:
    rows = [*ROWS[:1_500], {"name": "\udcff"}, *ROWS[:700]]
    assert join({"rows": iter(rows)}) == dump({"rows": rows})


class Kind(StrEnum):
    ONE = "one"


class Person(BaseModel):
    name: str
    born: date
    kind: Kind


@pytest.mark.parametrize("name", ["张三", "\udcff"])
def test_models_are_taken_as_they_are(name: str) -> None:
    person = Person(name="", born=date(1980, 5, 2), kind=Kind.ONE).model_copy(update={"name": name})
    plain = person.model_dump(mode="json")
    assert join(person) == dump(plain)
    assert join({"items": iter([person, person])}) == dump({"items": [plain, plain]})


def test_rows_are_asked_for_as_they_are_written() -> None:
    asked = []

    def count() -> Iterator[int]:
        for row in range(10_000):
            asked.append(row)
            yield row

    pieces = encode({"rows": count()})
    assert [next(pieces), next(pieces)[:5]] == ['{\n "rows": ', "[\n  0"]
    assert len(asked) == 1_000


def test_an_interruption_between_rows_is_one() -> None:
    def interrupt() -> Iterator[int]:
        yield 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        join({"rows": interrupt()})


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize("text", [AWKWARD, "\udcff", "王国强"])
def test_every_console_gets_the_value(
    encoding: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=encoding, errors="strict", newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    value = {text: [text, *ROWS[:3]]}
    output.write_json(value)
    stream.flush()
    shown = raw.getvalue().decode(encoding)
    assert json.loads(shown) == value
    if not encoding.startswith("utf"):
        assert shown == json.dumps(value, indent=1) + "\n"


def test_no_control_is_taken_for_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """Every character of Unicode that a terminal might obey."""
    controls = {"Cc", "Cf", "Zl", "Zp"}
    every = "".join(c for c in map(chr, range(0x110000)) if unicodedata.category(c) in controls)
    output.write_json(every)
    shown = capsys.readouterr().out
    assert json.loads(shown) == every
    assert re.fullmatch(r'"[ -~]+"\n', shown)


def test_a_reader_that_has_enough(tmp_path: Path) -> None:
    """More than a pipe holds: nothing is said."""
    people = [person(number, number=WRONG) for number in range(1, 1_200)]
    path = write(tmp_path / "东兴村.xlsx", *people)
    arguments = [sys.executable, "-m", "cli", "roster", "check", str(path), *AS_OF, "--json"]
    with subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10) == b'{\n "file": '[:10]
        process.stdout.close()
        assert process.stderr.read() == b""
