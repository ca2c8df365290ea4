from datetime import date, datetime, time

import pytest

from schemas.roster.cells import CellError, CellKind, RawCell
from schemas.roster.readings import Month, agrees, read_birth, read_departure

DAY = date(2020, 3, 28)


@pytest.mark.parametrize(
    "cell",
    [
        date(2020, 3, 28),
        datetime(2020, 3, 28, 8, 30),  # noqa: DTZ001 - a cell has no zone
        43918.0,
        43918,
        43918.5,
        20200328.0,
        "43918",
        "20200328",
        "2020-03-28",
        "2020-3-28",
        "2020/3/28",
        "2020.3.28",
        "2020年3月28日",
        "2020年3月28号",
        "2020年3月28",
        " 2020 年 3 月 28 日 ",
        "２０２０．３．２８",
        "2020-03-28 08:30",
        "2020-03-28T08:30:00",
        "'2020-03-28",
    ],
)
def test_departure_dates_that_are_read(cell: RawCell) -> None:
    assert read_departure(cell) == (DAY, True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("待定", "待定"),
        ("随时", "随时"),
        ("3月底", "3月底"),
        ("3月28日", "3月28日"),
        ("3.28", "3.28"),
        (3.28, "3.28"),
        ("5/3", "5/3"),
        (" 四月初 ", "四月初"),
        ("2020.3", "2020.3"),
        ("20.3.28", "20.3.28"),
        ("2020-13-01", "2020-13-01"),
        ("2020-02-30", "2020-02-30"),
        ("20200230", "20200230"),
        ("2020-3-28至4-2", "2020-3-28至4-2"),
        ("1920-03-28", "1920-03-28"),
        ("2120-03-28", "2120-03-28"),
        (328.0, "328"),
        (20200230.0, "20200230"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (20200328.5, "20200328.5"),
        (True, "TRUE"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_departure_dates_that_stay_text(cell: RawCell, text: str) -> None:
    assert read_departure(cell) == (text, False)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "无"])
def test_no_departure_date(cell: RawCell) -> None:
    assert read_departure(cell) == (None, True)


def test_a_bare_number_counts_from_the_workbooks_own_day() -> None:
    assert read_departure(42456.0, counts_from_1904=True) == (DAY, True)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1978-05-12", date(1978, 5, 12)),
        (28622.0, date(1978, 5, 12)),
        ("1978.05", Month(1978, 5)),
        ("1978年5月", Month(1978, 5)),
        ("197805", Month(1978, 5)),
        (197805.0, Month(1978, 5)),
        ("1978年13月", None),
        ("1978", None),
        ("五月", None),
        ("", None),
        (CellError(CellKind.ERROR, "#N/A"), None),
    ],
)
def test_read_birth(cell: RawCell, read: date | Month | None) -> None:
    assert read_birth(cell) == read


@pytest.mark.parametrize(
    ("stated", "agreed"),
    [
        (date(1978, 5, 12), True),
        (date(1978, 5, 13), False),
        (Month(1978, 5), True),
        (Month(1978, 6), False),
    ],
)
def test_agrees(stated: date | Month, *, agreed: bool) -> None:
    assert agrees(date(1978, 5, 12), stated) is agreed
