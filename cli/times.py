"""Times in China's zone: how a typed time (`--at`) is read, how times and spans are shown (to the minute, to
the second, the two largest units).
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from cli.exits import CommandError, ExitCode
from schemas.texts import Text, choose, say


class _TimeText(Text):
    UNREADABLE = (
        "时间“{text}”读不出来，请写成 2020-03-24T10:00（北京时间）。",
        "“{text}” is no time: write 2020-03-24T10:00 (China time).",
    )


CHINA: Final = timezone(timedelta(hours=8))
_SPANS: Final = ((("天", " d"), 86_400), (("小时", " h"), 3_600), (("分", " min"), 60))


def now() -> datetime:
    return datetime.now(UTC)


def read_time(text: str) -> datetime:
    """`2020-03-24T10:00`, also with a blank for the T or with a zone of its own."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        message = say(_TimeText.UNREADABLE, text=text)
        raise CommandError(message, ExitCode.USAGE) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def show_time(moment: datetime | None) -> str:
    """To the minute, in China time; nothing for None."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""


def show_clock(moment: datetime | None) -> str:
    """The same to the second, where the order of events counts."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if moment else ""


def show_span(seconds: int) -> str:
    """2小时5分: the two largest units that are not zero, never less than a minute."""
    rest = max(seconds, 60)
    parts: list[str] = []
    for unit, size in _SPANS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{choose(*unit)}")
    return choose("", " ").join(parts[:2])
