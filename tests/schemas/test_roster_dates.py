import csv
from datetime import date, datetime, time
from pathlib import Path

import pytest

from schemas.roster.cells import CellError, CellKind, RawCell, show
from schemas.roster.codes import WarningCode
from schemas.roster.days import Month, agrees, read_birth, read_departure

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
    assert read_departure(cell) == (DAY, None)


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
    assert read_departure(cell) == (text, WarningCode.DATE_UNREADABLE)


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "无"])
def test_no_departure_date(cell: RawCell) -> None:
    assert read_departure(cell) == (None, None)


def test_a_bare_number_counts_from_the_workbooks_own_day() -> None:
    assert read_departure(42456.0, counts_from_1904=True) == (DAY, None)


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


# --- days without a year ---------------------------------------------------------------------------
AS_OF = date(2020, 3, 24)
DATES = Path(__file__).parents[3] / "shared" / "samples" / "rosters-2" / "dates.csv"
ASSUMED, UNREAD, DOUBTFUL = (
    WarningCode.DATE_YEAR_ASSUMED,
    WarningCode.DATE_UNREADABLE,
    WarningCode.DATE_YEAR_DOUBTFUL,
)


@pytest.mark.parametrize(
    ("cell", "as_of", "day"),
    [
        ("3月28日", AS_OF, date(2020, 3, 28)),
        ("3月28号", AS_OF, date(2020, 3, 28)),
        ("3.28", AS_OF, date(2020, 3, 28)),
        ("3.28日", AS_OF, date(2020, 3, 28)),
        ("３／２８", AS_OF, date(2020, 3, 28)),
        ("03-28", AS_OF, date(2020, 3, 28)),
        ("3月28日早上8点半", AS_OF, date(2020, 3, 28)),
        (3.28, AS_OF, date(2020, 3, 28)),
        (3.5, AS_OF, date(2020, 3, 5)),
        ("1月24日", AS_OF, date(2020, 1, 24)),  # sixty days before
        ("1月23日", AS_OF, date(2021, 1, 23)),  # sixty-one: the next one, 305 days after
        ("1月5日", date(2019, 12, 20), date(2020, 1, 5)),
        ("12月31日", date(2020, 1, 5), date(2019, 12, 31)),
        ("2月29日", date(2019, 12, 20), date(2020, 2, 29)),
        ("三月二十八", AS_OF, date(2020, 3, 28)),
        ("三月廿八日", AS_OF, date(2020, 3, 28)),
        ("四月十日", AS_OF, date(2020, 4, 10)),
        ("十月一日", AS_OF, date(2020, 10, 1)),
        ("正月十六", date(2020, 1, 30), date(2020, 2, 9)),
        ("正月16", date(2020, 1, 30), date(2020, 2, 9)),
        ("农历二月初二", date(2020, 2, 20), date(2020, 2, 24)),
        ("二月初二", date(2020, 2, 20), date(2020, 2, 24)),
        ("阴历2月2日", date(2020, 2, 20), date(2020, 2, 24)),
        ("腊月二十八", date(2021, 1, 10), date(2021, 2, 9)),
        ("冬月初一", date(2020, 11, 20), date(2020, 12, 15)),
        ("腊月三十", date(2020, 1, 10), date(2020, 1, 24)),
    ],
)
def test_the_year_follows_from_the_rosters_date(cell: RawCell, as_of: date, day: date) -> None:
    assert read_departure(cell, as_of=as_of) == (day, ASSUMED)
    assert read_departure(cell).code is UNREAD, "without a roster's date there is no year"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2020.04.12.", date(2020, 4, 12)),
        ("2020年3月28日上午8点", date(2020, 3, 28)),
        ("二〇二〇年四月一日", date(2020, 4, 1)),
        ("2020年三月二十八日", date(2020, 3, 28)),
        ("2020年正月十六", date(2020, 2, 9)),
        ("2021-03-25", date(2021, 3, 25)),  # 366 days after
    ],
)
def test_a_day_that_names_its_year(cell: RawCell, day: date) -> None:
    assert read_departure(cell, as_of=AS_OF) == (day, None)


@pytest.mark.parametrize("cell", ["2002-03-24", "2030-03-26", "2021-03-26", "二〇一〇年四月一日"])
def test_a_year_that_is_probably_mistyped(cell: str) -> None:
    assert read_departure(cell, as_of=AS_OF) == (cell, DOUBTFUL)


@pytest.mark.parametrize(
    "cell",
    [
        *(3.1, 3.2, 3.3, 13.5, 3.32),
        *("28/3", "2月30日", "2月29日", "13月5日", "3月0日", "3/4/2020", "三月三十二"),
        *(
            "正月十六后",
            "3月28日左右",
            "3月28日前",
            "3月25日或26日",
            "3月25-26日",
            "下周一",
            "28号",
        ),
        *("闰四月初一", "农历", "正月", "正月三十一", "初六", "三月", "一百月二日", "十十月一日"),
    ],
)
def test_what_names_no_day_stays_text(cell: RawCell) -> None:
    """The 29th of February of another year is 305 days away and more."""
    as_of = date(2020, 12, 1) if cell == "2月29日" else AS_OF
    assert read_departure(cell, as_of=as_of) == (show(cell), UNREAD)


def test_a_leap_month_and_a_short_month_are_not_guessed() -> None:
    """腊月 of 2020 (ended 11 February 2021) has thirty days, that of 2021 twenty-nine."""
    assert read_departure("腊月三十", as_of=date(2022, 1, 10)).value == "腊月三十"


def test_the_spellings_of_the_trial() -> None:
    if not DATES.exists():
        pytest.skip("NOT TESTED: the spellings of the trial are not beside the checkout")
    with DATES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        cell = row["text"] if row["cell"] == "text" else float(row["text"])
        value = read_departure(cell, as_of=date.fromisoformat(row["as_of"])).value
        found[row["text"]] = str(value) if isinstance(value, date) else ""
    assert found == {row["text"]: row["right"] for row in rows}
    assert len(rows) == 46
