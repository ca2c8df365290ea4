"""What a row does to the registry: the decisions that plan and apply share, as a table."""

from datetime import date
from typing import Any

import pytest

from schemas.demands import DemandState
from schemas.imports import PlanCode, RowOutcome
from schemas.workers import Feed
from service.demand.rules import DemandStep
from service.registry.merging import Source
from service.rosters.rules.rows import Incoming, StoredWorker, decide
from tests.service.rosters.stored import make_stored

HOME, ELSEWHERE = "211221105", "211221101"
MARCH_1, MARCH_24 = date(2020, 3, 1), date(2020, 3, 24)
MAC, NAME, OTHER_NAME = b"m" * 32, b"n" * 32, b"x" * 32
VALUES = {"name": "张伟", "phone": "15400000001", "destination": "苏州"}
KNOWN_HERE = {f"township/{HOME}": "0" * 64}
NEW, UPDATED = RowOutcome.NEW, RowOutcome.UPDATED
UNCHANGED, CONFLICT = RowOutcome.UNCHANGED, RowOutcome.CONFLICT
OPEN, ASSIGNED = DemandState.OPEN, DemandState.ASSIGNED
E, T = PlanCode.REGISTERED_ELSEWHERE, PlanCode.ALREADY_ON_TRIP


def _row(township: str | None = HOME, as_of: date = MARCH_24, **values: Any) -> Incoming:
    return Incoming(
        position=0,
        sheet=0,
        row_number=4,
        values={**VALUES, **values},
        source=Source(Feed.TOWNSHIP, township or "", as_of),
        problem=None if township else PlanCode.TOWNSHIP_OUT_OF_SCOPE,
        content_mac=MAC,
        id_digest=b"i" * 32,
        name_digest=NAME,
        guardian_digest=None,
        township_code=township,
    )


def _stored(**given: Any) -> StoredWorker:
    said = {"source_macs": KNOWN_HERE, "values": VALUES, "newest_as_of": MARCH_24}
    return make_stored(**{**said, **given})


CASES: dict[str, tuple[Any, ...]] = {
    # name: row, stored, outcome, code, notes, changed, demand
    "nobody yet": (_row(), None, NEW, None, (), (), DemandStep.OPEN),
    "another township's row": (
        _row(None), _stored(), CONFLICT, PlanCode.TOWNSHIP_OUT_OF_SCOPE, (), (), DemandStep.KEEP,
    ),
    "said before": (
        _row(), _stored(source_macs={f"township/{HOME}": MAC.hex()}),
        UNCHANGED, None, (), (), DemandStep.KEEP,
    ),
    "said before, as of an older day": (
        _row(as_of=MARCH_1),
        _stored(source_macs={f"township/{HOME}": MAC.hex()}),
        UNCHANGED, None, (), (), DemandStep.KEEP,
    ),
    "nothing new in it": (_row(), _stored(), UNCHANGED, None, (), (), DemandStep.KEEP),
    "a new phone": (
        _row(phone="15400000002"), _stored(), UPDATED, None, (), ("phone",), DemandStep.KEEP,
    ),
    "a new destination": (
        _row(destination="上海"), _stored(), UPDATED, None, (), ("destination",),
        DemandStep.UPDATE,
    ),
    "a new destination of somebody who has a seat": (
        _row(destination="上海"), _stored(demand=ASSIGNED), UPDATED, None, (T,),
        ("destination",), DemandStep.KEEP_ASSIGNED,
    ),
    "as of an older day": (
        _row(as_of=MARCH_1, phone="15400000002"), _stored(), CONFLICT, PlanCode.OLDER_SOURCE,
        (), (), DemandStep.KEEP,
    ),
    "the township corrects the name that it wrote": (
        _row(name="张玮"), _stored(name_index=OTHER_NAME), UPDATED, None,
        (PlanCode.NAME_CHANGED,), ("name",), DemandStep.KEEP,
    ),
    "a name that has nothing of the old one": (
        _row(name="陈明娜"), _stored(name_index=OTHER_NAME), CONFLICT,
        PlanCode.ID_NAME_CONFLICT, (), (), DemandStep.KEEP,
    ),
    "a child's row with its parent's number": (
        _row(name="张小明"), _stored(name_index=OTHER_NAME), CONFLICT,
        PlanCode.ID_NAME_CONFLICT, (), (), DemandStep.KEEP,
    ),
    "a name that this source never wrote": (
        _row(name="张玮"), _stored(name_index=OTHER_NAME, source_macs={}), CONFLICT,
        PlanCode.ID_NAME_CONFLICT, (), (), DemandStep.KEEP,
    ),
    "another township has another name": (
        _row(ELSEWHERE),
        _stored(name_index=OTHER_NAME, source_macs={f"township/{ELSEWHERE}": "0" * 64}),
        CONFLICT, PlanCode.ID_NAME_CONFLICT, (), (), DemandStep.KEEP,
    ),
    "another township says the same": (
        _row(ELSEWHERE), _stored(newest_as_of=None), UNCHANGED, None, (E,), (), DemandStep.KEEP,
    ),
    "another township fills a gap, unnamed": (
        _row(ELSEWHERE, remark="备注"), _stored(newest_as_of=None), UPDATED, None, (E,), (),
        DemandStep.KEEP,
    ),
    "another township does not correct": (
        _row(ELSEWHERE, phone="15400000002"), _stored(newest_as_of=None), UNCHANGED, None, (E,),
        (), DemandStep.KEEP,
    ),
    "somebody without a township": (
        _row(phone="15400000002"), _stored(township_code=None, source_macs={}), UPDATED, None, (),
        ("phone",), DemandStep.KEEP,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_decide(case: tuple[Any, ...]) -> None:
    row, stored, outcome, code, notes, changed, demand = case
    verdict = decide(row, stored)
    assert (verdict.outcome, verdict.code, verdict.notes, verdict.changed, verdict.demand) == (
        outcome, code, notes, changed, demand,
    )  # fmt: skip
    assert (verdict.merged is not None) is (outcome in {NEW, UPDATED})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_changed_since_the_check_is_not_overwritten(case: tuple[Any, ...]) -> None:
    row, stored, outcome, code, *_ = case
    version = stored.version if stored else 0
    as_planned = decide(row, stored, basis=version)
    changed_since = decide(row, stored, basis=version + 1)
    assert (as_planned.outcome, as_planned.code) == (outcome, code)
    expected = (
        (CONFLICT, PlanCode.CHANGED_SINCE_CHECK) if outcome in {NEW, UPDATED} else (outcome, code)
    )
    assert (changed_since.outcome, changed_since.code) == expected
    assert as_planned.merged is None or changed_since.merged is None
