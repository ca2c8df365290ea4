"""Short numbers for people to say, of workers and of imports: digits and a check digit, unique in the county;
how they are shown, read and checked. They follow from no personal data.

The check digit is Damm's (2004): any one wrong digit and any two neighbours that changed places are noticed.
Each kind begins elsewhere in his table, so that no number of one kind is one of the other.
"""

import re
from enum import StrEnum
from typing import Final

_TABLE: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_NUMBER: Final = re.compile(r"([1-9]\d{0,8})-?(\d)")


_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９－—", "0123456789--")


class NumberKind(StrEnum):
    WORKER = "worker"
    IMPORT = "import"


_BEGINNINGS: Final = {NumberKind.WORKER: "0", NumberKind.IMPORT: "5"}


def show_number(kind: NumberKind, number: int) -> str:
    """`1024-3`."""
    return f"{number}-{_make_check(kind, str(number))}"


def read_number(kind: NumberKind, text: str) -> int | None:
    """With or without the hyphen, in full or half width. None for what is no number of this kind."""
    found = _NUMBER.fullmatch(text.strip().translate(_HALF_WIDTH))
    if found is None or _make_check(kind, found[1]) != found[2]:
        return None
    return int(found[1])


def looks_like_number(text: str) -> bool:
    """Whether the text has the form of one: its check digit may be wrong."""
    return _NUMBER.fullmatch(text.strip().translate(_HALF_WIDTH)) is not None


def _make_check(kind: NumberKind, digits: str) -> str:
    interim = _BEGINNINGS[kind]
    for digit in digits:
        interim = _TABLE[int(interim)][int(digit)]
    return interim
