"""What a row does to the registry: the decisions that plan and apply share, as a table."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemas.demands import DemandState
from schemas.imports import PlanCode, RowOutcome
from schemas.workers import Feed
from service.demand.rules import DemandStep
from service.rosters.rules.deciding import Stored, Verdict, decide
from service.rosters.rules.reading import Incoming
from service.workers.rules.merging import Source
from tests.factories import World

HOME, ELSEWHERE = "211221105", "211221101"
DAY = date(2020, 3, 24)
MAC, OTHER_MAC = b"m" * 32, b"o" * 32
NAME, OTHER_NAME = b"n" * 32, b"x" * 32
VALUES = {"name": "张伟", "id_number": "1", "phone": "15400000001", "destination": "苏州"}
WORKER_ID = World.new_id.__defaults__ or None


def _incoming(*, township: str | None = HOME, as_of: date = DAY, **values: Any) -> Incoming:
    source = Source(Feed.TOWNSHIP, township, as_of) if township else None
    return Incoming(
        place=0,
        sheet=0,
        row_number=4,
        values={**VALUES, **values},
        source=source,
        problem=None if source else PlanCode.TOWNSHIP_OUT_OF_SCOPE,
        content_mac=OTHER_MAC,
        id_digest=b"i" * 32,
        name_digest=NAME,
        guardian_digest=None,
    )
