"""Times as people in China write and read them."""

from datetime import UTC, datetime

import pytest

from cli.exits import CommandError, ExitCode
from cli.times import read_time, show_clock, show_span, show_time
from schemas.texts import speaking

TEN = datetime(2020, 3, 24, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-24T10:00",
        "2020-03-24 10:00",
        " 2020-03-24T10:00:00 ",
        "2020-03-24T10:00+08:00",
        "2020-03-24T02:00Z",
    ],
)
def test_without_a_zone_it_is_chinas(text: str) -> None:
    assert read_time(text) == TEN


@pytest.mark.parametrize("text", ["", "10:00", "2020年3月24日", "2020-02-30T10:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with speaking("en"), pytest.raises(CommandError) as refused:
        read_time(text)
    assert refused.value.exit_code is ExitCode.USAGE
    assert refused.value.message == (f"“{text}” is no time: write 2020-03-24T10:00 (China time).")


def test_shown() -> None:
    assert (show_time(TEN), show_clock(TEN)) == ("2020-03-24 10:00", "2020-03-24 10:00:00")
    assert (show_time(None), show_clock(None)) == ("", "")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "1分", "1 min"),
        (300, "5分", "5 min"),
        (7_500, "2小时5分", "2 h 5 min"),
        (7_200, "2小时", "2 h"),
        (90_000, "1天1小时", "1 d 1 h"),
        (86_460, "1天1分", "1 d 1 min"),
        (176_460, "2天1小时", "2 d 1 h"),
    ],
)
def test_spans(seconds: int, zh: str, en: str) -> None:
    assert show_span(seconds) == zh
    with speaking("en"):
        assert show_span(seconds) == en
