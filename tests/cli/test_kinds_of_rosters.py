"""Clean rosters with each kind of trouble at random places: nobody is stored with a value from another column,
and nobody is lost without being counted and named.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.roster.check import choose_exit
from cli.roster.reading import CheckedFile, Source, check_source
from schemas.roster.records import RosterRecord
from tests.cli.kinds_of_rosters import KINDS, Drawn, draw_clean
from tests.schemas.roster_factories import AS_OF

QUICK, MANY = 40, 2_000
_SEEDS = st.integers(0, 2**64 - 1)
_FIELDS = {
    "姓名": "name",
    "手机号码": "phone",
    "村": "village",
    "务工地": "destination",
    "用工单位": "employer",
    "备注": "remark",
}


def read(drawn: Drawn) -> CheckedFile:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "花名册"
        path.write_bytes(drawn.to_bytes())
        return check_source(Source(path.name, path), as_of=AS_OF)


def expect_own_values(record: RosterRecord, values: dict[str, str]) -> None:
    for heading, name in _FIELDS.items():
        assert (getattr(record, name) or "") == values[heading], heading
    assert record.departure_date == date.fromisoformat(values["拟出发日期"])


def compare(drawn: Drawn) -> None:
    """Stored, refused or named as not read: everybody in the file is one of them."""
    checked = read(drawn)
    report = checked.report
    assert report.file_error is None
    for row in report.accepted:
        expect_own_values(row.record, drawn.people[row.record.id_number])
    unread = sum(each.people for each in report.unread)
    everybody = len(drawn.people) + len(drawn.outside)
    assert len(report.accepted) + len(report.rejected) + unread == everybody
    assert unread == len(drawn.outside)
    is_partial = bool(report.rejected or drawn.outside)
    assert choose_exit([checked]) == (5 if is_partial else 0)
    reasons = [each.reason.value for each in report.ignored]
    assert reasons.count("example-row") == len(drawn.not_people)


def spoil_and_compare(kind: Callable[..., None], seed: int) -> None:
    chance = Random(seed)
    drawn = draw_clean(chance)
    kind(drawn, chance)
    compare(drawn)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(
    max_examples=QUICK, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(seed=_SEEDS)
def test_each_kind(kind: Callable[..., None], seed: int) -> None:
    spoil_and_compare(kind, seed)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(
    max_examples=MANY, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(seed=_SEEDS)
def test_each_kind_often(kind: Callable[..., None], seed: int) -> None:
    spoil_and_compare(kind, seed)
