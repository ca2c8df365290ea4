"""What enterprises and the workers themselves may do to the registry: a table, and what was told
before somebody is registered.
"""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.demands import DemandState
from schemas.imports import PlanCode, RowOutcome
from schemas.workers import Feed
from service.demand.rules import DemandStep
from service.registry.merging import Source
from service.rosters.rules.rows import Incoming, StoredWorker, Verdict, decide
from service.stranded.rules import Told, make_source
from tests.service.rosters.stored import make_stored

HOME, ELSEWHERE = "211221105", "211221101"
MARCH_1, MARCH_24 = date(2020, 3, 1), date(2020, 3, 24)
NAME, OTHER_NAME = b"n" * 32, b"x" * 32
FIRM, OTHER_FIRM = UUID(int=7), UUID(int=8)
SAID = {"name": "张伟", "phone": "15400000001"}
OURS = {**SAID, "employer": "合成电子（苏州）有限公司"}
ENTERPRISE = make_source(FIRM, MARCH_24)
OWN = Source(Feed.OWN, "", MARCH_24)
OPEN, KEEP, UPDATE = DemandStep.OPEN, DemandStep.KEEP, DemandStep.UPDATE


def _row(source: Source, *, township: str | None = HOME, prefix: str = "", **said: Any) -> Incoming:
    return Incoming(
        position=0,
        sheet=0,
        row_number=2,
        values={**OURS, **said} if source.feed is Feed.ENTERPRISE else {**SAID, **said},
        source=source,
        problem=None,
        content_mac=b"m" * 32,
        id_digest=b"i" * 32,
        name_digest=NAME,
        guardian_digest=None,
        township_code=township,
        division_prefix=prefix,
    )


def _stored(employer: str | None = None, **given: Any) -> StoredWorker:
    values = {**SAID, "employer": employer} if employer else dict(SAID)
    return make_stored(values=values, **given)


CASES: dict[str, tuple[Any, ...]] = {
    # name: row, stored, outcome, code, notes, demand, enterprise
    "an enterprise registers nobody": (
        _row(ENTERPRISE), None, "unmatched", None, (), KEEP, None,
    ),
    "an enterprise fills the employer": (
        _row(ENTERPRISE), _stored(), "updated", None, (), UPDATE, FIRM,
    ),
    "the township named the same firm in another spelling": (
        _row(ENTERPRISE), _stored("合成电子(苏州)有限公司"), "updated", None, (), UPDATE, FIRM,
    ),
    "whose demand is the enterprise's already": (
        _row(ENTERPRISE), _stored("合成电子(苏州)有限公司", demand_enterprise_id=FIRM),
        "unchanged", None, (), KEEP, None,
    ),
    "the township named another firm": (
        _row(ENTERPRISE), _stored("某某工地"), "unchanged", None, ("employer-differs",), KEEP, None,
    ),
    "an enterprise gives no other name": (
        _row(ENTERPRISE), _stored(name_index=OTHER_NAME),
        "conflict", "id-name-conflict", (), KEEP, None,
    ),
    "an enterprise's list from before": (
        _row(ENTERPRISE), _stored(newest_as_of=date(2020, 3, 25)),
        "conflict", "older-source", (), KEEP, None,
    ),
    "who has a seat keeps it": (
        _row(ENTERPRISE), _stored(demand=DemandState.ASSIGNED),
        "updated", None, ("already-on-trip",), DemandStep.KEEP_ASSIGNED, FIRM,
    ),
    "somebody new signs up": (_row(OWN), None, "new", None, (), KEEP, None),
    "somebody new signs up to go": (
        _row(OWN, destination="苏州"), None, "new", None, (), OPEN, None,
    ),
    "somebody new without a township": (
        _row(OWN, township=None), None, "conflict", "township-unknown", (), KEEP, None,
    ),
    "somebody known without a township": (
        _row(OWN, township=None, remark="盼早走"), _stored(), "updated", None, (), KEEP, None,
    ),
    "somebody of the clerk's own": (
        _row(OWN, prefix=HOME, remark="盼早走"), _stored(), "updated", None, (), KEEP, None,
    ),
    "somebody of another township": (
        _row(OWN, township=ELSEWHERE, prefix=ELSEWHERE, remark="盼早走"), _stored(),
        "conflict", "township-out-of-scope", (), KEEP, None,
    ),
    "somebody of no township yet": (
        _row(OWN, prefix=HOME, remark="盼早走"), _stored(township_code=None),
        "updated", None, (), KEEP, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_decide(case: tuple[Any, ...]) -> None:
    row, stored, *expected = case
    verdict = decide(row, stored)
    found = (verdict.outcome, verdict.code, verdict.notes, verdict.demand, verdict.enterprise_id)
    assert found == (
        RowOutcome(expected[0]),
        PlanCode(expected[1]) if expected[1] else None,
        tuple(map(PlanCode, expected[2])),
        *expected[3:],
    )


def _told(firm: UUID, as_of: date = MARCH_1, *, name: bytes = NAME, **said: Any) -> Told:
    return Told(make_source(firm, as_of), name, bytes([firm.int]) * 32, {**SAID, **said})


def _register(*told: Told, **said: Any) -> Verdict:
    return decide(_row(Source(Feed.TOWNSHIP, HOME, MARCH_24), **said), None, told=told)


def test_what_was_told_before_fills_the_gaps() -> None:
    verdict = _register(_told(FIRM, phone="15400000009", employer="合成厂", current_place="武汉"))
    assert verdict.merged is not None
    assert verdict.merged.values == {
        **SAID, "person_role": "worker", "employer": "合成厂", "current_place": "武汉",
    }  # fmt: skip
    assert verdict.merged.origins == dict.fromkeys(("employer", "current_place"), "0@2020-03-01")
    assert (verdict.demand, verdict.enterprise_id) == (OPEN, FIRM)
    assert verdict.told_macs == {f"enterprise/{FIRM}": "07" * 32}


def test_of_two_enterprises_the_newest_is_believed() -> None:
    told = (_told(FIRM, employer="合成一厂"), _told(OTHER_FIRM, MARCH_24, employer="合成二厂"))
    verdict = _register(*told)
    assert verdict.merged is not None
    assert (verdict.merged.values["employer"], verdict.enterprise_id) == ("合成二厂", OTHER_FIRM)


def test_what_was_told_of_another_name_is_not_this_persons() -> None:
    verdict = _register(_told(FIRM, name=OTHER_NAME, employer="合成厂"))
    assert verdict.merged is not None
    assert (verdict.merged.values, verdict.told_macs) == (SAID, {})
